"""Which keys a circuit has: digests by which anyone can fetch them from wherever they are, and believe nobody there.

It says what the keys are, not that they are good: whoever takes a manifest of development keys trusts the one it is
from. Keys of a ceremony come with their setup manifest, which says what they rest on.
"""

import os
from dataclasses import dataclass
from typing import Any, Self

from ..capsule.atomic_file import read_text, write_public
from ..capsule.canonical_json import decimal, from_text, is_hex, items, members, to_text
from ..capsule.partial_file import PIECE_BYTES, Pieces
from ..errors import ArtifactMalformed, ArtifactMismatch, SetupInsecure
from .circuit import Circuit
from .groth16 import MAX_JSON_BYTES
from .setup import CEREMONY, DEVELOPMENT, check_pair, kind_of_keys
from .setup_manifest import MAX_BYTES as MAX_SETUP_BYTES

FORMAT = "zkdata.keys"
VERSIONS = {DEVELOPMENT: "1", CEREMONY: "2"}
"""Which kind of keys each version is about."""
MOST_PIECES = 2**16
"""Of a proving key: 64 GiB, more than 2^24 rows take."""

MAX_BYTES = MOST_PIECES * 80


@dataclass(frozen=True, slots=True)
class KeyManifest:
    """The keys of one circuit, as locked."""

    circuit: str
    kind: str
    """`development`: made by one party, who can forge. `ceremony`: with a setup manifest."""
    r1cs: str
    """SHA-256 of the circuit that the keys are for."""
    zkey: Pieces
    vkey: Pieces
    setup: Pieces | None = None
    """The setup manifest."""

    @classmethod
    def of(cls, circuit: Circuit) -> Self:
        """The manifest of the keys that are here; ArtifactMismatch where they are not of the circuit, or no pair."""
        zkey, vkey = circuit.require("zkey"), circuit.require("vkey.json")
        kind = kind_of_keys(circuit)
        check_pair(circuit, zkey, vkey)
        setup = Pieces.of(circuit.artifact("setup.json")) if kind == CEREMONY else None
        return cls(circuit.name, kind, circuit.digest, Pieces.of(zkey), Pieces.of(vkey), setup)

    @property
    def record(self) -> dict[str, str]:
        """What is written down beside the keys."""
        record = {"r1cs": self.r1cs, "vkey": self.vkey.sha256, "kind": self.kind}
        return record | ({"setup": self.setup.sha256} if self.setup else {})

    def to_json(self) -> str:
        """The one spelling of this document."""
        body = {"circuit": self.circuit, "kind": self.kind, "r1cs": self.r1cs}
        keys = {"vkey": _document(self.vkey), "zkey": _document(self.zkey)}
        keys |= {"setup": _document(self.setup)} if self.setup else {}
        return to_text({**body, **keys, "format": FORMAT, "version": VERSIONS[self.kind]})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a document; ArtifactMalformed for anything else, SetupInsecure for a kind that cannot be checked."""
        keys = {"circuit", "format", "kind", "r1cs", "version", "vkey", "zkey"}
        found = from_text(text, "key manifest")
        later = isinstance(found, dict) and found.get("version") == VERSIONS[CEREMONY]
        document = members(found, {*keys, "setup"} if later else keys, "key manifest")
        if document["format"] != FORMAT or document["version"] not in VERSIONS.values():
            message = f"this is not a key manifest of format {FORMAT}, version 1 or 2; get one that is"
            raise ArtifactMalformed(message, what="key manifest")
        kind = CEREMONY if later else DEVELOPMENT
        if document["kind"] != kind:
            message = f"a key manifest of version {document['version']} is about {kind} keys; what it says of others "
            raise SetupInsecure(message + "cannot be checked, so take none of it", kind=str(document["kind"])[:32])
        if not isinstance(document["circuit"], str):
            raise ArtifactMalformed("circuit must be a name", what="circuit")
        zkey = _pieces(document["zkey"], "zkey", MOST_PIECES * PIECE_BYTES)
        vkey = _pieces(document["vkey"], "vkey", MAX_JSON_BYTES)
        setup = _pieces(document["setup"], "setup", MAX_SETUP_BYTES) if later else None
        return cls(document["circuit"], kind, _digest(document["r1cs"], "r1cs"), zkey, vkey, setup)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the document, for everybody to read."""
        write_public(path, self.to_json().encode() + b"\n")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a saved document."""
        return cls.from_json(read_text(path, MAX_BYTES, "key manifest").removesuffix("\n"))

    def check_circuit(self, circuit: Circuit) -> None:
        """Return if this is about the circuit as locked; ArtifactMismatch otherwise."""
        if self.circuit != circuit.name:
            message = f"the manifest is about another circuit than {circuit.name}; name its own"
            raise ArtifactMismatch(message, circuit=circuit.name, found=self.circuit[:64])
        if self.r1cs != circuit.digest:
            message = f"the manifest is about another build of {circuit.name} than circuits/artifacts.lock; get the "
            message += "manifest of this version"
            raise ArtifactMismatch(message, circuit=circuit.name, expected=circuit.digest, found=self.r1cs)


def _document(pieces: Pieces) -> dict[str, Any]:
    return {"bytes": str(pieces.size), "pieces": list(pieces.digests), "sha256": pieces.sha256}


def _pieces(value: object, what: str, most: int) -> Pieces:
    document = members(value, {"bytes", "pieces", "sha256"}, what)
    size = decimal(document["bytes"], most + 1, f"{what}.bytes")
    listed = items(document["pieces"], f"{what}.pieces", -(-size // PIECE_BYTES))
    digests = tuple(_digest(each, f"{what}.pieces[{place}]") for place, each in enumerate(listed))
    return Pieces(size, _digest(document["sha256"], f"{what}.sha256"), digests)


def _digest(value: object, what: str) -> str:
    if not isinstance(value, str) or not is_hex(value, 32):
        raise ArtifactMalformed(f"{what} must be a SHA-256 in 64 lower-case hex digits", what=what)
    return value
