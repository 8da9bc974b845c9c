"""The last step of an upload: put the temporary collection in the place of the old one, whole or not at all.

The intent is written to the source's record first, then the collection is moved, then the record says `success`. A
crash between any two of these is finished by `recover` at the next start: count, release and data always belong
together.
"""

from __future__ import annotations

import logging
import re
import secrets
from datetime import UTC, datetime
from typing import Any

from hub.dataload import content
from hub.dataload.quarantine.files import QuarantineFolder
from hub.store.port import DocumentStore
from hub.store.state import State

log = logging.getLogger("hub.upload")

TEMP_MARK = "_temp_"
ARCHIVE_MARK = "_archive_"


def temp_name(collection: str) -> str:
    """A fresh name for a collection under construction."""
    return f"{collection}{TEMP_MARK}{secrets.token_hex(4)}"


def archive_name(collection: str) -> str:
    """A name for a replaced collection; names sort by the time of replacement."""
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
    return f"{collection}{ARCHIVE_MARK}{stamp}_{secrets.token_hex(4)}"


_INTERNAL = re.compile(
    rf".+({TEMP_MARK}[0-9a-f]{{8}}(_part_\d+|_log)?|{ARCHIVE_MARK}\d{{14,20}}_[0-9a-f]{{8}}|{content.MARK}[0-9a-f]{{16}})"
)


def is_internal(collection: str) -> bool:
    """Whether a collection has the name of a temporary one, of a part of one, of an archive, or of a log of changes."""
    return _INTERNAL.fullmatch(collection) is not None


class Publisher:
    """Publishes uploads of one source database.

    Args:
        state: the hub's records.
        store: the source database.
        collection: name of the source records' collection (``src_dump``).
        quarantine: documents that uploads refused.
    """

    def __init__(self, state: State, store: DocumentStore, collection: str, quarantine: QuarantineFolder) -> None:
        self._state, self._store, self._collection, self._quarantine = state, store, collection, quarantine

    def publish(self, source: str, sub: str, result: dict[str, Any], *, keep_archive: int) -> None:
        """Move ``result["temp_collection"]`` to ``sub`` and record it.

        Args:
            source: main source.
            sub: sub-source, also the collection.
            result: ``temp_collection``, ``count``, ``release``, ``data_folder``, ``seconds``, ``mapping``,
                ``metadata``, and ``quarantine`` when documents were refused.
            keep_archive: how many replaced collections to keep.
        """
        intent = {**result, "archive": archive_name(sub)}
        self._state.store.update(self._collection, source, set={_intent_path(sub): intent}, upsert=True)
        self._finish(source, sub, intent, keep_archive)

    def recover(self) -> list[tuple[str, str]]:
        """Finish publications that a crash interrupted; returns their ``(source, sub)``."""
        finished = []
        for document in self._state.sources.all():
            for sub, intent in (document.get("publishing") or {}).items():
                self._finish(document["_id"], sub, intent, intent.get("keep_archive", 10))
                finished.append((document["_id"], sub))
        return finished

    def _finish(self, source: str, sub: str, intent: dict[str, Any], keep_archive: int) -> None:
        temp = intent["temp_collection"]
        if self._store.exists(temp):
            self._store.rename(temp, sub, archive=intent["archive"] if keep_archive else None)
        self._state.masters.save(sub, mapping=intent["mapping"], metadata=intent["metadata"])
        self._note_content(sub, intent)
        self._state.sources.upload_succeeded(
            source,
            sub,
            count=intent["count"],
            release=intent["release"],
            data_folder=intent["data_folder"],
            seconds=intent["seconds"],
            quarantine=intent.get("quarantine"),
        )
        self._state.store.update(self._collection, source, unset=[_intent_path(sub)])
        self._quarantine.keep_only(source, sub, (intent.get("quarantine") or {}).get("set"))
        self.clean(sub, keep_archive)

    def _note_content(self, sub: str, intent: dict[str, Any]) -> None:
        """Say what stands for the new documents, before the record says that there are any."""
        archive = str(intent["archive"])
        known = content.published(
            self._store,
            sub,
            (self._state.masters.get(sub) or {}).get("content") or {},
            intent.get("content") or {},
            release=intent["release"],
            archive=archive if self._store.exists(archive) else None,
        )
        self._state.masters.set_content(sub, known)

    def clean(self, sub: str, keep_archive: int) -> list[str]:
        """Drop archives of ``sub`` beyond the newest ``keep_archive``; returns what was dropped."""
        archives = [name for name in self._store.names(f"{sub}{ARCHIVE_MARK}") if _is_archive_of(sub, name)]
        dropped = archives[: max(0, len(archives) - keep_archive)]
        for name in dropped:
            self._store.drop(name)
        return dropped

    def drop_leftovers(self) -> list[str]:
        """Drop the temporary collections of uploads that a crash ended.

        Only those that the records of the sources name: whatever else lies in the database, by whatever name, is
        somebody's. Call after `recover`, before the records are relabelled and before any upload.
        """
        dropped = []
        for source, sub, temp in self._recorded_temps():
            for name in (temp, content.log_of(temp), *self._store.names(f"{temp}_part_")):
                if self._store.drop(name):
                    dropped.append(name)
                    log.info("Dropped %s, left by an interrupted upload", name, extra={"action": "leftover_dropped"})
            self._quarantine.remove(source, sub, temp)
            self._state.sources.upload_discarded(source, sub, temp)
        return dropped

    def _recorded_temps(self) -> list[tuple[str, str, str]]:
        """Source, sub-source and temporary collection of each upload whose collection was not discarded."""
        jobs = [
            (document["_id"], sub, str(job.get("temp_collection") or ""))
            for document in self._state.sources.all()
            for sub, job in ((document.get("upload") or {}).get("jobs") or {}).items()
        ]
        return [(source, sub, temp) for source, sub, temp in jobs if temp.startswith(f"{sub}{TEMP_MARK}")]


def _intent_path(sub: str) -> str:
    return f"publishing.{sub}"


def _is_archive_of(sub: str, name: str) -> bool:
    return is_internal(name) and name.rpartition(ARCHIVE_MARK)[0] == sub
