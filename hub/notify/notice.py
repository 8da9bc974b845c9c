"""An event in words that people read."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hub.config.secret import hide_credentials
from hub.jobs.events import Event

LONGEST = 3000  #: characters of a text
#: Last part of an event's name and its level; others are INFO.
LEVELS = {
    "failed": logging.ERROR,
    "broken": logging.ERROR,
    "quarantined": logging.WARNING,
    "waiting": logging.WARNING,
    "interrupted": logging.WARNING,
    "cancelled": logging.WARNING,
    "restarting": logging.WARNING,
}
_SUBJECTS = ("source", "subject", "build", "index", "api", "hook", "schedule", "name")


@dataclass(frozen=True)
class Notice:
    """What is sent.

    Attributes:
        event: name of the event.
        at: when.
        level: as of `logging`.
        subject: source, build, ... it is about; empty when it is about the hub.
        text: what happened.
        data: the details of the event.
    """

    event: str
    at: datetime
    level: int
    subject: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """One line."""
        return " ".join(filter(None, (self.event, self.subject)))

    @classmethod
    def of(cls, event: Event) -> Notice:
        """The notice of an event."""
        data = {key: hide_credentials(v) if isinstance(v, str) else v for key, v in event.data.items()}
        subject = next((str(data[key]) for key in _SUBJECTS if data.get(key)), "")
        parts = [str(data[key]) for key in ("error", "text") if data.get(key)]
        parts += [f"{key}: {data[key]}" for key in ("release", "count", "reasons") if data.get(key)]
        text = "\n".join(parts)[:LONGEST]
        level = LEVELS.get(event.name.rpartition(".")[2], logging.INFO)
        return cls(event.name, event.at, level, subject, text, data)
