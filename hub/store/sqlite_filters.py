"""Which part of a Mongo-style filter SQLite can answer by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.store.filters import Matcher, matcher
from hub.store.sqlite_index import MAX_INDEXED_TEXT

_COMPARISONS = {"$eq": "=", "$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
_PREFIX = re.compile(r"\^([A-Za-z0-9_:/ -]+)")


@dataclass
class Plan:
    """How a filter is run: SQL conditions that narrow the rows, then a matcher for what SQL cannot say.

    Attributes:
        where: SQL conditions, all of which must hold.
        params: their parameters.
        residual: the rest, on decoded documents; None when SQL says it all.
    """

    where: list[str] = field(default_factory=list)
    params: list[Any] = field(default_factory=list)
    residual: Matcher | None = None

    def add(self, condition: str, *params: Any) -> None:
        """One more condition."""
        self.where.append(condition)
        self.params.extend(params)


def plan_filter(query: Mapping[str, Any] | None, indexed: Collection[str] = ()) -> Plan:
    """The plan of a filter.

    Args:
        query: the filter.
        indexed: dotted fields that have an index.

    Raises:
        hub.store.errors.BadFilterError: the filter is not understood.
    """
    plan = Plan()
    if not query:
        return plan
    full = matcher(query)
    rest = {key: value for key, value in query.items() if key != "_id" or not _push_id(plan, value)}
    for key, value in rest.items():
        if key in indexed:
            _push_indexed(plan, key, value)
    if rest:
        plan.residual = full
    return plan


def _push_id(plan: Plan, condition: Any) -> bool:
    """Whether the condition on ``_id`` is fully said in SQL."""
    if isinstance(condition, str):
        plan.add("_id = ?", condition)
        return True
    if not isinstance(condition, Mapping) or not condition:
        return False
    complete = True
    for operator, value in condition.items():
        if operator in _COMPARISONS and isinstance(value, str):
            plan.add(f"_id {_COMPARISONS[operator]} ?", value)
        elif operator == "$in" and all(isinstance(item, str) for item in value):
            plan.add("_id IN (SELECT value FROM json_each(?))", json.dumps(list(value)))
        else:
            complete = False
            if operator == "$regex" and isinstance(value, str) and "$options" not in condition:
                _push_prefix(plan, value)
    return complete


def _push_prefix(plan: Plan, pattern: str) -> None:
    found = _PREFIX.match(pattern)
    if found is None or "|" in pattern:
        return
    prefix = found[1]
    if pattern[found.end() : found.end() + 1] in ("*", "?", "{"):
        prefix = prefix[:-1]
    if prefix:
        plan.add("_id >= ?", prefix)
        plan.add("_id < ?", prefix[:-1] + chr(ord(prefix[-1]) + 1))


def _push_indexed(plan: Plan, name: str, condition: Any) -> None:
    values: Sequence[Any]
    if isinstance(condition, Mapping):
        if len(condition) != 1 or not ({"$eq", "$in"} & set(condition)):
            return
        ((operator, argument),) = condition.items()
        values = list(argument) if operator == "$in" else [argument]
    else:
        values = [condition]
    if all(_indexable(value) for value in values):
        plan.add(
            "_id IN (SELECT id FROM field_index WHERE field = ? AND value IN (SELECT value FROM json_each(?)))",
            name,
            json.dumps(values),
        )


def _indexable(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_INDEXED_TEXT
    return isinstance(value, int) and not isinstance(value, bool)
