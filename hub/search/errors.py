"""Errors of the search room. Each says what, where and what to do next; the named parts stay as attributes."""

from __future__ import annotations

from collections.abc import Iterable

from hub.errors import BadArgument, Conflict, HubError, NotFound, Passing, Permanent, Refused


class SearchError(HubError, Permanent):
    """A search engine could not do what it was asked, and would not the next time."""


class IndexNotFoundError(NotFound):
    """No index and no alias has this name (404).

    Args:
        name: the name that was given.
        known: names of indices and aliases that exist.
    """

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        super().__init__("index", name, known)


class IndexExistsError(Conflict):
    """The name of a new index is taken by an index or alias (409)."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"there is already an index or alias `{name}`. "
            "Delete it, choose another name, or index with mode `purge` or `resume`."
        )


class IndexNameError(BadArgument):
    """An index or alias name that Elasticsearch would refuse."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"`{name}` cannot be the name of an index or alias: {reason}.")


class MappingError(BadArgument):
    """A mapping the engine does not know.

    Args:
        path: dotted path of the field or parameter, e.g. ``gene.name.normalizer``.
        reason: what is wrong there.
        nearest: the valid type or parameter that is nearest, when there is one.
    """

    def __init__(self, path: str, reason: str, nearest: str | None = None) -> None:
        self.path, self.reason, self.nearest = path, reason, nearest
        hint = f" Did you mean `{nearest}`?" if nearest else ""
        super().__init__(f"mapping of `{path}`: {reason}.{hint}")


class QuerySyntaxError(BadArgument):
    """A query that cannot be read or run (400).

    Args:
        query: the query, or the part of it that is wrong.
        reason: what is wrong.
        position: offset of the character where reading stopped, when known.
    """

    def __init__(self, query: str, reason: str, position: int | None = None) -> None:
        self.query, self.reason, self.position = query, reason, position
        where = "" if position is None else f" at character {position + 1}"
        shown = query if len(query) <= 200 else query[:197] + "..."
        super().__init__(f"cannot run the query `{shown}`: {reason}{where}.")


class FieldUseError(BadArgument):
    """A field is asked for something its type cannot do: facets or sorting on text, sorting when unmapped (400)."""

    def __init__(self, field: str, use: str, reason: str) -> None:
        self.field, self.use, self.reason = field, use, reason
        super().__init__(f"cannot use the field `{field}` for {use}: {reason}.")


class WindowError(BadArgument):
    """A page lies beyond the result window (400)."""

    def __init__(self, start: int, size: int, limit: int) -> None:
        self.start, self.size, self.limit = start, size, limit
        super().__init__(
            f"from {start} + size {size} is more than {limit}, or below 0. "
            "Fetch everything (`fetch_all`) instead of paging that deep."
        )


class ScrollExpiredError(BadArgument):
    """A scroll id that is not known, was used up or was idle for more than a minute (400)."""

    def __init__(self, scroll_id: str) -> None:
        self.scroll_id = scroll_id
        super().__init__(f"the scroll `{scroll_id[:40]}` is unknown or has expired after a minute. Start again.")


class EngineUnavailableError(HubError, Passing):
    """The engine cannot be reached, or is overloaded (503)."""

    status = 503

    def __init__(self, engine: str, location: str, reason: str) -> None:
        self.engine, self.location, self.reason = engine, location, reason
        super().__init__(f"the search engine {engine} at {location} does not answer: {reason}. Check that it runs.")


class IndexBusyError(HubError, Passing):
    """Another process is loading this index; there is one writer at a time."""

    status = 409

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"another process is writing the index `{name}`. Wait until it has finished.")


class EngineRefusedError(Refused):
    """The engine knows the caller too little: credentials missing, wrong, or without the right (403)."""

    def __init__(self, engine: str, location: str, reason: str) -> None:
        self.engine, self.location, self.reason = engine, location, reason
        super().__init__(
            f"the search engine {engine} at {location} refused: {reason}. Check the credentials of its environment."
        )


class EngineError(SearchError):
    """The engine answered with an error that is neither the caller's mistake nor passing."""

    def __init__(self, engine: str, what: str, reason: str) -> None:
        self.engine, self.what, self.reason = engine, what, reason
        super().__init__(f"{engine} failed to {what}: {reason}.")


class BulkAbortedError(HubError, Passing):
    """A bulk load stopped part way; what is counted is in the index, loading again overwrites it."""

    status = 503

    def __init__(self, name: str, indexed: int, reason: str) -> None:
        self.name, self.indexed, self.reason = name, indexed, reason
        super().__init__(
            f"loading the index `{name}` stopped after {indexed} documents: {reason}. Resume or load again."
        )


class DamagedIndexError(SearchError):
    """An index folder that cannot be opened."""

    def __init__(self, name: str, folder: str, reason: str) -> None:
        self.name, self.folder, self.reason = name, folder, reason
        super().__init__(f"the index `{name}` in {folder} cannot be opened: {reason}. Delete it and index again.")


class EngineSpecError(BadArgument):
    """A recipe of an engine that cannot be used: unknown engine, option or location."""

    def __init__(self, engine: str, reason: str) -> None:
        self.engine, self.reason = engine, reason
        super().__init__(f"cannot open the search engine `{engine}`: {reason}.")
