"""Finding the files a parser reads, and reading them: plain, packed, or members of an archive, one after another."""

from __future__ import annotations

import codecs
import contextlib
import io
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from hub.dataload.archive_readers import Kind, Member, kind_of, opened
from hub.parsers.errors import DataFormatError, EncodingError, NoDataFileError, ParserOptionError

#: Gives the documents of one stream; the text is the name of the file, for messages.
Reader = Callable[[BinaryIO, str], Iterator[Any]]
LONGEST_LINE = 64 * 1024 * 1024  #: characters; a longer line is no line of a text file


class FileSet:
    """Which files of a data folder a parser reads.

    Archives and packed files (zip, tar, gz, bz2, xz, zst) are read through. One whose content lies extracted beside it
    is passed over, so that nothing is read twice.

    Args:
        parser: name of the parser, for messages.
        files: name or pattern, or a list of them, as the author wrote it; None takes the ``suffixes``.
        suffixes: default patterns: ``(".csv", ".txt")``.

    Raises:
        ParserOptionError: ``files`` is no text and no list of texts.
    """

    def __init__(self, parser: str, files: str | list[str] | None, suffixes: tuple[str, ...]) -> None:
        named = [files] if isinstance(files, str) else files
        if named is not None and (
            not isinstance(named, list | tuple) or not named or not all(isinstance(f, str) and f for f in named)
        ):
            raise ParserOptionError(parser, "files", f"must be a file name or a list of names, not {files!r}.")
        self.parser = parser
        self.patterns = list(named) if named is not None else [f"*{suffix}" for suffix in suffixes]
        self.chosen = named is not None

    def read(self, where: str | Path, reader: Reader, encoding: str = "utf-8") -> Iterator[Any]:
        """The documents of every file, file after file.

        Args:
            where: the data folder, or one file.
            reader: gives the documents of one stream.
            encoding: named when bytes are no text.

        Raises:
            NoDataFileError: a pattern that no file has.
            hub.dataload.archive_errors.ArchiveError: a damaged archive.
            DataFormatError: whatever the reader finds.
        """
        path = Path(where)
        if path.is_file():
            yield from self._read_file(path, path.name, reader, encoding, _everything)
            return
        there = _listing(path)
        met: set[str] = set()
        for name in sorted(there, key=self._order):
            yield from self._read_file(path / name, name, reader, encoding, self._chooser(name, there, met))
        missing = [p for p in self.patterns if p not in met]
        if (self.chosen and missing) or not met:
            raise NoDataFileError(self.parser, str(path), missing[0], there)

    def _order(self, name: str) -> tuple[int, str]:
        """Files in the order in which the author names them, archives of unknown content last."""
        numbers = [n for n, pattern in enumerate(self.patterns) if _matches(name, pattern)]
        return (min(numbers, default=len(self.patterns)), name)

    def _chooser(self, name: str, there: set[str], met: set[str]) -> Callable[[str], bool]:
        """Says which members of a file are read; a plain or packed file is its own only member."""
        folder = PurePosixPath(name).parent
        own = [pattern for pattern in self.patterns if _matches(name, pattern)]

        def wanted(member: str) -> bool:
            if member and str(folder / member) in there:  # lies extracted beside the archive
                return False
            found = own or [p for p in self.patterns if member and _matches(str(folder / member), p)]
            met.update(found)
            return bool(found)

        return wanted

    def _read_file(
        self, path: Path, name: str, reader: Reader, encoding: str, wanted: Callable[[str], bool]
    ) -> Iterator[Any]:
        with _streams(path, name, wanted) as streams:
            for stream, shown in streams:
                try:
                    yield from reader(stream, shown)
                except UnicodeDecodeError as error:
                    raise _located(path, name, shown, encoding, error) from None


