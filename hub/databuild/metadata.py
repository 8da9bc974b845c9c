"""The ``_meta`` of a build: what it was made of, when, and how much of it there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.dataload.releases import SourceFolder

MAX_FILES = 1000  # files of a release that are told; the metadata travel with every index


@dataclass(frozen=True)
class SourceFacts:
    """What `source_metadata` needs to know of one sub-source in the build.

    Attributes:
        sub: its name.
        main: name of its main source.
        release: release of its last good upload.
        count: documents of it that were processed.
        src_meta: ``src_meta`` of its ``src_master`` document.
        downloaded: time of the last good download, when there was one.
        uploaded: time of the last good upload.
        data_folder: folder of the release that was uploaded; empty when there was none.
    """

    sub: str
    main: str
    release: str | None
    count: int
    src_meta: Mapping[str, Any] = field(default_factory=dict)
    downloaded: datetime | None = None
    uploaded: datetime | None = None
    data_folder: str = ""


def source_metadata(facts: Sequence[SourceFacts]) -> dict[str, Any]:
    """The ``_meta.src`` object: one entry for each main source.

    Keys of ``src_meta`` that are equal in all sub-sources of a main source appear once, the others as an object by
    sub-source. Times are ISO texts with their zone.
    """
    mains: dict[str, list[SourceFacts]] = {}
    for fact in sorted(facts, key=lambda f: (f.main, f.sub)):
        mains.setdefault(fact.main, []).append(fact)
    return {main: _main_entry(subs) for main, subs in mains.items()}


def _main_entry(subs: Sequence[SourceFacts]) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    keys = list(dict.fromkeys(key for sub in subs for key in sub.src_meta))
    for key in keys:
        values = {sub.sub: sub.src_meta[key] for sub in subs if key in sub.src_meta}
        first = next(iter(values.values()))
        same = len(values) == len(subs) and all(value == first for value in values.values())
        entry[key] = first if same else values
    newest = max(subs, key=lambda s: s.uploaded.timestamp() if s.uploaded else 0.0)
    entry["version"] = newest.release
    entry["stats"] = {sub.sub: sub.count for sub in subs}
    for key, times in (("download_date", [s.downloaded for s in subs]), ("upload_date", [s.uploaded for s in subs])):
        known = [t for t in times if t is not None]
        if known:
            entry[key] = max(known).isoformat()
    files = files_of(subs[0].data_folder, entry)
    if files:
        entry["files"] = files
    return entry


def files_of(data_folder: str, entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The downloaded files of a release: name, address, version, licence, checksum, size and time of retrieval.

    Args:
        data_folder: folder of the release; nothing is known of one that no dumper made.
        entry: what is known of the source, for its version and licence.
    """
    record = SourceFolder(Path(data_folder).parent).record_of(data_folder) if data_folder else None
    known = {key: entry[key] for key in ("version", "license") if isinstance(entry.get(key), str)}
    return [
        {
            "name": file.name,
            "url": file.url,
            **known,
            "sha256": file.sha256,
            "size": file.size,
            "retrieved": file.fetched_at.isoformat() if file.fetched_at else None,
        }
        for file in (record.files if record else ())[:MAX_FILES]
    ]


def build_metadata(
    *,
    doc_type: str,
    build_version: str,
    started_at: datetime,
    src: Mapping[str, Any],
    stats: Mapping[str, Any],
    custom: Mapping[str, Any] | None = None,
    configured: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The ``_meta`` of a build.

    Args:
        doc_type: what the documents are.
        build_version: version of the build.
        started_at: when it was started, with zone.
        src: from `source_metadata`.
        stats: counts, at least ``total``.
        custom: from the builder class; its keys replace those above.
        configured: ``_meta`` of the configuration; its keys replace all others.
    """
    meta: dict[str, Any] = {
        "biothing_type": doc_type,
        "src": dict(src),
        "stats": {key: value for key, value in stats.items() if key != "__REPLACE__"},  # a mark of existing builders
        "build_version": build_version,
        "build_date": started_at.isoformat(),
    }
    meta.update(custom or {})
    meta.update(configured or {})
    return meta


def merge_metadata(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """``_meta`` of a build that sources were added to: objects are joined key by key, other values replaced."""
    merged = dict(old)
    for key, value in new.items():
        known = merged.get(key)
        merged[key] = (
            merge_metadata(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
        )
    return merged
