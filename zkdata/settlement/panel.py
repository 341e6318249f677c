"""The panel of a request: keepers of the ciphertext and a gate, who have to agree before a claim is released."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zkdata.capsule.hashing import keccak256
from zkdata.errors import ParametersInvalid
from zkdata.settlement.chain import checksummed, encoded

MOST_KEEPERS = 16
ZERO_ADDRESS = "0x" + "00" * 20
ZERO_WORD = bytes(32)
_TYPE = "(address[],uint8,address)"


@dataclass(frozen=True, slots=True)
class Panel:
    """`IDataEscrow.Panel`. Without keepers and gate nobody has to agree."""

    keepers: tuple[str, ...] = ()
    """Accounts, ascending."""
    needed: int = 0
    """How many of them have to sign."""
    gate: str = ZERO_ADDRESS

    def __init__(self, keepers: Sequence[str] = (), needed: int = 0, gate: str = ZERO_ADDRESS) -> None:
        ordered = tuple(sorted((checksummed(each) for each in keepers), key=_number))
        object.__setattr__(self, "keepers", ordered)
        object.__setattr__(self, "needed", needed)
        object.__setattr__(self, "gate", checksummed(gate))
        if len(ordered) > MOST_KEEPERS or len(set(ordered)) != len(ordered) or ZERO_ADDRESS in ordered:
            _refuse(f"at most {MOST_KEEPERS} keepers, each once, and not the zero address", "keepers")
        if not (1 <= needed <= len(ordered) or needed == len(ordered) == 0):
            _refuse("between one and all of the keepers have to sign, and 0 where there are none", "needed")

    @property
    def nobody(self) -> bool:
        """Whether nobody is asked."""
        return not self.keepers and self.gate == ZERO_ADDRESS

    @property
    def least(self) -> int:
        """How many approvers there are at least."""
        return self.needed + (self.gate != ZERO_ADDRESS)

    @property
    def hash(self) -> bytes:
        """What the request says of it: zero where nobody is asked."""
        return ZERO_WORD if self.nobody else keccak256(encoded([_TYPE], [self.parameters]))

    @property
    def parameters(self) -> tuple[Any, ...]:
        """In the order of the contract's fields."""
        return ([*self.keepers], self.needed, self.gate)


def approvers_hash(approvers: Sequence[str]) -> bytes:
    """keccak256(abi.encode(address[])) of those who agreed; zero for nobody."""
    return keccak256(encoded(["address[]"], [list(approvers)])) if approvers else ZERO_WORD


def _number(address: str) -> int:
    return int(address, 16)


def _refuse(rule: str, parameter: str) -> None:
    raise ParametersInvalid(f"panel: {rule}; name others", parameter=parameter)
