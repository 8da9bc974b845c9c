"""The answers of ``/metadata`` and ``/metadata/fields``."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hub.queryapi.settings import QuerySettings
from hub.search.port import SearchEngine

Meta = dict[str, Any]

_MULTIPLE = "__multiple__"
_NOT_SHOWN = frozenset({"normalizer", "copy_to", "dynamic", "properties", "enabled"})


def read_meta(engine: SearchEngine, doc_type: str, index: str) -> Meta:
    """``_meta`` of one index with ``stats.total`` as the live number of documents.

    An index without ``_meta`` gets the date of its creation and the configured type.

    Args:
        engine: where the index lives.
        doc_type: type it is served as.
        index: index or alias.
    """
    meta = dict(engine.meta(index))
    meta.setdefault("biothing_type", doc_type)
    if "build_date" not in meta:
        created = _creation_date(engine.info(index))
        if created:
            meta["build_date"] = created
            meta.setdefault("build_version", created[:10].replace("-", ""))
    stats = meta.get("stats")
    meta["stats"] = {**(stats if isinstance(stats, Mapping) else {}), "total": engine.count(index)}
    return meta


def _creation_date(info: Any) -> str | None:
    if not isinstance(info, Mapping):
        return None
    value = info.get("creation_date")
    if value is not None:
        try:
            return datetime.fromtimestamp(int(value) / 1000, UTC).isoformat()
        except (ValueError, TypeError, OverflowError):
            return str(value)
    return next((found for found in map(_creation_date, info.values()) if found), None)


def combine(metas: Sequence[Meta]) -> Meta:
    """One metadata object for several indices.

    Objects are merged, numbers of ``stats`` added, the latest ``build_date`` is kept, the type is ``__multiple__``
    and other values that differ become a list.
    """
    if len(metas) == 1:
        return metas[0]
    combined: Meta = {}
    for meta in metas:
        for key, value in meta.items():
            combined[key] = _both(key, combined[key], value) if key in combined else value
    combined["biothing_type"] = _MULTIPLE
    return combined


def _both(key: str, first: Any, second: Any) -> Any:
    if first == second and key != "stats":
        return first
    if key == "stats" and isinstance(first, Mapping) and isinstance(second, Mapping):
        return _added(first, second)
    if key == "build_date":
        return max(str(first), str(second))
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return {**first, **{name: _both(name, first[name], v) if name in first else v for name, v in second.items()}}
    values = [*(first if isinstance(first, list) else [first]), *(second if isinstance(second, list) else [second])]
    return [value for place, value in enumerate(values) if value not in values[:place]]


def _added(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    added = dict(first)
    for name, value in second.items():
        both = isinstance(value, (int, float)) and isinstance(added.get(name), (int, float))
        added[name] = added[name] + value if both else value
    return added


def shown(meta: Meta, *, dev: bool, engine: SearchEngine) -> Meta:
    """Metadata as it is returned: keys sorted, hidden keys and software only for ``?dev``."""
    if dev:
        meta = {**meta, "software": software(engine)}
    return {key: meta[key] for key in sorted(meta) if dev or not key.startswith("_")}


def software(engine: SearchEngine) -> dict[str, str]:
    """Names and versions of what answers."""
    import tornado

    import hub

    return {
        "hub": str(getattr(hub, "__version__", "")),
        "python": platform.python_version(),
        "tornado": tornado.version,
        "search_engine": engine.spec.engine,
    }


def describe_fields(properties: Mapping[str, Any], settings: QuerySettings) -> dict[str, dict[str, Any]]:
    """Dotted field name to its description, objects before their children, in the order of the mapping.

    Args:
        properties: ``properties`` of a mapping.
        settings: ``fields_excluded`` and ``fields_notes`` are used.
    """
    described = {}
    for name, about in _walk(properties):
        if name in settings.fields_excluded:
            continue
        described[name] = _describe(about)
        if name in settings.fields_notes:
            described[name]["notes"] = settings.fields_notes[name]
    return described


def _walk(properties: Mapping[str, Any], parent: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, about in properties.items():
        path = f"{parent}.{name}" if parent else name
        yield path, about
        yield from _walk(about.get("properties", {}), path)


def _describe(about: Mapping[str, Any]) -> dict[str, Any]:
    is_object = "properties" in about
    kind = about.get("type", "object")
    described: dict[str, Any] = {
        "type": kind,
        "index": not is_object and kind != "object" and bool(about.get("index", True)),
    }
    copied = about.get("copy_to", ())
    if "all" in ([copied] if isinstance(copied, str) else copied):
        described["searched_by_default"] = True
    extra = {key: value for key, value in about.items() if key not in _NOT_SHOWN and key not in described}
    return {**described, **extra}


def select_fields(
    described: Mapping[str, dict[str, Any]], search: str | None, prefix: str | None
) -> dict[str, dict[str, Any]]:
    """The fields whose name contains ``search`` and begins with ``prefix`` (upper and lower case are the same)."""
    contains, begins = (search or "").lower(), (prefix or "").lower()
    return {
        name: about for name, about in described.items() if contains in name.lower() and name.lower().startswith(begins)
    }
