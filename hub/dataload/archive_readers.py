"""Zip, tar and single packed files read through one shape: a stream of `Member`, each with a checked relative path."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, cast

from hub.dataload.archive_errors import ArchiveError, UnsafeArchiveError

_ZSTD_WINDOW = 2**31
_MAX_TAIL = 64 * 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """What a suffix says: the form, and how it is packed (empty for a plain tar or a zip)."""

    suffix: str
    form: Literal["zip", "tar", "single"]
    packing: Literal["", "gz", "bz2", "xz", "zst"] = ""


_KINDS = (
    Kind(".zip", "zip"),
    Kind(".tar.gz", "tar", "gz"),
    Kind(".tgz", "tar", "gz"),
    Kind(".tar.bz2", "tar", "bz2"),
    Kind(".tbz2", "tar", "bz2"),
    Kind(".tar.xz", "tar", "xz"),
    Kind(".txz", "tar", "xz"),
    Kind(".tar.zst", "tar", "zst"),
    Kind(".tar", "tar"),
    Kind(".gz", "single", "gz"),
    Kind(".bz2", "single", "bz2"),
    Kind(".xz", "single", "xz"),
    Kind(".zst", "single", "zst"),
)


@dataclass(frozen=True)
class Member:
    """One thing in an archive.

    Attributes:
        path: where it goes, relative, already checked.
        folder: it is a folder.
        link: for links, the path that is meant, relative to the root of the archive, already checked.
        open: gives its bytes; only while it is the current member.
    """

    path: PurePosixPath
    folder: bool
    link: PurePosixPath | None
    open: Callable[[], BinaryIO]

    def chunks(self, size: int) -> Iterator[bytes]:
        """Its bytes; none for folders and links."""
        if self.folder or self.link is not None:
            return
        with self.open() as source:
            while chunk := source.read(size):
                yield chunk


def kind_of(name: str) -> Kind | None:
    """What the suffix of ``name`` says; None when it is no archive. A name that is only a suffix is none."""
    lower = name.lower()
    return next((k for k in _KINDS if lower.endswith(k.suffix) and len(lower) > len(k.suffix)), None)


@contextlib.contextmanager
def opened(path: Path, for_test: bool = False) -> Iterator[Iterator[Member]]:
    """Open an archive.

    Args:
        path: the file; its suffix decides.
        for_test: only its bytes matter: unsafe names pass, and members that need a password are left out.

    Raises:
        ArchiveError: when opening, and while members and their bytes are read.
    """
    kind = kind_of(path.name)
    if kind is None:
        raise ArchiveError(path.name, "its suffix is none of a known archive")
    try:
        if kind.form == "zip":
            with zipfile.ZipFile(path) as archive:
                yield _zip_members(path.name, archive, for_test)
        elif kind.form == "tar" or (kind.packing == "xz" and _holds_tar(path, kind)):
            with unpacked(path, kind) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
                yield _tar_members(path.name, tar, for_test)
                _to_the_end(stream)
        else:
            with unpacked(path, kind) as stream:
                yield iter([Member(PurePosixPath(path.name[: -len(kind.suffix)]), False, None, lambda: stream)])
    except EOFError:
        raise ArchiveError(path.name, "it is truncated") from None
    except (tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, gzip.BadGzipFile) as error:
        raise ArchiveError(path.name, f"it is damaged or no `{kind.suffix}` archive ({_words(error)})") from None
    except NotImplementedError as error:
        raise ArchiveError(path.name, f"it cannot be read ({_words(error)})") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise ArchiveError(path.name, f"it is damaged or no `{kind.suffix}` archive ({_words(error)})") from None


@contextlib.contextmanager
def unpacked(path: Path, kind: Kind) -> Iterator[BinaryIO]:
    """The unpacked bytes of a file as a stream that cannot seek."""
    with path.open("rb") as raw:
        if kind.packing == "gz":
            stream: BinaryIO = cast(BinaryIO, io.BufferedReader(_Gzip(raw), 256 * 1024))
        elif kind.packing == "bz2":
            stream = cast(BinaryIO, bz2.BZ2File(raw))
        elif kind.packing == "xz":
            stream = cast(BinaryIO, lzma.LZMAFile(raw))  # noqa: SIM115 - closed below
        elif kind.packing == "zst":
            stream = cast(BinaryIO, io.BufferedReader(_Zstd(path.name, raw), 256 * 1024))
        else:
            stream = raw
        if raw.seek(0, io.SEEK_END) == 0:
            raise ArchiveError(path.name, "it is empty")
        raw.seek(0)
        with stream:
            yield stream


class _Gzip(io.RawIOBase):
    """All members of a gzip file. As with gzip itself, bytes of another kind after the last member are passed over."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._packed, self._members, self._inside = b"", 0, False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while True:
            if self._member.eof and not self._next_member():
                return 0
            packed = self._packed or self._raw.read(64 * 1024)
            if not packed:
                if self._inside or not self._members:
                    raise EOFError
                return 0
            self._inside = True
            ready = self._member.decompress(packed, len(buffer))
            self._packed = self._member.unconsumed_tail
            if ready:
                buffer[: len(ready)] = ready
                return len(ready)

    def _next_member(self) -> bool:
        """Go on with what follows the end of a member, if that is one."""
        self._members, self._inside = self._members + 1, False
        rest = self._member.unused_data
        rest += self._raw.read(2 - len(rest)) if len(rest) < 2 else b""
        if rest[:2] != b"\x1f\x8b":
            return False
        self._member, self._packed = zlib.decompressobj(zlib.MAX_WBITS | 16), rest
        return True


