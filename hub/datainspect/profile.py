"""What documents hold, field by field: types, counts, extremes, examples.

`Profile` is fed documents and keeps one node for each field, so that memory depends on the number of fields, not of
documents. `type_map`, `stats_map` and `json_schema` render it in the shapes that clients of such hubs read: a type is a
key such as ``__type__:str``, an object is the map of its fields, a list ``__type__:list`` with the types of its items.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

TYPE = "__type__:"  #: begins the keys that are types
STATS = "_stats"
MAX_NODES = 10_000  #: fields beyond this number are counted and left out
EXAMPLES = 3  #: different values kept of each type of a field
KEPT_VALUES = 10_000  #: of each type of a field, for the median; a random choice of more
_JSON_TYPES = {
    "str": "string",
    "int": "integer",
    "Int64": "integer",
    "float": "number",
    "nan": "number",
    "inf": "number",
    "bool": "boolean",
    "NoneType": "null",
    "datetime": "string",
    "bytes": "string",
}

JsonDict = dict[str, Any]


class Leaf:
    """Values of one type of one field.

    Attributes:
        count: how many.
        low: smallest value, or length.
        high: greatest.
        examples: the first different values, cut.
    """

    __slots__ = ("_mean", "_squares", "_values", "count", "examples", "high", "low")

    def __init__(self) -> None:
        self.count = 0
        self.low: Any = None
        self.high: Any = None
        self.examples: list[str] = []
        self._mean = self._squares = 0.0
        self._values: list[float] | None = None

    def add(self, measure: Any, value: Any, deep: random.Random | None) -> None:
        """Take in a value by its measure."""
        self.count += 1
        if self.low is None or measure < self.low:
            self.low = measure
        if self.high is None or measure > self.high:
            self.high = measure
        if len(self.examples) < EXAMPLES:
            text = str(value)[:60]
            if text not in self.examples:
                self.examples.append(text)
        if deep is not None and isinstance(measure, int | float):
            self._remember(float(measure), deep)

    def _remember(self, number: float, chance: random.Random) -> None:
        delta = number - self._mean
        self._mean += delta / self.count
        self._squares += delta * (number - self._mean)
        if self._values is None:
            self._values = []
        if len(self._values) < KEPT_VALUES:
            self._values.append(number)
        else:
            position = chance.randrange(self.count)
            if position < KEPT_VALUES:
                self._values[position] = number

    def stats(self, none: int) -> JsonDict:
        """``{_min, _max, _count, _none}``, and mean, median and deviation where they were asked for."""
        found: JsonDict = {"_min": self.low, "_max": self.high, "_count": self.count, "_none": none}
        if self._values:
            found["_mean"] = self._mean
            found["_median"] = statistics.median(self._values)
            found["_stdev"] = math.sqrt(self._squares / (self.count - 1)) if self.count > 1 else 0.0
        return found


class Node:
    """One field: its values by type, its fields where it is an object, its items where it is a list."""

    __slots__ = ("fields", "items", "kinds", "lists", "none", "objects")

    def __init__(self) -> None:
        self.kinds: dict[str, Leaf] = {}
        self.none = 0
        self.objects: Leaf | None = None
        self.fields: dict[str, Node] = {}
        self.lists: Leaf | None = None
        self.items: Node | None = None


class Profile:
    """Collects what documents hold. Not safe for several threads at once.

    Args:
        deep: keep what mean, median and deviation need.
    """

    def __init__(self, *, deep: bool = False) -> None:
        self.root = Node()
        self.documents = 0
        self.left_out = 0
        self._nodes = 0
        self._deep = random.Random(1) if deep else None

    def add(self, document: Mapping[str, Any]) -> None:
        """Take in one document."""
        self.documents += 1
        self._object(self.root, document)

    def _object(self, node: Node, value: Mapping[str, Any]) -> None:
        if node.objects is None:
            node.objects = Leaf()
        node.objects.add(1, "{...}", None)
        for key, item in value.items():
            child = node.fields.get(key) or self._grow(node, str(key))
            if child is not None:
                self._value(child, item)

    def _grow(self, node: Node, key: str) -> Node | None:
        if self._nodes >= MAX_NODES:
            self.left_out += 1
            return None
        self._nodes += 1
        child = node.fields[key] = Node()
        return child

    def _value(self, node: Node, value: Any) -> None:
        if isinstance(value, str):
            self._leaf(node, "str", len(value), value)
        elif isinstance(value, bool):
            self._leaf(node, "bool", value, value)
        elif isinstance(value, int):
            self._leaf(node, "int", value, value)
        elif isinstance(value, float):
            kind = "float" if math.isfinite(value) else "nan" if math.isnan(value) else "inf"
            self._leaf(node, kind, value if kind == "float" else 0, value)
        elif value is None:
            node.none += 1
        elif isinstance(value, Mapping):
            self._object(node, value)
        elif isinstance(value, list | tuple):
            self._list(node, value)
        elif isinstance(value, datetime | date):
            self._leaf(node, "datetime", value.isoformat(), value)
        else:
            size = len(value) if isinstance(value, bytes) else len(str(value))
            self._leaf(node, type(value).__name__, size, value)

    def _leaf(self, node: Node, kind: str, measure: Any, value: Any) -> None:
        leaf = node.kinds.get(kind)
        if leaf is None:
            leaf = node.kinds[kind] = Leaf()
        leaf.add(measure, value, self._deep)

    def _list(self, node: Node, values: Any) -> None:
        if node.lists is None:
            node.lists, node.items = Leaf(), Node()
        assert node.items is not None
        node.lists.add(len(values), "[...]", self._deep)
        for value in values:
            self._value(node.items, value)


def type_map(node: Node) -> JsonDict:
    """Types by field."""
    found: JsonDict = {f"{TYPE}{kind}": {} for kind in node.kinds}
    if node.none:
        found[f"{TYPE}NoneType"] = {}
    if node.items is not None:
        found[f"{TYPE}list"] = type_map(node.items)
    return found | {key: type_map(child) for key, child in node.fields.items()}


def stats_map(node: Node) -> JsonDict:
    """Types by field, with ``_stats`` beside each; nulls are counted in a kind of their own."""
    found: JsonDict = {f"{TYPE}{kind}": {STATS: leaf.stats(0)} for kind, leaf in node.kinds.items()}
    if node.none:
        found[f"{TYPE}NoneType"] = {STATS: {"_min": None, "_max": None, "_count": node.none, "_none": node.none}}
    if node.items is not None and node.lists is not None:
        found[f"{TYPE}list"] = {**stats_map(node.items), STATS: node.lists.stats(0)}
    if node.objects is not None:
        found[STATS] = node.objects.stats(0)
    return found | {key: stats_map(child) for key, child in node.fields.items()}


def json_schema(node: Node) -> JsonDict:
    """A JSON schema that every document keeps."""
    options: list[JsonDict] = [{"type": t} for t in dict.fromkeys(_JSON_TYPES.get(k, "string") for k in node.kinds)]
    if node.objects is not None:
        options.append({"type": "object", "properties": {k: json_schema(c) for k, c in node.fields.items()}})
    if node.items is not None:
        options.append({"type": "array", "items": json_schema(node.items)})
    if node.none:
        options.append({"type": "null"})
    if len(options) > 1:
        return {"anyOf": options}
    return options[0] if options else {}
