"""`zkdata seal`: a table of readings becomes capsules, one for each slot, with their openings."""

import argparse
from pathlib import Path
from typing import Any

from .account import tell
from .usage import UsageWrong, add_json, add_schema, schema_of

EPILOG = """\
example:
  zkdata seal readings.csv capsules --schema temperature --key device.key

readings.csv names its columns in its first line: time, in milliseconds since 1970, and the schema's fields.
"""
TABLE_BYTES = 2**28


def add_to(nouns: Any) -> None:
    """Add the noun."""
    noun = nouns.add_parser(
        "seal",
        help="seal a table of readings into capsules",
        description=_seal.__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_schema(noun)
    noun.add_argument("--key", type=Path, metavar="FILE", required=True, help="the device's key, of mode 0600")
    noun.add_argument(
        "--slot-length", type=int, default=3_600_000, metavar="MS", help="milliseconds (default: %(default)s, an hour)"
    )
    noun.add_argument("table", type=Path, metavar="READINGS.csv", help="what was measured, in the order of time")
    noun.add_argument("folder", type=Path, metavar="FOLDER", help="where SLOT.capsule.json and SLOT.opening.json go")
    add_json(noun)
    noun.set_defaults(run=_seal)


def _seal(chosen: argparse.Namespace) -> int:
    """Encrypt and sign all readings, a capsule for each slot that has any. The openings are secret: mode 0600."""
    from ..capsule.atomic_file import read_text
    from ..capsule.device import DeviceKey
    from ..capsule.seal import seal_recording
    from ..capsule.tables import from_csv

    schema, device = schema_of(chosen.schema), DeviceKey.load(chosen.key)
    records = from_csv(schema, read_text(chosen.table, TABLE_BYTES, "the table"))
    if not chosen.folder.is_dir():
        raise UsageWrong(f"there is no folder {chosen.folder}; make it first")
    capsules = seal_recording(schema, records, device, slot_length=chosen.slot_length)
    names = [
        (chosen.folder / f"{each.slot}.capsule.json", chosen.folder / f"{each.slot}.opening.json") for each in capsules
    ]
    taken = [str(path) for pair in names for path in pair if path.exists()]
    if taken:
        raise UsageWrong(f"{taken[0]} exists, and a slot is sealed once; choose another folder", taken=taken[:8])
    for capsule, (file, opening) in zip(capsules, names, strict=True):
        capsule.save(file, opening)
    facts: dict[str, Any] = {"schema": schema.name, "records": len(records), "capsules": len(capsules)}
    facts["slots"] = [each.slot for each in capsules]
    facts["contents"] = [str(each.content) for each in capsules]
    return tell(chosen, facts | {"folder": str(chosen.folder)})
