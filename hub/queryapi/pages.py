"""The pages for people: front page, documentation, an answer as HTML.

Everything is escaped, nothing is fetched from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import tornado.template

from hub.queryapi import openapi
from hub.queryapi.encode import indented
from hub.search.port import Everything, SearchRequest

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
    types = context.catalog.types()
    entries = [_front_entry(context, name, index, only=len(types) == 1) for name, index in types.items()]
    return _draw(context, "front.html", context.settings.title, types=entries)


@dataclass(frozen=True)
class FrontEntry:
    """One type on the front page; ``total`` is None while its index is missing."""

    name: str
    total: int | None
    version: str
    examples: list[str]


def _front_entry(context: Context, doc_type: str, index: str, *, only: bool) -> FrontEntry:
    base = f"{context.settings.root}/{context.settings.version}"
    of_type = f"{base}/{quote(doc_type, safe='')}"
    examples = [f"{base if only else of_type}/query?q=__all__&size=3"]
    if not context.engine.exists(index):
        return FrontEntry(doc_type, None, "", examples)
    examples += [f"{of_type}/{quote(id_, safe='')}" for id_ in _some_ids(context, index)]
    version = context.engine.meta(index).get("build_version", "")
    return FrontEntry(doc_type, context.engine.count(index), str(version), examples)


def _some_ids(context: Context, index: str) -> list[str]:
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
