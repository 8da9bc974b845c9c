"""Opening plain, packed and archived files by their names; small questions about files."""

from __future__ import annotations

import contextlib
import gzip
import io
import lzma
import os
import pickle
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

TEXT = "utf-8"


def anyfile(infile: Any, mode: str = "r") -> IO[Any]:
    """Open a file, unpacked if its suffix says that it is packed.

    Args:
        infile: path of a plain, .gz, .xz file or of a .zip whose member has the path without ``.zip``; a pair of an
            archive and its member; or an open file.
        mode: for plain files and those in .gz and .xz; text by default. Members of archives are always text.

    Returns:
        The open file; texts are UTF-8. Large members are read as a stream.

    Raises:
        OSError: it can not be opened.
        KeyError: the archive has no such member.
    """
    if hasattr(infile, "read"):
        opened: IO[Any] = infile
        return opened
    path, member = (Path(infile[0]), str(infile[1])) if isinstance(infile, tuple) else (Path(infile), None)
    suffix = path.suffix.lower()
    if suffix in (".gz", ".xz") and not (member and tarfile.is_tarfile(path)):
        return _unpacked(path, suffix, mode)
    if suffix == ".zip":
        return _Member(zipfile.ZipFile(path), member or path.stem if member else str(infile)[: -len(".zip")])
    if member is not None and tarfile.is_tarfile(path):
        return _Member(tarfile.open(path), member)
    return path.open(mode, encoding=None if "b" in mode else TEXT)


def _unpacked(path: Path, suffix: str, mode: str) -> IO[Any]:
    open_packed: Any = gzip.open if suffix == ".gz" else lzma.open
    if "b" in mode:
        packed: IO[Any] = open_packed(path, mode)
        return packed
    text: IO[Any] = open_packed(path, mode.replace("t", "") + "t", encoding=TEXT)
    return text


class _Member(io.TextIOWrapper):
    """A member of an archive as text; closing it closes the archive."""

    def __init__(self, archive: zipfile.ZipFile | tarfile.TarFile, name: str) -> None:
        self._archive: zipfile.ZipFile | tarfile.TarFile | None = archive
        try:
            raw: Any = archive.open(name) if isinstance(archive, zipfile.ZipFile) else archive.extractfile(name)
            if raw is None:
                raise KeyError(f"`{name}` is no file in the archive {archive!r}")
        except (KeyError, OSError):
            archive.close()
            raise
        super().__init__(raw, encoding=TEXT)

    def close(self) -> None:
        super().close()
        archive, self._archive = getattr(self, "_archive", None), None
        if archive is not None:
            archive.close()


@contextlib.contextmanager
def open_anyfile(infile: Any, mode: str = "r") -> Iterator[IO[Any]]:
    """`anyfile` for ``with``. A file that was given open is closed as well."""
    handle = anyfile(infile, mode)
    try:
        yield handle
    finally:
        handle.close()


def open_compressed_file(filename: str | os.PathLike[str]) -> IO[bytes]:
    """Open a .gz, .xz or plain file as bytes, told apart by its first bytes."""
    path = Path(filename)
    with path.open("rb") as file:
        start = file.read(6)
    if start.startswith(b"\x1f\x8b"):
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return lzma.open(path, "rb") if start.startswith(b"\xfd7zXZ") else path.open("rb")


def safewfile(filename: str | os.PathLike[str], prompt: bool = True, default: str = "C", mode: str = "w") -> Any:
    """Open a file for writing without overwriting one that is there, which gets a number.

    There is nobody to ask in a hub, so ``prompt`` is ignored.

    Args:
        filename: the file.
        prompt: ignored.
        default: ``O`` to overwrite, anything else to take a new name.
        mode: how to open it.

    Returns:
        The open file and its name.
    """
    path = Path(filename)
    if default.upper() != "O":
        number = 0
        while path.exists():
            number += 1
            path = Path(addsuffix(str(filename), f"_{number}"))
    return path.open(mode, encoding=None if "b" in mode else TEXT), str(path)


def addsuffix(filename: str, suffix: str, noext: bool = False) -> str:
    """``name.txt`` and ``_1`` give ``name_1.txt``, or ``name_1`` with ``noext``."""
    root, extension = os.path.splitext(filename)  # noqa: PTH122 - texts in, text out
    return root + suffix + ("" if noext else extension)


def file_newer(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> bool:
    """Whether ``source`` was changed after ``target``."""
    return Path(source).stat().st_mtime > Path(target).stat().st_mtime


def dump(obj: Any, filename: str | os.PathLike[str], protocol: int = 4, compress: str | None = "gzip") -> None:
    """Pickle an object into a file, for `loadobj` of the same plugin."""
    data = pickle.dumps(obj, protocol=protocol)
    Path(filename).write_bytes(gzip.compress(data) if compress == "gzip" else data)


def loadobj(filename: str | os.PathLike[str], mode: str = "file") -> Any:
    """The object that `dump` wrote. Only for files the plugin made itself: a pickle can run any code."""
    with open_compressed_file(filename) as file:
        return pickle.load(file)
