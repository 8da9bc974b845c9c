"""What is done to the releases on disk, each so that a process that dies half way leaves one of two states.

Below the folder of a source::

    current -> 2026-01-10  the release in use; moved by one rename
    .removed/              releases on their way out; whatever lies there is deleted
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat

from hub.dataload.lifecycle.errors import CurrentTakenError
from hub.dataload.releases import CURRENT, RECORDS, SourceFolder, sync_folder

REMOVED = ".removed"
_FRESH = ".current.new"


def point_current(source: SourceFolder, folder: str | None) -> None:
    """Move the link ``current`` to a release, or take it away.

    Args:
        source: the source's folder.
        folder: name of the release's folder; None for no link.

    Raises:
        CurrentTakenError: something that is no link has that name.
    """
    link, fresh = source.root / CURRENT, source.root / _FRESH
    if current_target(source) == folder:
        return
    if link.exists() and not link.is_symlink():
        raise CurrentTakenError(source.source, str(link))
    if folder is None:
        link.unlink(missing_ok=True)
    else:
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(folder, target_is_directory=True)
        fresh.replace(link)
    sync_folder(source.root)


def current_target(source: SourceFolder) -> str | None:
    """Name of the folder that ``current`` leads to, or None."""
    link = source.root / CURRENT
    return str(link.readlink()) if link.is_symlink() else None


def remove_release(source: SourceFolder, folder: str) -> None:
    """Take a release away: out of sight in one rename, then its record, then its files.

    Args:
        source: the source's folder, locked.
        folder: name of the release's folder; nothing happens when it is gone already.
    """
    path = source.root / folder
    trash = source.root / REMOVED
    if path.is_dir() and not path.is_symlink():
        trash.mkdir(exist_ok=True)
        path.rename(trash / f"{secrets.token_hex(4)}-{folder}")
        sync_folder(source.root)
    (source.root / RECORDS / f"{folder}.json").unlink(missing_ok=True)
    empty_trash(source)


def empty_trash(source: SourceFolder) -> None:
    """Delete what was put out of sight, and records without a folder.

    Raises:
        OSError: something can not be deleted.
    """
    trash = source.root / REMOVED
    if trash.is_dir():
        for folder, _, _ in os.walk(trash):  # a folder from an archive may forbid deleting in it
            os.chmod(folder, stat.S_IRWXU)  # noqa: PTH101 - as os.walk gives it
        shutil.rmtree(trash)
    (source.root / _FRESH).unlink(missing_ok=True)
    for record in (source.root / RECORDS).glob("*.json"):
        if not (source.root / record.stem).is_dir():
            record.unlink(missing_ok=True)
