"""When a setup is one that strangers may pay on. Nothing on the command line or in the environment changes it.

What stays a matter of trust: that not all of the named contributors are one, or kept their secrets together.
"""

from dataclasses import dataclass
from typing import Any

from ..errors import ArtifactMismatch, SetupInsecure
from .ceremony import checked_chain
from .circuit import Circuit
from .contribution import constants_digest
from .groth16 import key_points
from .phase_one import pinned
from .setup_manifest import SetupManifest

LEAST_CONTRIBUTORS = 3
"""Distinct names, each with a key of its own. Nobody forges unless all of them kept their secret."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """Who a setup rests on."""

    phase_one: str
    contributors: tuple[str, ...]
    beacon: str | None
    """The value of the beacon that ended it, where there was one."""


def check_setup(circuit: Circuit, vkey: str, manifest: SetupManifest | None) -> Trusted:
    """Return who the key of this text rests on, if strangers may pay on it. SetupInsecure; ArtifactMismatch where the
    manifest is about another circuit or key; SignatureRejected."""
    if manifest is None:
        message = f"{circuit.name} has a development key, with which its maker can forge: local chains alone take it. "
        raise SetupInsecure(message + "Finish a setup (docs/how-to/run-a-ceremony.md), or fetch its keys", kind="none")
    manifest.check()
    _check_about(circuit, vkey, manifest)
    points = key_points(vkey)
    phase_one = pinned(points)
    said = manifest.phase_one
    if (said.name, said.alpha, said.beta) != (phase_one, *points[:2]):
        raise SetupInsecure("the manifest names another phase 1 than the key has; it is not this key's", kind="phase1")
    chain = check_signed(manifest, vkey)
    check_contributors(manifest)
    names = tuple(each.name for each in manifest.contributions)
    beacons = [each["beacon"].hex() for each in chain if each["beacon"] is not None]
    return Trusted(phase_one, names, beacons[-1] if beacons else None)


def check_contributors(manifest: SetupManifest) -> None:
    """Return if enough people took part, by distinct names and distinct keys. SetupInsecure."""
    names = {each.name.casefold() for each in manifest.contributions}
    distinct = min(len(names), len({each.contributor for each in manifest.contributions}))
    if distinct < LEAST_CONTRIBUTORS:
        message = f"{distinct} contributors signed for this key, and {LEAST_CONTRIBUTORS} distinct ones are asked for; "
        raise SetupInsecure(message + "have others contribute", found=distinct, expected=LEAST_CONTRIBUTORS)


def _check_about(circuit: Circuit, vkey: str, manifest: SetupManifest) -> None:
    same = {"circuit": manifest.circuit == circuit.name, "r1cs": manifest.r1cs == circuit.digest}
    for name, holds in {**same, "verification key": manifest.is_of(vkey)}.items():
        if not holds:
            message = f"the setup manifest is about another {name} than the one of {circuit.name} here; get its own"
            raise ArtifactMismatch(message, what=name)


def check_signed(manifest: SetupManifest, vkey: str) -> list[Any]:
    """The contributions up to this key's delta, each but a beacon signed by somebody upon this key's constants."""
    chain, constants = checked_chain(bytes.fromhex(manifest.transcript), vkey), constants_digest(key_points(vkey))
    signed = {each.number: each for each in manifest.contributions}
    if len(signed) != len(manifest.contributions):
        raise SetupInsecure("two signatures are for one contribution; take the one of its contributor")
    for number, each in enumerate(chain, 1):
        word = signed.pop(number, None)
        if each["kind"] == "beacon":
            if word is not None:
                raise SetupInsecure(f"contribution {number} is a beacon, and nobody's", number=number)
        elif word is None:
            message = f"nobody signed for contribution {number}, {each['name']!r}; ask its contributor"
            raise SetupInsecure(message, number=number, name=each["name"])
        elif (word.name, word.hash, word.constants) != (each["name"], each["hash"].hex(), constants):
            message = (
                f"contribution {number}, {each['name']!r}, was signed by {word.name!r} for another key; ask him again"
            )
            raise SetupInsecure(message, number=number, name=word.name)
    if signed:
        raise SetupInsecure(f"the key has no contribution {min(signed)}, which somebody signed", number=min(signed))
    return chain