def _listing(folder: Path) -> set[str]:
    found = (p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    return {p.as_posix() for p in found if not any(part.startswith((".", "__MACOSX")) for part in p.parts)}


def _matches(name: str, pattern: str) -> bool:
    base = name.rpartition("/")[2]
    if fnmatchcase(name, pattern) or fnmatchcase(base, pattern):
        return True
    kind = kind_of(base)
    return kind is not None and kind.form == "single" and fnmatchcase(base[: -len(kind.suffix)], pattern)


def _everything(_member: str) -> bool:
    return True


@contextlib.contextmanager
def _streams(path: Path, name: str, wanted: Callable[[str], bool]) -> Iterator[Iterator[tuple[BinaryIO, str]]]:
    """The wanted streams of a file, each with its name for messages; what is wrong with an archive is told as such."""
    kind = kind_of(path.name)
    if kind is None:
        with path.open("rb") as stream:
            yield iter([(stream, name)] if wanted("") else [])
        return
    with opened(path) as members:
        yield _members(members, kind, name, wanted)


def _members(
    members: Iterator[Member], kind: Kind, name: str, wanted: Callable[[str], bool]
) -> Iterator[tuple[BinaryIO, str]]:
    for member in members:
        inner = member.path.as_posix()
        hidden = any(part.startswith((".", "__MACOSX")) for part in member.path.parts)
        if member.folder or member.link is not None or hidden or not wanted(inner):
            continue
        with member.open() as stream:
            yield stream, name if kind.form == "single" else f"{name}:{inner}"


@contextlib.contextmanager
def lines(stream: BinaryIO, file: str, encoding: str) -> Iterator[Lines]:
    """The stream as text lines, numbered."""
    wrapper = io.TextIOWrapper(stream, _with_bom(encoding), newline="")
    try:
        yield Lines(wrapper, file)
    finally:
        wrapper.detach()


class Lines:
    """Lines of a text with their numbers; an iterator that can leave out comments.

    Args:
        text: the text.
        file: named in messages.

    Attributes:
        number: number of the line given last, from 1.
        start: number of the line at which the present record begins.
        comment: lines that begin so are left out where a record could begin; empty for none.
        fresh: True when the next line begins a record.
    """

    def __init__(self, text: io.TextIOWrapper, file: str) -> None:
        self._readline, self.file = text.readline, file
        self.number = self.start = 0
        self.comment = ""
        self.fresh = True

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        while True:
            line = self._readline(LONGEST_LINE)
            if not line:
                raise StopIteration
            self.number += 1
            if len(line) >= LONGEST_LINE:
                reason = f"the line is longer than {LONGEST_LINE:,} characters: this is no text file of lines."
                raise DataFormatError(self.file, reason, line=self.number, found=line[:50])
            if self.fresh:
                if self.comment and line.startswith(self.comment):
                    continue
                self.start, self.fresh = self.number, False
            return line

    def whole(self) -> Iterator[str]:
        """Each line as a record of its own, without its end."""
        for line in self:
            self.fresh = True
            yield line.rstrip("\r\n")


def check_encoding(parser: str, encoding: Any) -> str:
    """The encoding, if Python knows it."""
    try:
        codecs.lookup(encoding)
    except (LookupError, TypeError):
        raise ParserOptionError(
            parser, "encoding", f"{encoding!r} is no encoding; utf-8, latin-1, cp1252 and utf-16 are some."
        ) from None
    return str(encoding)


def _with_bom(encoding: str) -> str:
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding


def _located(path: Path, name: str, shown: str, encoding: str, error: UnicodeDecodeError) -> EncodingError:
    """The error with its line: read once more, line by line."""
    bad = error.object[error.start : error.start + 4]
    if codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")):
        return EncodingError(shown, encoding, bad)
    with _streams(path, name, _everything) as streams:
        for stream, this in streams:
            for number, line in enumerate(stream if this == shown else (), 1):
                try:
                    line.decode(encoding)
                except UnicodeDecodeError as exact:
                    found = line[exact.start : exact.start + 4]
                    return EncodingError(shown, encoding, found, line=number, column=exact.start + 1)
    return EncodingError(shown, encoding, bad)


def as_list(value: Iterable[str] | str | None) -> list[str]:
    """A text or list of texts as a list; None is empty."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)
