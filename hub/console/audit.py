"""The audit: one JSON line for each statement and log-in, in ``LOG_FOLDER/console_audit.log``."""

from __future__ import annotations

import json
import logging
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from hub.config.secret import hide_credentials

log = logging.getLogger("hub.console.audit")

LONGEST = 20_000  #: characters of a statement that are kept


class Audit:
    """Writes the lines; from any thread.

    Args:
        path: the file; only its owner can read it.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()

    def write(self, what: str, user: str, peer: str, text: str = "") -> None:
        """Add a line, before the thing happens.

        Args:
            what: ``statement``, ``login``, ``wrong password``, ...
            user: who.
            peer: from where.
            text: the statement; users and passwords in addresses are masked.
        """
        shown = hide_credentials(text)[:LONGEST]
        entry = {"at": datetime.now(UTC).isoformat(), "what": what, "user": user, "from": peer, "text": shown}
        line = json.dumps({k: v for k, v in entry.items() if v}, ensure_ascii=False) + "\n"
        try:
            with self._lock, os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
                file.write(line)
        except OSError as error:
            log.error("The audit of the console cannot be written: %s", error, extra={"action": "audit_failed"})
        log.debug("%s of %s from %s: %s", what, user, peer, shown)
