"""The contracts that check proofs of one key each, as an escrow lists them and a request names them.

Off local chains there is no judge whose key did not come from a setup that strangers may pay on: nothing is deployed,
posted or claimed with another.
"""

from dataclasses import dataclass
from typing import Self

from zkdata.errors import ArtifactMismatch, VerifierUnknown
from zkdata.proof import signals
from zkdata.proof.groth16 import key_points
from zkdata.proof.request import Request
from zkdata.proof.setup_policy import check_setup
from zkdata.proof.solidity import CONTRACT, DEVELOPMENT, ClaimCounts, circuit_verifier
from zkdata.proof.verifier import Verifier
from zkdata.settlement.chain import Chain
from zkdata.settlement.contract import Contract
from zkdata.settlement.contracts import Compiled, compile_verifier, verifier_code_hash

_WIDTH = {"type": "function", "name": "valueBits", "inputs": [], "outputs": [{"type": "uint256"}]}
_ANY = Compiled("a verifier", ({**_WIDTH, "stateMutability": "view"},), b"", "")
"""What every verifier of claims answers, whatever its key."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A verifier, and the contract that says the same on the chain."""

    verifier: Verifier
    contract: Contract

    def __post_init__(self) -> None:
        _check_key(self.contract.chain, self.verifier)

    @classmethod
    def deploy(cls, chain: Chain, verifier: Verifier, *, sender: str | None = None) -> Self:
        """Deploy the contract of this key."""
        _check_key(chain, verifier)
        return cls(verifier, chain.deploy(_compiled(verifier), sender=sender))

    @classmethod
    def at(cls, chain: Chain, address: str, verifier: Verifier) -> Self:
        """One that is there already; VerifierUnknown unless it is, to the byte, what we would deploy."""
        ours = _compiled(verifier)
        contract = chain.at(ours, address)
        if chain.code(address) != chain.runtime_code(ours):
            raise VerifierUnknown(
                "the contract at this address does not check proofs of this key; ask for the key it was deployed with",
                verifier=contract.address,
            )
        return cls(verifier, contract)

    @property
    def address(self) -> str:
        """What a request names."""
        return self.contract.address

    def fits(self, request: Request) -> bool:
        """Whether the circuit has the limbs that the request bounds."""
        circuit = self.verifier.circuit
        due = signals.BOUNDS + 2 * len(request.bounds)
        return len(circuit.values) == due and circuit.layout.bits == request.bits


def limb_bits(chain: Chain, address: str) -> int:
    """How wide the limbs are of which this verifier contract, of whatever key, takes claims."""
    return int(chain.at(_ANY, address).call("valueBits"))


def _check_key(chain: Chain, verifier: Verifier) -> None:
    """SetupInsecure where strangers may not pay on this key, and could."""
    if not chain.local:
        check_setup(verifier.circuit, str(verifier.vkey), verifier.setup)


def _compiled(verifier: Verifier) -> Compiled:
    """What we deploy for this key; ArtifactMismatch where its setup's manifest says that it is something else."""
    circuit, setup = verifier.circuit, verifier.setup
    if ClaimCounts.of(circuit) is None:
        raise VerifierUnknown(
            f"an escrow takes claims only, and {circuit.name} proves something else", circuit=circuit.name
        )
    source = circuit_verifier(circuit, key_points(str(verifier.vkey)), setup.digest if setup else DEVELOPMENT)
    if setup is not None and setup.code != (found := verifier_code_hash(source)):
        raise ArtifactMismatch(
            f"the setup manifest of {circuit.name} is about another verifier contract than this zkdata writes",
            expected=setup.code,
            found=found,
        )
    return compile_verifier(source, CONTRACT)
