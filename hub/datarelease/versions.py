"""``versions.json`` and ``latest.json``: what was published at a place, in the shape that consumers read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from hub.datarelease.errors import GoesBackwardsError, NotPublishableError, PlaceError, VersionTakenError
from hub.datarelease.naming import version_key

FORMAT = "1.0"
FULL, INCREMENTAL = "full", "incremental"


def listed(content: bytes | None, place: str) -> list[dict[str, Any]]:
    """The entries of a ``versions.json``; none when there is no file.

    Raises:
        PlaceError: it is no list of versions, and must not be replaced by one.
    """
    if content is None:
        return []
    try:
        found = orjson.loads(content)
    except ValueError:
        found = None
    entries = found.get("versions") if isinstance(found, dict) else None
    if not isinstance(entries, list) or not all(isinstance(e, dict) and "build_version" in e for e in entries):
        raise PlaceError(place, "reading versions.json", "it is no list of versions; remove or correct it")
    return entries


def check(entries: Sequence[Mapping[str, Any]], entry: Mapping[str, Any], place: str) -> None:
    """Refuse what would lead consumers astray.

    Args:
        entries: what was published.
        entry: what is to be published; ``require_content`` and ``content`` are the digests of its two ends.
        place: for messages.

    Raises:
        VersionTakenError: the version was published with other content.
        GoesBackwardsError: a newer one was published.
        NotPublishableError: those who have the old version have another content of it than the diff was made from.
    """
    target = str(entry["target_version"])
    for known in entries:
        ours, theirs = entry.get("content"), known.get("content")
        if known.get("target_version") == target and ours and theirs and _other(ours, theirs):
            raise VersionTakenError(target, place)
        start = entry.get("require_content")
        if known.get("target_version") == entry.get("require_version") and start and theirs and _other(start, theirs):
            raise NotPublishableError(
                str(entry["build_version"]),
                f"version `{entry['require_version']}` was published at {place} with other content than the build that "
                "this diff starts from. Make the diff from the build that was published.",
            )
    latest = max((str(e.get("target_version")) for e in entries), key=version_key, default=None)
    if latest is not None and version_key(target) < version_key(latest):
        raise GoesBackwardsError(target, latest, place)


def _other(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (one.get("count"), one.get("digest")) != (other.get("count"), other.get("digest"))


def with_entry(entries: Sequence[Mapping[str, Any]], entry: Mapping[str, Any]) -> bytes:
    """The file with one more entry, which replaces one of the same name.

    Entries are in the order of their target versions, numbers as numbers; consumers take the last one as the latest. Of
    one version the incremental release comes last: those who have the one before need the least for it.
    """
    kept = [e for e in entries if e.get("build_version") != entry["build_version"]]
    shown = {key: value for key, value in entry.items() if key != "require_content"}
    ordered = sorted([*kept, shown], key=lambda e: (version_key(str(e.get("target_version"))), e.get("type") != FULL))
    return orjson.dumps({"format": FORMAT, "versions": ordered}, option=orjson.OPT_INDENT_2)
