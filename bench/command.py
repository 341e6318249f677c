"""How the commands of the bench end."""

import sys
from collections.abc import Callable

from zkdata.errors import ZkDataError


def run(main: Callable[[list[str]], int]) -> None:
    """Exit as `main` says of the arguments, or, where zkdata refuses, with its one line and that error's code."""
    try:
        sys.exit(main(sys.argv[1:]))
    except ZkDataError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
