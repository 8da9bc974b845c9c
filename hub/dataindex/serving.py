"""What the hub's own data API serves: the aliases of build configurations, as they were last looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from hub.errors import HubError
from hub.search.port import SearchEngine
from hub.store.state import State


class ServedIndices(Mapping[str, str]):
    """Document type to alias; an alias is the name of its build configuration.

    Every request of the data API reads this, in the hub's loop, so reading asks neither database nor search engine:
    that is for `refresh`, which the index manager calls when it has moved an alias, and the server every few seconds.
    Where an alias points to is the engine's matter and always as of now. As long as no look has ever succeeded, reading
    raises what the last one ran into: nothing is known then, which is not the same as nothing being served.

    When several configurations have one document type, the first by name that is served wins.

    Args:
        state: the hub's records.
        engine: gives the engine that serves.
    """

    def __init__(self, state: State, engine: Callable[[], SearchEngine]) -> None:
        self._state, self._engine = state, engine
        self._more: list[Callable[[], Mapping[str, str]]] = []
        self._known: dict[str, str] | None = None
        self._why: HubError | None = None

    def also(self, more: Callable[[], Mapping[str, str]]) -> None:
        """Serve what ``more`` gives, document type to alias, after what this hub built; it may block."""
        self._more.append(more)

    def refresh(self) -> None:
        """Look again; blocks. When the engine does not answer, what was known stays.

        Raises:
            hub.errors.HubError: the engine or the database does not answer.
        """
        try:
            self._known, self._why = self._look(), None
        except HubError as error:
            self._why = error
            raise

    @property
    def is_known(self) -> bool:
        """Whether a look has succeeded."""
        return self._known is not None

    def _look(self) -> dict[str, str]:
        aliases = self._engine().aliases()
        served: dict[str, str] = {}
        for config in sorted(self._state.build_configs.all(), key=lambda c: str(c["_id"])):
            alias = str(config["_id"]).lower()
            if alias in aliases and not config.get("archived"):
                served.setdefault(str(config.get("doc_type")), alias)
        for more in self._more:
            for doc_type, alias in more().items():
                served.setdefault(doc_type, alias)
        return served

    def _served(self) -> dict[str, str]:
        if self._known is None:
            if self._why is not None:
                raise self._why.with_traceback(None)
            self.refresh()
        return self._known or {}

    def __getitem__(self, doc_type: str) -> str:
        return self._served()[doc_type]

    def __iter__(self) -> Iterator[str]:
        return iter(self._served())

    def __len__(self) -> int:
        return len(self._served())
