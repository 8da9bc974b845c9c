"""``/metadata``, ``/metadata/fields``, ``/status``, the OpenAPI document and the pages for people."""

from __future__ import annotations

from typing import Any

from hub.errors import HubError
from hub.queryapi import metadata, openapi, pages
from hub.queryapi.context import Context
from hub.queryapi.encode import to_json
from hub.queryapi.errors import NoTypesError
from hub.queryapi.handlers.base import ApiHandler, answered
from hub.queryapi.parameters import Endpoint


def _selected(context: Context, doc_type: str | None) -> dict[str, str]:
    """The asked type, or all of them, with their indices."""
    if doc_type is not None:
        return {doc_type: context.catalog.index(doc_type)}
    types = context.catalog.types()
    if not types:
        raise NoTypesError
    return types


class MetadataHandler(ApiHandler):
    """What the data is made of."""

    @answered
    async def get(self, doc_type: str | None = None) -> None:
        """Metadata of one type or of all together."""
        options = self.parameters(Endpoint.METADATA)
        selected = _selected(self.context, doc_type)
        value = await self.context.run(lambda: _metadata(self.context, selected, raw=options.raw, dev=options.dev))
        self.cache(allowed=not options.dev)
        self.send(value, options.format)


def _metadata(context: Context, selected: dict[str, str], *, raw: bool, dev: bool) -> Any:
    engine = context.engine
    if raw:
        infos = {doc_type: engine.info(index) for doc_type, index in selected.items()}
        return next(iter(infos.values())) if len(infos) == 1 else infos
    metas = [metadata.read_meta(engine, doc_type, index) for doc_type, index in selected.items()]
    return metadata.shown(metadata.combine(metas), dev=dev, engine=engine)


class FieldsHandler(ApiHandler):
    """Which fields can be asked for."""

    @answered
    async def get(self, doc_type: str | None = None) -> None:
        """Fields of one type or of all together."""
        options = self.parameters(Endpoint.FIELDS)
        selected = _selected(self.context, doc_type)
        mappings = await self.context.run(
            lambda: {index: self.context.engine.properties(index) for index in selected.values()}
        )
        self.cache()
        if options.raw:
            self.send(next(iter(mappings.values())) if len(mappings) == 1 else mappings, options.format)
            return
        described: dict[str, dict[str, Any]] = {}
        for properties in mappings.values():
            described |= metadata.describe_fields(properties, self.context.settings)
        self.send(metadata.select_fields(described, options.search, options.prefix), options.format)


class StatusHandler(ApiHandler):
    """Whether the service can answer."""

    @answered
    async def get(self) -> None:
        """Health as JSON; 503 when the engine or the checked document fails."""
        dev = self.parameters(Endpoint.STATUS).dev
        await self._answer(dev=dev)

    @answered
    async def head(self) -> None:
        """The same without a body."""
        await self._answer(dev=False)

    async def _answer(self, *, dev: bool) -> None:
        healthy, answer = await self.context.run(lambda: _status(self.context, dev=dev))
        self.set_status(200 if healthy else 503)
        self.cache(allowed=False)
        self.send(answer)


def _status(context: Context, *, dev: bool) -> tuple[bool, dict[str, Any]]:
    try:
        health = context.engine.health()
        found = _check_document(context)
    except HubError as error:
        answer: dict[str, Any] = {"success": False, "status": "red"}
        return False, answer | ({"reason": type(error).__name__} if dev else {})
    healthy = health.get("status") != "red" and found is not False
    answer = {"success": healthy, "status": health.get("status") if healthy else "red"}
    if dev:
        answer["engine"] = {key: health[key] for key in ("engine", "version", "status") if key in health}
        answer["document_found"] = found
        answer["types"] = list(context.catalog.types())
        answer["software"] = metadata.software(context.engine)
    return healthy, answer


def _check_document(context: Context) -> bool | None:
    check = context.settings.status_check
    if check is None:
        return None
    return context.engine.get(context.catalog.index(check.doc_type), check.id, fields=["_id"]) is not None


class SpecHandler(ApiHandler):
    """The OpenAPI document."""

    @answered
    async def get(self) -> None:
        """It lists the types that are served now."""
        self.cache(allowed=False)
        self.send_bytes(to_json(openapi.document(self.context.settings, self.context.catalog.types())))


class DocsHandler(ApiHandler):
    """The documentation page."""

    @answered
    async def get(self) -> None:
        """HTML without anything fetched from elsewhere."""
        self.cache(allowed=False)
        self.send_bytes(pages.docs_page(self.context), "html")


class FrontHandler(ApiHandler):
    """The front page."""

    @answered
    async def get(self) -> None:
        """HTML with the served types and examples."""
        page = await self.context.run(lambda: pages.front_page(self.context))
        self.cache(allowed=False)
        self.send_bytes(page, "html")
