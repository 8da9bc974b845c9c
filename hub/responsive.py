"""What keeps the loop of a long-lived process from being late: short garbage collections, short turns of threads.

A full collection of the interpreter looks at every object that can hold others, and nobody is answered meanwhile: with
2,000 builds and 20,000 jobs in memory that takes 100 to 300 ms, several times a minute. Hardly anything of it is ever
garbage, so what has stayed is set aside (frozen), where collections do not look; once in a while all of it is looked
at anyway, since modules of plugins that were read anew are garbage of that kind.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
import time
from collections.abc import Iterator

#: Objects that are made before the youngest are looked at, and how often that happens before the older ones are. An
#: answer of a few thousand records is made and forgotten between two looks.
THRESHOLDS = (10_000, 10, 10)
TURN = 0.001  #: seconds that a thread at work keeps the others waiting; the usual 5 ms are felt at each handing over
LONG = 0.02  #: seconds of a full collection after which what has stayed is set aside
EVERY = 3600.0  #: seconds between two looks at everything


@contextlib.contextmanager
def responsive() -> Iterator[None]:
    """Inside, collections and turns of threads are short; afterwards they are as before, with nothing set aside."""
    before, turn = gc.get_threshold(), sys.getswitchinterval()
    watch = _Watch()
    gc.set_threshold(*THRESHOLDS)
    gc.callbacks.append(watch)
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(turn)
        gc.callbacks.remove(watch)
        gc.set_threshold(*before)
        gc.unfreeze()


def settle() -> None:
    """Collect what is garbage of everything there is, once, and set the rest aside."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.collect()  # of nearly nothing: the interpreter weighs what is new against what the last one has left


async def keep_settled(seconds: float = EVERY) -> None:
    """`settle` again and again, until cancelled."""
    while True:
        await asyncio.sleep(seconds)
        settle()


class _Watch:
    """Sets what has stayed aside once full collections become long again; called by the interpreter."""

    def __init__(self) -> None:
        self._began = 0.0

    def __call__(self, phase: str, facts: dict[str, int]) -> None:
        if facts["generation"] < 2:
            return
        if phase == "start":
            self._began = time.perf_counter()
        elif time.perf_counter() - self._began > LONG:
            gc.freeze()
