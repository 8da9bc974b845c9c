"""``python -m hub`` and the ``hub`` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; errors of the hub are one line and an exit code, never a traceback."""
    from hub.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
