"""Which command a job was started by, so that it can be done again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Origin:
    """A command at work.

    Attributes:
        command: its name.
        arguments: as they were given; JSON-like.
        number: of its record, or None when there is none.
        retry_of: the job that it does again, or "".
    """

    command: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    number: int | None = None
    retry_of: str = ""


_ORIGIN: ContextVar[Origin | None] = ContextVar("hub_job_origin", default=None)


def current() -> Origin | None:
    """The command that this task works for, or None."""
    return _ORIGIN.get()


@contextlib.contextmanager
def started_by(origin: Origin) -> Iterator[None]:
    """Note in jobs that are submitted inside, also by tasks that begin there, that this command started them."""
    token = _ORIGIN.set(origin)
    try:
        yield
    finally:
        _ORIGIN.reset(token)
