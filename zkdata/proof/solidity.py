"""Writes the Solidity verifier of one verification key: our own template, one file that stands alone."""

import re
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Self

from zkdata.capsule.hashing import keccak256
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, SetupInsecure

from .circuit import Circuit
from .points import KeyPoints

VALUE_BITS = (48, 128)
"""Widths of a limb: 128 bits where the schema has a digest."""

INPUTS = 3
"""Of a claim: M, x and y, which its values are compressed to."""

MOST_INPUTS = 64
"""A contract's code has 24,576 bytes at most, and each input takes about 200."""

CONTRACT = "ClaimVerifier"
"""Name of what is deployed."""

DEVELOPMENT = "00" * 32
"""In place of a setup's digest, where nobody but one party made the key."""

TEMPLATE = Path(__file__).with_name("verifier.sol.template")

ADDITION, MULTIPLICATION, PAIR, PAIRING = 190, 7500, 42500, 56250
"""Gas of precompiles: by EIP-1108 150, 6000, 34000 a pair and 45000, and a quarter; a failing one eats all it gets."""

_COUNTS = Template("""
    /// @notice V: how many public values the circuit compresses into M, x and y.
    function valueCount() external pure returns (uint256) {
        return $values;
    }

    /// @notice T: how many ciphertext words the circuit's shape has.
    function wordCount() external pure returns (uint256) {
        return $words;
    }

    /// @notice W: how many bits the circuit's limbs have.
    function valueBits() external pure returns (uint256) {
        return $bits;
    }
""")


@dataclass(frozen=True, slots=True)
class ClaimCounts:
    """What an escrow asks a claim's verifier: values, ciphertext words, and bits of a limb."""

    values: int
    words: int
    bits: int

    @classmethod
    def of(cls, circuit: Circuit) -> Self | None:
        """Those of a circuit of the catalogue; None where it proves a statement without compression."""
        if not circuit.compressed:
            return None
        return cls(len(circuit.values), circuit.layout.word_count, circuit.layout.bits)

    def check(self) -> None:
        """ArtifactMismatch for counts that no circuit has."""
        if min(self.values, self.words) < 1:
            raise ArtifactMismatch(
                f"a claim has at least one value and one word, not {self.values} and {self.words}",
                value_count=self.values,
                word_count=self.words,
            )
        if self.bits not in VALUE_BITS:
            raise ArtifactMismatch(
                f"limbs have 48 or 128 bits, not {self.bits}: export for the layout of the key's own circuit",
                value_bits=self.bits,
            )


def verifier_source(
    points: KeyPoints, *, contract_name: str, claim: ClaimCounts | None = None, manifest: str = DEVELOPMENT
) -> str:
    """Solidity source of the verifier under a checked key: of claims of these counts, or of a statement, whose public
    values are the key's inputs. `manifest` is the digest of the key's setup, in hex.

    ArtifactMismatch for a key that does not have the inputs of a claim, or too many, SetupInsecure for a degenerate
    one, ArtifactMalformed for a name that is no Solidity identifier.
    """
    inputs = len(points[4]) - 1
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", contract_name):
        raise ArtifactMalformed(
            f"{contract_name!r} cannot name a contract: use letters, digits and _, not starting with a digit",
            name=contract_name,
        )
    if claim is not None and inputs != INPUTS:
        raise ArtifactMismatch(
            f"a claim verifier has {INPUTS} inputs (M, x, y), this key has {inputs}: export the key of a circuit from"
            " the catalogue",
            expected=INPUTS,
            got=inputs,
        )
    if not 1 <= inputs <= MOST_INPUTS:
        raise ArtifactMismatch(
            f"a contract takes 1 to {MOST_INPUTS} inputs, this key has {inputs}: compress them as claims do",
            expected=MOST_INPUTS,
            got=inputs,
        )
    if claim is not None:
        claim.check()
    _refuse_degenerate(points)
    constants = _constants(points)
    text = "".join(f"{value:064x}" for value in constants.values())
    lines = [f"    uint256 private constant {name} = 0x{value:064x};" for name, value in constants.items()]
    return Template(TEMPLATE.read_text()).substitute(
        _gas(inputs),
        name=contract_name,
        inputs=inputs,
        about=f"for claims of {claim.values} values and {claim.words} ciphertext words, with limbs of {claim.bits} bits"
        if claim
        else f"for statements of {inputs} public values",
        implemented="\n/// Implements IClaimVerifier." if claim else "",
        meaning="M, x and y; what they stand for is for the caller to compute"
        if claim
        else "the public values of the statement, in the order of the catalogue",
        key="0x" + keccak256(bytes.fromhex(text)).hex(),
        constants="\n".join(lines),
        manifest=f"0x{manifest}",
        counts=_COUNTS.substitute(values=claim.values, words=claim.words, bits=claim.bits) if claim else "",
        checks=_checks(inputs, 0x04, 0x104, 12),
        batch_checks=_checks(inputs, "points", "publics", 16),
        sums=_sums(inputs),
        batch_sums="\n".join(_batch_sums(inputs)),
        stride=f"0x{32 * inputs:x}",
        scalar_bytes=f"0x{32 * (inputs + 1):x}",
        zero_bytes=f"0x{32 * (inputs + 1) + 0xA0 + 3 * 0xC0:x}",
    )


