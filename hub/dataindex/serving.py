"""What the hub's own data API serves: the aliases of build configurations, as they were last looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from hub.search.port import SearchEngine
from hub.store.state import State


class ServedIndices(Mapping[str, str]):
    """Document type to alias; an alias is the name of its build configuration.

    Every request of the data API reads this, in the hub's loop, so reading asks neither database nor search engine:
    that is for `refresh`, which the index manager calls when it has moved an alias, and the server every few seconds.
    Where an alias points to is the engine's matter and always as of now.

    When several configurations have one document type, the first by name that is served wins.

    Args:
        state: the hub's records.
        engine: gives the engine that serves.
    """

    def __init__(self, state: State, engine: Callable[[], SearchEngine]) -> None:
        self._state, self._engine = state, engine
        self._known: dict[str, str] | None = None

    def refresh(self) -> None:
        """Look again; blocks. When the engine does not answer, what was known stays.

        Raises:
            hub.errors.HubError: the engine or the database does not answer.
        """
        try:
            self._known = self._look()
        finally:
            self._known = self._known or {}

    def _look(self) -> dict[str, str]:
        aliases = self._engine().aliases()
        served: dict[str, str] = {}
        for config in sorted(self._state.build_configs.all(), key=lambda c: str(c["_id"])):
            alias = str(config["_id"]).lower()
            if alias in aliases and not config.get("archived"):
                served.setdefault(str(config.get("doc_type")), alias)
        return served

    def _served(self) -> dict[str, str]:
        if self._known is None:
            self.refresh()
        return self._known or {}

    def __getitem__(self, doc_type: str) -> str:
        return self._served()[doc_type]

    def __iter__(self) -> Iterator[str]:
        return iter(self._served())

    def __len__(self) -> int:
        return len(self._served())