class _Zstd(io.RawIOBase):
    """All frames of a zstd file; unlike the library's own reader it tells a truncated one."""

    def __init__(self, name: str, raw: BinaryIO) -> None:
        import zstandard

        self._name, self._raw, self._library = name, raw, zstandard
        self._context = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._frame = self._context.decompressobj()
        self._ready = memoryview(b"")
        self._inside = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            if not self._more():
                return 0
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _more(self) -> bool:
        packed = self._rest() or self._raw.read(16 * 1024)
        if not packed:
            if self._inside:
                raise EOFError
            return False
        try:
            self._ready = memoryview(self._frame.decompress(packed))
        except self._library.ZstdError as error:
            raise ArchiveError(self._name, f"it is damaged or no `.zst` archive ({error})") from None
        self._inside = not self._frame.eof
        return True

    def _rest(self) -> bytes:
        """What came after the end of the last frame; begins the next frame."""
        if not self._frame.eof:
            return b""
        rest = self._frame.unused_data
        self._frame = self._context.decompressobj()
        return rest


def _zip_members(name: str, archive: zipfile.ZipFile, for_test: bool) -> Iterator[Member]:
    for info in archive.infolist():
        if info.flag_bits & 1:
            if for_test:
                continue
            raise ArchiveError(name, "it needs a password")
        if for_test:
            yield Member(PurePosixPath("x"), info.is_dir(), None, lambda info=info: cast(BinaryIO, archive.open(info)))  # type: ignore[misc]
            continue
        path = _inside(name, info.filename.replace("\\", "/"), info.filename)
        link = None
        mode = info.external_attr >> 16
        if stat.S_ISLNK(mode):
            target = archive.read(info)[:4096].decode("utf-8", "replace")
            link = _inside(name, str(path.parent / target), info.filename, "links out of the folder")
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise UnsafeArchiveError(name, info.filename, "is a device")
        yield Member(path, info.is_dir(), link, lambda info=info: cast(BinaryIO, archive.open(info)))  # type: ignore[misc]


def _tar_members(name: str, tar: tarfile.TarFile, for_test: bool) -> Iterator[Member]:
    for info in tar:
        tar.members = []  # type: ignore[attr-defined]  # the library keeps every member it saw
        body = lambda info=info: cast(BinaryIO, tar.extractfile(info) or io.BytesIO())  # noqa: E731
        if for_test:
            yield Member(PurePosixPath("x"), not info.isfile(), None, body)
            continue
        path = _inside(name, info.name, info.name)
        link = None
        if info.issym():
            link = _inside(name, str(path.parent / info.linkname), info.name, "links out of the folder")
        elif info.islnk():
            link = _inside(name, info.linkname, info.name, "links out of the folder")
        elif not (info.isfile() or info.isdir()):
            raise UnsafeArchiveError(name, info.name, "is a device")
        yield Member(path, info.isdir(), link, body)


def _inside(archive: str, text: str, member: str, why: str = "leads out of the folder") -> PurePosixPath:
    """The path without ``.`` and inner ``..``; raises when it is absolute or climbs out."""
    if text.startswith("/") or "\0" in text or (len(text) > 1 and text[1] == ":" and text[0].isalpha()):
        raise UnsafeArchiveError(archive, member, why)
    parts: list[str] = []
    for part in text.split("/"):
        if part == "..":
            if not parts or why.startswith("leads"):
                raise UnsafeArchiveError(archive, member, why)
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return PurePosixPath(*parts)


def _holds_tar(path: Path, kind: Kind) -> bool:
    with unpacked(path, kind) as stream:
        head = stream.read(512)
    if len(head) < 512:
        return False
    with contextlib.suppress(tarfile.HeaderError):
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
        return True
    return False


def _to_the_end(stream: BinaryIO) -> None:
    """Read what follows the last member: a checksum at the very end is only then looked at."""
    for _ in range(_MAX_TAIL // (256 * 1024)):
        if not stream.read(256 * 1024):
            return


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__
