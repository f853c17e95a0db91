"""`python -m operations.sandbox`: see `make sandbox`."""

import sys

from operations.sandbox.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
