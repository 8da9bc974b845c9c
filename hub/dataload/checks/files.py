"""Checks of downloaded files."""

from __future__ import annotations

import csv
import fnmatch
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from hub.dataload import archive_readers
from hub.dataload.checks.errors import CheckFailedError
from hub.dataload.checks.rules import FileRules

_PACKED = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"(\xb5/\xfd", "zstd"),
)
_PACKINGS = frozenset(name for _, name in _PACKED)
_CHUNK = 1024 * 1024


def check_files(
    source: str, folder: Path, checks: Mapping[str, Mapping[str, Any]], stop: Callable[[], None] = lambda: None
) -> None:
    """Check the files of a release.

    Args:
        source: source name, for messages.
        folder: the release.
        checks: rules by pattern of a path in the folder: ``*.tsv``, ``sub/x.json``.
        stop: called now and then; raises to end.

    Raises:
        CheckFailedError: the first rule that is broken; also when no file matches a pattern.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for pattern, given in checks.items():
        matching = [path for path in files if fnmatch.fnmatchcase(str(path.relative_to(folder)), pattern)]
        if not matching:
            names = ", ".join(str(path.relative_to(folder)) for path in files[:5]) or "an empty folder"
            raise CheckFailedError(source, f"`{pattern}`", f"checks.{pattern}", "a file of that name", names)
        for path in matching:
            _FileCheck(source, path, str(path.relative_to(folder)), pattern, FileRules.of(given), stop).run()


class _FileCheck:
    """The rules of one pattern on one file."""

    def __init__(
        self, source: str, path: Path, name: str, pattern: str, rules: FileRules, stop: Callable[[], None]
    ) -> None:
        self.source, self.path, self.name, self.pattern, self.rules, self.stop = (
            source,
            path,
            name,
            pattern,
            rules,
            stop,
        )

    def run(self) -> None:
        self._range("bytes", self.path.stat().st_size)
        self._content()
        if self.rules.min_lines is not None or self.rules.max_lines is not None:
            self._range("lines", self._lines())
        if self.rules.columns is not None:
            self._columns()

    def _range(self, unit: str, found: int) -> None:
        least, most = getattr(self.rules, f"min_{unit}"), getattr(self.rules, f"max_{unit}")
        if least is not None and found < least:
            raise self._failed(f"min_{unit}", f"at least {least:,} {unit}", f"{found:,}")
        if most is not None and found > most:
            raise self._failed(f"max_{unit}", f"at most {most:,} {unit}", f"{found:,}")

    def _content(self) -> None:
        wanted = self.rules.content
        if wanted is None:
            return
        with self.path.open("rb") as file:
            found = sniff(file.read(2048))
        if found in _PACKINGS and wanted not in _PACKINGS:
            with self._unpacked() as file:
                found = sniff(file.read(2048))
        if found != wanted and not (wanted == "text" and found == "json"):
            raise self._failed("content", wanted, found)

    def _lines(self) -> int:
        count, last = 0, b"\n"
        with self._unpacked() as file:
            while chunk := file.read(_CHUNK):
                self.stop()
                count += chunk.count(b"\n")
                last = chunk[-1:]
        return count + (last != b"\n")

    def _columns(self) -> None:
        wanted = self.rules.columns
        with self._unpacked() as file:
            line = file.readline(_CHUNK).decode("utf-8-sig", errors="replace")
        separator = self.rules.separator or ("," if ".csv" in self.name.lower() else "\t")
        found = next(csv.reader([line.rstrip("\r\n")], delimiter=separator), []) if len(separator) == 1 else []
        if len(separator) > 1:
            found = line.rstrip("\r\n").split(separator)
        if isinstance(wanted, int):
            if len(found) != wanted:
                raise self._failed("columns", f"{wanted} columns", f"{len(found)} in `{line.strip()[:80]}`")
        elif found != wanted:
            raise self._failed("columns", f"the columns {wanted}", found)

    @contextmanager
    def _unpacked(self) -> Iterator[IO[bytes]]:
        kind = archive_readers.kind_of(self.path.name)
        if kind is not None and kind.form == "single":
            with archive_readers.unpacked(self.path, kind) as file:
                yield file
        else:
            with self.path.open("rb") as file:
                yield file

    def _failed(self, rule: str, expected: str, found: Any) -> CheckFailedError:
        return CheckFailedError(self.source, f"`{self.name}`", f"checks.{self.pattern}.{rule}", expected, found)


def sniff(start: bytes) -> str:
    """Kind of content by its first bytes; one of `hub.dataload.checks.rules.CONTENTS`."""
    for magic, name in _PACKED:
        if start.startswith(magic):
            return name
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"\0" in start:
        return "binary"
    head = text[:256].lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return "html"
    if head.startswith(b"<"):
        return "html" if b"<html" in head else "xml"
    if text.startswith((b"{", b"[")):
        return "json"
    return "text"
