"""Writes that close a piece of work: when the store does not take one, it is kept and made again until it does.

Without that a record would say ``syncing`` until the next start of the hub, because the store was away at the moment
when the work on it failed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from hub.store.errors import (
    DiskFullError,
    StoreAccessError,
    StoreBusyError,
    StoreClosedError,
    StoreServerError,
    StoreUnavailableError,
)

log = logging.getLogger("hub.store")

TRY_AGAIN = 2.0  #: seconds until a write that the store did not take is made again
#: What a store says that may take the same write later.
REFUSALS = (StoreUnavailableError, StoreBusyError, DiskFullError, StoreServerError, StoreAccessError)


class Closing:
    """Keeps the closing writes that a store did not take, and makes them again in a thread of its own.

    Args:
        seconds: until they are made again.
    """

    def __init__(self, seconds: float = TRY_AGAIN) -> None:
        self._seconds = seconds
        self._kept: list[tuple[tuple[str, Any], Callable[[], object]]] = []
        self._lock = threading.RLock()  #: held while kept writes are made, so that nothing new begins in between
        self._timer: threading.Timer | None = None
        self._is_over = False

    def write(self, collection: str, id_: Any, write: Callable[[], object]) -> bool:
        """Make a write now, or keep it; whether it was made.

        Args:
            collection, id_: the record.
            write: makes it; it may be called again.
        """
        try:
            write()
        except REFUSALS as error:
            self.keep(collection, id_, write, error)
            return False
        return True

    def keep(self, collection: str, id_: Any, write: Callable[[], object], error: Exception) -> None:
        """Keep a write that the store did not take.

        Args:
            collection, id_: the record.
            write: makes it.
            error: why it was not taken.
        """
        log.warning("Record %s not written yet: %s", id_, error, extra={"action": "not_written"})
        with self._lock:
            self._kept.append(((collection, id_), write))
            self._later()

    def settle(self, collection: str, id_: Any) -> None:
        """Make the kept writes of a record, before new work on it is noted.

        Raises:
            hub.store.errors.StoreError: the store does not take them; the new work must not begin.
        """
        if not self._kept:
            return
        with self._lock:
            for kept in [kept for kept in self._kept if kept[0] == (collection, id_)]:
                self._make(kept)

    def end(self) -> None:
        """Forget what is kept: the hub ends, and the next start relabels what its records call running."""
        self._is_over = True
        if self._timer is not None:
            self._timer.cancel()

    def _later(self) -> None:
        if self._timer is None and not self._is_over:
            self._timer = threading.Timer(self._seconds, self._again)
            self._timer.daemon = True
            self._timer.start()

    def _again(self) -> None:
        with self._lock:
            self._timer = None
            try:
                while self._kept and not self._is_over:
                    self._make(self._kept[0])
            except REFUSALS as error:
                log.debug("Records still not written: %s", error)
                self._later()

    def _make(self, kept: tuple[tuple[str, Any], Callable[[], object]]) -> None:
        (_, id_), write = kept
        try:
            write()
            log.info("Record %s is written now", id_, extra={"action": "written_late"})
        except REFUSALS:
            raise
        except StoreClosedError:
            log.debug("Record %s not written: the hub ends", id_)
        except Exception:
            log.exception("Record %s can not be written", id_, extra={"action": "not_written"})
        self._kept.remove(kept)
