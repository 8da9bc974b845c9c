"""From what a file holds to documents: ``_id``, chosen and renamed fields, types, missing values, lists.

`RowShape` makes documents of the cells of a table, `TreeShape` of objects that are nested already. Both are made before
any file is opened, so that a wrong option is told when the plugin loads.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson

from hub.dataload.reading import at
from hub.errors import suggest
from hub.parsers.errors import DataFormatError, ParserOptionError, shown

Document = dict[str, Any]
_WHOLE = re.compile(r"[+-]?\d+\Z", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)
_TRUE = frozenset({"true", "t", "yes", "y", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "0"})


def _whole(value: Any) -> int:
    if isinstance(value, str):
        if not _WHOLE.match(value):
            raise ValueError("no whole number")
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise ValueError("no whole number")
    return int(value)


def _decimal(value: Any) -> float:
    readable = _DECIMAL.match(value) if isinstance(value, str) else type(value) in (int, float)
    if not readable:
        raise ValueError("no number")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("beyond the numbers a document can hold")
    return number


def _number(value: Any) -> int | float:
    if isinstance(value, str) and _WHOLE.match(value):
        return int(value)
    return value if type(value) is int else _decimal(value)


def _truth(value: Any) -> bool:
    word = str(value).lower()
    if word not in _TRUE and word not in _FALSE:
        raise ValueError("neither true nor false")
    return word in _TRUE


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _json(value: Any) -> Any:
    try:
        return orjson.loads(value)
    except (orjson.JSONDecodeError, TypeError) as error:
        raise ValueError(f"no JSON ({error})") from None


TYPES: dict[str, Callable[[Any], Any]] = {
    "str": _text,
    "int": _whole,
    "float": _decimal,
    "number": _number,
    "bool": _truth,
    "json": _json,
}


class Options:
    """The options that all shapes share.

    Args:
        parser: name of the parser, for messages.
        id: field that holds the ``_id``, or a template: ``{chrom}:{pos}``; None takes the field ``_id``.
        under: dotted path below which all other fields go; None leaves them at the top.
        columns: names to keep, or ``{name in the file: field of the document}``; None keeps all. Fields may be dotted.
        types: ``{name: str, int, float, number, bool or json}``.
        null_values: texts that mean that there is no value.
        lists: ``{name: separator}``, or names (where the file itself can hold several values).

    Raises:
        ParserOptionError: an option that can not be used.
    """

    def __init__(
        self,
        parser: str,
        *,
        id: str | None = None,  # noqa: A002 - the option's name
        under: str | None = None,
        columns: Sequence[str] | Mapping[str, str] | None = None,
        types: Mapping[str, str] | None = None,
        null_values: Sequence[str] = ("",),
        lists: Mapping[str, str] | Sequence[str] | None = None,
    ) -> None:
        self.parser = parser
        self.id = self._checked_text("id", id)
        self.id_fields = _fields_of(parser, self.id) if self.id else []
        self.is_template = bool(self.id and "{" in self.id)
        self.under = tuple(self._path("under", under)) if under is not None else ()
        self.columns = self._columns(columns)
        self.types = self._types(types)
        self.nulls = frozenset(self._nulls(null_values))
        self.lists = lists or {}

    def _checked_text(self, option: str, value: Any) -> str | None:
        if value is not None and (not isinstance(value, str) or not value):
            raise ParserOptionError(self.parser, option, f"must be text, not {value!r}.")
        return value

    def _path(self, option: str, value: Any) -> list[str]:
        parts = value.split(".") if isinstance(value, str) else [""]
        if not all(part.strip() and not part.startswith("$") for part in parts):
            raise ParserOptionError(self.parser, option, f"has {value!r}, which can not name a field.")
        return parts

    def _columns(self, columns: Any) -> dict[str, tuple[str, ...]] | None:
        if columns is None:
            return None
        if isinstance(columns, str) or not isinstance(columns, Mapping | Sequence) or not columns:
            raise ParserOptionError(
                self.parser, "columns", f"must be a list of names or an object {{name: field}}, not {columns!r}."
            )
        pairs = columns.items() if isinstance(columns, Mapping) else [(name, plain(str(name))) for name in columns]
        chosen = {str(name): tuple(self._path("columns", field)) for name, field in pairs}
        self._check_overlap(list(chosen.values()))
        return chosen

    def _check_overlap(self, paths: list[tuple[str, ...]]) -> None:
        seen: set[tuple[str, ...]] = set()
        for path in sorted(paths):
            for size in range(1, len(path) + 1):
                if path[:size] in seen:
                    told = f"sends two values to `{'.'.join(path[:size])}`; give one of them another field."
                    raise ParserOptionError(self.parser, "columns", told)
            seen.add(path)

    def _types(self, types: Any) -> dict[str, Callable[[Any], Any]]:
        if types is None:
            return {}
        if not isinstance(types, Mapping):
            raise ParserOptionError(self.parser, "types", f"must be an object {{name: type}}, not {types!r}.")
        for name, kind in types.items():
            if kind not in TYPES:
                raise ParserOptionError(self.parser, "types", f"has {kind!r} for `{name}`. {suggest(str(kind), TYPES)}")
        return {str(name): TYPES[kind] for name, kind in types.items()}

    def _nulls(self, values: Any) -> list[str]:
        if isinstance(values, str) or not isinstance(values, Sequence):
            raise ParserOptionError(self.parser, "null_values", f"must be a list of texts, not {values!r}.")
        return ["", *(str(value) for value in values)]

    def convert(self, name: str, value: Any, file: str, line: int) -> Any:
        """A value as its type wants it.

        Raises:
            DataFormatError: it can not be read so.
        """
        converter = self.types.get(name)
        if converter is None:
            return value
        try:
            return converter(value)
        except (ValueError, OverflowError) as error:
            raise DataFormatError(
                file,
                f"{shown(value)} is {error}. If it means that there is no value, add it to `null_values`.",
                line=line,
                column=name,
                found=value,
            ) from None

    def nested(self, id_: str, fields: Document) -> Document:
        """The document of an ``_id`` and its fields."""
        if not self.under:
            return {"_id": id_, **fields}
        document: Document = {"_id": id_}
        inner = document
        for part in self.under[:-1]:
            inner = inner.setdefault(part, {})
        inner[self.under[-1]] = fields
        return document

    def no_id(self, file: str, line: int, reason: str, found: Any = None) -> DataFormatError:
        """The error of a record without ``_id``."""
        return DataFormatError(
            file, f"{reason} Each document needs an `_id`; say with `id` where it comes from.", line=line, found=found
        )


class RowShape(Options):
    """Makes documents of the rows of a table. See `Options`; ``lists`` is ``{column: separator}``.

    Args:
        strip: take the blanks off both ends of each cell.
        options: see `Options`.
    """

    def __init__(self, parser: str, *, strip: bool = True, **options: Any) -> None:
        super().__init__(parser, **options)
        self.strip = strip
        lists = self.lists
        if not isinstance(lists, Mapping) or not all(isinstance(s, str) and s for s in lists.values()):
            raise ParserOptionError(parser, "lists", f"must be an object {{column: separator}}, not {lists!r}.")

    def table(self, header: Sequence[str], file: str, line: int) -> Table:
        """What makes the documents of one table.

        Raises:
            DataFormatError: a column that an option names is not in the header.
        """
        return Table(self, list(header), file, line)


class Table:
    """One table with a known header.

    Args:
        shape: the options.
        header: names of the columns.
        file: named in messages.
        line: line of the header.
    """

    def __init__(self, shape: RowShape, header: list[str], file: str, line: int) -> None:
        self._shape, self._file, self.header = shape, file, header
        self._positions = {name: n for n, name in enumerate(header)}
        self._check_header(line)
        id_fields = shape.id_fields or ["_id"]
        self._id_columns = [self._positions[name] for name in id_fields]
        self._id_names = id_fields
        self._plan = [
            (self._positions[name], name, path, self._separator(name), name in shape.types)
            for name, path in self._chosen(id_fields).items()
        ]

    def _separator(self, name: str) -> str:
        lists: Any = self._shape.lists
        return str(lists.get(name, ""))

    def _chosen(self, id_fields: list[str]) -> dict[str, tuple[str, ...]]:
        if self._shape.columns is not None:
            return self._shape.columns
        left_out = () if self._shape.is_template else id_fields
        return {name: (plain(name),) for name in self.header if name not in left_out}

    def _check_header(self, line: int) -> None:
        shape, seen = self._shape, set[str]()
        for number, name in enumerate(self.header, 1):
            if not name:
                raise self._error(f"column {number} of the header has no name. Give the names with `header`.", line)
            if name in seen:
                raise self._error(f"the header has `{name}` twice. Give other names with `header`.", line)
            seen.add(name)
        if shape.id is None and "_id" not in seen:
            raise shape.no_id(self._file, line, "there is no column `_id`.", ", ".join(self.header))
        named = {"id": shape.id_fields, "columns": shape.columns or (), "types": shape.types, "lists": shape.lists}
        for option, names in named.items():
            for name in names:
                if name not in seen:
                    told = f"`{option}` names the column `{name}`, which is not there. {suggest(name, seen)}"
                    raise self._error(told, line)

    def _error(self, reason: str, line: int) -> DataFormatError:
        return DataFormatError(self._file, reason, line=line, found=", ".join(self.header))

    def document(self, row: Sequence[Any], line: int) -> Document:
        """The document of one row; cells may be missing at its end."""
        at(self._file, line)
        shape, width = self._shape, len(row)
        nulls, strip = shape.nulls, shape.strip
        fields: Document = {}
        for position, name, path, separator, typed in self._plan:
            value = row[position] if position < width else None
            if isinstance(value, str):
                if strip:
                    value = value.strip()
                if value in nulls:
                    continue
                if separator:
                    value = self._split(name, value, separator, line)
                    if not value:
                        continue
                elif typed:
                    value = shape.convert(name, value, self._file, line)
            elif value is None:
                continue
            elif typed:
                value = shape.convert(name, value, self._file, line)
            if len(path) == 1:
                fields[path[0]] = value
            else:
                put(fields, path, value)
        return shape.nested(self._id(row, line), fields)

    def _split(self, name: str, cell: str, separator: str, line: int) -> list[Any]:
        shape = self._shape
        parts = (part.strip() for part in cell.split(separator))
        return [shape.convert(name, part, self._file, line) for part in parts if part not in shape.nulls]

    def _id(self, row: Sequence[Any], line: int) -> str:
        parts = {}
        for position, name in zip(self._id_columns, self._id_names, strict=True):
            text = _text(row[position]).strip() if position < len(row) and row[position] is not None else ""
            if text in self._shape.nulls:
                told = f"the cell is {'empty' if not text else shown(text)}, and the `_id` is made of it."
                raise DataFormatError(self._file, told, line=line, column=name, found=text)
            parts[name] = text
        if not self._shape.is_template:
            return text
        return filled(str(self._shape.id), parts)


class TreeShape(Options):
    """Makes documents of nested objects. See `Options`; names may be dotted paths, ``lists`` is a list of them."""

    def __init__(self, parser: str, **options: Any) -> None:
        super().__init__(parser, **options)
        lists = self.lists
        if isinstance(lists, str) or not isinstance(lists, Sequence | Mapping):
            raise ParserOptionError(parser, "lists", f"must be a list of names, not {lists!r}.")

    def document(self, record: Mapping[str, Any], file: str, line: int = 0) -> Document:
        """The document of one object.

        Raises:
            DataFormatError: it has no ``_id``, or a value is not of its type.
        """
        if not isinstance(record, Mapping):
            raise DataFormatError(file, f"{shown(record)} is no object.", line=line, found=record)
        at(file, line)
        id_ = self._id(record, file, line)
        fields = self._fields(record)
        for name in self.types:
            _change(fields, self._target(name), self._converter(name, file, line))
        for name in self.lists:
            _change(fields, self._target(str(name)), _listed, whole=True)
        return self.nested(id_, fields)

    def _target(self, name: str) -> tuple[str, ...]:
        """Where a field of the file went."""
        if self.columns is not None and name in self.columns:
            return self.columns[name]
        return tuple(name.split("."))

    def _converter(self, name: str, file: str, line: int) -> Callable[[Any], Any]:
        return lambda value: self.convert(name, value, file, line)

    def _fields(self, record: Mapping[str, Any]) -> Document:
        if self.columns is None:
            left_out = {"_id", *(self.id_fields if not self.is_template else ())}
            return {key: value for key, value in record.items() if key not in left_out}
        fields: Document = {}
        for name, path in self.columns.items():
            value = found_at(record, name)
            if value is not None:
                put(fields, path, value)
        return fields

    def _id(self, record: Mapping[str, Any], file: str, line: int) -> str:
        parts = {}
        for name in self.id_fields or ["_id"]:
            value = found_at(record, name)
            if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
                what = "is not there" if value is None else f"is {shown(value)}"
                raise self.no_id(file, line, f"`{name}`, of which the `_id` is made, {what}.", value)
            parts[name] = str(value)
        return filled(str(self.id), parts) if self.is_template else parts.popitem()[1]


def plain(name: str) -> str:
    """A column's name as one key of a document: without dots, which documents can not hold."""
    return name.replace(".", "_").lstrip("$") or "_"


