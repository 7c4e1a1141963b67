"""What the sysroot's bin/wali-ld runs, as `python -I -S ld.py ARGUMENTS`: without site, which takes as long as linking."""

import os
import sys

sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from wali.sdk import linker

if __name__ == "__main__":
    sys.exit(linker.main(sys.argv[1:]))
