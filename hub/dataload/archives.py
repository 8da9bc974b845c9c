"""Archives from outside: tested for wholeness, and extracted so that nothing leaves its folder or fills the disk.

Kinds by suffix, in any case: ``.zip``, ``.tar`` plain or packed (``.tar.gz .tgz .tar.bz2 .tar.xz .tar.zst``), and
single packed files (``.gz .bz2 .xz .zst``). A ``.xz`` that holds a tar is taken as one.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hub.dataload import archive_readers as readers
from hub.dataload.archive_errors import ArchiveBombError, ArchiveConflictError, ArchiveError, UnsafeArchiveError
from hub.dataload.transport.errors import DiskFullError
from hub.dataload.transport.partial import FULL

__all__ = [
    "ArchiveBombError",
    "ArchiveConflictError",
    "ArchiveError",
    "Limits",
    "UnsafeArchiveError",
    "extract",
    "is_archive",
    "uncompress_all",
    "unpack",
    "verify_archive",
]

MIB = 1024 * 1024
#: What a member costs at least against the size limit: millions of empty files fill a disk too.
MEMBER_COST = 1024
_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Limits:
    """How much an archive may grow.

    Attributes:
        max_ratio: extracted bytes for each byte of the archive (UNCOMPRESS_MAX_RATIO); counts above ``floor`` only.
        max_bytes: extracted bytes of all archives of a folder (UNCOMPRESS_MAX_BYTES).
        floor: extracted bytes below which any ratio is fine: short repetitive tables pack very well.
    """

    max_ratio: float = 200.0
    max_bytes: int = 1024**4
    floor: int = 16 * MIB


@dataclass
class _Meter:
    """Counts what comes out of one archive, and stops it in time."""

    archive: Path
    limits: Limits
    before: int  #: bytes that the other archives of the folder gave
    check: Callable[[], None]
    packed: int = 0
    out: int = field(default=0)

    def __post_init__(self) -> None:
        self.packed = self.archive.stat().st_size

    def add(self, count: int) -> None:
        self.check()
        self.out += count
        if self.before + self.out > self.limits.max_bytes:
            raise ArchiveBombError(self.archive.name, self.out, "UNCOMPRESS_MAX_BYTES", self.limits.max_bytes)
        if self.out > self.limits.floor and self.out > self.packed * self.limits.max_ratio:
            raise ArchiveBombError(self.archive.name, self.out, "UNCOMPRESS_MAX_RATIO", self.limits.max_ratio)


def is_archive(name: str) -> bool:
    """Whether the suffix of ``name`` is one that `uncompress_all` opens."""
    return readers.kind_of(name) is not None


def verify_archive(path: Path, check: Callable[[], None] = lambda: None) -> None:
    """Read an archive from end to end without writing anything. Files with other suffixes pass unread.

    Args:
        path: the file.
        check: called for each chunk; raises to stop.

    Raises:
        ArchiveError: truncated, damaged, or not what its suffix says.
    """
    if readers.kind_of(path.name) is None:
        return
    with readers.opened(path, for_test=True) as members:
        for member in members:
            for _ in member.chunks(_CHUNK):
                check()


def uncompress_all(
    folder: Path,
    limits: Limits | None = None,
    check: Callable[[], None] = lambda: None,
    scratch: Path | None = None,
    only: Callable[[str], bool] = lambda name: True,
) -> list[Path]:
    """Extract every archive directly in ``folder`` into it; archives inside archives stay as they are.

    Everything is extracted beside first and moved in at the end: after an error the folder is as it was. Originals are
    kept; other existing files of the same names are replaced.

    Args:
        folder: where the archives are.
        limits: how much may come out of them.
        check: called for each chunk; raises to stop.
        scratch: folder on the same disk for the work; a hidden one in ``folder`` by default.
        only: tells by its name whether an archive is wanted.

    Returns:
        Paths of the extracted files.

    Raises:
        ArchiveError: an archive is damaged, unsafe, too big, or in conflict with what is there.
    """
    limits = limits or Limits()
    archives = sorted((p for p in folder.iterdir() if p.is_file() and is_archive(p.name) and only(p.name)), key=_turn)
    if not archives:
        return []
    work = Path(tempfile.mkdtemp(prefix=".uncompress-", dir=scratch or folder))
    try:
        total, trees = 0, []
        for number, archive in enumerate(archives):
            tree = work / str(number)
            meter = _Meter(archive, limits, total, check)
            extract(archive, tree, meter.add)
            total += meter.out
            trees.append((archive, tree))
        for archive, tree in trees:
            _check_conflicts(archive, tree, folder, {a.name for a in archives})
        return [path for _, tree in trees for path in _move_in(tree, folder)]
    finally:
        shutil.rmtree(work, ignore_errors=True)


def extract(archive: Path, target: Path, count: Callable[[int], None] = lambda n: None) -> None:
    """Extract one archive into ``target``, which must not exist yet.

    Links inside the archive become further names of the file they mean; links to folders or to nothing are left out.

    Args:
        archive: the file.
        target: folder to make.
        count: told of every extracted byte; raises to stop.

    Raises:
        ArchiveError: damaged or unsafe.
    """
    target.mkdir(parents=True)
    links: list[tuple[Path, Path]] = []
    with readers.opened(archive) as members, _named(archive):
        for member in members:
            count(MEMBER_COST)
            place = target / member.path
            if member.folder:
                place.mkdir(parents=True, exist_ok=True)
            elif member.link is not None:
                links.append((place, target / member.link))
            else:
                _write(member, place, count)
    with _named(archive):
        for place, source in links:
            if source.is_file() and not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.hardlink_to(source)


def unpack(archive: Path, target: Path, limits: Limits, check: Callable[[], None] = lambda: None) -> None:
    """Extract one archive into ``target``, which must not exist yet, within limits.

    Args:
        archive: the file.
        target: folder to make; what is in it after an error is to be removed.
        limits: how much may come out.
        check: called for each chunk; raises to stop.

    Raises:
        ArchiveError: damaged, unsafe, or too big.
    """
    extract(archive, target, _Meter(archive, limits, 0, check).add)


def _write(member: readers.Member, place: Path, count: Callable[[int], None]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    with place.open("xb") as out:
        for chunk in member.chunks(_CHUNK):
            count(len(chunk))
            out.write(chunk)


@contextlib.contextmanager
def _named(archive: Path) -> Iterator[None]:
    """Tell which archive a fault of the file system belongs to."""
    try:
        yield
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        member = Path(str(error.filename)).name
        raise ArchiveError(archive.name, f"`{member}` is both a file and a folder in it") from None
    except OSError as error:
        if error.errno in FULL:
            raise DiskFullError(str(error.filename or archive), error.strerror or str(error)) from None
        if error.errno == errno.ENAMETOOLONG:
            raise ArchiveError(archive.name, "it holds a name that is too long for this disk") from None
        raise


def _turn(path: Path) -> tuple[int, str]:
    """The documented order: zip, tar, single files."""
    kind = readers.kind_of(path.name)
    return (("zip", "tar", "single").index(kind.form) if kind else 9, path.name)


def _check_conflicts(archive: Path, tree: Path, folder: Path, originals: set[str]) -> None:
    for path in tree.rglob("*"):
        name = path.relative_to(tree)
        there = folder / name
        if str(name) in originals:
            raise ArchiveConflictError(archive.name, str(name), "is the name of a downloaded archive")
        if there.is_symlink():
            raise ArchiveConflictError(archive.name, str(name), "is a link in the folder")
        if there.exists() and there.is_dir() != path.is_dir():
            raise ArchiveConflictError(archive.name, str(name), "is there already, as the other of file and folder")


def _move_in(tree: Path, folder: Path) -> list[Path]:
    moved = []
    for path in sorted(tree.rglob("*")):
        there = folder / path.relative_to(tree)
        if path.is_dir():
            there.mkdir(exist_ok=True)
        else:
            path.replace(there)
            moved.append(there)
    return moved
