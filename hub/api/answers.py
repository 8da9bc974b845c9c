"""Answers as bytes: the documented envelope, and those that are long and change seldom, kept until they do.

A command that has a `hub.commands.Command.revision` is not run again as long as that is the same, and what it answered
is neither encoded nor compressed again. The revision is read before the command runs, so an answer that was overtaken
while it was made is kept under the older one, and made again for the next who asks.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from tornado.web import GZipContentEncoding

from hub.commands import Command, page
from hub.commands.services import Services

WORTH = 16 * 1024  #: bytes from which on an answer is kept
MOST = 32 * 1024**2  #: bytes that are kept in all


def dump_json(value: Any) -> bytes:
    """JSON bytes of an answer; datetimes as ISO 8601, anything else unknown as text."""
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)


def enveloped(result: Any) -> bytes:
    """A result in the envelope, with ``page`` when it is a part of a list."""
    part = page.told(result)
    return dump_json({"result": result, "status": "ok", **({"page": part} if part else {})})


@dataclass(frozen=True)
class Answer:
    """What is sent.

    Attributes:
        revision: what it was made of.
        body: the bytes.
        squeezed: the same for clients that take gzip.
        etag: its mark, the same for both.
    """

    revision: Hashable
    body: bytes
    squeezed: bytes
    etag: str

    @classmethod
    def of(cls, revision: Hashable, result: Any) -> Answer:
        """The answer with a result."""
        body = enveloped(result)
        squeezed = gzip.compress(body, GZipContentEncoding.GZIP_LEVEL, mtime=0)
        return cls(revision, body, squeezed, f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"')

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return len(self.body) + len(self.squeezed)


class KeptAnswers:
    """The last long answers, by command and arguments.

    Args:
        most: bytes that are kept in all; those that were not asked for longest go first.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[str, bytes], Answer] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    async def answer(self, services: Services, command: Command, values: Mapping[str, Any]) -> Answer:
        """The answer of a command that has a revision; from memory while nothing has changed.

        Args:
            services: the running hub.
            command: which; its answer must depend on nothing but its revision and its arguments.
            values: its arguments, bound.

        Raises:
            hub.errors.HubError: the command failed.
        """
        assert command.revision is not None
        key = (command.name, orjson.dumps(values, option=orjson.OPT_SORT_KEYS, default=str))
        revision = await asyncio.to_thread(command.revision, services)
        with self._lock:
            kept = self._answers.get(key)
            if kept is not None and revision is not None and kept.revision == revision:
                self._answers.move_to_end(key)
                return kept
        made = await asyncio.to_thread(Answer.of, revision, await command.fn(services, **values))
        self._keep(key, made)
        return made

    def _keep(self, key: tuple[str, bytes], made: Answer) -> None:
        with self._lock:
            self._answers.pop(key, None)
            if made.revision is None or not WORTH <= len(made.body) <= self._most // 2:
                return
            self._answers[key] = made
            while sum(answer.size for answer in self._answers.values()) > self._most:
                self._answers.popitem(last=False)
