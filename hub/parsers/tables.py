"""CSV and TSV: one document for each row."""

from __future__ import annotations

import csv as library
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal

from hub.parsers.errors import DataFormatError, ParserOptionError
from hub.parsers.files import FileSet, Lines, check_encoding, lines
from hub.parsers.ready import ready
from hub.parsers.shaping import Document, RowShape, Table, names_of

LONGEST_CELL = 16 * 1024 * 1024  #: characters; more means that a quote was opened and never closed
Header = bool | list[str]
Ragged = Literal["error", "allow"]


@ready
def csv(
    data_folder: str | Path,
    files: str | list[str] | None = None,
    *,
    id: str | None = None,  # noqa: A002 - the option's name
    under: str | None = None,
    delimiter: str = ",",
    header: Header = True,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    types: Mapping[str, str] | None = None,
    null_values: Sequence[str] = ("",),
    lists: Mapping[str, str] | None = None,
    quote: str | None = '"',
    comment: str | None = None,
    skip_rows: int = 0,
    ragged: Ragged = "error",
    strip: bool = True,
    encoding: str = "utf-8",
) -> Iterator[Document]:
    """Rows of comma-separated files.

    Args:
        data_folder: the data folder, or one file.
        files: names or patterns; default ``*.csv``.
        id: column that is the ``_id``, or a template such as ``{chrom}:{pos}``; default: the column ``_id``.
        under: key below which the other columns go.
        delimiter: character between two cells.
        header: true when the first row names the columns, else the list of their names.
        columns: names to keep, or ``{column: field}``; a dotted field makes objects.
        types: ``{column: str, int, float, number, bool or json}``; text without.
        null_values: cells that mean that there is no value; the field is then left out. Empty cells always are.
        lists: ``{column: separator}`` for cells that hold several values.
        quote: character around cells that hold the delimiter; null when there is none.
        comment: what a line begins with that is no row.
        skip_rows: lines to pass over before the header.
        ragged: ``error`` refuses rows with too few or too many cells; ``allow`` takes what is missing as absent.
        strip: take the blanks off both ends of each cell.
        encoding: of the text.

    Raises:
        DataFormatError: with file, line, column and what was found.
    """
    shape = RowShape(
        "csv", id=id, under=under, columns=columns, types=types, null_values=null_values, lists=lists, strip=strip
    )
    reader = _Reader("csv", shape, delimiter, quote, header, comment, skip_rows, ragged, encoding)
    return FileSet("csv", files, (".csv",)).read(data_folder, reader, encoding)


@ready
def tsv(
    data_folder: str | Path,
    files: str | list[str] | None = None,
    *,
    id: str | None = None,  # noqa: A002 - the option's name
    under: str | None = None,
    header: Header = True,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    types: Mapping[str, str] | None = None,
    null_values: Sequence[str] = ("",),
    lists: Mapping[str, str] | None = None,
    quote: str | None = None,
    comment: str | None = None,
    skip_rows: int = 0,
    ragged: Ragged = "error",
    strip: bool = True,
    encoding: str = "utf-8",
) -> Iterator[Document]:
    """Rows of tab-separated files, where quotes mean nothing unless ``quote`` is set. Options as of `csv`.

    Args:
        data_folder: the data folder, or one file.
        files: names or patterns; default ``*.tsv``, ``*.tab`` and ``*.txt``.
        id: column that is the ``_id``, or a template.
        under: key below which the other columns go.
        header: true when the first row names the columns, else the list of their names.
        columns: names to keep, or ``{column: field}``.
        types: ``{column: type}``.
        null_values: cells that mean that there is no value.
        lists: ``{column: separator}``.
        quote: character around cells that hold tabs or line ends; null when there is none.
        comment: what a line begins with that is no row.
        skip_rows: lines to pass over before the header.
        ragged: ``error`` or ``allow``.
        strip: take the blanks off both ends of each cell.
        encoding: of the text.

    Raises:
        DataFormatError: with file, line, column and what was found.
    """
    shape = RowShape(
        "tsv", id=id, under=under, columns=columns, types=types, null_values=null_values, lists=lists, strip=strip
    )
    reader = _Reader("tsv", shape, "\t", quote, header, comment, skip_rows, ragged, encoding)
    return FileSet("tsv", files, (".tsv", ".tab", ".txt")).read(data_folder, reader, encoding)


