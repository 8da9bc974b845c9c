"""The ``hub`` command line.

``hub serve``, ``hub init`` and ``hub plugin ...`` are written here; every registered command (`hub.commands`) is a
sub-command generated from the registry. Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 refused by a safety rule.
"""

from hub.cli.app import run

__all__ = ["run"]
