"""``/events``: the events of the hub on a plain websocket, from the number that a client saw last."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from hub.api.door import EventClient
from hub.api.frames import Frame, encode
from hub.api.sockets import LiveSocket
from hub.errors import BadArgument

MOST_PATTERNS = 100
LONGEST_PATTERN = 200

_WAKE = Frame(())  #: makes the task that sends look at what is to be repeated


@dataclass(frozen=True)
class Wish:
    """What a client wants to hear.

    Attributes:
        patterns: names of events, with ``*`` and ``?``.
        last: number of the event it saw last, when it wants those after it.
    """

    patterns: tuple[str, ...]
    last: int | None = None

    @classmethod
    def of(cls, text: str) -> Wish:
        """Read a message.

        Raises:
            BadArgument: it is no subscription.
        """
        try:
            message = orjson.loads(text)
        except ValueError as error:
            raise BadArgument(f"malformed JSON message: {error}") from None
        if not isinstance(message, dict) or not (names := _texts(message.get("subscribe"))):
            raise BadArgument('malformed message: {"subscribe": ["job.*", ...], "last_event_id": 17} is wanted')
        if len(names) > MOST_PATTERNS or max(map(len, names)) > LONGEST_PATTERN:
            raise BadArgument(f"at most {MOST_PATTERNS} patterns of {LONGEST_PATTERN} characters can be subscribed to")
        last = message.get("last_event_id")
        if last is not None and (isinstance(last, bool) or not isinstance(last, int) or last < 0):
            raise BadArgument("`last_event_id` has to be the number of an event")
        return cls(tuple(names), last)


def _texts(value: Any) -> list[str]:
    return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else []


class EventSocket(LiveSocket):
    """A client of the events."""

    client: EventClient

    def make_client(self) -> EventClient:
        """A client that has not asked for anything yet."""
        self._repeated: deque[Any] = deque()
        return EventClient(logs=self.logs, on_end=self._cut)

    def hear(self, text: str) -> None:
        """Take a subscription; a second one replaces the first."""
        try:
            wish = Wish.of(text)
        except BadArgument as error:
            self.complain(str(error))
            return
        self.client.patterns = wish.patterns
        if wish.last is None:
            self.client.seen = max(self.client.seen, self.door.bus.last_id)
        else:
            self._repeat(wish.last)

    def _repeat(self, last: int) -> None:
        """Send what came after an event, from the history; what waits is in there too."""
        bus = self.door.bus
        restarted = last > bus.last_id  # numbers begin anew when the hub does
        missed = restarted or last + 1 < bus.first_id
        events = bus.since(0 if restarted else last)
        self.client.seen = events[-1].id if events else bus.last_id
        self.client.clear()
        self._repeated = deque(event for event in events if self.client.wants(event))
        if missed:
            self._repeated.appendleft(None)
        self.client.offer(_WAKE)

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send what is to be repeated, then what is next."""
        while self._repeated:
            event = self._repeated.popleft()
            await self.write_message(encode({"missed": True} if event is None else event.as_dict()))
        await super().send(frames)
