"""`python -m zkdata.cli`, for where the `zkdata` command is not on the path."""

import sys

from . import main

if __name__ == "__main__":
    sys.exit(main())
