"""The statement `device`, by docs/reference/statements.md: a content was signed by a device of a registry."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .babyjubjub import Point, divide_by_cofactor
from .eddsa import Signature, public_key, sign
from .field import R
from .montgomery import Affine, affine, from_edwards
from .sealed import FIRST_SLOT, HOUR, Inputs
from .sealing import device_message, hashed, registry_leaf, registry_path


@dataclass(frozen=True, slots=True)
class Device:
    """Every secret and public number of one proof about a content."""

    context: int
    content: int
    time_min: int
    time_max: int
    sequence: int
    owner_key: int
    public_key: Point
    cofactor_share: Affine
    signature: Signature
    device_class: int
    enrolled_from: int
    enrolled_until: int
    root: int
    path: tuple[tuple[int, ...], ...]

    @property
    def message(self) -> int:
        """What the device signed."""
        return device_message(self.content, self.sequence)

    @property
    def public(self) -> list[int]:
        """Public inputs in the page's order."""
        return [self.context, self.content, self.root, self.device_class, self.time_min, self.time_max]

    @property
    def inputs(self) -> Inputs:
        """The circuit's inputs by signal name."""
        return {
            "context": self.context,
            "content": self.content,
            "root": self.root,
            "deviceClass": self.device_class,
            "timeMin": self.time_min,
            "timeMax": self.time_max,
            "sequence": self.sequence,
            "ownerKey": self.owner_key,
            "T": list(self.cofactor_share),
            "R8": list(self.signature[:2]),
            "S": self.signature[2],
            "enrolledFrom": self.enrolled_from,
            "enrolledUntil": self.enrolled_until,
            "path": [list(children) for children in self.path],
        }


def enrolment_fields(draw: random.Random, device: bytes) -> Inputs:
    """The fields that put a device into a registry, and `neighbours`, the leaves beside its own."""
    return {
        "sequence": 1,
        "owner_key": draw.randrange(R),
        "public_key": public_key(device),
        "device_class": 7,
        "enrolled_from": 0,
        "enrolled_until": 2**47,
        "neighbours": tuple(draw.randrange(R) for _ in range(11)),
    }


def enrol_and_sign(data: Inputs, device: bytes, content: int) -> None:
    """Fills in root, path, T and signature where `data` does not have them; takes `neighbours` out."""
    neighbours = data.pop("neighbours")
    x = data["public_key"][0]
    commitment = hashed("owner", (data["owner_key"], x))
    leaf = registry_leaf(x, commitment, data["device_class"], data["enrolled_from"], data["enrolled_until"])
    root, path = registry_path([*neighbours, leaf], len(neighbours))
    data.setdefault("root", root)
    data.setdefault("path", tuple(tuple(children) for children in path))
    if "cofactor_share" not in data:
        data["cofactor_share"] = affine(from_edwards(divide_by_cofactor(data["public_key"])))
    if "signature" not in data:
        data["signature"] = sign(device, device_message(content, data["sequence"]))


def example_device(content: int | None = None, *, seed: int = 1, changes: Mapping[str, Any] | None = None) -> Device:
    """True of `content`, reproducible from `seed`; `changes` replaces fields before the registry is built and the
    device signs, so that only what was changed is wrong."""
    draw = random.Random(seed)
    device = draw.randbytes(32)
    data = enrolment_fields(draw, device)
    data["context"] = draw.randrange(R)
    data["content"] = draw.randrange(R) if content is None else content
    data |= {"time_min": FIRST_SLOT * HOUR, "time_max": (FIRST_SLOT + 1) * HOUR - 1} | dict(changes or {})
    enrol_and_sign(data, device, data["content"])
    return Device(**data)
