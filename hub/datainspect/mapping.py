"""The search mapping that documents ask for, found by reading all of them.

`MappingInference` is fed documents and keeps one small node for each field, so memory depends on the number of fields,
not of documents. Rules (they differ from the reference where ``docs/builds.md`` says so):

- whole numbers ``long``, with fractions or beyond 64 bits ``double``, booleans ``boolean``;
- text ``date`` when every value is an ISO date, ``keyword`` (lower-case) when every value is one word, else ``text``;
- nulls, empty lists and empty objects say nothing; lists count as their members; a field with values of several kinds
  takes the widest (``double``, ``keyword``, ``text``); a field that is an object here and a value there can not be
  mapped and is listed as a conflict.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

INTEGER, FLOAT, BOOLEAN, TEXT, DATE, OBJECT, BYTES = 1, 2, 4, 8, 16, 32, 64
KIND_NAMES = {
    INTEGER: "int",
    FLOAT: "float",
    BOOLEAN: "bool",
    TEXT: "str",
    DATE: "date",
    OBJECT: "object",
    BYTES: "bytes",
}

KEYWORD = {"type": "keyword", "normalizer": "keyword_lowercase_normalizer"}
LONGEST_KEYWORD = 8000  # characters; search engines refuse terms above 32766 bytes
SHORT_TEXT = 200  # characters, on average: longer texts are left out of the default search
MAX_FIELDS = 1000  # what Elasticsearch takes in one index
MAX_DEFAULT_FIELDS = 200  # fields that are copied to `all`
_MEASURED = 1000  # values of a field that are measured for the average length
_LARGEST, _SMALLEST = 2**63 - 1, -(2**63)
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?\Z", re.ASCII)
_PLAIN = {int: INTEGER, float: FLOAT, bool: BOOLEAN}


class _Node:
    """What is known of one field."""

    __slots__ = ("chars", "children", "dates", "example", "kinds", "measured", "open", "words")

    def __init__(self) -> None:
        self.kinds = 0  # the kinds seen, or-ed
        self.children: dict[str, _Node] = {}
        self.dates = True  # every text so far is an ISO date
        self.words = True  # every text so far is one word, and not too long
        self.open = True  # another text could still tell something
        self.measured = 0  # texts measured
        self.chars = 0  # their length together
        self.example: dict[int, Any] = {}  # the first value of each kind


@dataclass(frozen=True)
class FieldConflict:
    """A field with values of several kinds.

    Attributes:
        field: dotted path.
        kinds: the first value of each kind, cut to 60 characters, by name of the kind.
        type: the mapping type it was given, or None when it can not be searched.
    """

    field: str
    kinds: Mapping[str, str]
    type: str | None

    def __str__(self) -> str:
        told = ", ".join(f"{kind} ({example})" for kind, example in self.kinds.items())
        return f"`{self.field}` holds {told}: " + (f"mapped as {self.type}" if self.type else "not searchable")


@dataclass(frozen=True)
class InferredMapping:
    """The result of an inference.

    Attributes:
        properties: an Elasticsearch ``properties`` object.
        documents: how many documents were read.
        conflicts: fields with values of several kinds.
        fields: number of mapped leaf fields.
        left_out: fields beyond the limit, which are not mapped.
    """

    properties: dict[str, Any]
    documents: int
    conflicts: list[FieldConflict] = field(default_factory=list)
    fields: int = 0
    left_out: int = 0


class MappingInference:
    """Collects what documents hold. Not safe for several threads at once.

    Args:
        max_fields: fields beyond this number are counted and left out.
    """

    def __init__(self, *, max_fields: int = MAX_FIELDS) -> None:
        self.documents = 0
        self._root = _Node()
        self._max_nodes = max_fields * 4
        self._max_fields = max_fields
        self._nodes = 0
        self._dropped = 0

    def add(self, document: Mapping[str, Any]) -> None:
        """Take in one document."""
        self.documents += 1
        self._object(self._root, document)

    def _object(self, node: _Node, value: Mapping[str, Any]) -> None:
        children = node.children
        for key, item in value.items():
            child = children.get(key) or self._grow(children, key)
            if child is None:
                continue
            kind = item.__class__
            if kind is str:
                if child.open:
                    self._text(child, item)
            elif kind is list:
                for member in item:
                    if member.__class__ is not str:
                        self._value(child, member)
                    elif child.open:
                        self._text(child, member)
            elif item is not None:
                self._value(child, item)

    def _value(self, node: _Node, value: Any) -> None:
        kind = value.__class__
        flag = _PLAIN.get(kind)
        if flag is not None:
            if flag == INTEGER and not _SMALLEST <= value <= _LARGEST:
                flag = FLOAT
            if not node.kinds & flag:
                self._mark(node, flag, value)
        elif kind is dict:
            if value:
                if not node.kinds & OBJECT:
                    self._mark(node, OBJECT, value)
                self._object(node, value)
        elif kind is list or kind is tuple:
            for item in value:
                self._value(node, item)
        elif isinstance(value, str):
            self._text(node, value)
        elif value is not None:
            self._mark(node, _kind_of(value), value)

    def _text(self, node: _Node, text: str) -> None:
        if node.measured < _MEASURED:
            self._measure(node, text)
        if node.dates and not is_iso_date(text):
            node.dates = False
        if node.words and (
            " " in text or len(text) > LONGEST_KEYWORD or not text.isascii() or "\n" in text or "\t" in text
        ):
            node.words = not _many_words(text)
        node.open = node.words or node.dates or node.measured < _MEASURED

    def _measure(self, node: _Node, text: str) -> None:
        if not node.kinds & TEXT:
            self._mark(node, TEXT, text)
        node.measured += 1
        node.chars += len(text)

    def _mark(self, node: _Node, kind: int, value: Any) -> None:
        if not node.kinds & kind:
            node.kinds |= kind
            node.example[kind] = str(value)[:60]

    def _grow(self, children: dict[str, _Node], key: str) -> _Node | None:
        if children is self._root.children and key == "_id":
            return None
        if self._nodes >= self._max_nodes or not isinstance(key, str) or not key.strip(". "):
            self._dropped += 1
            return None
        self._nodes += 1
        node = children[key] = _Node()
        return node

    def result(self) -> InferredMapping:
        """The mapping for all documents taken in so far."""
        properties: dict[str, Any] = {}
        conflicts: list[FieldConflict] = []
        default_fields = leaves = left_out = 0
        queue: deque[tuple[str, _Node, dict[str, Any]]] = deque([("", self._root, properties)])
        while queue:  # by depth, so that the limits keep the fields nearest to the top
            prefix, node, target = queue.popleft()
            for key, child in node.children.items():
                path = f"{prefix}{key}"
                found, conflict = _leaf(path, child)
                if conflict:
                    conflicts.append(conflict)
                if child.kinds == OBJECT:
                    inner: dict[str, Any] = {}
                    target[key] = {"properties": inner}
                    queue.append((f"{path}.", child, inner))
                elif found and leaves < self._max_fields:
                    leaves += 1
                    if _in_default_search(child, found) and default_fields < MAX_DEFAULT_FIELDS:
                        default_fields += 1
                        found["copy_to"] = ["all"]
                    target[key] = found
                elif found:
                    left_out += 1
        return InferredMapping(_pruned(properties), self.documents, conflicts, leaves, left_out + self._dropped)


def is_iso_date(text: str) -> bool:
    """Whether the text is a day, or a day and time joined by ``T``, that search engines read as a date."""
    if len(text) < 10 or text[4] != "-" or text[7] != "-":
        return False
    try:
        if len(text) == 10:
            date.fromisoformat(text)
            return True
        if not _ISO.match(text):
            return False
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _many_words(text: str) -> bool:
    return len(text) > LONGEST_KEYWORD or len(text.split(None, 2)) > 1


def _kind_of(value: Any) -> int:
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int):
        return INTEGER if _SMALLEST <= value <= _LARGEST else FLOAT
    if isinstance(value, float):
        return FLOAT
    if isinstance(value, datetime | date):
        return DATE
    if isinstance(value, bytes):
        return BYTES
    return TEXT


def _leaf(path: str, node: _Node) -> tuple[dict[str, Any] | None, FieldConflict | None]:
    """The mapping of a field that is not an object, and the conflict when its values are of several kinds."""
    kinds = node.kinds & ~BYTES
    if not kinds or kinds == OBJECT:
        return None, None
    examples = {KIND_NAMES[kind]: example for kind, example in node.example.items()}
    if kinds & OBJECT:
        return None, FieldConflict(path, examples, None)
    if kinds in (INTEGER, FLOAT, INTEGER | FLOAT):
        return {"type": "double" if kinds & FLOAT else "long"}, None
    if kinds == BOOLEAN:
        return {"type": "boolean"}, None
    if kinds in (DATE, DATE | TEXT, TEXT) and (node.dates or not kinds & TEXT):
        return {"type": "date"}, None
    mapping = dict(KEYWORD) if node.words else {"type": "text"}
    if kinds == TEXT:
        return mapping, None
    return mapping, FieldConflict(path, examples, mapping["type"])


def _in_default_search(node: _Node, mapping: Mapping[str, Any]) -> bool:
    """Names, labels and short texts take part in searches without a field; long texts only when asked for."""
    return mapping["type"] in ("keyword", "text") and node.chars <= SHORT_TEXT * max(node.measured, 1)


def _pruned(properties: dict[str, Any]) -> dict[str, Any]:
    """Without objects that hold no mapped field."""
    kept = {}
    for key, value in properties.items():
        if "type" not in value and "properties" in value:
            inner = _pruned(value["properties"])
            if inner:
                kept[key] = {"properties": inner}
        else:
            kept[key] = value
    return kept
