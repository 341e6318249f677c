"""Mutants of the Circom sources: one statement weakened, dropped, widened or tied to something else at a time.

    weaken    x <== y        x <-- y: the value is computed, and bound by nothing
    drop      x === y        gone
    remove    T()(x);        a check whose result nobody reads, gone
    widen     Ranged(n)      Ranged(n + 1), and the like
    cut       H([a, b])      H([0, b]): an input, a wire between components or a summand tied to nothing
    shift     a + 1          a: one more or less
    retag     TAG_X()        TAG_X() + 1
    swap      H([a, b])      H([b, a])
    sign      a + b          a - b, and the other way round
    unsum     sum += a;      gone

A statement inside loops is also mutated in their first, middle and last turn alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zkdata.catalogue import CIRCUITS

_TEMPLATE = re.compile(r"^template (\w+)\(([^)]*)\)", re.MULTILINE)
_LOOP = re.compile(r"^\s*for \(var (\w+) = (.+?); \1 (<|>=) (.+?); \1(\+\+|--)\) \{$")
_ASSIGN = re.compile(r"^(\s*)(signal (?:output )?(?:\{\w+\} )?)?([\w.]+)((?:\[[^<]*\])?) <== (.+);$", re.DOTALL)
_CALL = re.compile(r"\w+\([^;]*\)\(")
_CHECK = re.compile(r"^(\s*)(?:_ <== )?(\w+\(.*\)\(.*\));$", re.DOTALL)
_WIDTH = re.compile(r"\b(Ranged|RangedAll|RangedTable|Bits|UpTo|Boolean)\(([^()]*(?:\(\))?[^(),]*)(?=[,)])")
_ELEMENT = re.compile(r"\[([^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]\)")
_ONE = re.compile(r" ([+-]) 1\b(?! \*)")
_TAG = re.compile(r"\bTAG_\w+\(\)")
_SIGN = re.compile(r" ([+-]) (?!1\b(?! \*))")
_SUM = re.compile(r"^\s*\w+ \+= [^;]*;$")


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    file: str
    template: str
    line: int
    change: str
    text: str
    """The whole file, changed."""

    @property
    def name(self) -> str:
        """Stable as long as the file is."""
        return f"{self.file}:{self.template}:{self.line} {self.change}"

    @property
    def sources(self) -> dict[str, str]:
        """What `compiled` takes."""
        return {self.file: self.text}


@dataclass(frozen=True)
class _Statement:
    start: int
    end: int
    text: str
    loops: tuple[tuple[str, str, str], ...]
    """Variable, first and last value of every loop around it."""


def mutants(file: str) -> Iterator[Mutant]:
    """All of a file of circuits/, in the order of its lines."""
    text = (CIRCUITS / file).read_text()
    for match in _TEMPLATE.finditer(text):
        end = text.index("\n}", match.start())
        for statement in _statements(text, text.index("{", match.end()) + 1, end):
            line = text.count("\n", 0, statement.start) + 1
            for change, instead in _changes(statement, text[match.start() : end]):
                changed = text[: statement.start] + instead + text[statement.end :]
                yield Mutant(file, match[1], line, change, changed)


def _statements(text: str, start: int, end: int) -> Iterator[_Statement]:
    """Statements that end in a semicolon, a line or more each, with the loops around them."""
    position, loops, braces = start, [], []
    pending: int | None = None
    for line in text[start:end].splitlines(keepends=True):
        code = re.sub(r"//.*", "", line).rstrip()
        begin, position = position, position + len(line)
        if not code.strip():
            continue
        if pending is None and (code.endswith("{") or code.strip().startswith("}")):
            if code.strip().startswith("}") and braces.pop():
                loops.pop()
            if code.endswith("{"):
                loop = _LOOP.match(code)
                braces.append(loop is not None)
                if loop:
                    name, first, sense, bound, _ = loop.groups()
                    loops.append((name, first, f"({bound}) - 1" if sense == "<" else bound))
            continue
        pending = begin if pending is None else pending
        if code.endswith(";"):
            comment = re.sub(r"\s*//.*", "", text[pending:position].rstrip("\n"))
            yield _Statement(pending, position, comment, tuple(loops))
            pending = None


def _changes(statement: _Statement, template: str) -> Iterator[tuple[str, str]]:
    """What becomes of a statement: the kind of change, and the text instead of it."""
    for change, instead in _whole(statement.text, template):
        yield change, instead + "\n"
        yield from _turns(statement, change, instead)
    text = statement.text
    if _SUM.match(text):
        yield "unsum", "\n"
        yield from _turns(statement, "unsum", "// removed")
        return
    if "<==" not in text and "===" not in text and not _CHECK.match(text):
        return
    for pattern, change, replace in (
        (_WIDTH, "widen", lambda match: f"{match[1]}({match[2]} + 1" if match[1] != "Boolean" else match[0]),
        (_ONE, "shift", lambda match: ""),
        (_TAG, "retag", lambda match: f"({match[0]} + 1)"),
        (_SIGN, "sign", lambda match: " - " if match[1] == "+" else " + "),
    ):
        for place, match in enumerate(pattern.finditer(text)):
            instead = text[: match.start()] + replace(match) + text[match.end() :]
            if instead != text:
                yield f"{change} {match[0].strip()} #{place}", instead + "\n"
    yield from _cuts(text)


def _whole(text: str, template: str) -> Iterator[tuple[str, str]]:
    if (check := _CHECK.match(text)) and "<==" in text.replace("_ <==", "<==", 1) + "<==":
        yield "remove", f"{check[1]}// removed"
        return
    if "===" in text:
        yield "drop", ""
        return
    match = _ASSIGN.match(text)
    if not match or match[3] == "_":
        return
    indent, declared, name, index, value = match.groups()
    if "(" in name:
        return
    if not _CALL.search(value):
        yield "weaken", text.replace("<==", "<--", 1)
        return
    # The compiler wants a row at an anonymous component, so the component's signal is another.
    if declared:
        dimension = index
    else:
        found = re.search(rf"signal (?:output )?(?:\{{\w+\}} )?{re.escape(name)}((?:\[[^;]*\])?);", template)
        dimension = "" if index or not found else found[1]
        dimension = _inner(found[1], index) if index and found else dimension
    tag = re.search(r"\{\w+\} ", declared or "")
    lines = [f"{indent}signal {tag[0] if tag else ''}freed{dimension} <== {value};"]
    if declared:
        lines.append(f"{indent}{declared}{name}{index};")
    if tag and tag[0] == "{maxbit} ":
        lines.append(f"{indent}{name}.maxbit = freed.maxbit;")
    sizes = re.findall(r"\[([^\[\]]*)\]", dimension)
    loops = "".join(f"for (var f{i} = 0; f{i} < {size}; f{i}++) " for i, size in enumerate(sizes))
    place = "".join(f"[f{i}]" for i in range(len(sizes)))
    lines.append(f"{indent}{loops}{{ {name}{'' if declared else index}{place} <-- freed{place}; }}")
    yield "weaken", "\n".join(lines)


def _inner(declared: str, index: str) -> str:
    """Dimensions that are left after an index."""
    sizes = re.findall(r"\[[^\[\]]*\]", declared)
    return "".join(sizes[len(re.findall(r"\[[^\[\]]*\]", index)) :])


def _turns(statement: _Statement, change: str, instead: str) -> Iterator[tuple[str, str]]:
    """The change in one turn of the loops around it."""
    if not statement.loops or "signal" in instead:
        return
    middle = [(name, first, f"(({first}) + ({last})) \\ 2") for name, first, last in statement.loops]
    for turn, values in (
        ("first", [(name, first) for name, first, _ in statement.loops]),
        ("middle", [(name, value) for name, _, value in middle]),
        ("last", [(name, last) for name, _, last in statement.loops]),
    ):
        condition = " && ".join(f"{name} == {value}" for name, value in values)
        body = instead if instead.strip() and "// removed" not in instead else ""
        yield f"{change} in the {turn} turn", f"if ({condition}) {{\n{body}\n}} else {{\n{statement.text}\n}}\n"


def _cuts(text: str) -> Iterator[tuple[str, str]]:
    """Elements of an array that goes into a component, and wires from one component to another."""
    for number, match in enumerate(_ELEMENT.finditer(text)):
        elements = _split(match[1])
        for place, element in enumerate(elements):
            if element.strip() not in ("0", "1"):
                cut = ", ".join([*elements[:place], "0", *elements[place + 1 :]])
                yield (
                    f"cut {element.strip()} #{number}.{place}",
                    text[: match.start(1)] + cut + text[match.end(1) :] + "\n",
                )
        for place in range(len(elements) - 1):
            left, right = elements[place : place + 2]
            if left != right:
                swapped = ", ".join([*elements[:place], right, left, *elements[place + 2 :]])
                yield f"swap {left} #{number}.{place}", text[: match.start(1)] + swapped + text[match.end(1) :] + "\n"
    match = re.match(r"^(\s*\w+(?:\[[^\]]*\])?\.\w+(?:\[[^\]]*\])? <== )([^;\[(]+(?:\[[^;]*\])?);$", text)
    if match and "[" not in match[2] and match[2].strip() not in ("0", "1"):
        yield f"cut {match[2]}", f"{match[1]}0 * {match[2]};\n"


def _split(text: str) -> list[str]:
    """At commas outside of brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]
