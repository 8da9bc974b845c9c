"""What every request to the hub goes through: who asks, the documented envelope, bounds of the body.

Success is ``{"result": ..., "status": "ok"}``; an error is ``{"error": text, "status": "error", "code": int}`` with the
HTTP code of the error's type.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import re
import secrets
import traceback
from typing import Any, ClassVar, cast

import orjson
import tornado.httputil
import tornado.web

from hub import __version__, errors, loglines
from hub.accounts import Caller
from hub.accounts.errors import CredentialError
from hub.accounts.place import is_loopback
from hub.api.access import TOKEN_HEADER, Access
from hub.api.answers import Answer, dump_json, enveloped
from hub.commands import Command, Role, calling

MAX_DEPTH = 200  #: of the data in a body: whoever looks through it may do so by calling itself
log = logging.getLogger("hub.api")

METHODS = "PUT, DELETE, POST, GET, OPTIONS"
HEADERS = f"Content-Type,Authorization,X-BioThings-API,{TOKEN_HEADER}"
MAX_JSON_BYTES = 16 * 1024**2  #: largest body of a command
MAX_IGNORED_BYTES = 1024**3  #: of a body that is refused; so much is read so that the client sees the answer

MAX_HEADERS = 64 * 1024  #: bytes of address and headers together
#: So much of them is read, so that the client sees why it is refused.
MAX_IGNORED_HEADERS = 4 * 1024**2
SLOWEST = 60.0  #: seconds within which more of a body has to come

REQUEST_HEADER = "X-Request-ID"  #: of requests, where it is a short word, and of answers

_REQUEST_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)


class BodyTooLargeError(errors.BadArgument):
    """A request that is longer than what it is for."""

    status = 413

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"the request body is too large: at most {limit:,} bytes are taken here")


class HeadersTooLargeError(errors.BadArgument):
    """A request with more headers, or a longer address, than any client sends."""

    status = 431

    def __init__(self) -> None:
        super().__init__(f"address and headers of the request are too large: at most {MAX_HEADERS:,} bytes are taken")


class BaseHandler(tornado.web.RequestHandler):
    """Envelope, CORS, error shape."""

    services: ClassVar[Any] = None

    request_id = ""
    _etag: str | None = None

    def set_default_headers(self) -> None:
        """Open to programs, and to web pages that `hub.api.origins` allows; a browser keeps answers from others."""
        origin, host = self.request.headers.get("Origin"), self.request.headers.get("Host", "")
        rule = cast(Access, self.settings["access"]).origins
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.set_header("Vary", "Origin")
        if origin is None or rule.may_read(origin, host):
            changing = origin is None or rule.may_change(origin, host)
            self.set_header("Access-Control-Allow-Origin", origin or "*")
            self.set_header("Access-Control-Allow-Methods", METHODS if changing else "GET, OPTIONS")
            self.set_header("Access-Control-Allow-Headers", HEADERS)
            self.set_header("Access-Control-Expose-Headers", REQUEST_HEADER)
            if origin and changing:  # the page of anybody else is never answered with what a cookie opens
                self.set_header("Access-Control-Allow-Credentials", "true")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Server", f"entrepot/{__version__}")

    def prepare(self) -> None:
        """Give the request its id; refuse names that are not this machine's while bound to loopback (DNS rebinding)."""
        given = self.request.headers.get(REQUEST_HEADER, "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(6)
        loglines.REQUEST.set(self.request_id)  # in the task that answers this request only
        self.set_header(REQUEST_HEADER, self.request_id)
        told = sum(len(name) + len(value) for name, value in self.request.headers.get_all())
        if told + len(self.request.uri or "") > MAX_HEADERS:
            raise HeadersTooLargeError
        host = tornado.httputil.split_host_and_port(self.request.host.lower())[0]
        if self.settings["access"].loopback and not is_loopback(host):
            raise tornado.web.HTTPError(403, reason="unknown Host")

    def options(self, *args: str, **path: str) -> None:
        """Answer preflight requests."""
        self.set_status(200)

    def reply(self, result: Any) -> None:
        """Send a result in the envelope, with ``page`` when it is a part of a list."""
        self.finish(enveloped(result))

    def reply_kept(self, answer: Answer) -> None:
        """Send an answer that is bytes already."""
        self._etag = answer.etag
        squeezed = "gzip" in self.request.headers.get("Accept-Encoding", "")
        if squeezed:
            self.set_header("Content-Encoding", "gzip")
        self.finish(answer.squeezed if squeezed else answer.body)

    def compute_etag(self) -> str | None:
        """The mark that is known already, or that of what was written."""
        return self._etag or super().compute_etag()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send an error in the envelope, never a traceback."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if error is not None and (refused := errors.of_machine(error)):
            error = refused
        body: dict[str, Any] = {"status": "error", "code": status_code}
        if self.request_id:
            self.set_header(REQUEST_HEADER, self.request_id)
            body["request"] = self.request_id
        if isinstance(error, errors.HubError):
            self.set_status(error.status)
            if isinstance(error, BodyTooLargeError | HeadersTooLargeError):  # the rest of it is not waited for
                self.set_header("Connection", "close")
            self._ask_for_login(error)
            body |= {"error": str(error), "code": error.status, "type": type(error).__name__}
        elif isinstance(error, tornado.web.HTTPError) and status_code == 405:
            body["error"] = f"Method {self.request.method} not allowed"
        elif isinstance(error, tornado.web.HTTPError):
            told = error.log_message % error.args if error.log_message else error.reason
            body["error"] = told or self._reason
        else:
            told = "".join(traceback.format_exception(error))
            extra = {"action": "internal_error", "request": self.request_id}
            log.error("Unexpected error in %s:\n%s", self.request.path, told, extra=extra)
            body["error"] = "internal error; the log of the hub has the details under the id of this request"
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(dump_json(body))

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Log our own faults only (done in `write_error`); mistakes of callers are not news."""

    @functools.cached_property
    def caller(self) -> Caller:
        """Who asks.

        Raises:
            hub.accounts.errors.CredentialError: what was sent to show it is no good.
        """
        return cast(Access, self.settings["access"]).caller(self.request.headers, str(self.request.remote_ip or ""))

    def authorize(self, name: str, role: Role, **values: Any) -> Command:
        """Let something pass that is no command, or say why not; gives it as a command, for the audit.

        Args:
            name: what it is called.
            role: that it needs.
            **values: names of sources and builds in it.
        """
        command = Command(name, _nothing, "", role, str(self.request.method), self.request.path, starts_job=False)
        calling.check(self.settings["services"], command, values, self.caller, self.settings["access"].refusal)
        return command

    def _ask_for_login(self, error: errors.HubError) -> None:
        if error.status == 401:
            self.set_header("WWW-Authenticate", "Bearer")
        if isinstance(error, CredentialError) and error.what == "cookie":
            self.clear_cookie(self.settings["access"].cookie)


async def _nothing() -> None:
    """What is no command has no function."""


@tornado.web.stream_request_body
class BoundedHandler(BaseHandler):
    """A handler that bounds the body of requests, and reads to its end what it refuses."""

    max_body: int = MAX_JSON_BYTES
    _slow: asyncio.TimerHandle | None = None

    def prepare(self) -> None:
        """Refuse what is too long before it comes, where its length is told."""
        self.received = bytearray()
        self.wait_for_more()
        cast(Any, self.request.connection).set_max_body_size(max(self.max_body, MAX_IGNORED_BYTES))
        super().prepare()
        length = self.request.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > self.max_body:
            raise BodyTooLargeError(self.max_body)

    def data_received(self, chunk: bytes) -> None:
        """Take a part of the body; what is beyond the bound is forgotten, and refused later."""
        self.wait_for_more()
        if len(self.received) <= self.max_body:
            self.received += chunk

    def wait_for_more(self) -> None:
        """Close the connection when nothing more of the body comes for a while; until `all_came`."""
        self.all_came()
        headers = self.request.headers
        if headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in headers:
            connection = cast(Any, self.request.connection)
            self._slow = asyncio.get_running_loop().call_later(SLOWEST, connection.close)

    def all_came(self) -> None:
        """The body is complete."""
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None

    def on_finish(self) -> None:
        """The answer is sent."""
        self.all_came()

    def on_connection_close(self) -> None:
        """The other end is gone."""
        self.all_came()

    def json_body(self) -> dict[str, Any]:
        """The body, an object; empty when there is none.

        Raises:
            hub.errors.BadArgument: it is no JSON object, or too long.
        """
        self.all_came()
        if len(self.received) > self.max_body:
            raise BodyTooLargeError(self.max_body)
        if not self.received.strip():
            return {}
        try:
            body = orjson.loads(self.received)
        except orjson.JSONDecodeError as error:
            raise errors.BadArgument(f"the request body is not JSON: {error}") from None
        if not isinstance(body, dict):
            raise errors.BadArgument("the request body must be a JSON object")
        if _is_deep(body, MAX_DEPTH):
            raise errors.BadArgument(f"the request body is nested more than {MAX_DEPTH} levels deep")
        return body


def _is_deep(value: Any, left: int) -> bool:
    """Whether JSON data is nested deeper than ``left`` levels."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(left <= 0 or _is_deep(item, left - 1) for item in items if isinstance(item, dict | list))


def changes(request: tornado.httputil.HTTPServerRequest) -> bool:
    """Whether a request wants to change something; polls of the live door are many, and change nothing."""
    return request.method in ("PUT", "POST", "DELETE", "PATCH") and not request.path.startswith("/ws/")
