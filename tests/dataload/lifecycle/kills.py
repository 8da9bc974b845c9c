"""Kill -9 at each change of some actions; the argument is an empty folder. Prints a JSON line for each action."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from tests.dataload.lifecycle.desk import Desk, kill_everywhere

ACTIONS: dict[str, Callable[[Desk], None]] = {
    "arrive": lambda desk: desk.arrive("r9"),
    "promote": lambda desk: desk.releases.promote("demo", "r1"),
    "freeze": lambda desk: desk.releases.freeze("demo", "r1"),
    "remove": lambda desk: desk.releases.remove("demo", "r1"),
}

if __name__ == "__main__":
    for name, action in ACTIONS.items():
        home = Path(sys.argv[1]) / name / "home"
        desk = Desk(home)  # in this process as well, so that the children find everything imported
        for release in ("r1", "r2", "r3"):
            desk.arrive(release)
        desk.close()
        print(json.dumps([name, kill_everywhere(home, action)]), flush=True)
