"""Whether the inputs determine every wire: what a walk along the rows leaves open, and why that is no harm."""

import re

from tests.circuits.audit.hunt import Hunt

HARMLESS: dict[str, str] = {
    r"UpTo#\d+.*\.taken\[\d+\]$|\.UpTo#\d+\.taken": "parts of a count: any that sum up to it prove it",
    r"\.part\[\d+\]\[\d+\]$": "parts of a range: any that sum up to the value prove it",
    r"\.half\[\d+\]$|\.span\[\d+\]$": "bits of max - min, of which the compiler merged two",
    r"\.BaseMultiple#\d+\.(t\[\d+\]|point\[\d+\]\[1\])$": "the prover's S, a part of the signature that he knows",
    r"[dD]elivery.*\.signed\[\d+\]$": "signs of the prover's own k: the rows of the digits tie them to it",
    r"Signature#\d+\.(signed\[\d+\]|high)$": "signs of h: the sums of its limbs tie them, `high` lies in its interval",
    r"\.BaseMultiple#\d+\.": "what follows from the prover's S",
    r"^main\.out\[[01]\]$": "a multiple of the generator that nothing asks for",
}
"""Reason by pattern of the wire's name."""


def open_wires(hunt: Hunt) -> dict[str, list[str]]:
    """Names of wires that have several values or none found, by reason; those without one under an empty reason."""
    names = {wire: name for name, wire in reversed(list(hunt.circuit.wires.names()))}
    found: dict[str, list[str]] = {}
    for wire in [*hunt.order["free"], *hunt.order["parts"]]:
        name = names[wire]
        reason = next((reason for pattern, reason in HARMLESS.items() if re.search(pattern, name)), "")
        found.setdefault(reason, []).append(name)
    return found


def unbound(hunt: Hunt) -> list[str]:
    """Inputs that stand in no row."""
    return [
        name
        for name, wires in hunt.input_wires.items()
        if name not in hunt.subject.idle and any(not hunt.touched(wire) for wire in wires)
    ]
