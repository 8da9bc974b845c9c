"""The Tornado application of the data API: routes, and a server around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import tornado.web
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from hub.queryapi.catalog import Indices
from hub.queryapi.context import Context, Provenance
from hub.queryapi.handlers.about import (
    DocsHandler,
    FieldsHandler,
    FrontHandler,
    MetadataHandler,
    SpecHandler,
    StatusHandler,
)
from hub.queryapi.handlers.annotation import AnnotationHandler
from hub.queryapi.handlers.base import NotFoundHandler, log_request
from hub.queryapi.handlers.query import QueryHandler
from hub.queryapi.settings import QuerySettings
from hub.search.port import SearchEngine


def make_app(
    engine: SearchEngine,
    indices: Indices,
    settings: QuerySettings | None = None,
    provenance: Provenance | None = None,
) -> tornado.web.Application:
    """The data API as a Tornado application.

    Args:
        engine: the search engine; it stays the caller's to close.
        indices: document type (a path segment) to index or alias. A mapping that may change, or a function that returns
            one: types are looked up at each request.
        settings: how the API behaves; None for the defaults.
        provenance: tells where values come from, see `hub.queryapi.context.Context`; None where nobody knows.

    Returns:
        An application; `listen` serves it. ``application.settings["context"]`` is the shared
        `hub.queryapi.context.Context`; its ``close()`` ends the threads.
    """
    settings = settings or QuerySettings()
    context = Context(engine, indices, settings, provenance)
    return tornado.web.Application(
        _routes(settings, {"context": context}),
        compress_response=True,
        default_handler_class=NotFoundHandler,
        default_handler_args={"context": context},
        log_function=log_request,
        context=context,
    )


def _routes(settings: QuerySettings, shared: dict[str, Any]) -> list[Any]:
    root = re.escape(settings.root)
    base = f"{root}/{re.escape(settings.version)}"
    kind = "(?P<doc_type>[^/]+)"
    about = [("metadata", MetadataHandler), ("metadata/fields", FieldsHandler)]
    routes: list[Any] = [
        (f"{root}/?" if root else "/", FrontHandler, shared),
        (f"{root}/status/?", StatusHandler, shared),
    ]
    routes += [(f"{place}/{path}/?", handler, shared) for place in (root, base) for path, handler in about]
    routes += [
        (f"{base}/spec/?", SpecHandler, shared),
        (f"{base}/docs/?", DocsHandler, shared),
        *((f"{place}/query/?", QueryHandler, shared) for place in (root, base)),
        (f"{base}/{kind}/query/?", QueryHandler, shared),
    ]
    routes += [(f"{base}/{kind}/{path}/?", handler, shared) for path, handler in about]
    routes += [(f"{base}/{kind}(?:/(?P<id_>.*?))?/?", AnnotationHandler, shared)]
    return routes


@dataclass(frozen=True)
class Listening:
    """A data API that is being served.

    Attributes:
        server: Tornado's server.
        address: address it is bound to.
        port: TCP port, the real one when 0 was asked for.
        context: what the handlers share.
    """

    server: HTTPServer
    address: str
    port: int
    context: Context

    async def stop(self) -> None:
        """Stop listening, close the connections and end the threads; the engine stays open."""
        self.server.stop()
        await self.server.close_all_connections()
        self.context.close()


def listen(app: tornado.web.Application, port: int, address: str = "127.0.0.1") -> Listening:
    """Serve an application made by `make_app` in the running event loop.

    Args:
        app: the application.
        port: TCP port; 0 takes a free one.
        address: address to bind; loopback by default.

    Raises:
        OSError: the port is taken.
    """
    context: Context = app.settings["context"]
    sockets = bind_sockets(port, address)
    server = HTTPServer(app, max_body_size=context.settings.max_body_bytes)
    server.add_sockets(sockets)
    return Listening(server, address, int(sockets[0].getsockname()[1]), context)
