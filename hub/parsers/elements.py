"""XML: one document for each element of a name, read as a stream.

Built on expat, which the standard library ships: it tells line and column of every event, and nothing but the element
being read is kept. Entities that a file declares itself are refused before any is expanded, nothing outside is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from hub.parsers.errors import DataFormatError, ParserOptionError
from hub.parsers.files import FileSet
from hub.parsers.ready import ready
from hub.parsers.shaping import Document, TreeShape

CHUNK = 64 * 1024
DEEPEST = 500  #: elements inside each other
LARGEST = 64 * 1024 * 1024  #: characters of text in one record


@ready
def xml(
    data_folder: str | Path,
    files: str | list[str] | None = None,
    *,
    record: str,
    id: str,  # noqa: A002 - the option's name
    under: str | None = None,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    types: Mapping[str, str] | None = None,
    lists: Sequence[str] | None = None,
    null_values: Sequence[str] = ("",),
    attribute_prefix: str = "",
    text: str = "text",
) -> Iterator[Document]:
    """Elements of a name, as objects.

    Attributes and child elements become fields, without the prefix of their name space. An element that comes more than
    once becomes a list, one with nothing but text becomes that text; the text of any other goes to the field ``text``.

    Args:
        data_folder: the data folder, or one file.
        files: names or patterns; default ``*.xml``.
        record: name of the elements that become documents.
        id: field that is the ``_id``, dotted or a template: ``accession``, ``{db}:{id}``.
        under: key below which the other fields go.
        columns: fields to keep, or ``{field: new field}``.
        types: ``{field: str, int, float, number or bool}``; text without.
        lists: fields that are always a list, also with one value.
        null_values: texts that mean that there is no value.
        attribute_prefix: put before the names of attributes.
        text: field for the text of an element that has attributes or children.

    Raises:
        DataFormatError: not well-formed, an entity declared, a record without ``_id``; with line and column.
    """
    for option, value in (("record", record), ("text", text)):
        if not isinstance(value, str) or not value:
            raise ParserOptionError("xml", option, f"must be a name, not {value!r}.")
    if not isinstance(attribute_prefix, str):
        raise ParserOptionError("xml", "attribute_prefix", f"must be text, not {attribute_prefix!r}.")
    shape = TreeShape("xml", id=id, under=under, columns=columns, types=types, lists=lists, null_values=null_values)

    def read(stream: BinaryIO, file: str) -> Iterator[Document]:
        builder = _Builder(file, record, shape.nulls, attribute_prefix, text)
        for found, line in builder.records(stream):
            yield shape.document(found, file, line)
        if not builder.count:
            raise DataFormatError(file, f"there is no element `{record}`; the root is `{builder.root}`.")

    return FileSet("xml", files, (".xml",)).read(data_folder, read)


class _Builder:
    """Builds an object for each record out of expat's events."""

    def __init__(self, file: str, record: str, nulls: frozenset[str], prefix: str, text: str) -> None:
        self.file, self.count, self.root = file, 0, ""
        self._record, self._nulls, self._prefix, self._text = record, nulls, prefix, text
        self._ready: list[tuple[dict[str, Any], int]] = []
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []  # name, fields, texts; from the record inwards
        self._line = self._size = self._depth = 0
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._skipped

    def records(self, stream: BinaryIO) -> Iterator[tuple[dict[str, Any], int]]:
        """Each record with the line it begins at."""
        more = True
        while more:
            data = stream.read(CHUNK)
            more = bool(data)
            try:
                self._parser.Parse(data, not more)
            except expat.ExpatError as error:
                told = f"not well-formed XML: {expat.ErrorString(error.code)}."
                raise DataFormatError(self.file, told, line=error.lineno, column=error.offset + 1) from None
            ready, self._ready = self._ready, []
            yield from ready

    # -- events ----------------------------------------------------------------------------------------------------

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self.root = self.root or name
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._error(f"more than {DEEPEST} elements inside each other.")
        if not self._open:
            if name != self._record:
                return
            self._line, self._size = self._parser.CurrentLineNumber, 0
        fields = {
            self._prefix + key.rpartition(":")[2]: value
            for key, value in attributes.items()
            if not key.startswith("xmlns") and value not in self._nulls
        }
        self._open.append((name, fields, []))

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        name, fields, texts = self._open.pop()
        value: Any = "".join(texts).strip()
        if fields or not self._open:
            if value not in self._nulls:
                _add(fields, self._text, value)
            value = fields
        elif value in self._nulls:
            return
        if self._open:
            _add(self._open[-1][1], name, value)
        else:
            self.count += 1
            self._ready.append((value, self._line))

    def _characters(self, data: str) -> None:
        if self._open:
            self._size += len(data)
            if self._size > LARGEST:
                raise self._error(
                    f"the record that begins at line {self._line:,} is larger than {LARGEST:,} characters."
                )
            self._open[-1][2].append(data)

    def _entity(self, name: str, *_: Any) -> None:
        raise self._error(
            f"the file declares the entity `{name}`. Such files can grow without limit when they are read, or read "
            "others; write the text in place of the entity."
        )

    def _skipped(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            raise self._error(f"the entity `&{name};` is declared elsewhere, and nothing outside the file is read.")

    def _error(self, reason: str) -> DataFormatError:
        parser = self._parser
        return DataFormatError(self.file, reason, line=parser.CurrentLineNumber, column=parser.CurrentColumnNumber + 1)


def _add(fields: dict[str, Any], name: str, value: Any) -> None:
    if name not in fields:
        fields[name] = value
    elif isinstance(fields[name], list):
        fields[name].append(value)
    else:
        fields[name] = [fields[name], value]