def circuit_verifier(circuit: Circuit, points: KeyPoints, manifest: str = DEVELOPMENT) -> str:
    """The source that is deployed for a circuit's key, and that its setup manifest names."""
    return verifier_source(points, contract_name=CONTRACT, claim=ClaimCounts.of(circuit), manifest=manifest)


def _constants(points: KeyPoints) -> dict[str, int]:
    alpha, beta, gamma, delta, combination = points
    constants: dict[str, int] = {}
    for name, (x, y) in {"ALPHA": alpha, **{f"IC_{i}": point for i, point in enumerate(combination)}}.items():
        constants |= {f"{name}_X": x, f"{name}_Y": y}
    for name, ((x_re, x_im), (y_re, y_im)) in {"BETA": beta, "GAMMA": gamma, "DELTA": delta}.items():
        constants |= {f"{name}_X_IMAGINARY": x_im, f"{name}_X_REAL": x_re}
        constants |= {f"{name}_Y_IMAGINARY": y_im, f"{name}_Y_REAL": y_re}
    return constants


def _gas(inputs: int) -> dict[str, int]:
    """What is given to precompiles, and what has to be there before the first call."""
    term = ADDITION + MULTIPLICATION
    four = (PAIRING + 4 * PAIR) * 64 // 63
    once = (PAIRING + 3 * PAIR) * 64 // 63 + inputs * term + 2 * MULTIPLICATION
    return {
        "addition": ADDITION,
        "multiplication": MULTIPLICATION,
        "pair": PAIR,
        "pairing": PAIRING,
        "needed": inputs * term + four + 7000 + 200 * inputs,
        "once": once + 7000 + 200 * inputs,
        "each": PAIR * 64 // 63 + term + MULTIPLICATION + 3000 + 400 * inputs,
    }


def _checks(inputs: int, proof: str | int, public: str | int, indent: int) -> str:
    """Coordinates below Q, inputs below R, and no point at infinity: -A.y = Q - A.y then needs no reduction."""
    word = [f"calldataload({_at(proof, 32 * i)})" for i in range(8)]
    parts = [f"lt({place}, Q)" for place in word]
    parts += [f"lt(calldataload({_at(public, 32 * i)}), R)" for i in range(inputs)]
    lines = [f"let {name} := or({word[2 * i]}, {word[2 * i + 1]})" for i, name in enumerate(("a", "b0", "b1", "c"))]
    lines.append("sound := iszero(or(iszero(a), or(iszero(or(b0, b1)), iszero(c))))")
    for i in range(0, len(parts), 2):
        pair = f"and({parts[i]}, {parts[i + 1]})" if i + 1 < len(parts) else parts[i]
        lines.append(f"sound := and(sound, {pair})")
    return "\n".join(" " * indent + line for line in lines)


def _sums(inputs: int) -> str:
    """The combination of IC, an input at a time: a term behind the sum, then their sum.

    A precompile that answers once is there, so its first answer alone is measured.
    """
    lines = []
    for i in range(inputs):
        product = "staticcall(MULTIPLICATION_GAS, 7, 0x240, 0x60, 0x240, 0x40)"
        total = "staticcall(ADDITION_GAS, 6, 0x200, 0x80, 0x200, 0x40)"
        lines += [f"mstore(0x240, IC_{i + 1}_X)", f"mstore(0x260, IC_{i + 1}_Y)"]
        # Where the inputs begin is known; the compiler wants the parameter used once.
        lines += [f"mstore(0x280, calldataload({_at(0x104, 32 * i) if i else 'inputs'}))"]
        if i == 0:
            lines += [f"answered := and(eq(returndatasize(), 0x40), {product})"]
            lines += ["answered := and(", "    answered,", f"    and(eq(returndatasize(), 0x40), {total})", ")"]
        else:
            lines += [f"answered := and(answered, {product})", f"answered := and(answered, {total})"]
    return "\n".join(" " * 12 + line for line in lines)


def _batch_sums(inputs: int) -> list[str]:
    return [
        f"            answered := and(addProduct(sum, IC_{i}_X, IC_{i}_Y, mload(add(scalars, 0x{32 * i:x}))), answered)"
        for i in range(1, inputs + 1)
    ]


def _at(base: str | int, offset: int) -> str:
    if isinstance(base, int):
        return f"0x{base + offset:02x}"
    return f"add({base}, 0x{offset:02x})" if offset else base


def _refuse_degenerate(points: KeyPoints) -> None:
    """A last look at what goes on chain for ever; the native core has checked curves and subgroups."""
    alpha, beta, gamma, delta, combination = points
    twists = (beta, gamma, delta)
    if (0, 0) in (alpha, *combination) or ((0, 0), (0, 0)) in twists:
        raise SetupInsecure("the verification key has a point at infinity; take one from an honest setup")
    if gamma == delta:
        raise SetupInsecure("the verification key has gamma = delta, so anyone can forge; finish its phase 2")
