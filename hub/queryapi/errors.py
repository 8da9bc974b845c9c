"""Errors of the data API, and how every error becomes the JSON body that clients know."""

from __future__ import annotations

import http
from collections.abc import Iterable, Mapping
from typing import Any

from hub.errors import BadArgument, HubError, NotFound, Permanent, suggest
from hub.search.errors import IndexNotFoundError

Body = dict[str, Any]


class OptionError(BadArgument):
    """A request parameter is missing or has a value that cannot be used (400).

    Args:
        keyword: the parameter, by its first name.
        reason: what is wrong and what is allowed.
        details: further keys of the answer, e.g. ``max`` and ``num``.
    """

    def __init__(self, keyword: str, reason: str | None = None, **details: Any) -> None:
        self.keyword, self.reason, self.details = keyword, reason, details
        shown = reason or ", ".join(f"{name} {value}" for name, value in details.items())
        super().__init__(f"parameter `{keyword}`: {shown}")

    def body(self) -> Body:
        """The keys added to the answer."""
        return {"keyword": self.keyword, **({"reason": self.reason} if self.reason else {}), **self.details}


class BodyError(BadArgument):
    """The request body is not what its content type says (400)."""

    def __init__(self, content_type: str, reason: str) -> None:
        self.content_type, self.reason = content_type, reason
        super().__init__(f"body of type `{content_type}`: {reason}")


class TypeNotFoundError(NotFound):
    """A path names a document type that is not served (404)."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__("type", name, known)


class NoTypesError(HubError, Permanent):
    """The API serves no type yet (503)."""

    status = 503

    def __init__(self) -> None:
        super().__init__("This API serves no data yet. Index a build and try again.")


class DocumentNotFoundError(HubError, Permanent):
    """No document for an annotation id (404)."""

    status = 404

    def __init__(self, id_: str) -> None:
        self.id = id_
        super().__init__(f"no document `{id_}`")


class TooManyMatchesError(HubError, Permanent):
    """One annotation id matches more documents than one answer may hold (500, as clients expect)."""

    status = 500

    def __init__(self, id_: str, total: int, most: int) -> None:
        self.id, self.total, self.max = id_, total, most
        super().__init__(f"`{id_}` matches {total} documents, at most {most} are returned. Use /query to page them.")


class UnknownUserQueryError(OptionError):
    """`userquery` names a stored query that is not there (400)."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__("userquery", f"no stored query `{name}`. {suggest(name, known)}")


class UserQueryFileError(HubError, Permanent):
    """A stored query on the server is not valid JSON (500); the file's name is for the log, not for the client."""

    status = 500

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"stored query `{name}` cannot be read: {reason}. Ask the operator of this API.")


_TITLES: Mapping[int, str] = {400: "Bad Request", 404: "Not Found.", 500: "Internal Server Error"}


def _title(status: int) -> str:
    if status in _TITLES:
        return _TITLES[status]
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def plain_body(status: int, **details: Any) -> Body:
    """The error envelope for a status: ``code``, ``success``, ``error`` and details."""
    return {"code": status, "success": False, "error": _title(status), **details}


def error_body(error: Exception) -> Body:
    """Status (under ``code``) and body of any exception.

    Mistakes of the caller are explained; what concerns the server (addresses, folders, names of indices, traces) stays
    in its log.

    Args:
        error: what a handler raised.
    """
    if isinstance(error, OptionError):
        return plain_body(400, **error.body())
    if isinstance(error, DocumentNotFoundError):
        return plain_body(404)
    if isinstance(error, TooManyMatchesError):
        return {**plain_body(500), "error": "Too Many Matches.", "reason": str(error)}
    if isinstance(error, IndexNotFoundError):
        return plain_body(500, **_lines("the index of this type is missing; ask the operator of this API"))
    if isinstance(error, BadArgument | TypeNotFoundError | NoTypesError | UserQueryFileError):
        return plain_body(error.status, reason=str(error), **_lines(str(error)))
    if isinstance(error, HubError):
        return _server_body(error)
    return plain_body(500)


def _server_body(error: HubError) -> Body:
    reasons = {
        403: "the search engine refuses this API",
        409: "the index is being changed; try again in a moment",
        503: "the search engine does not answer; try again in a moment",
    }
    reason = reasons.get(error.status, "the search engine could not answer; ask the operator of this API")
    return plain_body(error.status, reason=reason, **_lines(reason))


def _lines(text: str) -> Body:
    return {f"root_cause_line_{number:02}": line for number, line in enumerate(text.splitlines()[:20])}
