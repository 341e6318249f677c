"""Prints the line coverage of the native core's file parsers, and fails where one has too little.

cargo llvm-cov ... --json --summary-only | python -m tests.line_coverage
"""

import json
import sys

PARSERS = "/native/src/formats/"
LEAST = 95.0
UNBOUNDED = {"mapped.rs", "replace.rs"}
"""They parse nothing. A one-line function of the first is put into its callers, where its lines are not counted; most
of what is not run of the second is a disk that fails, which tests/faults does from outside."""


def main() -> None:
    (measured,) = json.load(sys.stdin)["data"]
    lines = {file["filename"].partition(PARSERS)[2]: file["summary"]["lines"] for file in measured["files"]}
    found = {name: summary for name, summary in sorted(lines.items()) if name}
    for name, summary in found.items():
        print(f"{summary['percent']:6.2f} %  {summary['covered']:4} of {summary['count']:4} lines  {name}")
    short = [name for name, summary in found.items() if summary["percent"] < LEAST and name not in UNBOUNDED]
    if short or not found:
        sys.exit(f"below {LEAST} %: {', '.join(short) or 'nothing was measured'}")


if __name__ == "__main__":
    main()
