"""Looks for an evil witness: values that all rows accept and the oracle calls false."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.circuits.audit.subject import Inputs, Subject, places, read
from tests.circuits.compiled import Compiled
from tests.reference.field import R
from zkdata import _native
from zkdata.errors import StatementFalse

TRUTHS, DONORS = 8, 3
"""Truths that have to be accepted, and those of them that lies are made from."""
CHOSEN = re.compile(r"elivery(#\d+)?\.signed\[\d+\]$|\.(t\[\d+\]|point\[\d+\]\[1\]|high)$")
"""Wires that a hint gives: windows of a multiple of the generator, the high limb of a challenge, signs of k."""


@dataclass(frozen=True)
class Evidence:
    """How a lie got through, or a truth did not."""

    how: str
    tries: int


@dataclass
class Hunt:
    """One circuit, the subject's or a mutant of it."""

    subject: Subject
    circuit: Compiled
    honest: "Hunt | None" = None
    """The subject's own circuit, where this is a mutant's: what was determined first there is guessed first here."""
    dropped: tuple[int, ...] = ()
    """Rows that are taken out of it."""
    seed: int = 1
    tries: int = 0
    accepted: int = 0
    _truths: dict[int, bytes] = field(default_factory=dict)

    @cached_property
    def rows(self) -> _native.Rows:
        """The rows under attack."""
        rows = _native.Rows.open(self.circuit.directory / f"{self.circuit.stem}.r1cs")
        return rows.without(self.dropped) if self.dropped else rows

    @cached_property
    def input_wires(self) -> dict[str, list[int]]:
        """Wires of each input."""
        found = places(self.circuit, self.subject.inputs)
        return {name: [wire for _, wire in elements] for name, elements in found.items()}

    @cached_property
    def given(self) -> list[int]:
        """Wires of the inputs that the rows do not determine."""
        names = self.subject.computed
        return [wire for name, wires in self.input_wires.items() if name not in names for wire in wires]

    @cached_property
    def order(self) -> dict[str, list[int]]:
        """How the inputs determine the rest."""
        return self.rows.order(self.given, self.hints)

    @cached_property
    def hints(self) -> list[int]:
        """Wires to be taken as they are where nothing determines a wire, the best guess first."""
        wire_of = self.circuit.wires.wire_of
        chosen = [wire for name, wire in self.circuit.wires.names() if CHOSEN.search(name)]
        if self.honest is None:
            return chosen
        # A wire that the compiler takes out of the original was freed here, most likely.
        before = {wire: name for name, wire in reversed(list(self.honest.circuit.wires.names()))}
        named = (wire_of.get(before[wire], -1) for wire in self.honest.order["sequence"])
        old = [wire for wire in named if wire > 0]
        bound = [wire for name, wire in self.circuit.wires.names() if ".freed[" in name or name.endswith(".freed")]
        known = {*chosen, *old, *bound, *self.given}
        return [*chosen, *(wire for wire in range(1, self.rows.wire_count) if wire not in known), *old]

    def truth(self, seed: int) -> bytes:
        """The witness of a truth; StatementFalse where the circuit's own generator refuses it."""
        if seed not in self._truths:
            self._truths[seed] = self.circuit.wtns(self.subject.draw(seed))
        return self._truths[seed]

    @cached_property
    def values(self) -> list[int]:
        """Values of all wires in the first truth, which every lie is made from."""
        return self.circuit.values(self.truth(0))

    @cached_property
    def forger(self) -> _native.Forger:
        """The evil prover who starts from it."""
        return self.rows.forger(self.truth(0), self.given, self.hints)

    def evidence(self, tries: int) -> Evidence | None:
        """The first success of: a refused truth, lies in the inputs, an input beside itself, a free wire, any wire."""
        for seed in range(TRUTHS):
            try:
                witness = self.truth(seed)
            except StatementFalse:
                return Evidence(f"refuses the truth of seed {seed}", self.tries)
            if not self.circuit.accepts(witness):
                return Evidence(f"its rows refuse the truth of seed {seed}", self.tries)
            if self.is_lie(self.circuit.values(witness)):
                return Evidence(f"puts out a falsehood for seed {seed}", self.tries)
        lies = self.subject.lies()
        return (
            (None if self.dropped else self.told(lies))
            or self.untied()
            or self.nudged()
            or self.forged(tries)
            or self.forged_by_hand()
            or self.lied(lies, tries)
        )

    def told(self, lies: Sequence[Inputs]) -> Evidence | None:
        """False inputs, given to the circuit's own generator."""
        for place, lie in enumerate(lies):
            if self._puts_out_a_lie(reduced(lie)):
                return Evidence(f"accepts lie {place} in its inputs", self.tries)
        return None

    def untied(self) -> Evidence | None:
        """An input that can be exchanged in a finished witness, everything else as it was."""
        wires = [wire for wires in self.input_wires.values() for wire in wires]
        self.tries += len(wires)
        accepted = self.forger.accepts([{wire: (self.values[wire] + 1) % R} for wire in wires])
        loose = [wire for wire, fine in zip(wires, accepted, strict=True) if fine]
        idle = {wire for name in self.subject.idle for wire in self.input_wires[name]}
        return Evidence(f"input wire {loose[0]} stands in no row", self.tries) if set(loose) - idle else None

    def nudged(self) -> Evidence | None:
        """An input one more or one less, with the rest repaired."""
        for wire in self.given:
            for change in (1, -1):
                if self.repaired({wire: (self.values[wire] + change) % R}, change + 1):
                    return Evidence(f"accepts another {self.names([wire])}", self.tries)
        return None

    def forged(self, tries: int) -> Evidence | None:
        """Free wires first, then inputs, then any wire."""
        inputs = {wire for wires in self.input_wires.values() for wire in wires}
        groups = [wires for name, wires in self.input_wires.items() if wires and name not in self.subject.idle]
        free = [[wire] for wire in [*self.order["free"], *self.order["parts"]]]
        rest = [[wire] for wire in range(1, self.rows.wire_count) if wire not in inputs]
        freed = [[wire] for wire in self.order["free"] if wire not in self._free_before()]
        plans: list[tuple[list[list[int]], int]] = [
            (freed, tries // 3),
            (free, tries // 2),
            (groups, tries // 6),
            (rest, tries),
        ]
        for number, (targets, count) in enumerate(plans):
            seed = self.seed * 16 + number
            if targets and (found := self.fuzzed(targets, count, seed, self.subject.looks)):
                return found
        return None

    def fuzzed(self, targets: Sequence[Sequence[int]], count: int, seed: int, looks: int) -> Evidence | None:
        """Groups of wires with other values, the rest repaired; the oracle looks at so many of what is accepted."""
        done, accepted, examples = self.forger.fuzz(
            targets,
            count,
            inputs=sorted({wire for wires in self.input_wires.values() for wire in wires}),
            donors=[self.truth(seed) for seed in range(1, DONORS)],
            harmless=self.order["parts"],
            seed=seed,
            most=looks,
        )
        self.tries += done
        self.accepted += accepted
        for changes in self._new(examples):
            changed = list(self.values)
            for wire, value in changes.items():
                changed[wire] = value
            if self.is_lie(changed):
                return Evidence(f"accepts other values of {self.names(sorted(changes))}", self.tries)
        return None

    def _free_before(self) -> set[int]:
        """Wires of signals that are free in the original as well."""
        if self.honest is None:
            return set()
        free = {*self.honest.order["free"], *self.honest.order["parts"]}
        names = [name for name, wire in self.honest.circuit.wires.names() if wire in free]
        return {self.circuit.wires.wire_of.get(name, -1) for name in names}

    def lied(self, lies: Sequence[Inputs], tries: int) -> Evidence | None:
        """False inputs, given to the rows, with all the rest repaired."""
        for lie in lies if tries else ():
            pins = self.pins(lie)
            for turn in range(max(1, tries // len(lies))):
                if self.repaired(pins, turn):
                    return Evidence("accepts false inputs with the rest repaired", self.tries)
        return None

    def forged_by_hand(self) -> Evidence | None:
        """What somebody would try who knows what the circuit is about."""
        for place, pins in enumerate(self.subject.forgeries(self.circuit.wires.wire_of)):
            if self.repaired(pins, place):
                return Evidence(f"accepts forgery {place}", self.tries)
        return None

    def pins(self, told: Inputs) -> dict[int, int]:
        """Wires of the inputs that the rows do not determine, with these values."""
        names = [name for name in self.subject.inputs if name not in self.subject.computed]
        told = reduced(told)
        found = places(self.circuit, names).items()
        return {wire: _at(told[name], index) for name, elements in found for index, wire in elements}

    def repaired(self, pins: Mapping[int, int], seed: int, frozen: Sequence[int] = ()) -> bool:
        """Whether a lie comes of these values of wires, where the frozen ones stay."""
        self.tries += 1
        changed = {wire: value for wire, value in pins.items() if self.values[wire] != value}
        accepted, changes, _ = self.forger.repair(
            changed, [wire for wire in frozen if wire not in changed], seed=seed, rounds=8
        )
        self.accepted += accepted
        return accepted and self.is_lie([changes.get(wire, value) for wire, value in enumerate(self.values)])

    def unrepaired(self, pins: Mapping[int, int]) -> bool:
        """Whether these values can be exchanged in a finished witness, everything else as it was."""
        self.tries += 1
        return self.forger.accepts([pins])[0]

    def generated(self, pins: Mapping[int, int]) -> bool:
        """Whether the circuit's own generator makes a lie of these values of inputs."""
        inputs = read(
            self.circuit, self.subject.inputs, [pins.get(wire, value) for wire, value in enumerate(self.values)]
        )
        return self._puts_out_a_lie(inputs)

    def _puts_out_a_lie(self, inputs: Inputs) -> bool:
        self.tries += 1
        try:
            witness = self.circuit.wtns(inputs)
        except StatementFalse:
            return False
        accepted = self.circuit.accepts(witness)
        self.accepted += accepted
        return accepted and self.is_lie(self.circuit.values(witness))

    def is_lie(self, values: Sequence[int]) -> bool:
        """What the oracle says of a satisfying witness."""
        inputs = read(self.circuit, self.subject.inputs, values)
        return self.subject.judge(inputs, read(self.circuit, self.subject.outputs, values)) is False

    def touched(self, wire: int) -> bool:
        """Whether a wire stands in a row."""
        return wire in self._in_rows

    @cached_property
    def _in_rows(self) -> set[int]:
        return {wire for row in range(self.rows.count) for wire in self.rows.wires_of(row)}

    def names(self, wires: Mapping[int, Any] | Sequence[int], most: int = 4) -> str:
        """Names of some wires."""
        found = {wire: name for name, wire in reversed(list(self.circuit.wires.names()))}
        return ", ".join(found.get(wire, f"wire {wire}") for wire in list(wires)[:most])

    def _new(self, examples: Sequence[Mapping[int, int]]) -> Iterator[Mapping[int, int]]:
        """Those that change inputs and outputs in a way not seen yet; the oracle looks at nothing else."""
        seen = set()
        names = [*self.subject.inputs, *self.subject.outputs]
        visible = {wire for elements in places(self.circuit, names).values() for _, wire in elements}
        for changes in examples:
            shown = frozenset((wire, value) for wire, value in changes.items() if wire in visible)
            if shown and shown not in seen:
                seen.add(shown)
                yield changes


def _at(value: Any, index: Sequence[int]) -> int:
    for place in index:
        value = value[place]
    return int(value)


def reduced(value: Any) -> Any:
    """Numbers as field elements, however they are nested."""
    if isinstance(value, Mapping):
        return {name: reduced(inner) for name, inner in value.items()}
    return value % R if isinstance(value, int) else [reduced(inner) for inner in value]