def put(fields: Document, path: tuple[str, ...], value: Any) -> None:
    """Set a value at a path, making the objects on the way."""
    for part in path[:-1]:
        fields = fields.setdefault(part, {})
    fields[path[-1]] = value


def found_at(record: Any, name: str) -> Any:
    """The value of a name, or of a dotted path of names; None when there is none."""
    if isinstance(record, Mapping) and name in record:
        return record[name]
    for part in name.split("."):
        if not isinstance(record, Mapping):
            return None
        record = record.get(part)
    return record


def filled(template: str, parts: Mapping[str, str]) -> str:
    """A template with its fields: ``{chrom}:{pos}``."""
    return "".join(
        text + (parts[name] if name is not None else "") for text, name, *_ in string.Formatter().parse(template)
    )


def _fields_of(parser: str, template: str) -> list[str]:
    """The fields a template names, or the template itself when it is a plain name."""
    if "{" not in template:
        return [template]
    try:
        found = [(name, spec, conversion) for _, name, spec, conversion in string.Formatter().parse(template)]
    except ValueError as error:
        raise ParserOptionError(parser, "id", f"is no template: {template!r} ({error}).") from None
    names = [name for name, spec, conversion in found if name is not None]
    if not names or any(not name or spec or conversion for name, spec, conversion in found if name is not None):
        raise ParserOptionError(
            parser, "id", f"must name fields in braces, as in `{{chrom}}:{{pos}}`, not {template!r}."
        )
    return list(dict.fromkeys(names))


def _change(node: Any, path: tuple[str, ...], change: Callable[[Any], Any], *, whole: bool = False) -> None:
    """Apply ``change`` to what lies at a path, through lists on the way."""
    if isinstance(node, list):
        for item in node:
            _change(item, path, change, whole=whole)
    elif isinstance(node, dict) and path[0] in node:
        value = node[path[0]]
        if len(path) > 1:
            _change(value, path[1:], change, whole=whole)
        elif isinstance(value, list) and not whole:
            node[path[0]] = [change(item) for item in value]
        else:
            node[path[0]] = change(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def names_of(values: Iterable[Any]) -> list[str]:
    """Header cells as names: stripped, without a leading ``#``."""
    return [str("" if value is None else value).strip().lstrip("#").strip() for value in values]
