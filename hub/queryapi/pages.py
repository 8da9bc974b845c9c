"""The pages for people: front page, documentation, an answer as HTML.

Everything is escaped, nothing is fetched from elsewhere.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import tornado.template

from hub.queryapi import openapi
from hub.queryapi.encode import indented

if TYPE_CHECKING:
    from hub.queryapi.context import Context


@lru_cache(maxsize=1)
def _loader() -> tornado.template.Loader:
    return tornado.template.Loader(str(Path(__file__).parent / "templates"), autoescape="xhtml_escape")


def _draw(context: Context, template: str, title: str, **values: Any) -> bytes:
    settings = context.settings
    return (
        _loader()
        .load(template)
        .generate(
            title=title,
            api_title=settings.title,
            description=settings.description,
            root=settings.root,
            base=f"{settings.root}/{settings.version}",
            **values,
        )
    )


def front_page(context: Context) -> bytes:
    """The page at ``/``: types with their counts and examples."""
    entries = [_front_entry(context, doc_type, index) for doc_type, index in context.catalog.types().items()]
    return _draw(context, "front.html", context.settings.title, types=entries)


def _front_entry(context: Context, doc_type: str, index: str) -> dict[str, Any]:
    settings = context.settings
    base = f"{settings.root}/{settings.version}"
    only = len(context.catalog.types()) == 1
    search = f"{base}/query" if only else f"{base}/{quote(doc_type)}/query"
    entry: dict[str, Any] = {"name": doc_type, "total": None, "version": "", "examples": [f"{search}?q=__all__&size=3"]}
    if not context.engine.exists(index):
        return entry
    entry["total"] = context.engine.count(index)
    entry["version"] = context.engine.meta(index).get("build_version", "")
    entry["examples"] += [f"{base}/{quote(doc_type)}/{quote(id_, safe='')}" for id_ in _some_ids(context, index)]
    return entry


def _some_ids(context: Context, index: str) -> list[str]:
    from hub.search.port import Everything, SearchRequest

    result = context.engine.search(index, SearchRequest(Everything(), fields=["_id"], size=1))
    return [hit.id for hit in result.hits]


def docs_page(context: Context) -> bytes:
    """The page at ``/<version>/docs``, from the table of parameters."""
    settings = context.settings
    operations = openapi.operations(settings, context.catalog.types())
    return _draw(context, "docs.html", f"{settings.title}: documentation", operations=operations)


def data_page(context: Context, uri: str, value: Any) -> bytes:
    """An answer for people (`format=html`)."""
    return _draw(context, "data.html", f"{context.settings.title}: answer", uri=uri, text=indented(value))
