"""Who is told of what, and the thread that tells."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from hub.config import Settings
from hub.jobs.events import Event, EventBus
from hub.notify.channels import Channel, channel_of
from hub.notify.errors import NotifierSettingError, NotSentError
from hub.notify.notice import Notice

log = logging.getLogger("hub.notify")

DEFAULT_EVENTS = ("job.failed", "plugin.broken", "upload.quarantined", "api.failed", "hook.failed")
MOST_WAITING = 1000  #: notices; what comes above that is counted and not sent
PAUSES = (1.0, 10.0)  #: seconds before the second and the third try


@dataclass(frozen=True)
class Rule:
    """One entry of the setting.

    Attributes:
        channel: the way out.
        events: patterns of names of events.
        subjects: patterns of sources, builds, ...; empty for all.
        level: the lowest level that is sent.
    """

    channel: Channel
    events: tuple[str, ...] = DEFAULT_EVENTS
    subjects: tuple[str, ...] = ()
    level: int = logging.NOTSET

    def wants(self, notice: Notice) -> bool:
        """Whether a notice is to be sent."""
        if notice.level < self.level or not any(fnmatchcase(notice.event, p) for p in self.events):
            return False
        return not self.subjects or any(fnmatchcase(notice.subject, p) for p in self.subjects)


class Notifiers:
    """Sends notices of events.

    Args:
        settings: ``NOTIFIERS``, ``SLACK_WEBHOOK``, ``SLACK_MENTIONS``, ``HUB_NAME``.
        bus: tells of events.

    Raises:
        NotifierSettingError: an entry can not be used.
    """

    def __init__(self, settings: Settings, bus: EventBus) -> None:
        self._settings, self._bus = settings, bus
        self.rules = [_rule(entry, f"NOTIFIERS[{at}]") for at, entry in enumerate(settings["NOTIFIERS"])]
        if settings["SLACK_WEBHOOK"]:
            entry = {"kind": "slack", "url": settings["SLACK_WEBHOOK"], "mentions": settings["SLACK_MENTIONS"]}
            self.rules.append(_rule(entry, "SLACK_WEBHOOK"))
        self._waiting: queue.Queue[tuple[Rule, Notice] | None] = queue.Queue(MOST_WAITING)
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._leave: Any = None

    def start(self) -> None:
        """Listen from now on; nothing to do without rules."""
        if self.rules:
            self._thread = threading.Thread(target=self._work, name="hub-notify", daemon=True)
            self._thread.start()
            self._leave = self._bus.subscribe("*", self._on_event)

    def close(self, patience: float = 5.0) -> None:
        """Send what waits, as far as there is time for it, and end.

        Args:
            patience: seconds.
        """
        if self._thread is None:
            return
        self._leave()
        self._ended.set()
        try:
            self._waiting.put_nowait(None)
        except queue.Full:
            log.warning("%d notices were not sent: the hub ends", self._waiting.qsize())
        self._thread.join(patience)
        self._thread = None

    def test(self) -> list[dict[str, str]]:
        """Send a notice on every way and wait; what became of each. Blocks."""
        notice = Notice("notify.test", datetime.now(UTC), logging.INFO, "", "This is a test.")
        found = []
        for rule in self.rules:
            try:
                rule.channel.send(notice, str(self._settings["HUB_NAME"]))
                outcome = "sent"
            except NotSentError as error:
                outcome = str(error)
            found.append({"channel": rule.channel.name, "events": ", ".join(rule.events), "outcome": outcome})
        return found

    def _on_event(self, event: Event) -> None:
        if event.name == "state.changed":
            return
        notice = Notice.of(event)
        for rule in self.rules:
            if rule.wants(notice):
                try:
                    self._waiting.put_nowait((rule, notice))
                except queue.Full:
                    log.warning("A notice of %s was not sent: %d others wait", notice.title, MOST_WAITING)

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            self._send(*item)

    def _send(self, rule: Rule, notice: Notice) -> None:
        for pause in (*PAUSES, None):
            try:
                rule.channel.send(notice, str(self._settings["HUB_NAME"]))
                return
            except NotSentError as error:
                if pause is None or self._ended.wait(pause):
                    log.warning("%s: %s", notice.title, error, extra={"action": "notice_lost"})
                    return
            except Exception:
                log.exception("A notice of %s was not sent", notice.title, extra={"action": "notice_lost"})
                return


def _rule(entry: Any, place: str) -> Rule:
    if not isinstance(entry, Mapping):
        raise NotifierSettingError(place, "must be an object with `kind`")
    given = dict(entry)
    events = _patterns(given.pop("events", DEFAULT_EVENTS), place, "events")
    subjects = _patterns(given.pop("subjects", ()), place, "subjects")
    name = str(given.pop("level", "NOTSET")).upper()
    level = logging.getLevelNamesMapping().get(name)
    if level is None:
        raise NotifierSettingError(place, f"`level` must be INFO, WARNING or ERROR, not {name!r}")
    return Rule(channel_of(given, place), events, subjects, level)


def _patterns(value: Any, place: str, key: str) -> tuple[str, ...]:
    found = (value,) if isinstance(value, str) else value
    if not isinstance(found, list | tuple) or not all(isinstance(item, str) for item in found):
        raise NotifierSettingError(place, f"`{key}` must be a list of texts")
    return tuple(found)
