"""Excel: one document for each row of a sheet."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from hub.errors import suggest
from hub.parsers.errors import DataFormatError, MissingLibraryError, ParserOptionError
from hub.parsers.files import FileSet
from hub.parsers.ready import ready
from hub.parsers.shaping import Document, RowShape, Table, names_of

LARGEST = 8 * 1024**3  #: bytes that a workbook may have unpacked
NO_VALUE = ("#N/A", "#N/A N/A", "#NULL!")  #: errors of Excel that mean that there is no value
FAULTS = ("#DIV/0!", "#NAME?", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")


@ready
def excel(
    data_folder: str | Path,
    files: str | list[str] | None = None,
    *,
    sheet: str | int | None = None,
    id: str | None = None,  # noqa: A002 - the option's name
    under: str | None = None,
    header: bool | list[str] = True,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    types: Mapping[str, str] | None = None,
    null_values: Sequence[str] = ("",),
    lists: Mapping[str, str] | None = None,
    skip_rows: int = 0,
    strip: bool = True,
) -> Iterator[Document]:
    """Rows of a sheet of Excel files (``.xlsx``, ``.xlsm``).

    Numbers and booleans stay what they are, dates become ISO text, formulas are taken by their last value. Rows without
    any value are passed over; ``#N/A`` is no value, any other error in a cell is refused.

    Args:
        data_folder: the data folder, or one file.
        files: names or patterns; default ``*.xlsx`` and ``*.xlsm``.
        sheet: name or number, from 1, of the sheet; default: the first.
        id: column that is the ``_id``, or a template; default: the column ``_id``.
        under: key below which the other columns go.
        header: true when the first row names the columns, else the list of their names.
        columns: names to keep, or ``{column: field}``.
        types: ``{column: type}``; ``str`` makes 3 of 3.0 the text ``3``.
        null_values: cells that mean that there is no value.
        lists: ``{column: separator}``.
        skip_rows: rows to pass over before the header.
        strip: take the blanks off both ends of texts.

    Raises:
        DataFormatError: with file, row and column.
        MissingLibraryError: openpyxl is not installed.
    """
    if sheet is not None and (isinstance(sheet, bool) or not isinstance(sheet, str | int) or sheet in ("", 0)):
        raise ParserOptionError("excel", "sheet", f"must be a name, or a number from 1, not {sheet!r}.")
    if header is not True and not (isinstance(header, list) and header):
        raise ParserOptionError("excel", "header", "is true, or the list of the names of the columns.")
    if isinstance(skip_rows, bool) or not isinstance(skip_rows, int) or skip_rows < 0:
        raise ParserOptionError("excel", "skip_rows", f"must be a number of rows, not {skip_rows!r}.")
    shape = RowShape(
        "excel", id=id, under=under, columns=columns, types=types, null_values=null_values, lists=lists, strip=strip
    )

    def read(stream: BinaryIO, file: str) -> Iterator[Document]:
        with _workbook(stream, file) as book:
            rows = _rows(_sheet(book, sheet, file), file, skip_rows)
            yield from _documents(shape, header, rows, file)

    return FileSet("excel", files, (".xlsx", ".xlsm")).read(data_folder, read)


def _documents(
    shape: RowShape, header: bool | list[str], rows: Iterator[tuple[int, list[Any]]], file: str
) -> Iterator[Document]:
    table: Table | None = shape.table([str(n) for n in header], file, 0) if isinstance(header, list) else None
    for number, row in rows:
        if table is None:
            table = shape.table(names_of(row), file, number)
            continue
        width = len(table.header)
        if any(value is not None for value in row[width:]):
            told = f"the row has a value right of the {width} columns of the header."
            raise DataFormatError(file, told, line=number, found=row[-1])
        yield table.document(row, number)
    if table is None:
        raise DataFormatError(file, "the sheet has no row: a header was expected.")


@contextlib.contextmanager
def _workbook(stream: BinaryIO, file: str) -> Iterator[Any]:
    try:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError:
        raise MissingLibraryError("excel", "openpyxl", "excel") from None

    with contextlib.ExitStack() as stack:
        seekable = stack.enter_context(_seekable(stream))
        _check_size(seekable, file)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about styles and drawings, which nobody reads here
                book = openpyxl.load_workbook(seekable, read_only=True, data_only=True)
        except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError) as error:
            raise DataFormatError(file, f"no readable Excel file: {error}.") from None
        stack.callback(book.close)
        yield book


@contextlib.contextmanager
def _seekable(stream: BinaryIO) -> Iterator[BinaryIO]:
    """The stream itself, or a copy on disk of one that comes out of an archive."""
    if hasattr(stream, "name") and stream.seekable():
        yield stream
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy, 1024 * 1024)
        copy.seek(0)
        yield copy


def _check_size(stream: BinaryIO, file: str) -> None:
    start = stream.read(8)
    stream.seek(0)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        told = "this is an old .xls file, or one with a password. Save it as .xlsx without a password."
        raise DataFormatError(file, told)
    try:
        with zipfile.ZipFile(stream) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile as error:
        raise DataFormatError(file, f"no Excel file: {error}.", found=start.hex(" ")) from None
    if size > LARGEST:
        raise DataFormatError(file, f"it has {size:,} bytes unpacked, more than {LARGEST:,}.")
    stream.seek(0)


def _sheet(book: Any, sheet: str | int | None, file: str) -> Any:
    names = list(book.sheetnames)
    if isinstance(sheet, str):
        if sheet not in names:
            raise DataFormatError(file, f"there is no sheet `{sheet}`. {suggest(sheet, names)}")
        found = book[sheet]
    else:
        number = sheet or 1
        if not 1 <= number <= len(names):
            raise DataFormatError(file, f"there is no sheet number {number}; it has {len(names)}: {', '.join(names)}.")
        found = book[names[number - 1]]
    if not hasattr(found, "iter_rows"):
        raise DataFormatError(file, f"the sheet `{found.title}` holds a chart, no rows.")
    if hasattr(found, "reset_dimensions"):
        found.reset_dimensions()  # programs that write xlsx often write them wrong
    return found


def _rows(sheet: Any, file: str, skip: int) -> Iterator[tuple[int, list[Any]]]:
    """Rows that hold a value, with their number; cells as values of documents."""
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if number <= skip:
            continue
        values = [_cell(value, file, number, position) for position, value in enumerate(row)]
        while values and values[-1] is None:
            values.pop()
        if values:
            yield number, values


def _cell(value: Any, file: str, row: int, position: int) -> Any:
    if isinstance(value, str):
        if value in NO_VALUE:
            return None
        if value in FAULTS:
            from openpyxl.utils import get_column_letter

            place = f"{get_column_letter(position + 1)}{row}"
            raise DataFormatError(file, f"the cell holds the error {value}.", line=row, column=place, found=value)
        return value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else value
