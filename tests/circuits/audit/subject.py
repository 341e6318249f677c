"""A circuit under attack: its source, true inputs, lies, and the oracle that tells them apart."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.circuits.compiled import Compiled, compiled
from zkdata.catalogue import CIRCUITS

Inputs = dict[str, Any]
"""Integers or nested lists of integers by signal name; so are outputs."""

Judge = Callable[[Inputs, Inputs], bool | None]
"""Whether these outputs are those of the inputs; None where the head of the gadget assumes what does not hold."""

_PLACE = re.compile(r"^main\.(\w+)((?:\[\d+\])*)$")


@dataclass(frozen=True)
class Subject:
    """A main component with everything that is needed to attack it."""

    name: str
    include: str
    """The file that it includes."""
    templates: tuple[str, ...]
    """Templates that it answers for: their mutants are judged by it."""
    body: str
    """Statements of its template; signals declared here are inputs and outputs."""
    draw: Callable[[int], Inputs]
    """True inputs, by seed."""
    judge: Judge
    lies: Callable[[], Sequence[Inputs]] = field(default=lambda: ())
    """False inputs that are worth a try."""
    forgeries: Callable[[Mapping[str, int]], Iterator[dict[int, int]]] = field(default=lambda _: iter(()))
    """Values of wires, by their names, that somebody who knows what the circuit is about would try."""
    computed: tuple[str, ...] = ()
    """Inputs that the rows determine from the others."""
    idle: tuple[str, ...] = ()
    """Inputs of which many values are true beside the same others, so that a change says nothing."""
    tries: int = 1500
    """Random tries at a mutant of it."""
    looks: int = 48
    """Accepted tries that the oracle looks at, for each round of tries: many where most of them are true."""
    opened: tuple[tuple[str, str], ...] = ()
    """Text of the included file and what stands there instead: what a hash hides from an attack is made an input."""

    @property
    def main(self) -> str:
        """The source; every input is public, so the compiler takes none out."""
        inputs = ", ".join(re.findall(r"signal input (?:\{\w+\} )?(\w+)", self.body))
        return (
            f'pragma circom 2.2.3;\ninclude "{self.include}";\ninclude "lib/ranges.circom";\n'
            f"template Subject() {{\n{self.body}\n}}\ncomponent main {{public [{inputs}]}} = Subject();\n"
        )

    def compiled(self, replaced: Mapping[str, str] | None = None, level: str = "--O2") -> Compiled:
        """It against circuits/, in which some files are exchanged."""
        sources = dict(replaced or {})
        for old, new in self.opened:
            text = sources.get(self.include) or (CIRCUITS / self.include).read_text()
            assert old in text, f"{self.name}: a line to be opened is not there"
            sources[self.include] = text.replace(old, new)
        return compiled(self.main, level, sources)

    @property
    def inputs(self) -> list[str]:
        """Names of its inputs."""
        return re.findall(r"signal input (\w+)", self.body)

    @property
    def outputs(self) -> list[str]:
        """Names of its outputs."""
        return re.findall(r"signal output (\w+)", self.body)


def places(circuit: Compiled, names: Sequence[str]) -> dict[str, list[tuple[tuple[int, ...], int]]]:
    """Index and wire of every element of signals of the main component."""
    found: dict[str, list[tuple[tuple[int, ...], int]]] = {name: [] for name in names}
    for name, wire in circuit.wires.names():
        match = _PLACE.match(name)
        if match and match[1] in found:
            index = tuple(int(place) for place in re.findall(r"\d+", match[2]))
            found[match[1]].append((index, wire))
    return found


def read(circuit: Compiled, names: Sequence[str], values: Mapping[int, int] | Sequence[int]) -> Inputs:
    """Signals of the main component by name, nested as declared."""
    signals: Inputs = {}
    for name, elements in places(circuit, names).items():
        for index, wire in elements:
            _put(signals, (name, *index), values[wire])
    return {name: _listed(value) for name, value in signals.items()}


def _put(signals: Inputs, path: tuple[Any, ...], value: int) -> None:
    here: dict[Any, Any] = signals
    for step in path[:-1]:
        here = here.setdefault(step, {})
    here[path[-1]] = value


def _listed(value: Any) -> Any:
    return [_listed(value[index]) for index in sorted(value)] if isinstance(value, dict) else value
