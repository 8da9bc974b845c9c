"""What can go wrong when identifiers are looked up."""

from __future__ import annotations

from collections.abc import Iterable

from hub import errors


class LookupGraphError(errors.BadArgument):
    """A graph, or the types that are asked of it, that can not work."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"key lookup: {reason}")


class UnknownIdTypeError(errors.NotFound):
    """The graph has no such type of identifiers."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__("identifier type", name, known)


class EdgeDataError(errors.HubError, errors.Permanent):
    """The file, collection or answer behind an edge can not be used.

    Args:
        edge: label of the edge.
        reason: what is wrong and where.
    """

    status = 422

    def __init__(self, edge: str, reason: str) -> None:
        self.edge, self.reason = edge, reason
        super().__init__(f"key lookup `{edge}`: {reason}")


class ServiceRefusedError(EdgeDataError):
    """A service answers that the request is wrong."""


class ServiceDownError(errors.HubError, errors.Passing):
    """A service does not answer, or is overloaded."""

    status = 503

    def __init__(self, edge: str, url: str, reason: str) -> None:
        self.edge, self.url, self.reason = edge, url, reason
        super().__init__(f"key lookup `{edge}`: {url} does not answer: {reason}. Try again later.")
