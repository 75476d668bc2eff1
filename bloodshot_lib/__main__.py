"""`python -m bloodshot_lib` is the command `bloodshot`."""

import sys

from .own_cells.command_line import main

if __name__ == "__main__":
    sys.exit(main())
