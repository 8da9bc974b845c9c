"""Extracting archives in place, by the hub's safe extractor (`hub.dataload.archives`)."""

from __future__ import annotations

import fnmatch
import gzip
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hub.dataload.archives import uncompress_all

Folder = str | os.PathLike[str]


def unzipall(folder: Folder, pattern: str = "*.zip") -> None:
    """Extract the zip files directly in ``folder`` into it; they stay.

    Raises:
        hub.dataload.archives.ArchiveError: one is damaged, unsafe or too big; nothing was extracted then.
    """
    _extract(folder, pattern)


def untargzall(folder: Folder, pattern: str = "*.tar.gz") -> None:
    """The same for packed tar files."""
    _extract(folder, pattern)


def untarall(folder: Folder, pattern: str = "*.tar") -> None:
    """The same for plain tar files."""
    _extract(folder, pattern)


def unxzall(folder: Folder, pattern: str = "*.xz") -> None:
    """The same for .xz files: a tar inside is extracted too."""
    _extract(folder, pattern)


def gunzipall(folder: Folder, pattern: str = "*.gz") -> None:
    """Unpack the .gz files directly in ``folder``; a ``.tar.gz`` gives its ``.tar``."""
    for path in sorted(Path(folder).glob(pattern)):
        gunzip(path)


async def aiogunzipall(folder: Folder, pattern: str, job_manager: Any = None, pinfo: Any = None) -> None:
    """`gunzipall` for a coroutine; the last two arguments are ignored."""
    gunzipall(folder, pattern)


def gunzip(f: Folder, pattern: str = "*.gz") -> None:
    """Unpack one .gz file beside it, under its name without ``.gz``. The new file appears when it is whole."""
    path = Path(f)
    target = path.with_suffix("")
    handle, scratch = tempfile.mkstemp(prefix=".gunzip-", dir=path.parent)
    try:
        with gzip.open(path, "rb") as packed, os.fdopen(handle, "wb") as out:
            shutil.copyfileobj(packed, out, 1024 * 1024)
        Path(scratch).chmod(0o644)
        Path(scratch).replace(target)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def uncompressall(folder: Folder) -> None:
    """Extract every archive directly in ``folder``: zip, tar, gz, bz2, xz, zst. Archives inside archives stay."""
    uncompress_all(Path(folder))


def _extract(folder: Folder, pattern: str) -> None:
    uncompress_all(Path(folder), only=lambda name: fnmatch.fnmatch(name, pattern))
