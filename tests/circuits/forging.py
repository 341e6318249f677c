"""How a lie is tried: a twin makes the witness, its own rows accept it, and the honest rows judge it."""

from collections.abc import Mapping

from tests.circuits.compiled import Compiled
from zkdata.proof.inputs import Input


def refusals(honest: Compiled, twin: Compiled, lie: Mapping[str, Input]) -> list[set[str]]:
    """For every row of the honest circuit that refuses the lie, the names of the signals in it; empty if none does."""
    wtns = twin.wtns(lie)
    assert twin.accepts(wtns), "the twin refuses as well, so this lie is about another row than those taken out"
    carried = honest.wires.carry(twin.values(wtns), twin.wires, honest.rows.wire_count)
    name_of = {wire: name for name, wire in honest.wires.names()}
    return [
        {name_of[wire] for side in honest.rows.rows[index] for wire in side if wire}
        for index in honest.rows.violated(carried)
    ]


def refused_only_by(found: list[set[str]], part: str) -> bool:
    """Whether rows refuse, and each of them has a signal whose name contains `part`."""
    return bool(found) and all(any(part in name for name in names) for names in found)
