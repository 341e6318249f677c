"""Ceremonies of phase 1 that keys may come from: alpha and beta of each, as every key made from it carries them.

Whoever makes a key alone chooses alpha and beta, and forges with them. A key with these was made from powers of tau
that many people made together, and nobody forges with it unless all of them kept their part.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import SetupInsecure
from .points import G1, G2, KeyPoints


@dataclass(frozen=True, slots=True)
class PhaseOne:
    """One ceremony."""

    alpha: G1
    beta: G2


PINNED: Mapping[str, PhaseOne] = {
    # Of powersOfTau28_hez_final.ptau and of each file that was cut from it: 54 contributions and a beacon.
    "Hermez, powersOfTau28_hez_final": PhaseOne(
        alpha=(
            20491192805390485299153009773594534940189261866228447918068658471970481763042,
            9383485363053290200918347156157836566562967994039712273449902621266178545958,
        ),
        beta=(
            (
                6375614351688725206403948262868962793625744043794305715222011528459656738731,
                4252822878758300859123897981450591353533073413197771768651442665752259397132,
            ),
            (
                10505242626370262277552901082094356697409835680220590971873171140371331206856,
                21847035105528745403288232691147584728191162732299865338377159692350059136679,
            ),
        ),
    ),
}


def pinned(points: KeyPoints) -> str:
    """Which ceremony the key of these points was made from; SetupInsecure for none of the list."""
    found = PhaseOne(*points[:2])
    for name, each in PINNED.items():
        if each == found:
            return name
    message = "alpha and beta of this key are of no phase 1 that is known, so its maker can forge; make keys from "
    raise SetupInsecure(message + f"the powers of {', '.join(PINNED)}", element="vk_alpha_1")
