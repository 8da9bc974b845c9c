"""Merge rules of single fields: what a field is when several sources have it, beside what the sources' own rules say.

``merge_rules`` of a build configuration names fields by dotted path:

    "merge_rules": {"symbol": "first", "xrefs.entrez": "set", "score": "max", "taxid": "fail",
                    "notes": {"rule": "struct", "exclude": ["old"]}}

The values that the sources have at the path are taken in merge order; null says nothing. A value that only one source
has stays what it is. A path leads through objects, not through lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.databuild.errors import BuildConfigError
from hub.dataload.merge import merge_struct
from hub.errors import suggest
from hub.store.content_hash import canonical
from hub.store.port import Document

STRUCT = "struct"
STRUCT_KEYS = frozenset({"aslistofdict", "include", "exclude"})


class FieldRuleError(Exception):
    """The values of a field can not be joined by its rule; the message names them and their sources."""


@dataclass(frozen=True)
class Value:
    """What one source has at a path."""

    source: str
    value: Any


Rule = Callable[[Sequence[Value]], Any]


def _items(values: Iterable[Value]) -> list[Value]:
    """The members of lists, and what is no list."""
    found = []
    for given in values:
        members = given.value if isinstance(given.value, list) else [given.value]
        found += [Value(given.source, member) for member in members]
    return found


def _list(values: Sequence[Value]) -> list[Any]:
    return [item.value for item in _items(values)]


def _set(values: Sequence[Value]) -> list[Any]:
    return list({canonical(item.value): item.value for item in reversed(_items(values))}.values())[::-1]


def _greatest(values: Sequence[Value], *, smallest: bool = False) -> Any:
    items = [item for item in _items(values) if item.value is not None]
    kinds = {_kind(item.value) for item in items}
    if len(kinds) > 1 or None in kinds:
        raise FieldRuleError(f"only numbers, only texts or only times can be compared, not {_told(values)}")
    if not items:
        return values[0].value
    return (min if smallest else max)(item.value for item in items)


def _smallest(values: Sequence[Value]) -> Any:
    return _greatest(values, smallest=True)


def _equal(values: Sequence[Value]) -> Any:
    if len({canonical(given.value) for given in values}) > 1:
        raise FieldRuleError(f"the sources must agree, but have {_told(values)}")
    return values[0].value


RULES: Mapping[str, Rule] = {
    "first": lambda values: values[0].value,
    "last": lambda values: values[-1].value,
    "list": _list,
    "set": _set,
    "max": _greatest,
    "min": _smallest,
    "fail": _equal,
}


@dataclass(frozen=True)
class FieldRule:
    """The rule of one field: its path, the name of the rule, and for ``struct`` the arguments of ``merge_struct``."""

    path: tuple[str, ...]
    rule: str
    kwargs: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The dotted path."""
        return ".".join(self.path)

    def values(self, parts: Iterable[tuple[str, Document]]) -> list[Value]:
        """What the sources have at the path, in their order; nulls are left out."""
        found = [Value(source, value_at(document, self.path)) for source, document in parts]
        return [given for given in found if given.value is not None]

    def join(self, values: Sequence[Value]) -> Any:
        """The value of the field.

        Raises:
            FieldRuleError: the values can not be joined.
        """
        try:
            if len(values) == 1:
                return values[0].value
            if self.rule == STRUCT:
                joined = values[0].value
                for given in values[1:]:
                    joined = merge_struct(joined, given.value, **self.kwargs)
                return joined
            return RULES[self.rule](values)
        except FieldRuleError as error:
            raise FieldRuleError(f"`{self.name}`, rule `{self.rule}`: {error}") from None


@dataclass(frozen=True)
class FieldRules:
    """The rules of a build, outer fields before inner ones. Picklable; false when there are none."""

    rules: tuple[FieldRule, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rules)

    @classmethod
    def read(cls, config: str, written: Any) -> FieldRules:
        """The rules as a configuration has them.

        Args:
            config: its name, for messages.
            written: what stands at ``merge_rules``; None for no rules.

        Raises:
            BuildConfigError: what is wrong, and which rules there are.
        """
        if written is None:
            return cls()
        if not isinstance(written, Mapping):
            raise BuildConfigError(config, "merge_rules", f"must be an object of path and rule, not {written!r}.")
        rules = [_rule(config, path, rule) for path, rule in written.items()]
        return cls(tuple(sorted(rules, key=lambda rule: (len(rule.path), rule.path))))

    def apply(self, merged: Document, parts: Sequence[tuple[str, Document]]) -> Document:
        """The merged document with its fields as the rules say.

        Args:
            merged: as the sources' own rules joined it.
            parts: source and document of each part, in merge order.

        Raises:
            FieldRuleError: values that can not be joined.
        """
        for rule in self.rules:
            values = rule.values(parts)
            if values:
                merged = _with(merged, rule.path, rule.join(values))
        return merged


def value_at(document: Any, path: Sequence[str]) -> Any:
    """The value at a path of objects; None when there is none."""
    for key in path:
        if not isinstance(document, dict) or key not in document:
            return None
        document = document[key]
    return document


def _with(document: Document, path: Sequence[str], value: Any) -> Document:
    """A copy with another value at the path; the same where something stands in its way. Shares the rest."""
    key, *rest = path
    if rest:
        inner = document.get(key)
        if inner is None:
            inner = {}
        if not isinstance(inner, dict):
            return document
        value = _with(inner, rest, value)
    return {**document, key: value}


def _rule(config: str, path: Any, written: Any) -> FieldRule:
    name, kwargs = (written.get("rule"), dict(written)) if isinstance(written, Mapping) else (written, {})
    kwargs.pop("rule", None)
    known = [*RULES, STRUCT]
    keys = tuple(str(path).split("."))
    if not isinstance(path, str) or not all(keys) or keys[0] == "_id":
        reason = (
            f"{path!r} is no dotted path of a field" if keys[0] != "_id" else "`_id` is what documents are joined by"
        )
        raise BuildConfigError(config, "merge_rules", f"{reason}.")
    if name not in known:
        raise BuildConfigError(config, "merge_rules", f"`{path}` has the rule {name!r}. {suggest(str(name), known)}")
    strange = sorted(set(kwargs) - (STRUCT_KEYS if name == STRUCT else set()))
    if strange:
        takes = ", ".join(sorted(STRUCT_KEYS)) if name == STRUCT else "no arguments"
        raise BuildConfigError(config, "merge_rules", f"`{path}`: the rule `{name}` takes {takes}, not {strange[0]!r}.")
    return FieldRule(keys, str(name), kwargs)


def _kind(value: Any) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, datetime):
        return "time"
    return "text" if isinstance(value, str) else None


def _told(values: Sequence[Value]) -> str:
    return ", ".join(f"{given.value!r:.80} ({given.source})" for given in values)
