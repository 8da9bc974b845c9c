"""The audit: what happened that matters for safety, one JSON line each, in ``RUN_DIR/audit/<year>-<month>.jsonl``.

Log-ins, refusals, changes of accounts, commands that change something, statements of the console. Each line holds the
hash of the one before, so that a line that is changed or taken out is noticed (`verify`). Only the owner of the hub's
files can read them there; `GET /audit` shows them to admins.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.accounts.caller import Caller
from hub.config.secret import hide_credentials

log = logging.getLogger("hub.audit")

LONGEST = 20_000  #: characters of a text that are kept
START = "0" * 64  #: stands for the line before the first


class Audit:
    """Writes and reads the lines; from any thread.

    Args:
        folder: of the files; made when the first line is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._last: str | None = None

    def write(self, what: str, caller: Caller, text: str = "", **more: Any) -> None:
        """Add a line. It must not keep anything from happening: when it fails, the log says so.

        Args:
            what: ``login``, ``wrong password``, ``command``, ``statement``, ...
            caller: who.
            text: in words; users and passwords in addresses are masked.
            **more: anything JSON can hold; parts without a value are left out.
        """
        entry = {
            "at": datetime.now(UTC).isoformat(),
            "what": what,
            "user": caller.shown,
            "via": caller.via,
            "from": caller.peer,
            "text": hide_credentials(text)[:LONGEST],
            **more,
        }
        entry = {key: value for key, value in entry.items() if value not in (None, "", [], {})}
        try:
            with self._lock:
                self._append(entry)
        except OSError as error:
            log.error("The audit cannot be written: %s", error, extra={"action": "audit_failed"})
        log.debug("%s of %s from %s", what, caller.shown, caller.peer)

    def recent(self, limit: int, **wanted: str | None) -> list[dict[str, Any]]:
        """The newest lines first.

        Args:
            limit: at most so many.
            **wanted: values that fields must have (``user``, ``what``, ``command``), and ``since``, an ISO time.
        """
        since = wanted.pop("since", None) or ""
        found: list[dict[str, Any]] = []
        for entry in self._backwards():
            if len(found) >= limit or str(entry.get("at", "")) < since:
                break
            if all(value is None or str(entry.get(field, "")) == value for field, value in wanted.items()):
                entry.pop("before", None)
                found.append(entry)
        return found

    def verify(self) -> dict[str, Any]:
        """Whether the lines are those that were written: ``{"ok", "lines", "problem"}``."""
        lines, before = 0, START
        for file in self._files():
            for number, raw in enumerate(file.read_bytes().splitlines(), 1):
                lines += 1
                try:
                    told = json.loads(raw).get("before")
                except (ValueError, AttributeError):
                    told = None
                if told != before and not (lines == 1 and told):  # the oldest files may have been put away
                    return {"ok": False, "lines": lines, "problem": f"{file.name}, line {number}: the chain is broken"}
                before = _hash(raw)
        if self._last is not None and before != self._last:
            return {"ok": False, "lines": lines, "problem": "the newest lines are missing"}
        return {"ok": True, "lines": lines, "problem": None}

    def _append(self, entry: dict[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._last is None:
            self._last = self._newest_hash()
        line = json.dumps(entry | {"before": self._last}, ensure_ascii=False, default=str).encode("utf-8", "replace")
        path = self.folder / f"{datetime.now(UTC):%Y-%m}.jsonl"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            file.write(line + b"\n")
        self._last = _hash(line)

    def _newest_hash(self) -> str:
        for file in reversed(self._files()):
            if lines := _tail(file):
                return _hash(lines[-1])
        return START

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("????-??.jsonl"))

    def _backwards(self) -> Iterator[dict[str, Any]]:
        for file in reversed(self._files()):
            for raw in reversed(file.read_bytes().splitlines()):
                try:
                    entry = json.loads(raw)
                except ValueError:
                    continue
                if isinstance(entry, dict):
                    yield entry


def _tail(file: Path) -> list[bytes]:
    """The last lines of a file."""
    with file.open("rb") as handle:
        size = handle.seek(0, os.SEEK_END)
        handle.seek(max(0, size - 4 * LONGEST * 4))
        return handle.read().splitlines()


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
