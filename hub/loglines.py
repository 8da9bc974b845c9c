"""Lines of log files, and which request and job each belongs to.

The ids follow the work: whatever is logged while a request is answered or a job is run carries them, also from tasks
that were started meanwhile. A record that brings a ``request`` or ``job`` of its own keeps it.
"""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

TEXT = "%(asctime)s [%(process)d:%(threadName)s] - %(name)s - %(levelname)s -- %(message)s"

#: Ids of the request that is being answered, and of the job at work; "" for none.
REQUEST: ContextVar[str] = ContextVar("hub_request", default="")
JOB: ContextVar[str] = ContextVar("hub_job", default="")

_IDS = {"request": REQUEST, "job": JOB}
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def ids_of(record: logging.LogRecord) -> dict[str, str]:
    """The ids that a record carries, by name."""
    found = {name: str(getattr(record, name, "") or variable.get()) for name, variable in _IDS.items()}
    return {name: value for name, value in found.items() if value}


def formatter(kind: str, time_format: str | None = "%H:%M:%S") -> logging.Formatter:
    """What makes lines.

    Args:
        kind: ``text`` or ``json``.
        time_format: of lines of text; None for date and time.
    """
    return JsonFormatter() if kind == "json" else TextFormatter(TEXT, time_format)


class TextFormatter(logging.Formatter):
    """Lines as existing tools read them, with the ids at the end; what follows the first line is indented, so that
    none can be forged.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the standard library's name)
        """The first part of a record, its message."""
        ids = "".join(f" [{name} {value}]" for name, value in ids_of(record).items())
        return super().formatMessage(record) + ids

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        return super().format(record).replace("\r", "\\r").replace("\n", "\n    ")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: ``at``, ``level``, ``logger``, ``message``, ``request``, ``job``, whatever the record
    brings, ``traceback``.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "pid": record.process,
            "thread": record.threadName,
            **{key: value for key, value in vars(record).items() if key not in _STANDARD},
            **ids_of(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
