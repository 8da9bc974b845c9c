"""Why a release must stay, and which ones may go. Pure functions on records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hub.store.records import releases

Row = Mapping[str, Any]
CURRENT, NEWEST, FROZEN = "is the current one", "is the last one that was downloaded", "is frozen"


def current_of(record: Row | None) -> Row | None:
    """Release and folder in use, of a source record; of one that was never promoted, those of the last download."""
    if record is None:
        return None
    if "current" in record:
        return record["current"] or None
    download = record.get("download") or {}
    if download.get("status") == "success" and download.get("data_folder"):
        return {"release": download.get("release") or "", "data_folder": download["data_folder"]}
    return None


def reasons(row: Row, record: Row | None, dependents: Mapping[str, Sequence[Row]]) -> list[str]:
    """Why a release must not be removed, as ends of sentences; empty when it may.

    Args:
        row: the release.
        record: the ``src_dump`` record of its source.
        dependents: releases of the sources that depend on it, those that are in use themselves, by source.
    """
    record = record or {}
    found = [FROZEN] if row.get("frozen") else []
    here = row["data_folder"]
    if (current_of(record) or {}).get("data_folder") == here:
        found.append(CURRENT)
    if (record.get("download") or {}).get("data_folder") == here:
        found.append(NEWEST)
    for sub, job in ((record.get("upload") or {}).get("jobs") or {}).items():
        if job.get("uploading_folder") == here:
            found.append(f"is being uploaded as `{sub}`")
        elif job.get("data_folder") == here:
            found.append(f"is what was uploaded as `{sub}`")
    for name, rows in dependents.items():
        made = [r["release"] for r in rows if (r.get("depends") or {}).get(row["source"]) == row["release"]]
        found += [f"is what release `{release}` of `{name}` was made from" for release in made]
    return found


def surplus(rows: Iterable[Row], keep: int | None, needed: Mapping[str, Sequence[str]]) -> list[Row]:
    """The releases that are one too many: all but the newest ``keep`` of those that nothing needs.

    Args:
        rows: releases of one source, oldest first.
        keep: how many to keep beside those that are needed; None for all.
        needed: why each must stay, by folder name.
    """
    if keep is None:
        return []
    free = [row for row in rows if not needed.get(row["folder"]) and row.get("state") != releases.REMOVING]
    return free[: max(0, len(free) - keep)]


def find(rows: Sequence[Row], release: str) -> Row | None:
    """The release of that name, or whose folder has that name."""
    found = [r for r in rows if r["release"] == release] or [r for r in rows if r["folder"] == release]
    return found[-1] if found else None
