"""The tantivy schema of a mapping: one column a leaf, named by its place in the mapping.

Column names are short (``k7``) because mapped names may hold dots and any other character. A column that can be
sorted has a second one, ``k7x``, with the greatest value of the documents that have several: ascending order looks at
the smallest value (the first; values are stored sorted), descending at the greatest, as in Elasticsearch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hub.search.mapping import INTEGER_RANGES, FlatMapping, Leaf
from hub.search.nodes import ID_FIELD
from hub.search.source import matches

if TYPE_CHECKING:
    import tantivy

ID = "_id"
SOURCE = "_source"
PRESENT = "_present"  #: names of the columns a document has, for those without a fast column

Kind = Literal["text", "word", "int", "float"]


@dataclass(frozen=True)
class Column:
    """One leaf in the tantivy schema.

    Attributes:
        name: tantivy field.
        leaf: what the mapping says.
        kind: text is analysed; word is a whole value (keyword, boolean, ip); int holds dates too.
    """

    name: str
    leaf: Leaf
    kind: Kind

    @property
    def greatest(self) -> str:
        """The field with the greatest of several values."""
        return self.name + "x"


class Columns:
    """All columns of an index, found by the names that queries use."""

    def __init__(self, mapping: FlatMapping) -> None:
        self.mapping = mapping
        self.by_path = {path: _column(n, leaf) for n, (path, leaf) in enumerate(mapping.leaves.items())}
        self.id_column = Column(ID, Leaf(path=ID_FIELD, source=ID_FIELD, type="_id"), "word")

    def find(self, field: str) -> list[Column]:
        """Columns of a dotted name or ``*`` pattern; empty when nothing of that name is mapped."""
        if field == ID_FIELD:
            return [self.id_column]
        column = self.by_path.get(field)
        if column:
            return [column]
        if "*" not in field:
            return []
        return [c for path, c in self.by_path.items() if matches(field, path)]

    def below(self, path: str) -> Iterator[Column]:
        """Columns of an object's members."""
        prefix = path + "."
        return (c for p, c in self.by_path.items() if p.startswith(prefix) and c.leaf.source.startswith(prefix))

    @property
    def analyzers(self) -> set[str]:
        """Analyzers that the index needs."""
        return {c.leaf.analyzer for c in self.by_path.values() if c.kind == "text"}


def build_schema(columns: Columns) -> tantivy.Schema:
    """The tantivy schema of the columns, with id, source bytes and presence."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field(ID, stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field(SOURCE, stored=True)
    builder.add_text_field(PRESENT, tokenizer_name="raw", index_option="basic")
    for column in columns.by_path.values():
        _add(builder, column)
    return builder.build()


def _column(number: int, leaf: Leaf) -> Column:
    if leaf.type == "text":
        return Column(f"t{number}", leaf, "text")
    if leaf.type in INTEGER_RANGES or leaf.type == "date":
        return Column(f"i{number}", leaf, "int")
    if leaf.type in ("keyword", "boolean", "ip"):
        return Column(f"k{number}", leaf, "word")
    return Column(f"f{number}", leaf, "float")


def _add(builder: tantivy.SchemaBuilder, column: Column) -> None:
    fast = column.leaf.columns
    if column.kind == "text":
        builder.add_text_field(column.name, tokenizer_name=f"hub_{column.leaf.analyzer}")
    elif column.kind == "word":
        builder.add_text_field(column.name, fast=fast, tokenizer_name="raw", index_option="basic")
        if fast:
            builder.add_text_field(column.greatest, fast=True, tokenizer_name="raw", index_option="basic")
    else:
        add = builder.add_integer_field if column.kind == "int" else builder.add_float_field
        add(column.name, indexed=True, fast=fast)
        if fast:
            add(column.greatest, indexed=True, fast=True)