class _Reader:
    """Reads the rows of one stream after another."""

    def __init__(
        self,
        parser: str,
        shape: RowShape,
        delimiter: str,
        quote: str | None,
        header: Header,
        comment: str | None,
        skip_rows: int,
        ragged: Ragged,
        encoding: str,
    ) -> None:
        for option, value in (("delimiter", delimiter), ("quote", quote or '"')):
            if not isinstance(value, str) or len(value) != 1:
                raise ParserOptionError(parser, option, f"must be one character, not {value!r}.")
        if ragged not in ("error", "allow"):
            raise ParserOptionError(parser, "ragged", f"is `error` or `allow`, not {ragged!r}.")
        if isinstance(skip_rows, bool) or not isinstance(skip_rows, int) or skip_rows < 0:
            raise ParserOptionError(parser, "skip_rows", f"must be a number of lines, not {skip_rows!r}.")
        if header is not True and not (isinstance(header, list) and header):
            raise ParserOptionError(parser, "header", "is true, or the list of the names of the columns.")
        self._shape, self._header, self._skip, self._ragged = shape, header, skip_rows, ragged
        self._comment, self._encoding = comment or "", check_encoding(parser, encoding)
        self._format: dict[str, Any] = {"delimiter": delimiter, "strict": True}
        if quote is None:
            self._format |= {"quoting": library.QUOTE_NONE}
        else:
            self._format |= {"quotechar": quote}

    def __call__(self, stream: BinaryIO, file: str) -> Iterator[Document]:
        with lines(stream, file, self._encoding) as text:
            for _ in range(self._skip):
                next(text, None)
            text.comment, text.fresh = self._comment, True
            rows = self._rows(text)
            table = self._table(text, rows)
            width, allow = len(table.header), self._ragged == "allow"
            for row in rows:
                if len(row) != width and not (allow and (len(row) < width or not any(row[width:]))):
                    raise _ragged(file, row, width, text.start, table.header)
                yield table.document(row, text.start)

    def _rows(self, text: Lines) -> Iterator[list[str]]:
        library.field_size_limit(max(library.field_size_limit(), LONGEST_CELL))
        reader = library.reader(text, **self._format)
        while True:
            text.fresh = True
            try:
                row = next(reader)
            except StopIteration:
                return
            except library.Error as error:
                raise _unreadable(text, error) from None
            if row:
                yield row

    def _table(self, text: Lines, rows: Iterator[list[str]]) -> Table:
        if isinstance(self._header, list):
            return self._shape.table([str(name) for name in self._header], text.file, 0)
        first = next(rows, None)
        if first is None:
            raise DataFormatError(text.file, "the file has no row: a header was expected.", line=text.number)
        return self._shape.table(names_of(first), text.file, text.start)


def _ragged(file: str, row: list[str], width: int, line: int, header: list[str]) -> DataFormatError:
    told = f"the row has {len(row)} cells, the header {width}."
    if len(row) < width:
        told += f" The first that is missing is `{header[len(row)]}`; set `ragged` to `allow` if that is right."
    else:
        told += " Is the delimiter right, is a cell with a delimiter without quotes?"
    return DataFormatError(file, told, line=line, found=" | ".join(row))


def _unreadable(text: Lines, error: library.Error) -> DataFormatError:
    what = str(error)
    if "limit" in what or "unexpected end" in what:
        told = "a quote is opened and never closed in the record that begins here."
    elif "expected after" in what:
        told = f"{what}: a quote inside a quoted cell has to be doubled. Set `quote` to null if quotes mean nothing."
        return DataFormatError(text.file, told, line=text.number)
    else:
        told = f"{what}."
    return DataFormatError(text.file, told, line=text.start)
