"""Worked schemas: readings, traces, payments and pictures, negative and fractional values included."""

from .fields import Digest, Enum, Field
from .record import Schema

TEMPERATURE = Schema("temperature", (Field("temperature", "celsius", 2),))
"""Air temperature in hundredths of a degree: one limb."""

SENSOR_READING = Schema(
    "sensor_reading",
    (
        Field("temperature", "celsius", 2),
        Field("humidity", "percent", 1),
        Field("pressure", "hPa", 1),
        Field("battery", "volt", 3),
    ),
)
"""A weather station's line: four limbs."""

GPS_TRACE = Schema(
    "gps_trace",
    (
        Field("latitude", "degree", 7),
        Field("longitude", "degree", 7),
        Field("altitude", "m", 2),
        Field("speed", "m/s", 2),
    ),
)
"""A place to about a centimetre, south, west and below the sea negative: four limbs."""

PAYMENT = Schema(
    "payment",
    (
        Field("amount", "of the currency", 2),
        Field("balance", "of the currency", 2),
        Enum("category", ("food", "rent", "transport", "health", "leisure", "goods", "salary", "transfer", "other")),
        Enum("currency", ("EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "BRL")),
    ),
)
"""A line of an account; what is spent or owed is negative: four limbs."""

PHOTO = Schema("photo", (Digest("photo"),))
"""The SHA-256 of a picture, which is kept elsewhere: two limbs of 128 bits."""


def worked() -> dict[str, Schema]:
    """The schemas of this file, by their names."""
    return {each.name: each for each in globals().values() if isinstance(each, Schema)}
