"""What we write into a page is markup where we meant it, and text everywhere else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zkdata.audit.figures import Bar, Curve, bars, colours_of, curves, number, stacks
from zkdata.audit.markup import Markup, tag, together
from zkdata.audit.page import document, section, table

EVIL = '<script>alert("1")</script> & \' "'


@settings(max_examples=50)
@given(st.text())
def test_text_stays_text(text: str) -> None:
    """No text opens an element, or leaves the attribute that it is in."""
    made = tag("p", text, title=text)
    start, end = made.index('title="') + len('title="'), made.index('">')
    assert not {'"', "<", ">"} & set(made[start:end])
    assert "<" not in made[end + len('">') : -len("</p>")]


def test_markup_stays_markup() -> None:
    """What `tag` made is not escaped again, and what is written by hand is."""
    assert tag("p", tag("b", "x"), "<b>") == "<p><b>x</b>&lt;b&gt;</p>"
    assert together("a", Markup("<i>"), 1) == "a<i>1"


@pytest.mark.parametrize("name", ["", "p onclick=x", "1p", "p>", "p/"])
def test_a_name_is_a_name(name: str) -> None:
    """Neither an element nor an attribute is called something that ends its tag."""
    with pytest.raises(ValueError, match="no name"):
        tag(name)
    with pytest.raises(ValueError, match="no name"):
        tag("p", **{name: "x"})


def test_nothing_gets_through_a_page() -> None:
    """Titles, headings, cells, labels, notes and names of series."""
    drawn = [
        bars(EVIL, [Bar(EVIL, 1, EVIL, EVIL, low=0.5, high=2, within=0.3)]),
        stacks(EVIL, {EVIL: {EVIL: 1.0}}, {EVIL: EVIL}, colours_of([EVIL]), shared=True),
        curves(EVIL, [Curve(EVIL, [(1, 1), (10, 5)], "s1")], EVIL, EVIL),
    ]
    page = document(EVIL, section(EVIL, table(EVIL, [EVIL], [[EVIL]]), *drawn))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 10


def test_numbers_have_three_figures() -> None:
    """As people write them."""
    told = {0: "0", 0.08214: "0.0821", 1: "1", 2.4999: "2.5", 16.53: "16.5", 999.6: "1,000", 353_202: "353,202"}
    assert {value: number(value) for value in told} == told


def test_curves_stand_where_they_should() -> None:
    """On logarithmic axes a power is a straight line, and its middle point lies in the middle."""
    drawn = curves("powers", [Curve("x", [(1, 1), (10, 100), (100, 10_000)], "s1")], "x", "y")
    points = drawn.partition('points="')[2].partition('"')[0].split()
    (x0, y0), (x1, y1), (x2, y2) = ([float(part) for part in point.split(",")] for point in points)
    assert abs(x1 - (x0 + x2) / 2) < 0.2
    assert abs(y1 - (y0 + y2) / 2) < 0.2
    assert x0 < x1 < x2
    assert y0 > y1 > y2


def test_bars_are_as_long_as_their_values() -> None:
    """The longest fills the drawing, and half of it is half as long."""
    drawn = bars("two", [Bar("a", 4, "4"), Bar("b", 2, "2")])
    widths = [float(part.partition('"')[0]) for part in drawn.split('width="')[1:]]
    assert widths[0] == 2 * widths[1] > 0
