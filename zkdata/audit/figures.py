"""Drawings: bars, stacks of parts, and curves on logarithmic axes, as SVG whose colours are the page's."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .markup import Markup, tag
from .style import COLOURS

WIDTH = 420
"""Units of a drawing; two stand side by side, and on a telephone one is still legible."""

BAR, ROW, ROUND = 14, 44, 4
GAP = 2
"""Between two parts of a stack, so that they are told apart without their colours."""

LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 48, 12, 28, 40, 280


@dataclass(frozen=True, slots=True)
class Bar:
    """One value, with its words."""

    label: str
    value: float
    told: str
    note: str = ""
    """What a reader who points at it is told besides."""
    colour: str = "s1"
    low: float | None = None
    high: float | None = None
    """The spread of what was measured."""
    within: float | None = None
    """A part of it that is set off, such as a bound."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of one series, in the order of x; a dashed one is of somebody else's design."""

    name: str
    points: Sequence[tuple[float, float]]
    colour: str
    dashed: bool = False


def number(value: float) -> str:
    """Three figures, as people write them."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def colours_of(parts: Iterable[str]) -> dict[str, str]:
    """A class for each, no two alike: a ninth would be as the first."""
    return {part: f"s{place}" for part, place in zip(parts, range(1, COLOURS + 1), strict=False)}


def bars(name: str, every: Sequence[Bar]) -> Markup:
    """One under another, each below its label, from 0."""
    longest = max((bar.high or bar.value for bar in every), default=1) or 1
    scale = WIDTH / longest
    drawn: list[Markup] = []
    for place, bar in enumerate(every):
        y = place * ROW + 20
        parts = [_block(0, y, bar.value * scale, bar.colour if bar.within is None else "pale")]
        if bar.within is not None:
            parts.append(_block(0, y, bar.within * scale, bar.colour))
        if bar.low is not None and bar.high is not None:
            ends = bar.low * scale, bar.high * scale
            parts.append(_line(ends[0], y + BAR / 2, ends[1], y + BAR / 2, "whisker"))
        parts.append(_text(0, y - 6, bar.label))
        parts.append(_text(WIDTH, y - 6, bar.told, "end number strong"))
        drawn.append(tag("g", tag("title", f"{bar.label}: {bar.told}{', ' if bar.note else ''}{bar.note}"), *parts))
    return _drawing(name, len(every) * ROW - 6, *drawn)


def stacks(
    name: str,
    rows: Mapping[str, Mapping[str, float]],
    told: Mapping[str, str],
    colours: Mapping[str, str],
    *,
    shared: bool,
) -> Markup:
    """Parts of each row beside each other: on one scale where it is shared, or each row as long as all."""
    wholes = {label: sum(parts.values()) for label, parts in rows.items()}
    longest = max(wholes.values(), default=1)
    drawn: list[Markup] = []
    for place, (label, parts) in enumerate(rows.items()):
        y, x = place * ROW + 20, 0.0
        scale = WIDTH / (longest if shared else wholes[label])
        drawn += [_text(0, y - 6, label), _text(WIDTH, y - 6, told[label], "end number strong")]
        for part, value in parts.items():
            block = _block(x, y, max(value * scale - GAP, 0.5), colours[part], square=True)
            words = f"{label}, {part}: {number(value)}, {100 * value / wholes[label]:.0f} %"
            drawn.append(tag("g", tag("title", words), block))
            x += value * scale
    return _drawing(name, len(rows) * ROW - 6, *drawn)


def curves(name: str, every: Sequence[Curve], x_name: str, y_name: str) -> Markup:
    """Both axes logarithmic, with a line at each power of ten, and names of both."""
    x = _Axis.over([point[0] for curve in every for point in curve.points], LEFT, WIDTH - RIGHT)
    y = _Axis.over([point[1] for curve in every for point in curve.points], HEIGHT - BOTTOM, TOP)
    drawn = [_text(0, 14, y_name, "soft"), _text(WIDTH - RIGHT, HEIGHT - 4, x_name, "end soft")]
    for tick in x.ticks:
        at = x.place(tick)
        drawn += [_line(at, TOP, at, HEIGHT - BOTTOM, "grid"), _text(at, HEIGHT - 22, _short(tick), "middle faint")]
    for tick in y.ticks:
        at = y.place(tick)
        drawn += [_line(LEFT, at, WIDTH - RIGHT, at, "grid"), _text(LEFT - 8, at + 4, _short(tick), "end faint number")]
    drawn.append(_line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "axis"))
    for curve in every:
        line = " ".join(f"{_at(x.place(a))},{_at(y.place(b))}" for a, b in curve.points)
        style = f"curve {curve.colour.replace('s', 'l')}{' dashed' if curve.dashed else ''}"
        drawn.append(tag("polyline", points=line, class_=style))
        for a, b in curve.points:
            dot = tag("circle", cx=_at(x.place(a)), cy=_at(y.place(b)), r=5, class_=f"dot {curve.colour}")
            words = f"{curve.name}: {number(b)} at {number(a)}"
            drawn.append(tag("g", tag("title", words), dot))
    return _drawing(name, HEIGHT, *drawn)


@dataclass(frozen=True, slots=True)
class _Axis:
    """Logarithmic, a little longer than its values."""

    least: float
    most: float
    start: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float) -> "_Axis":
        low, high = math.log10(min(values)), math.log10(max(values))
        margin = max(0.06 * (high - low), 0.1)
        return cls(low - margin, high + margin, start, end)

    def place(self, value: float) -> float:
        return self.start + (math.log10(value) - self.least) / (self.most - self.least) * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        """Powers of ten, and between them where these are few."""
        powers = range(math.floor(self.least), math.ceil(self.most) + 1)
        for steps in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8)):
            found = [step * 10.0**power for power in powers for step in steps]
            inside = [tick for tick in found if self.least <= math.log10(tick) <= self.most]
            if len(inside) >= 3:
                return inside
        return inside


def _short(value: float) -> str:
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:g}{letter}"
    return f"{value:g}"


def _block(x: float, y: float, width: float, colour: str, *, square: bool = False) -> Markup:
    size = {"x": _at(x), "y": _at(y), "width": _at(max(width, 1)), "height": BAR}
    return tag("rect", **size, rx=None if square else ROUND, class_=colour)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return tag("line", x1=_at(x1), y1=_at(y1), x2=_at(x2), y2=_at(y2), class_=kind)


def _text(x: float, y: float, words: str, kind: str | None = None) -> Markup:
    return tag("text", words, x=_at(x), y=_at(y), class_=kind)


def _at(place: float) -> str:
    return f"{place:.1f}".removesuffix(".0")


def _drawing(name: str, height: float, *drawn: Markup) -> Markup:
    return tag("svg", *drawn, viewBox=f"0 0 {WIDTH} {_at(height)}", role="img", aria_label=name)
