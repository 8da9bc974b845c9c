"""User and password of private repositories: kept in one file that only the hub's user can read, and nowhere else."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from hub.config.secret import Secret


class Credentials:
    """``user:password`` by address of the repository.

    Args:
        file: where they are kept.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def get(self, url: str) -> Secret | None:
        """What belongs to an address."""
        found = self._read().get(url)
        return Secret(found) if found else None

    def put(self, url: str, userinfo: Secret | None) -> None:
        """Keep what belongs to an address; None forgets it."""
        known = self._read()
        before = dict(known)
        known.pop(url, None)
        if userinfo is not None:
            known[url] = userinfo.reveal()
        if known != before:
            self._write(known)

    def _read(self) -> dict[str, str]:
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(self._file.read_text(encoding="utf-8"))
            return found if isinstance(found, dict) else {}
        return {}

    def _write(self, known: dict[str, str]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        partial = self._file.with_name(self._file.name + ".partial")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
            json.dump(known, handle)
        partial.replace(self._file)
