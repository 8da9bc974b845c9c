"""Packing a folder into one archive, or into parts of at most so many bytes that together are one."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal

FORMATS: dict[str, Literal["w|", "w|gz", "w|bz2", "w|xz"]] = {
    "tar": "w|",
    "tar.gz": "w|gz",
    "tar.bz2": "w|bz2",
    "tar.xz": "w|xz",
}
_SIZE = re.compile(r"(\d{1,15})\s*([KMGT]?)(B?)", re.IGNORECASE)
_POWERS = " KMGT"


def size_of(text: str | int) -> int | None:
    """A size as people write it (``split``'s way: ``10M`` is binary, ``10MB`` decimal); None when it is none."""
    found = _SIZE.fullmatch(str(text).strip())
    if not found or not int(found[1]):
        return None
    unit = 1000 if found[2] and found[3] else 1024
    return int(found[1]) * int(unit ** _POWERS.index(found[2].upper() or " "))


class _Parts(io.RawIOBase):
    """A stream whose bytes go to ``<name>`` or, with a limit, to ``<name>.part00``, ``<name>.part01``, ..."""

    def __init__(self, target: Path, limit: int | None, check: Callable[[], None]) -> None:
        self._target, self._limit, self._check = target, limit, check
        self._out: BinaryIO | None = None
        self._left = 0
        self.names: list[str] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        view, done = memoryview(data), 0
        while done < len(view):
            self._check()
            if self._out is None or (self._limit is not None and not self._left):
                self._next()
            assert self._out is not None
            room = len(view) if self._limit is None else self._left
            done += (written := self._out.write(view[done : done + room]))
            self._left -= written
        return len(view)

    def _next(self) -> None:
        self.end()
        name = self._target.name if self._limit is None else f"{self._target.name}.part{len(self.names):02}"
        self.names.append(name)
        self._out, self._left = self._hidden(name).open("wb"), self._limit or 0

    def _hidden(self, name: str) -> Path:
        return self._target.with_name(f".{name}.new")

    def end(self) -> None:
        """No more bytes for this part."""
        if self._out is not None:
            self._out.close()
            self._out = None

    def drop(self) -> None:
        """Remove what was written."""
        self.end()
        for name in self.names:
            self._hidden(name).unlink(missing_ok=True)

    def show(self) -> list[Path]:
        """Give the parts their names; those of an earlier archive of this name go."""
        self.end()
        for old in [self._target, *self._target.parent.glob(f"{self._target.name}.part*")]:
            old.unlink(missing_ok=True)
        return [self._hidden(name).rename(self._target.with_name(name)) for name in self.names]


def pack(folder: Path, target: Path, kind: str, limit: int | None, check: Callable[[], None]) -> list[Path]:
    """Pack the regular files below a folder, in the order of their names; the archive appears whole.

    Args:
        folder: what is packed; names in the archive are relative to it.
        target: the archive.
        kind: one of `FORMATS`.
        limit: bytes of one part; None for one file.
        check: called now and then; raises when the work is to stop.

    Returns:
        The archive, or its parts in order.
    """
    parts = _Parts(target, limit, check)
    try:
        with tarfile.open(fileobj=parts, mode=FORMATS[kind], bufsize=1 << 18) as archive:
            for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()):
                check()
                archive.add(path, path.relative_to(folder).as_posix(), recursive=False, filter=_nobody)
        return parts.show()
    except BaseException:
        parts.drop()
        raise


def _nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
