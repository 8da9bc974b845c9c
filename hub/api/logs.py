"""Log records of the hub for live clients."""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from hub import loglines
from hub.jobs.events import Event

MOST_TOGETHER = 200  #: records that are sent together; what comes above that in a moment is counted and left out
MOMENT = 0.05  #: seconds that records are collected before they are sent
LONGEST = 16 * 1024  #: characters of a record, its traceback included

#: Names that clients look for.
SHOWN_AS = {"hub.apimanager": "apimanager"}

_numbers = itertools.count(1)


class LogRelay(logging.Handler):
    """Hands records of the logger ``hub``, from INFO up, to the loop, some at a time. Any thread may log.

    Args:
        send: called in the loop with messages as live clients read them.
        loop: that loop.
    """

    def __init__(self, send: Callable[[list[dict[str, Any]]], None], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(logging.INFO)
        self._send, self._loop = send, loop
        self._logger = logging.getLogger("hub")
        self._records: deque[dict[str, Any]] = deque()
        self._left_out = 0
        self._scheduled = self._raised = False
        self._guard = threading.Lock()

    def install(self) -> None:
        """Begin. The hub's loggers make records from INFO up from now on; other handlers get what they got before."""
        if self._logger.level == logging.NOTSET and not self._logger.isEnabledFor(logging.INFO):
            self._logger.setLevel(logging.INFO)
            self._logger.propagate = False
            self._raised = True
        self._logger.addHandler(self)

    def remove(self) -> None:
        """End, and leave the loggers as they were."""
        self._logger.removeHandler(self)
        if self._raised:
            self._logger.setLevel(logging.NOTSET)
            self._logger.propagate = True
            self._raised = False

    def handle(self, record: logging.LogRecord) -> Any:
        """Take a record, and pass it on when the logger does not."""
        if self._raised and self._logger.parent and record.levelno >= self._level_without_us(record.name):
            self._logger.parent.callHandlers(record)
        return super().handle(record)

    def relay_line(self, event: Event) -> None:
        """Pass on what the code of a plugin has logged in a job under a name of its own; the hub's own names are heard.

        Args:
            event: a ``job.log``.
        """
        name = str(event.data["logger"])
        if name.partition(".")[0] == self._logger.name:
            return
        level = logging.getLevelNamesMapping().get(str(event.data["level"]), logging.INFO)
        record = logging.LogRecord(name, level, "", 0, str(event.data["text"]), None, None)
        record.job = event.data.get("id", "")
        if level >= self.level:
            super().handle(record)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record for the loop."""
        try:
            message = as_message(record)
        except Exception:
            self.handleError(record)
            return
        with self._guard:
            if len(self._records) >= MOST_TOGETHER:
                self._left_out += 1
                return
            self._records.append(message)
            if self._scheduled:
                return
            self._scheduled = True
        try:
            self._loop.call_soon_threadsafe(self._loop.call_later, MOMENT, self.flush_records)
        except RuntimeError:  # the loop is closed; there is nobody to send to
            self._scheduled = False

    def flush_records(self) -> None:
        """Send what was collected."""
        with self._guard:
            messages, left_out = list(self._records), self._left_out
            self._records.clear()
            self._left_out, self._scheduled = 0, False
        if left_out:
            messages.append(_left_out(left_out))
        if messages:
            self._send(messages)

    def _level_without_us(self, name: str) -> int:
        logger: logging.Logger | None = logging.getLogger(name)
        while logger is not None:
            if logger.level and logger is not self._logger:
                return logger.level
            logger = logger.parent
        return logging.NOTSET


def as_message(record: logging.LogRecord) -> dict[str, Any]:
    """A record as existing clients read it. The time has a zone; they show what is before its first point."""
    text = record.getMessage()
    if record.exc_info:
        text = f"{text}\n{_formatter.formatException(record.exc_info)}"
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}\n... {len(text) - LONGEST:,} more characters are in the log file"
    at = datetime.fromtimestamp(record.created).astimezone()
    return {
        "_id": next(_numbers),
        "op": "log",
        "msg": text,
        "logger": SHOWN_AS.get(record.name, record.name),
        "level": record.levelname,
        **loglines.ids_of(record),
        "ts": at.isoformat(timespec="microseconds"),
    }


def _left_out(count: int) -> dict[str, Any]:
    text = f"{count} log records were left out here: too many at once. The log files have them all."
    record = logging.LogRecord("hub.api", logging.WARNING, "", 0, text, None, None)
    return as_message(record)


_formatter = logging.Formatter()
