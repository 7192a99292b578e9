"""`python -m simulator`: runs without a browser."""

import sys

from simulator.cli import main

if __name__ == "__main__":
    sys.exit(main())
