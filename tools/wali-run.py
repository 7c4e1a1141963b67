#!python
"""The command wali-run. Not one of pip's generated scripts: those import `re` first."""

import sys

from wali.cli import run_main

sys.exit(run_main(sys.argv[1:]))
