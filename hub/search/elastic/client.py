"""The Elasticsearch client of an engine, and its errors as errors of the hub."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import elastic_transport
import elasticsearch

from hub.config.secret import hide_credentials
from hub.errors import HubError
from hub.search.errors import (
    EngineError,
    EngineRefusedError,
    EngineSpecError,
    EngineUnavailableError,
    FieldUseError,
    IndexNotFoundError,
    QuerySyntaxError,
)
from hub.search.port import SearchSpec
from hub.search.requests import text_field_error

ENGINE = "Elasticsearch"
DEFAULTS: dict[str, Any] = {"request_timeout": 300, "retry_on_timeout": True, "max_retries": 10}
_RENAMED = {"timeout": "request_timeout", "http_auth": "basic_auth"}  #: arguments of older clients
_DROPPED = {"use_ssl", "port", "scheme"}  #: arguments of older clients that the URL says now
_PASSING = {429, 502, 503, 504}
_SORT = re.compile(r"No mapping found for \[(?P<field>[^\]]+)\] in order to sort on")
_FIELDDATA = re.compile(r"(?:Fielddata is disabled on|fielddata on) \[?(?P<field>[^\] ]+)\]?")

log = logging.getLogger(__name__)


class _QuietTransport(elastic_transport.Transport):
    """Writes the server's warnings (deprecations, "security is not enabled") to the log instead of raising them."""

    def perform_request(self, *args: Any, **kwargs: Any) -> elastic_transport.TransportApiResponse:
        """One request."""
        response = super().perform_request(*args, **kwargs)
        warning = response.meta.headers.get("warning")
        if warning:
            log.debug("Elasticsearch warns: %s", warning, extra={"action": "search_warning"})
            kept = {k: v for k, v in response.meta.headers.items() if k.lower() != "warning"}
            meta = elastic_transport.ApiResponseMeta(
                status=response.meta.status,
                http_version=response.meta.http_version,
                headers=elastic_transport.HttpHeaders(kept),
                duration=response.meta.duration,
                node=response.meta.node,
            )
            return elastic_transport.TransportApiResponse(meta, response.body)
        return response


def connect(spec: SearchSpec) -> elasticsearch.Elasticsearch:
    """A client for the URL of a recipe.

    Raises:
        EngineSpecError: an option that the client does not know, or a URL that is none.
    """
    options = {**DEFAULTS, **{_RENAMED.get(k, k): v for k, v in spec.options.items()}}
    for name in (*_DROPPED, "bulk"):
        options.pop(name, None)
    if isinstance(options.get("basic_auth"), list):
        options["basic_auth"] = tuple(options["basic_auth"])
    try:
        return elasticsearch.Elasticsearch(spec.location, transport_class=_QuietTransport, **options)
    except (TypeError, ValueError) as error:
        reason = f"{hide_credentials(str(error))} (INDEX_CONFIG, `host` and `indexer.args`)"
        raise EngineSpecError("elastic", reason) from error


def shown_location(location: str) -> str:
    """A URL without user and password."""
    parts = urlsplit(location)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


@contextmanager
def translated(location: str, what: str, *, name: str = "", query: str = "") -> Iterator[None]:
    """Turn the client's errors into the hub's.

    Args:
        location: URL, for the message.
        what: what was tried, e.g. ``search``.
        name: the index or alias.
        query: the query as the user wrote it.
    """
    try:
        yield
    except elasticsearch.ApiError as error:
        raise api_error(error.status_code, error.body, location, what, name=name, query=query) from error
    except (elasticsearch.TransportError, elastic_transport.TransportError) as error:
        raise EngineUnavailableError(ENGINE, shown_location(location), hide_credentials(str(error))) from error


def api_error(status: int, body: Any, location: str, what: str, *, name: str = "", query: str = "") -> HubError:
    """The hub's error for an answer of Elasticsearch."""
    kind, reason = reason_of(body)
    if kind == "index_not_found_exception" or (status == 404 and "no such index" in reason):
        return IndexNotFoundError(name)
    if status in (401, 403):
        return EngineRefusedError(ENGINE, shown_location(location), reason)
    if status in _PASSING:
        return EngineUnavailableError(ENGINE, shown_location(location), reason)
    sort, fielddata = _SORT.search(reason), _FIELDDATA.search(reason)
    if sort:
        return FieldUseError(sort["field"], "sorting", "no such field is mapped")
    if fielddata:
        return text_field_error(fielddata["field"], "facets or sorting")
    if status == 400:
        return QuerySyntaxError(query or what, reason)
    return EngineError(ENGINE, what, f"{kind}: {reason} (status {status})")


def reason_of(body: Any) -> tuple[str, str]:
    """Kind and reason of the innermost cause."""
    error = body.get("error", body) if isinstance(body, Mapping) else body
    if not isinstance(error, Mapping):
        return "error", str(error)
    roots = error.get("root_cause") or [error]
    cause: Mapping[str, Any] = roots[0]
    failed = error.get("failed_shards") or []
    if failed and isinstance(failed[0].get("reason"), Mapping):
        cause = failed[0]["reason"]
    reasons = [str(cause.get("reason", ""))]
    inner = cause.get("caused_by")
    while isinstance(inner, Mapping):
        reasons.append(str(inner.get("reason", "")))
        inner = inner.get("caused_by")
    return str(cause.get("type", "error")), ": ".join(dict.fromkeys(r.strip() for r in reasons if r))
