"""`zkdata bench`: the hot path from records to paid, measured on this machine beside every peer found there."""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import ToolMissing
from .usage import UsageWrong, add_json

EPILOG = """\
examples:
  zkdata bench                               a look, in under two minutes
  zkdata bench --full --out build/bench      every circuit and peer, with report.html and report.json
  zkdata bench --json                        the same facts as data; `peers` has a name and a ratio for each

Needs a checkout that `make build` has built: circuits and peers are not part of the package.
"""
CHECKOUT = Path(__file__).resolve().parents[2]
PRODUCT_NS = 0.1, 1000.0
"""What one field multiplication may take at all, nanoseconds."""


def add_to(nouns: Any) -> None:
    """Add the noun."""
    noun = nouns.add_parser(
        "bench",
        help="measure the way from records to paid on this machine, beside every peer found",
        description="Every step from records to paid, for every circuit, and every peer found here in turns with it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    length = noun.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true", help="what is built already, few rounds (the default)")
    length.add_argument("--full", action="store_true", help="every circuit, size and peer, for publication")
    noun.add_argument("--out", type=Path, metavar="FOLDER", help="write report.html and report.json there")
    noun.add_argument("--threads", type=int, default=2, metavar="N", help="cores that all are held to (default: 2)")
    noun.add_argument(
        "--product-ns", type=float, metavar="NS", help="one field multiplication of a lane here, for the bound"
    )
    add_json(noun)
    noun.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Measure, and tell."""
    run, report = (_of_the_checkout(name) for name in ("bench.run", "bench.report"))
    if chosen.threads < 1:
        raise UsageWrong("--threads takes a whole number from 1")
    if chosen.product_ns is not None and not PRODUCT_NS[0] <= chosen.product_ns <= PRODUCT_NS[1]:
        raise UsageWrong(f"--product-ns takes nanoseconds from {PRODUCT_NS[0]:g} to {PRODUCT_NS[1]:g}")
    if chosen.out is not None and chosen.out.exists() and not chosen.out.is_dir():
        raise UsageWrong(f"--out takes a folder, and {chosen.out} is a file", path=str(chosen.out))

    if not sys.platform.startswith("linux"):
        raise UsageWrong("zkdata bench measures on Linux alone: processor time and memory are read from /proc")
    if chosen.out is not None:
        chosen.out.mkdir(parents=True, exist_ok=True)  # before the minutes, not after them

    def tell(step: str) -> None:
        if not chosen.json:
            sys.stderr.write(f"{step}\n")

    plan = run.PLANS["full" if chosen.full else "quick"]()
    try:
        found = run.measured(plan, chosen.threads, chosen.product_ns, tell)
    except SystemExit as ended:
        text = f"something that is timed does not work here, and ended: {ended}; without it the bench goes on"
        raise ToolMissing(text) from ended
    written = report.write(found, chosen.out) if chosen.out else []
    if chosen.json:
        print(json.dumps(found, indent=1))
        return 0
    print(_of_the_checkout("bench.summary").text(found))
    for file in written:
        print(f"wrote {file}")
    return 0


def _of_the_checkout(name: str) -> Any:
    """A module of the bench, which is not part of the package."""
    if not (CHECKOUT / "bench" / "run.py").is_file():
        text = "zkdata bench needs a checkout of zkdata, with its circuits and benches; this is the package alone"
        raise ToolMissing(text, path=str(CHECKOUT / "bench"))
    if str(CHECKOUT) not in sys.path:
        sys.path.insert(0, str(CHECKOUT))
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        text = f"zkdata bench needs {missing.name}, which `make build` installs in .venv: run .venv/bin/zkdata bench"
        raise ToolMissing(text, module=missing.name) from missing
