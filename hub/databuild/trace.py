"""Merging one document once more while keeping account: which source gave each value, and whose values were lost."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.databuild.fields import FieldRule, FieldRules, Value, value_at
from hub.databuild.rules import MergeRule
from hub.store.content_hash import canonical
from hub.store.port import Document

ONLY = "only source"  # the rule of a value that no other source has anything to say of
AFTER = "after the merge"  # the rule of a value that merging does not give: the builder has changed it

Leaves = dict[str, Any]


@dataclass
class Trace:
    """How one document came about.

    Attributes:
        document: the merged document; None when no source may create it.
        origin: for each dotted path of a value the sources it came from, in merge order.
        rules: for each path the rule that decided.
        left_out: sources whose documents found nothing to join.
    """

    document: Document | None = None
    origin: dict[str, list[str]] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def leaves(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted path and value of whatever is no object, or an empty one; without ``_id``."""
    for key, value in document.items():
        if not prefix and key == "_id":
            continue
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def trace(parts: Sequence[tuple[MergeRule, Document]], fields: FieldRules) -> Trace:
    """Merge the parts of one document in their order.

    Args:
        parts: rule and document of each source.
        fields: merge rules of single fields.

    Raises:
        hub.databuild.fields.FieldRuleError: values that can not be joined.
    """
    found = Trace()
    joined: list[tuple[str, Document]] = []
    for rule, part in parts:
        if found.document is None and not rule.creates:
            found.left_out.append(rule.source)
            continue
        joined.append((rule.source, part))
        if found.document is None:
            found.document = copy.deepcopy(part)
            found.origin = {path: [rule.source] for path, _ in leaves(part)}
            found.rules = dict.fromkeys(found.origin, ONLY)
        else:
            _join(found, rule, part)
    for field_rule in fields.rules:
        _decide(found, field_rule, field_rule.values(joined))
    return found


def _join(found: Trace, rule: MergeRule, part: Document) -> None:
    assert found.document is not None
    before, own = dict(leaves(found.document)), dict(leaves(part))
    found.document = rule.join(copy.deepcopy(found.document), copy.deepcopy(part))
    origin, rules = {}, {}
    for path, value in leaves(found.document):
        mine, theirs = _related(path, own), _related(path, before)
        if path in own and _equal(own[path], value) and not (path in before and _equal(before[path], value)):
            origin[path] = [rule.source]
        else:
            sources = dict.fromkeys(source for other in theirs for source in found.origin[other])
            changed = path not in before or not _equal(before[path], value)
            if mine and (changed or (path in own and _equal(own[path], value))):
                sources[rule.source] = None
            origin[path] = list(sources)
        rules[path] = rule.mode if mine and theirs else ONLY if mine else found.rules[theirs[0]]
    found.origin, found.rules = origin, rules


def _decide(found: Trace, rule: FieldRule, values: Sequence[Value]) -> None:
    """Apply the rule of one field."""
    if found.document is None or not values:
        return
    before = found.document
    found.document = FieldRules((rule,)).apply(before, [(v.source, _at(rule.path, v.value)) for v in values])
    if found.document is before:  # something that is no object stands in its way
        return
    chosen = _chosen(rule, values, value_at(found.document, rule.path))
    for path in [p for p in found.origin if p == rule.name or p.startswith(f"{rule.name}.")]:
        del found.origin[path], found.rules[path]
    for path, value in leaves(found.document):
        if path == rule.name or path.startswith(f"{rule.name}."):
            having = [v.source for v in chosen if _has(v.value, path[len(rule.name) + 1 :], value, rule.rule)]
            found.origin[path] = list(dict.fromkeys(having or [v.source for v in chosen]))
            found.rules[path] = ONLY if len(values) == 1 else rule.rule
    there = dict(leaves(found.document))
    for path in [p for p in found.origin if p not in there]:  # an empty object that has been filled
        del found.origin[path], found.rules[path]


def _chosen(rule: FieldRule, values: Sequence[Value], result: Any) -> list[Value]:
    if rule.rule == "first":
        return [values[0]]
    if rule.rule == "last":
        return [values[-1]]
    if rule.rule in ("max", "min") and len(values) > 1:
        return [
            v for v in values if any(_equal(m, result) for m in (v.value if isinstance(v.value, list) else [v.value]))
        ]
    return list(values)


def _has(given: Any, inner: str, value: Any, rule: str) -> bool:
    """Whether a source that was chosen has something to do with one value below the path."""
    if not inner or rule != "struct":
        return True
    return bool(_related(inner, dict(leaves(given)) if isinstance(given, dict) else {}))


def _at(path: Sequence[str], value: Any) -> Document:
    for key in reversed(path):
        value = {key: value}
    return dict(value)


def _related(path: str, among: Leaves) -> list[str]:
    """The paths that are this one, lead to it, or lead on from it."""
    if path in among:
        return [path]
    return [other for other in among if path.startswith(f"{other}.") or other.startswith(f"{path}.")]


def _equal(one: Any, other: Any) -> bool:
    return canonical(one) == canonical(other)
