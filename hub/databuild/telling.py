"""Where values come from, told to a data API that runs in a process of its own.

The process reads the hub's records and stores itself, so that questions never wait for the hub; it opens them when the
first one comes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hub.config import Settings
from hub.databuild.explain import Explainer
from hub.databuild.locate import BuildPlaces
from hub.store import open_store, specs
from hub.store.state import open_state


def reader(settings: Settings) -> Callable[[str, Sequence[str]], Mapping[str, Any]]:
    """A function as `hub.databuild.explain.Explainer.of_index`, for any thread of any process.

    Args:
        settings: those of the hub.
    """
    lock = threading.Lock()
    opened: list[Explainer] = []

    def told(index: str, ids: Sequence[str]) -> Mapping[str, Any]:
        with lock:
            if not opened:
                source, target = specs(settings)
                opened.append(Explainer(BuildPlaces(open_state(settings), open_store(source), open_store(target))))
        return opened[0].of_index(index, ids)

    return told
