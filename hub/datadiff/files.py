"""The files of a diff: operations as JSON lines, packed with Zstandard, in parts of a bounded size.

The first line of a part is ``{"source", "timestamp", "format": 1}``. Each other line is one operation:
``{"add": document}`` (of a diff that is not self-contained: its ``_id``), ``{"update": {"_id", "patch", "before",
"after"}}`` with the short hashes of the document's two states, ``{"delete": id, "before": hash}``. A line with dates or
bytes is ``{"$tagged": ...}``, with the tags of the embedded store inside.

Files come from others: every line, the whole text and its relation to the packed size are bounded, and what is no
operation is refused before anything is applied.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import zstandard

from hub.datadiff.errors import DamagedFileError, PickleRefusedError
from hub.store.codec import MAX_DOCUMENT_BYTES, JsonCodec

FORMAT = "jsonl.zst"
SUFFIX = ".jsonl.zst"
MAX_LINE = 4 * MAX_DOCUMENT_BYTES  #: bytes of one line
MAX_RATIO = 500  #: bytes of text for one packed byte, beyond which a file is taken for a bomb ...
FREE_BYTES = 64 * 1024 * 1024  #: ... unless its text is smaller than this
_WINDOW = 1 << 27
_BLOCK = 1 << 20
_LEVEL = 3

_codec = JsonCodec("allow", max_bytes=MAX_LINE)
_PLAIN = ord("{")


def encode_line(operation: Mapping[str, Any]) -> bytes:
    """One operation as a line."""
    body = _codec.encode(operation)
    return body + b"\n" if body[0] == _PLAIN else b'{"$tagged":' + body[1:] + b"}\n"


def decode_line(line: bytes) -> dict[str, Any]:
    """The operation of a line.

    Raises:
        ValueError: it is none.
    """
    if line.startswith(b'{"$tagged":'):
        return dict(_codec.decode(b"x" + line.rstrip()[len(b'{"$tagged":') : -1]))
    found = orjson.loads(line)
    if not isinstance(found, dict):
        raise ValueError("it is no object")  # noqa: TRY004 (the one error of a bad line)
    return found


class PartWriter:
    """Writes lines into numbered parts; what a checkpoint has seen survives a crash.

    Args:
        folder: where the parts go.
        prefix: ``diff`` gives ``diff_1.jsonl.zst``.
        header: first line of each part.
        max_bytes: packed bytes after which the next part begins.
        parts: what `checkpoint` returned in a run that was interrupted.
    """

    def __init__(
        self,
        folder: Path,
        prefix: str,
        header: Mapping[str, Any],
        max_bytes: int,
        parts: list[dict[str, Any]] | None = None,
    ) -> None:
        self._folder, self._prefix, self._header, self._max = folder, prefix, header, max_bytes
        self.parts: list[dict[str, Any]] = [dict(part) for part in parts or []]
        self._out: BinaryIO | None = None
        self._packer: zstandard.ZstdCompressionWriter | None = None
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._open_frame = False
        for part in self.parts:
            os.truncate(folder / part["name"], part["size"])

    def write(self, operation: Mapping[str, Any]) -> None:
        """One more operation."""
        line = encode_line(operation)
        self._waiting.append(line)
        self._waiting_bytes += len(line)
        if self._waiting_bytes >= _BLOCK:
            self._flush()

    def checkpoint(self) -> list[dict[str, Any]]:
        """Make everything durable; gives the parts as they are, ``{"name", "size", "raw", "lines"}``."""
        self._flush()
        self._end_frame()
        return [dict(part) for part in self.parts]

    def close(self) -> None:
        """Leave the last part as the last checkpoint left it, and what came since to be written again."""
        if self._out is not None:
            self._packer = None
            self._out.close()
            self._out = None

    def _flush(self) -> None:
        lines, self._waiting, self._waiting_bytes = self._waiting, [], 0
        if not lines:
            return
        packer = self._opened()
        packer.write(b"".join(lines))
        self._open_frame = True
        part = self.parts[-1]
        part["raw"] += sum(map(len, lines))
        part["lines"] += len(lines)
        assert self._out is not None
        if self._out.tell() >= self._max:
            self._end_frame()
            self._finish()

    def _opened(self) -> zstandard.ZstdCompressionWriter:
        if self._packer is not None:
            return self._packer
        new = not self.parts or self.parts[-1]["size"] >= self._max
        if new:
            name = f"{self._prefix}_{len(self.parts) + 1}{SUFFIX}"
            (self._folder / name).unlink(missing_ok=True)
            self.parts.append({"name": name, "size": 0, "raw": 0, "lines": 0})
        self._out = (self._folder / self.parts[-1]["name"]).open("ab")
        self._packer = zstandard.ZstdCompressor(level=_LEVEL).stream_writer(self._out, closefd=False)
        if new:
            line = encode_line(self._header)
            self._packer.write(line)
            self.parts[-1]["raw"] += len(line)
        return self._packer

    def _end_frame(self) -> None:
        if self._packer is None or self._out is None or not self._open_frame:
            return
        self._open_frame = False
        self._packer.flush(zstandard.FLUSH_FRAME)
        self._out.flush()
        os.fsync(self._out.fileno())
        self.parts[-1]["size"] = self._out.tell()

    def _finish(self) -> None:
        assert self._out is not None
        self._out.close()
        self._out = self._packer = None


def checksums(path: Path) -> dict[str, Any]:
    """``{"name", "md5sum", "sha256", "size"}`` of a file; MD5 is what existing consumers look at."""
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            md5.update(block)
            sha256.update(block)
    return {"name": path.name, "md5sum": md5.hexdigest(), "sha256": sha256.hexdigest(), "size": path.stat().st_size}


def check_file(path: Path, known: Mapping[str, Any]) -> None:
    """Compare a file with its description.

    Raises:
        DamagedFileError: size or checksum differ.
    """
    if not path.is_file():
        raise DamagedFileError(path.name, "is missing")
    found = checksums(path)
    for key, what in (("size", "size"), ("sha256", "SHA-256"), ("md5sum", "MD5")):
        if known.get(key) is not None and found[key] != known[key]:
            raise DamagedFileError(path.name, f"is not the file that was published (its {what} differs)")


def read_lines(path: Path, check: Callable[[], None] = lambda: None) -> Iterator[dict[str, Any]]:
    """The lines of a file of this format; see `read_sized`."""
    return (line for line, _ in read_sized(path, check))


def read_sized(path: Path, check: Callable[[], None] = lambda: None) -> Iterator[tuple[dict[str, Any], int]]:
    """The lines of a file of this format and their bytes, the header left out; memory is bounded by the longest line.

    Raises:
        DamagedFileError: it is cut off, not of this format, or unpacks to more than is reasonable.
        PickleRefusedError: it is a pickle.
    """
    with path.open("rb") as file:
        _refuse_other_kinds(path.name, file)
        most = max(FREE_BYTES, MAX_RATIO * path.stat().st_size)
        unpacked = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(file, read_across_frames=True)
        lines = _lines(path.name, unpacked, most)
        header = next(lines, None)
        if header is None or header[0].get("format") != 1:
            raise DamagedFileError(path.name, "does not begin with the line that tells its format")
        for number, line in enumerate(lines):
            if number % 1000 == 0:
                check()
            yield line


def _refuse_other_kinds(name: str, file: BinaryIO) -> None:
    magic = file.read(6)
    file.seek(0)
    if magic[:4] == b"\x28\xb5\x2f\xfd":
        return
    if name.endswith((".pyobj", ".pickle", ".pkl")) or magic[:1] == b"\x80":
        raise PickleRefusedError(name)
    raise DamagedFileError(name, "is no Zstandard file")


def _lines(name: str, unpacked: Any, most: int) -> Iterator[tuple[dict[str, Any], int]]:
    """Whole lines, read in blocks, so that no line can fill the memory."""
    reader = _Blocks(name, unpacked, most)
    rest = b""
    while block := reader.read():
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        if len(rest) > MAX_LINE:
            raise DamagedFileError(name, f"holds a line of more than {MAX_LINE:,} bytes")
        for line in lines:
            yield _parsed(name, line), len(line)
    if rest:
        raise DamagedFileError(name, "ends within a line; it is cut off")


class _Blocks:
    """Blocks of unpacked bytes, counted."""

    def __init__(self, name: str, unpacked: Any, most: int) -> None:
        self._name, self._unpacked, self._left = name, unpacked, most

    def read(self) -> bytes:
        try:
            block: bytes = self._unpacked.read(_BLOCK)
        except (zstandard.ZstdError, MemoryError) as error:
            raise DamagedFileError(self._name, f"can not be unpacked ({error})") from None
        self._left -= len(block)
        if self._left < 0:
            raise DamagedFileError(self._name, "unpacks to far more than any real file of its size")
        return block


def _parsed(name: str, line: bytes) -> dict[str, Any]:
    try:
        return decode_line(line)
    except (ValueError, RecursionError, TypeError) as error:
        raise DamagedFileError(name, f"holds a line that is no JSON object ({str(error)[:100]})") from None


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step, durably."""
    aside = path.with_name(f".{path.name}.new")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def dump_json(value: Any) -> bytes:
    """Readable JSON; datetimes as ISO text."""
    return orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)


__all__ = [
    "FORMAT",
    "SUFFIX",
    "PartWriter",
    "check_file",
    "checksums",
    "decode_line",
    "dump_json",
    "encode_line",
    "read_lines",
    "read_sized",
    "write_whole",
]
