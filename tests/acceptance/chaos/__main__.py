"""``python -m tests.acceptance.chaos FOLDER --seed N --rounds N``: a long trial on embedded stores."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from pathlib import Path

from tests.acceptance.chaos.driver import Trial, life
from tests.acceptance.chaos.world import World


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--size", type=int, default=15_000)
    arguments = parser.parse_args()
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - begun:7.1f} {text}", flush=True)

    trial = Trial(World(arguments.folder, size=arguments.size), arguments.seed, say=say)
    try:
        life(trial, arguments.rounds)
    except Exception:
        say(traceback.format_exc())
        trial.violation("the trial could not go on")
    finally:
        trial.end()
    for message, count in trial.messages.most_common():
        say(f"{count} x {message}")
    say(f"faults: {dict(trial.counts)}")
    for text in trial.violations:
        say(f"VIOLATION {text}")
    return 1 if trial.violations else 0


if __name__ == "__main__":
    sys.exit(main())
