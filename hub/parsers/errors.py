"""Errors of the ready parsers. Each names the file, the line, the column or field, and what was found there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hub.dataload.errors import PluginError, UploadError
from hub.errors import suggest


class ParserOptionError(PluginError):
    """An option of a ready parser (``parser_kwargs`` of a manifest) that can not be used.

    Args:
        parser: name of the parser: ``csv``.
        option: name of the option.
        reason: what is wrong and what to write instead.
    """

    def __init__(self, parser: str, option: str, reason: str) -> None:
        self.parser, self.option, self.reason = parser, option, reason
        super().__init__(f"parser `{parser}`: option `{option}` {reason}")


class MissingLibraryError(PluginError):
    """A parser needs a Python package that is not installed.

    Args:
        parser: name of the parser.
        package: what is missing.
        extra: the extra of the hub that brings it.
    """

    def __init__(self, parser: str, package: str, extra: str) -> None:
        self.parser, self.package, self.extra = parser, package, extra
        super().__init__(f"parser `{parser}` needs `{package}`. Install it with: pip install 'entrepot[{extra}]'")


class NoDataFileError(UploadError):
    """No file of the data folder is what a parser looks for.

    Args:
        parser: name of the parser.
        folder: the data folder.
        wanted: name or pattern that no file has.
        there: names of the files that are there.
    """

    def __init__(self, parser: str, folder: str, wanted: str, there: Iterable[str]) -> None:
        self.parser, self.folder, self.wanted, self.there = parser, folder, wanted, sorted(there)
        holds = suggest(wanted, self.there) if self.there else "The folder is empty."
        super().__init__(
            f"parser `{parser}`: no file `{wanted}` in {folder}. {holds} Name the files with the option `files`."
        )


class DataFormatError(UploadError):
    """A place in a data file that is not as the parser needs it.

    Args:
        file: the file, or ``archive.zip:member``.
        reason: what is wrong, what was found and what to do.
        line: number of the line, from 1; 0 when unknown.
        column: name of the column or field, or number of the character in the line; empty when unknown.
        found: the offending value, cut to 200 characters.
    """

    def __init__(self, file: str, reason: str, *, line: int = 0, column: str | int = "", found: Any = None) -> None:
        self.file, self.reason, self.line, self.column = file, reason, line, column
        self.found = None if found is None else str(found)[:200]
        where = f", line {line:,}" if line else ""
        if column != "":
            where += f", column {column}" if isinstance(column, int) else f", `{column}`"
        super().__init__(f"{file}{where}: {reason} Nothing was changed.")


class EncodingError(DataFormatError):
    """Bytes that are no text in the encoding that was asked for."""

    def __init__(self, file: str, encoding: str, found: bytes, *, line: int = 0, column: int = 0) -> None:
        self.encoding = encoding
        shown = found.hex(" ")
        reason = (
            f"the bytes {shown} are no {encoding} text. Set `encoding` to what the file is written in, e.g. latin-1."
        )
        super().__init__(file, reason, line=line, column=column or "", found=shown)


def shown(value: Any, limit: int = 60) -> str:
    """A value for a message: quoted, cut."""
    text = str(value)
    return f"`{text}`" if len(text) <= limit else f"`{text[:limit]}...`"
