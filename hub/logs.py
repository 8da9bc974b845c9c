"""The log files of a running hub, below ``LOG_FOLDER``: one of everything, and one of each manager.

Files are put aside at midnight, compressed (``hub.log.2026-01-15.gz``), and kept for ``LOG_KEEP_DAYS``. Logs of jobs
are not here: each has a file of its own (`hub.jobs.logfiles`).
"""

from __future__ import annotations

import contextlib
import gzip
import logging
import shutil
from collections.abc import Iterator
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path

from hub import loglines
from hub.config import Settings

ALL = "hub.log"
#: Loggers, with those below them, that have a file of their own besides `ALL`.
OWN = {
    "hub.apis": "apimanager.log",
    "hub.apimanager": "apimanager.log",
    "hub.builds": "buildmanager.log",
    "hub.indices": "indexmanager.log",
    "hub.sources": "sourcemanager.log",
    "hub.plugins": "sourcemanager.log",
    "hub.releases": "sourcemanager.log",
    "hub.flow": "autobuild.log",
}


@contextlib.contextmanager
def log_files(settings: Settings) -> Iterator[None]:
    """Write the log files as long as the context lasts; what is shown elsewhere stays as it was.

    Args:
        settings: ``LOG_FOLDER``, ``LOG_FORMAT``, ``LOG_KEEP_DAYS``.
    """
    logger = logging.getLogger("hub")
    before = logger.level, logger.propagate
    others = _Others(logger.getEffectiveLevel())
    files = {name: _file(settings, name) for name in {ALL, *OWN.values()}}
    hung = [(logger, files[ALL]), *((logging.getLogger(name), files[file]) for name, file in OWN.items())]
    logger.setLevel(min(logging.INFO, logger.getEffectiveLevel()))
    logger.propagate = False
    logger.addHandler(others)
    for place, handler in hung:
        place.addHandler(handler)
    try:
        yield
    finally:
        for place, handler in hung:
            place.removeHandler(handler)
        logger.removeHandler(others)
        logger.setLevel(before[0])
        logger.propagate = before[1]
        for handler in files.values():
            handler.close()


class _Others(logging.Handler):
    """Hands on to the handlers above what they got before the files were there."""

    def handle(self, record: logging.LogRecord) -> bool:
        parent = logging.getLogger("hub").parent
        if parent is not None and record.levelno >= self.level:
            parent.callHandlers(record)
        return True


def _file(settings: Settings, name: str) -> logging.Handler:
    folder = Path(settings["LOG_FOLDER"])
    folder.mkdir(parents=True, exist_ok=True)
    handler = _DailyFile(
        folder / name, when="midnight", backupCount=int(settings["LOG_KEEP_DAYS"]), delay=True, encoding="utf-8"
    )
    handler.setFormatter(loglines.formatter(settings["LOG_FORMAT"]))
    return handler


class _DailyFile(TimedRotatingFileHandler):
    """Files of past days are compressed."""

    def rotation_filename(self, default_name: str) -> str:
        return f"{default_name}.gz"

    def rotate(self, source: str, dest: str) -> None:
        past, part = Path(source), Path(f"{dest}.part")
        if not past.exists():
            return
        with past.open("rb") as old, gzip.open(part, "wb") as new:
            shutil.copyfileobj(old, new)
        part.replace(dest)
        past.unlink()

    def getFilesToDelete(self) -> list[str]:  # noqa: N802 (the standard library's name)
        path = Path(self.baseFilename)
        dated = sorted(path.parent.glob(f"{path.name}.????-??-??.gz"))
        return [str(path) for path in dated[: -self.backupCount]]
