"""`python -m wali` is the command `wali`."""

import sys

from .cli import main

sys.exit(main(sys.argv[1:]))
