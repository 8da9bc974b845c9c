"""Full releases in one archive: where it is, and what is unpacked of it; never outside of a folder of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from hub.config import Settings
from hub.dataload.archives import ArchiveError, Limits, unpack
from hub.datarelease.archiving import FORMATS
from hub.datarelease.portable import DESCRIPTION, parsed
from hub.standalone.errors import BadReleaseError
from hub.standalone.published import Version, resolved

STEM = "archive"  #: the name of the fetched file, before its suffix


@dataclass(frozen=True)
class Archive:
    """The archive of a release.

    Attributes:
        url: where it is.
        path: where it is fetched to.
        known: its ``size`` and ``sha256`` where the publisher tells them.
    """

    url: str
    path: Path
    known: Mapping[str, Any] = field(default_factory=dict)


def limits_of(settings: Settings) -> Limits:
    """How much an archive may grow."""
    return Limits(float(settings["UNCOMPRESS_MAX_RATIO"]), int(settings["UNCOMPRESS_MAX_BYTES"]))


def archive_of(name: str, version: Version, release: Mapping[str, Any], folder: Path) -> Archive | None:
    """The archive that a release names; None when it names none, or one on the disk of its publisher.

    Args:
        name: of the release.
        version: the entry of the list.
        release: its metadata.
        folder: of its downloads.

    Raises:
        BadReleaseError: it can not be read from there, or is of no known format.
    """
    metadata = release["metadata"]
    told = metadata.get("archive_url")
    if not told:
        return None
    if str(told).startswith("file:") and not version.url.startswith("file:"):
        return None
    url = resolved(name, version.url, told)
    last = PurePosixPath(unquote(urlsplit(url).path)).name.lower()
    kind = max((k for k in FORMATS if last.endswith(f".{k}")), key=len, default=None)
    if kind is None:
        raise BadReleaseError(name, f"`{last[:80]}` is no archive of a known format ({', '.join(FORMATS)})")
    known = metadata.get("archive")
    return Archive(url, folder / f"{STEM}.{kind}", dict(known) if isinstance(known, Mapping) else {})


def unpack_repository(
    name: str, archive: Path, target: Path, limits: Limits, check: Callable[[], None] = lambda: None
) -> Path:
    """Unpack the archive of a snapshot repository into a folder, which is made anew; gives the repository in it.

    Raises:
        BadReleaseError: it is damaged, holds what may not be unpacked, or grows too much. The folder is gone then.
    """
    shutil.rmtree(target, ignore_errors=True)
    try:
        unpack(archive, target, limits, check)
    except BaseException as error:
        shutil.rmtree(target, ignore_errors=True)
        if isinstance(error, ArchiveError):
            raise BadReleaseError(name, f"its archive can not be used ({str(error).partition('. ')[0]})") from error
        raise
    inside = list(target.iterdir())
    # Some publishers pack the folder, others what is in it.
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else target


def unpack_documents(
    name: str, version: Version, archive: Path, limits: Limits, check: Callable[[], None] = lambda: None
) -> bytes:
    """Put the files of a snapshot of documents beside its archive; gives its description, which is not yet there.

    Raises:
        hub.errors.HubError: the archive can not be unpacked, or holds no snapshot.
    """
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=archive.parent) as scratch:
        root = unpack_repository(name, archive, Path(scratch) / "all", limits, check)
        description = root / DESCRIPTION
        if not description.is_file():
            raise BadReleaseError(name, f"the archive of `{version.build_version}` holds no {DESCRIPTION}")
        content = description.read_bytes()
        for entry in parsed(version.build_version, content)["files"]:
            file = root / entry["name"]
            if not file.is_file():
                raise BadReleaseError(name, f"the archive of `{version.build_version}` lacks `{entry['name'][:80]}`")
            file.replace(archive.parent / entry["name"])
    return content
