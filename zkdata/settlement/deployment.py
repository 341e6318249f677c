"""What was deployed, and where: the document by which everybody on a market names the same contracts and keys."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from zkdata.capsule.atomic_file import read_text, write_public
from zkdata.capsule.canonical_json import from_text, items, members, to_text
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, ChainMismatch
from zkdata.proof.circuit import Circuit
from zkdata.proof.verifier import Verifier
from zkdata.settlement.chain import Chain
from zkdata.settlement.escrow import Escrow
from zkdata.settlement.registry import DeviceRegistry

FORMAT = "zkdata.deployment"
VERSION = "1"
MAX_BYTES = 2**16
_KEYS = ("chain", "escrow", "format", "registry", "token", "verifiers", "version")
_VERIFIER = ("address", "circuit", "vkey")


@dataclass(frozen=True, slots=True)
class Listed:
    """A verifier that the escrow lists."""

    circuit: str
    address: str
    vkey: str
    """SHA-256 of the verification key's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Addresses on one chain. They are believed only where the code there is ours, see `escrow_on`."""

    chain: str
    """Chain id and hash of its first block."""
    escrow: str
    registry: str
    verifiers: tuple[Listed, ...]
    token: str = ""
    """The trial token, where there is one."""

    @classmethod
    def of(cls, escrow: Escrow, registry: DeviceRegistry, token: str = "") -> Self:
        """What was just deployed."""
        listed = (
            Listed(verifier.circuit.name, address, _digest(verifier)) for address, verifier in escrow.verifiers.items()
        )
        return cls(
            chain=escrow.chain.node.identity,
            escrow=escrow.address,
            registry=registry.address,
            verifiers=tuple(listed),
            token=token,
        )

    def escrow_on(self, chain: Chain) -> Escrow:
        """The escrow, with every verifier whose key is here; refused unless code and keys are the ones we would deploy.

        Nobody's money or proof should go to other ones. A circuit without a key here is left out: fetch its keys.
        """
        self._check_chain(chain)
        return Escrow.attach(chain, self.escrow, self._keys())

    def registry_on(self, chain: Chain) -> DeviceRegistry:
        """The registry; refused unless its code is the one that we would deploy."""
        self._check_chain(chain)
        return DeviceRegistry.attach(chain, self.registry)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it in one step, replacing an older one."""
        verifiers = [{"address": each.address, "circuit": each.circuit, "vkey": each.vkey} for each in self.verifiers]
        body = {"chain": self.chain, "escrow": self.escrow, "registry": self.registry, "token": self.token}
        text = to_text({**body, "format": FORMAT, "version": VERSION, "verifiers": verifiers})
        write_public(path, (text + "\n").encode())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read one; ArtifactMalformed for anything else."""
        text = read_text(path, MAX_BYTES, "the deployment").removesuffix("\n")
        document = members(from_text(text, "the deployment"), _KEYS, "the deployment")
        if (document["format"], document["version"]) != (FORMAT, VERSION):
            raise ArtifactMalformed(f"{path} is no deployment of version {VERSION}; name another file", path=str(path))
        listed = [members(each, _VERIFIER, "a verifier") for each in items(document["verifiers"], "verifiers")]
        names = ("chain", "escrow", "registry", "token")
        texts = [*(document[name] for name in names), *(value for each in listed for value in each.values())]
        if not all(isinstance(each, str) for each in texts):
            raise ArtifactMalformed(f"{path}: addresses, names and digests are texts", path=str(path))
        return cls(
            **{name: document[name] for name in names},
            verifiers=tuple(Listed(each["circuit"], each["address"], each["vkey"]) for each in listed),
        )

    def _check_chain(self, chain: Chain) -> None:
        if self.chain != chain.node.identity:
            raise ChainMismatch(
                f"this deployment is on chain {self.chain}, the node is on {chain.node.identity}; name a node of it",
                expected=self.chain,
                got=chain.node.identity,
            )

    def _keys(self) -> Mapping[str, Verifier]:
        found = {}
        for each in self.verifiers:
            circuit = Circuit.named(each.circuit)
            if not circuit.artifact("vkey.json").is_file():
                continue
            verifier = Verifier(circuit)
            if _digest(verifier) != each.vkey:
                raise ArtifactMismatch(
                    f"the key of {each.circuit} here is not the one that was deployed; fetch the deployed one's keys",
                    circuit=each.circuit,
                    expected=each.vkey,
                    got=_digest(verifier),
                )
            found[each.address] = verifier
        return found


def _digest(verifier: Verifier) -> str:
    return hashlib.sha256(str(verifier.vkey).encode()).hexdigest()
