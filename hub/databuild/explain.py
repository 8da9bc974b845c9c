"""Where the values of a build come from: of all its documents field by field, of one document value by value.

When a build is made it notes its parts: source, release, what stood for the documents then, and the rule they were
merged by. `Explainer` finds these documents again: published, in the archive of a replaced upload, or staged with the
build; what is gone is said to be gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from hub.databuild.errors import NoDocumentError, NoPartsError
from hub.databuild.fields import FieldRuleError, FieldRules
from hub.databuild.locate import BuildPlaces, stage_name
from hub.databuild.mapping import SourceMapping
from hub.databuild.plan import BuildPlan
from hub.databuild.resolve import ResolvedSource
from hub.databuild.rules import UPSERT, MergeRule
from hub.databuild.trace import AFTER, ONLY, Trace, leaves, trace
from hub.dataload import content
from hub.errors import HubError
from hub.store.content_hash import canonical
from hub.store.port import Document

JsonDict = dict[str, Any]


def noted_parts(plan: BuildPlan) -> list[JsonDict]:
    """What the record of a build keeps of its parts, in merge order."""
    parts = []
    for number, (source, name) in enumerate(plan.positions()):
        if source is not None:
            parts.append(_part(plan, source, number, name))
    return parts


def _part(plan: BuildPlan, source: ResolvedSource, number: int, name: str) -> JsonDict:
    facts = source.facts(0)
    return {
        "source": source.name,
        "main": source.main,
        "release": facts.release,
        "uploaded": facts.uploaded.isoformat() if facts.uploaded else None,
        "collection": name,
        "content": source.content[source.collections.index(name)],
        "merger": source.rule.mode,
        "merger_kwargs": dict(source.rule.kwargs),
        "creates": source.rule.creates,
        "staged": stage_name(plan.name, number) if source.staged else None,
    }


def field_sources(mappings: Sequence[SourceMapping], parts: Sequence[Mapping[str, Any]], rules: Any) -> list[JsonDict]:
    """For each field of a build the sources that have it, in merge order, and the rule when there are several.

    Args:
        mappings: of the sources, declared or found in their documents.
        parts: from `noted_parts`, for the order and the mergers.
        rules: ``merge_rules`` of the configuration.
    """
    order = list(dict.fromkeys(str(part["source"]) for part in parts))
    mergers = {str(part["source"]): str(part["merger"]) for part in parts}
    fields: dict[str, list[str]] = {}
    for mapping in sorted(mappings, key=lambda m: order.index(m.source) if m.source in order else len(order)):
        for path in _mapped(mapping.properties):
            fields.setdefault(path, []).append(mapping.source)
    own = {rule.name: rule.rule for rule in FieldRules.read("", rules).rules}
    return [
        {"field": path, "sources": s, "rule": _rule_of(path, s, own, mergers)} for path, s in sorted(fields.items())
    ]


def _mapped(properties: Mapping[str, Any], prefix: str = "") -> list[str]:
    found = []
    for key, node in properties.items():
        inner = node.get("properties") if isinstance(node, Mapping) else None
        found += _mapped(inner, f"{prefix}{key}.") if inner else [f"{prefix}{key}"]
    return found


def _rule_of(path: str, sources: Sequence[str], own: Mapping[str, str], mergers: Mapping[str, str]) -> str:
    if len(sources) == 1:
        return ONLY
    outer = [name for name in own if path == name or path.startswith(f"{name}.")]
    return own[max(outer, key=len)] if outer else mergers.get(sources[-1], UPSERT)


class Explainer:
    """Explains builds.

    Args:
        places: stores and records.
    """

    def __init__(self, places: BuildPlaces) -> None:
        self._places = places

    def provenance(self, build: Mapping[str, Any]) -> JsonDict:
        """The sources of a build in merge order, and for each field those that have it.

        Raises:
            NoPartsError: the build was made before builds noted this.
        """
        parts = self._parts(build)
        shown = ("source", "main", "release", "uploaded", "merger", "creates")
        return {
            "build": build["_id"],
            "sources": [{key: part[key] for key in shown} for part in parts],
            "fields": {
                entry["field"]: {"sources": entry["sources"], "rule": entry["rule"]}
                for entry in build.get("fields") or []
            },
        }

    def of_index(self, index: str, ids: Iterable[str]) -> dict[str, list[JsonDict]]:
        """Where the values of some documents of an index come from, by id.

        Each is a list of ``{"field", "from": [{"source", "release"}], "rule"}``; documents that cannot be explained are
        left out, as are those of an index that was not made of a build here.

        Args:
            index: name of an index, not an alias.
            ids: ``_id`` of the documents.
        """
        build = next((b for b in self._places.state.builds.all() if index in (b.get("index") or {})), None)
        found: dict[str, list[JsonDict]] = {}
        if build is None:
            return found
        for id_ in ids:
            with suppress(HubError):
                values = self.explain(build, id_)["values"]
                found[id_] = [{"field": p, "from": v["from"], "rule": v["rule"]} for p, v in values.items()]
        return found

    def explain(self, build: Mapping[str, Any], id_: str) -> JsonDict:
        """How one document of a build came about.

        Args:
            build: record of the build.
            id_: ``_id`` of the document.

        Returns:
            ``document`` as the build has it; ``sources`` with what each gave; ``values``: for each dotted path its
            ``value``, the sources it is ``from``, the ``rule`` that decided, and what was ``lost``; ``dropped``: values
            of paths that the document does not have; ``complete``: whether all sources' documents of then were found;
            ``agrees``: whether merging these gives the document.

        Raises:
            NoDocumentError: neither the build nor a source of it has such a document.
            NoPartsError: the build was made before builds noted their parts.
        """
        parts = self._parts(build)
        found = [self._document(part, id_) for part in parts]
        stored = None if build.get("archived") else self._places.documents(build).get(id_)
        given = [(part, document) for part, document in zip(parts, found, strict=True) if isinstance(document, dict)]
        if stored is None and not given:
            raise NoDocumentError(str(build["_id"]), id_)
        ruled = [(_rule(part), document) for part, document in given]
        fields = FieldRules.read("", (build.get("build_config") or {}).get("merge_rules"))
        try:
            traced, fault = trace(ruled, fields), ""
        except FieldRuleError as error:
            traced, fault = Trace(), str(error)
        complete = all(document is not None for document in found)
        answer: JsonDict = {
            "build": build["_id"],
            "_id": id_,
            "document": stored,
            "complete": complete,
            "agrees": _same(stored, traced.document),
            "sources": [_told(part, document, traced) for part, document in zip(parts, found, strict=True)],
            **_values(stored if stored is not None else traced.document or {}, traced, given, complete),
        }
        return {**answer, "error": fault} if fault else answer

    def _parts(self, build: Mapping[str, Any]) -> list[JsonDict]:
        parts = [dict(part) for part in build.get("parts") or []]
        if not parts:
            raise NoPartsError(str(build["_id"]))
        return parts

    def _document(self, part: Mapping[str, Any], id_: str) -> Document | str | None:
        """The document that a part gave to the build; an empty text when it had none, None when that is not known."""
        if part.get("staged"):
            target = self._places.target_store
            if not target.exists(str(part["staged"])):
                return None
            return target.collection(str(part["staged"])).get(id_) or ""
        name = self._collection(part)
        if name is None or not self._places.src_store.exists(name):
            return None
        return self._places.src_store.collection(name).get(id_) or ""

    def _collection(self, part: Mapping[str, Any]) -> str | None:
        name = str(part["collection"])
        if part.get("content"):
            return content.collection_of(self._places.state.masters.get(name) or {}, name, str(part["content"]))
        source = self._places.state.sources.get(str(part["main"])) or {}
        upload = ((source.get("upload") or {}).get("jobs") or {}).get(part["source"]) or {}
        last = upload.get("last_success")
        stamp = last.isoformat() if isinstance(last, datetime) else last
        return name if stamp is not None and stamp == part.get("uploaded") else None


def _rule(part: Mapping[str, Any]) -> MergeRule:
    return MergeRule(part["source"], part["creates"], part["merger"], dict(part.get("merger_kwargs") or {}))


def _told(part: Mapping[str, Any], document: Document | str | None, traced: Trace) -> JsonDict:
    has: bool | None = None if document is None else bool(document)
    told = {key: part[key] for key in ("source", "main", "release", "uploaded", "merger", "creates")}
    told["has_document"] = has
    if part["source"] in traced.left_out:
        told["left_out"] = "it may not create documents, and no source before it has this one"
    return told


def _values(
    shown: Mapping[str, Any], traced: Trace, given: Sequence[tuple[Mapping[str, Any], Document]], complete: bool
) -> JsonDict:
    merged = dict(leaves(traced.document or {}))
    offered: dict[str, list[JsonDict]] = {}
    for part, document in given:
        for path, value in leaves(document):
            entry = {"source": part["source"], "release": part["release"], "value": value}
            offered.setdefault(path, []).append(entry)
    releases = {str(part["source"]): part["release"] for part, _ in given}
    values: dict[str, JsonDict] = {}
    for path, value in leaves(shown):
        as_merged = path in merged and canonical(merged[path]) == canonical(value)
        sources = traced.origin.get(path, []) if as_merged else []
        rule = traced.rules.get(path, AFTER) if as_merged else AFTER if complete else "unknown"
        entry = {"value": value, "from": [{"source": s, "release": releases[s]} for s in sources], "rule": rule}
        lost = [offer for offer in offered.get(path, []) if offer["source"] not in sources]
        values[path] = {**entry, "lost": lost}
    dropped = [{"path": path, **offer} for path, offers in offered.items() if path not in values for offer in offers]
    return {"values": values, "dropped": dropped}


def _same(one: Any, other: Any) -> bool:
    return (one is None and other is None) or (
        one is not None and other is not None and canonical(one) == canonical(other)
    )
