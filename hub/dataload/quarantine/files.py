"""Where bad documents lie: ``<QUARANTINE_FOLDER>/<source>/<sub>/<set>/<piece>.ndjson``.

A *set* holds what one upload refused and is named as the upload's temporary collection. It belongs to the data only
when the source's record names it, which changes together with the data; every other set is what a failed upload left.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, unquote

from hub.dataload.quarantine.errors import TooManyErrorsError
from hub.dataload.quarantine.limits import Limit
from hub.dataload.quarantine.records import Origin, Refusal, parse_line, to_line


class QuarantineFolder:
    """All sets.

    Args:
        root: ``QUARANTINE_FOLDER``.
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)

    def of(self, source: str, sub: str) -> Path:
        """Folder of a sub-source."""
        return self.root / _part(source) / _part(sub)

    def set(self, source: str, sub: str, name: str) -> Path:
        """Folder of a set."""
        return self.of(source, sub) / _part(name)

    def read(self, source: str, sub: str, name: str) -> Iterator[dict[str, Any]]:
        """The records of a set in order; each gets its ``number`` from 1, and the name of the ``set``."""
        for number, (file, line) in enumerate(self.lines(source, sub, name), 1):
            yield {"number": number, "set": name, **parse_line(line, str(file), number)}

    def lines(self, source: str, sub: str, name: str) -> Iterator[tuple[Path, bytes]]:
        """The lines of a set as they are, with their file."""
        for piece in sorted(self.set(source, sub, name).glob("*.ndjson")):
            with piece.open("rb") as file:
                for line in file:
                    yield piece, line

    def remove(self, source: str, sub: str, name: str) -> None:
        """Remove a set, and the folder of its sub-source when that was the last one."""
        shutil.rmtree(self.set(source, sub, name), ignore_errors=True)
        for folder in (self.of(source, sub), self.of(source, sub).parent):
            try:
                folder.rmdir()
            except OSError:
                return

    def sets(self, source: str, sub: str) -> list[str]:
        """Names of the sets of a sub-source."""
        folder = self.of(source, sub)
        return sorted(entry.name for entry in folder.iterdir() if entry.is_dir()) if folder.is_dir() else []

    def subs(self) -> list[tuple[str, str]]:
        """Source and sub-source of every folder."""
        return [
            (unquote(source.name), unquote(sub.name))
            for source in (sorted(self.root.iterdir()) if self.root.is_dir() else [])
            for sub in (sorted(source.iterdir()) if source.is_dir() else [])
            if sub.is_dir()
        ]

    def keep_only(self, source: str, sub: str, name: str | None) -> None:
        """Remove every set of a sub-source but one."""
        for other in self.sets(source, sub):
            if other != name:
                self.remove(source, sub, other)


@dataclass(frozen=True)
class RejectSpec:
    """How to make a `Rejects`, in any process.

    Attributes:
        file: what it writes.
        origin: where the documents come from.
        limit: how many are too many.
    """

    file: str
    origin: Origin
    limit: Limit

    def open(self) -> Rejects:
        """Make it; the file is made with the first bad document."""
        return Rejects(self)


@dataclass
class Rejects:
    """Takes the bad documents of one process.

    Attributes:
        reasons: how many, by reason.
        first: what is wrong with the first.
    """

    spec: RejectSpec
    reasons: Counter[str] = field(default_factory=Counter)
    first: str = ""
    _file: IO[bytes] | None = None

    @property
    def count(self) -> int:
        """Bad documents so far."""
        return self.reasons.total()

    def add(self, refusal: Refusal, value: Any) -> None:
        """Keep a document.

        Raises:
            TooManyErrorsError: it is one too many.
        """
        self.reasons[refusal.reason] += 1
        self.first = self.first or refusal.message
        if self.spec.limit.passed(self.count):
            raise TooManyErrorsError(self.spec.origin.fullname, self.reasons, self.spec.limit.text, first=self.first)
        self.add_line(to_line(self.spec.origin, refusal, value))

    def add_line(self, line: bytes) -> None:
        """Keep a line that was written before."""
        if self._file is None:
            path = Path(self.spec.file)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb")
        self._file.write(line if line.endswith(b"\n") else line + b"\n")

    def close(self) -> None:
        """Return when all of it survives a crash of the machine."""
        if self._file is None:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = None
        sync_folder(Path(self.spec.file).parent)


def summary(name: str, release: str, reasons: Mapping[str, int]) -> dict[str, Any]:
    """What the source's record tells of a set.

    Args:
        name: the set.
        release: release of the data.
        reasons: documents by reason.
    """
    return {
        "set": name,
        "release": release,
        "count": sum(reasons.values()),
        "reasons": dict(reasons),
        "at": datetime.now(UTC),
    }


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a crash of the machine."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _part(name: str) -> str:
    """A name as one part of a path, whatever it holds."""
    return quote(name, safe="") if name.strip(".") else "%2E" * len(name)
