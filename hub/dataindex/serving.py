"""What the hub's own data API serves: a live view of the aliases of build configurations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from hub.search.port import SearchEngine
from hub.store.state import State


class ServedIndices(Mapping[str, str]):
    """Document type to alias, computed at each look; an alias is the name of its build configuration.

    When several configurations have one document type, the first by name that is served wins.

    Args:
        state: the hub's records.
        engine: gives the engine that serves.
    """

    def __init__(self, state: State, engine: Callable[[], SearchEngine]) -> None:
        self._state, self._engine = state, engine

    def _served(self) -> dict[str, str]:
        aliases = self._engine().aliases()
        served: dict[str, str] = {}
        for config in sorted(self._state.build_configs.all(), key=lambda c: str(c["_id"])):
            alias = str(config["_id"]).lower()
            if alias in aliases and not config.get("archived"):
                served.setdefault(str(config.get("doc_type")), alias)
        return served

    def __getitem__(self, doc_type: str) -> str:
        return self._served()[doc_type]

    def __iter__(self) -> Iterator[str]:
        return iter(self._served())

    def __len__(self) -> int:
        return len(self._served())
