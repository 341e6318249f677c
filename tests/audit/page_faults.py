"""What is wrong with a page in a window: errors, requests, words outside their place or over each other."""

from collections.abc import Sequence
from pathlib import Path

from tests.audit.chromium import Window

LAYOUT = """(() => {
  const faults = [], spare = 1.5, name = each => `${each.tagName} "${each.textContent.trim().slice(0, 40)}"`;
  const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wider > 0) faults.push(`the page is ${wider} px wider than the window`);
  for (const each of document.querySelectorAll("main *:not(svg *)")) {
    const scrolls = each.closest(".scroll"), place = each.getBoundingClientRect();
    if (place.width == 0 || (scrolls && scrolls != each)) continue;
    if (place.left < -spare || place.right > innerWidth + spare) faults.push(`${name(each)} leaves the window`);
    const spills = each.scrollWidth > each.clientWidth + spare && each.clientWidth > 0;
    if (spills && getComputedStyle(each).overflowX == "visible") faults.push(`${name(each)} spills over its box`);
  }
  for (const each of document.querySelectorAll("figure")) {
    if (!each.querySelector("svg")) faults.push(`${name(each)} has no drawing`);
  }
  for (const drawing of document.querySelectorAll("svg")) {
    const frame = drawing.getBoundingClientRect(), words = [...drawing.querySelectorAll("text")];
    if (frame.width < 200 || frame.height < 20) faults.push(`a drawing of ${frame.width} x ${frame.height} px`);
    const places = words.map(each => each.getBoundingClientRect());
    places.forEach((a, i) => {
      const out = Math.max(frame.left - a.left, a.right - frame.right, frame.top - a.top, a.bottom - frame.bottom);
      if (out > spare) faults.push(`${name(words[i])} leaves its drawing by ${out.toFixed()} px`);
      places.slice(i + 1).forEach((b, after) => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > spare && down > 3) faults.push(`${name(words[i])} lies on ${name(words[i + 1 + after])}`);
      });
    });
  }
  return faults;
})()"""
HEADINGS = "[...document.querySelectorAll('h1, h2, h3')].map(each => each.textContent)"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
WINDOWS = {"wide": (1280, 900), "narrow": (375, 800)}
SCHEMES = ("light", "dark")


def faults(window: Window, page: Path, headings: Sequence[str], pictures: Path) -> list[str]:
    """In every window and by day and night, with a picture of each kept."""
    found, backgrounds = [], set()
    for name, (width, height) in WINDOWS.items():
        for scheme in SCHEMES:
            window.show(page, width, height, scheme)
            backgrounds.add(window.run(BACKGROUND))
            there = window.run(HEADINGS)
            told = [f"logged: {line}" for line in window.logged]
            told += [f"asked for: {url}" for url in window.requested if _leaves(url, page)]
            told += [f"no heading {heading!r}" for heading in headings if heading not in there]
            told += window.run(LAYOUT)
            found += [f"{name}, {scheme}: {each}" for each in told]
            window.picture(pictures / f"{page.stem}-{name}-{scheme}.png")
    return found + ([] if len(backgrounds) == len(SCHEMES) else ["the page is the same by day and by night"])


def _leaves(url: str, page: Path) -> bool:
    return url != page.resolve().as_uri() and not url.startswith("data:")
