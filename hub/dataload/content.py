"""What stands for the documents of a source, and how each upload changed them.

``src_master.<sub>.content`` holds a *token*, a random text that stands for the published documents: whoever made
something of them notes it, and later asks `logs_between` for what has changed since. Every upload ends by comparing its
documents with those it replaces; what it finds is kept as a log (`hub.store.changes`) beside the collection. The token
is removed when documents change in another way (a replay of quarantined ones), and nothing stands for what was never
uploaded by the hub: all is then done again, which is always right.

    {"token": t3, "history": [{token: t1, ...}, {token: t2, previous: t1, log: "genes_changes_...", counts: {...},
      release: "2026-02", archive: "genes_archive_..."}, ...]}

``archive`` of an entry is where its documents are since they were replaced.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from hub.jobs.port import JobContext
from hub.store.changes import Comparison, write_log
from hub.store.port import DocumentStore

MARK = "_changes_"
KEPT = 10  # uploads whose changes are kept
MOST = 0.5  # share of changed documents above which no log is kept: doing all again is cheaper
_BATCH = 5000  # records read at a time


def log_of(temp: str) -> str:
    """Name of the log of an upload that is not published yet."""
    return f"{temp}_log"


def token(master: Mapping[str, Any] | None) -> str:
    """What stands for the published documents of a master record; empty when nothing does."""
    return str(((master or {}).get("content") or {}).get("token") or "")


def compare(ctx: JobContext, store: DocumentStore, sub: str, temp: str, before: str) -> dict[str, Any]:
    """Compare new documents with the published ones and write the log.

    Args:
        ctx: the job.
        store: the source store.
        sub: the published collection.
        temp: the new one, whole and durable.
        before: what stands for the published documents; empty when nothing does, then nothing is compared.

    Returns:
        What `published` takes: ``token``, ``previous``, ``log`` and ``counts``, the last three only when compared.
    """
    entry: dict[str, Any] = {"token": secrets.token_hex(8)}
    log = log_of(temp)
    store.drop(log)
    if not before or not store.exists(sub) or not store.exists(temp):
        return entry
    old, new = store.collection(sub), store.collection(temp)

    def tick(read: int) -> None:
        ctx.check()
        ctx.progress(read, unit="documents", note="compare")

    found = Comparison(store.codec, old.scan(batch_size=_BATCH), new.scan(batch_size=_BATCH), tick)
    written = write_log(store.collection(log), store.codec, found)
    counts = dict(found.counts)
    if written > MOST * max(found.read, 1):
        store.drop(log)
        return {**entry, "counts": counts}
    return {**entry, "previous": before, "log": log if written else None, "counts": counts}


def published(
    store: DocumentStore,
    sub: str,
    known: Mapping[str, Any],
    entry: Mapping[str, Any],
    *,
    release: str,
    archive: str | None,
) -> dict[str, Any]:
    """What the master record says once an upload is published; moves its log, drops the logs that are too old.

    Doing it twice for one upload gives the same.

    Args:
        store: the source store.
        sub: the collection.
        known: what the record said before.
        entry: from `compare`; empty when nothing stands for the documents.
        release: release of the new documents.
        archive: where the old ones are now.
    """
    if not entry:
        _drop_logs(store, sub, ())
        return {}
    if known.get("token") == entry["token"]:
        return dict(known)
    history = [dict(e) for e in known.get("history") or []] if known.get("token") else []
    fresh: dict[str, Any] = {"token": entry["token"], "release": release, "counts": dict(entry.get("counts") or {})}
    if history and entry.get("previous") == known.get("token"):
        log = _move_log(store, entry.get("log"), f"{sub}{MARK}{entry['token']}")
        if log is None or store.exists(log):
            fresh |= {"previous": entry["previous"], "log": log}
    elif entry.get("log"):
        store.drop(str(entry["log"]))
    if history and archive:
        history[-1]["archive"] = archive
    history = [*history, fresh][-KEPT - 1 :]
    _drop_logs(store, sub, [str(e["log"]) for e in history if e.get("log")])
    return {"token": entry["token"], "history": history}


def logs_between(master: Mapping[str, Any], before: str, now: str) -> list[str] | None:
    """The logs that lead from one state of a source to another, oldest first; None when there is no way.

    Args:
        master: record of the source.
        before: token of the old state.
        now: token of the new one, which must be the present one.
    """
    content = master.get("content") or {}
    if not before or not now or content.get("token") != now:
        return None
    logs: list[str] = []
    wanted = now
    for entry in reversed(content.get("history") or []):
        if entry["token"] != wanted:
            return None
        if wanted == before:
            return logs[::-1]
        if not entry.get("previous"):
            return None
        if entry.get("log"):
            logs.append(str(entry["log"]))
        wanted = entry["previous"]
    return None


def collection_of(master: Mapping[str, Any], sub: str, wanted: str) -> str | None:
    """The collection that holds the documents a token stands for: the published one, an archive, or None."""
    content = master.get("content") or {}
    if content.get("token") == wanted:
        return sub
    for entry in content.get("history") or []:
        if entry["token"] == wanted:
            return entry.get("archive") or None
    return None


def _move_log(store: DocumentStore, log: Any, name: str) -> str | None:
    if not log:
        return None
    if store.exists(str(log)):
        store.rename(str(log), name)
    return name


def _drop_logs(store: DocumentStore, sub: str, keep: Sequence[str]) -> None:
    is_log = re.compile(rf"{re.escape(sub)}{MARK}[0-9a-f]{{16}}").fullmatch
    for name in store.names(f"{sub}{MARK}"):
        if is_log(name) and name not in keep:
            store.drop(name)
