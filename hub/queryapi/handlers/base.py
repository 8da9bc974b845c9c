"""What every handler shares: parameters in, formatted answer or documented error out."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import tornado.web
from tornado.log import access_log

from hub.errors import HubError
from hub.queryapi import encode, pages
from hub.queryapi.body import read_body
from hub.queryapi.context import Context
from hub.queryapi.errors import error_body, plain_body
from hub.queryapi.options import Given, Options, parse
from hub.queryapi.parameters import Endpoint

log = logging.getLogger(__name__)

H = TypeVar("H", bound="ApiHandler")

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Encoding, Cache-Control, Content-Type, If-None-Match, "
    "X-Requested-With",
    "Access-Control-Max-Age": "86400",
    "X-Content-Type-Options": "nosniff",
}
_NOTHING_FROM_ELSEWHERE = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def answered(method: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Wrap a handler method: every exception becomes the documented error body, none shows a stack trace."""

    @functools.wraps(method)
    async def wrapper(self: ApiHandler, *args: str, **kwargs: str) -> None:
        try:
            await method(self, *args, **kwargs)
        except tornado.web.HTTPError:
            raise
        except Exception as error:
            self.fail(error)

    return wrapper


class ApiHandler(tornado.web.RequestHandler):
    """Base of the handlers; ``endpoint`` says which parameters apply."""

    context: Context

    def initialize(self, context: Context) -> None:
        """Called by Tornado with the routes' arguments."""
        self.context = context

    def set_default_headers(self) -> None:
        """CORS for every answer, errors included."""
        for name, value in _CORS.items():
            self._headers[name] = value  # constant values: skips Tornado's check of each

    def options(self, *args: str, **kwargs: str) -> None:
        """Answer to a CORS preflight."""
        self.set_status(204)

    def parameters(self, endpoint: Endpoint, **path: str) -> Options:
        """The typed parameters of this request.

        Args:
            endpoint: kind of request.
            path: values found in the path.

        Raises:
            hub.queryapi.errors.OptionError: a value is missing or wrong.
            hub.queryapi.errors.BodyError: the body cannot be read.
        """
        request = self.request
        body = read_body(request.headers.get("Content-Type", ""), request.body) if request.body else {}
        given = Given(path, request.query_arguments, request.body_arguments, body)
        return parse(endpoint, given, default_scopes=self.context.settings.default_scopes)

    def cache(self, *, allowed: bool = True) -> None:
        """Set ``Cache-Control`` of a successful answer; without ``allowed`` nobody may keep it."""
        age = self.context.settings.cache_max_age
        self._headers["Cache-Control"] = f"max-age={age}, public" if allowed and age > 0 else "no-store"

    def send(self, value: Any, kind: str = "json") -> None:
        """Finish with an answer in the asked format."""
        body = pages.data_page(self.context, self.request.uri or "", value) if kind == "html" else None
        self.send_bytes(body if body is not None else encode.encode(value, kind), kind)

    def send_bytes(self, body: bytes, kind: str = "json") -> None:
        """Finish with an answer that is written already."""
        self._headers["Content-Type"] = encode.CONTENT_TYPES[kind]
        if kind == "html":
            self._headers["Content-Security-Policy"] = _NOTHING_FROM_ELSEWHERE
        self.finish(body)

    def fail(self, error: Exception) -> None:
        """Finish with the documented body of an error; unexpected ones are logged with their trace."""
        body = error_body(error)
        if not isinstance(error, HubError):
            log.error("%s %s failed", self.request.method, self.request.path, exc_info=error)
        elif body["code"] >= 500:
            log.error("%s %s failed: %s", self.request.method, self.request.path, error)
        self._fail_with(body)

    def _fail_with(self, body: dict[str, Any]) -> None:
        self.clear()
        self.set_status(body["code"])
        self.send_bytes(encode.to_json(body))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Errors that Tornado raises itself: unknown path, wrong method, unreadable arguments."""
        self.send_bytes(encode.to_json(plain_body(status_code)))


class NotFoundHandler(ApiHandler):
    """Every path without a route: 404."""

    def prepare(self) -> None:
        """Answer before any method is looked for."""
        if self.request.method != "OPTIONS":
            self._fail_with(plain_body(404))


def log_request(handler: tornado.web.RequestHandler) -> None:
    """Access log: failures of the server as errors, the rest for those who want it (level debug)."""
    status = handler.get_status()
    level = logging.ERROR if status >= 500 else logging.DEBUG
    if access_log.isEnabledFor(level):
        milliseconds = 1000.0 * handler.request.request_time()
        access_log.log(level, "%d %s %s %.1f ms", status, handler.request.method, handler.request.uri, milliseconds)
