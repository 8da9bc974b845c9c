"""What clients of the SockJS door say: JSON objects with ``op``; ``ping`` is the only one that does something."""

from __future__ import annotations

from typing import Any

import orjson

from hub import errors
from hub.api.clients import MALFORMED, Client
from hub.api.frames import Frame

PONG = Frame.of([{"op": "pong"}])


class MalformedError(errors.BadArgument):
    """A message that says nothing."""


def hear(client: Client, text: Any) -> None:
    """Do what one message asks for; one that is malformed gets an error and ends the connection."""
    try:
        op = _op(text)
    except MalformedError as error:
        client.offer(Frame.of([{"error": str(error)}]))
        client.end(MALFORMED, "malformed message")
    else:
        if op == "ping":
            client.offer(PONG)


def hear_array(client: Client, body: str | bytes) -> None:
    """Listen to the messages of a SockJS frame.

    Raises:
        MalformedError: it is no array of texts.
    """
    try:
        texts = orjson.loads(body)
    except ValueError as error:
        raise MalformedError(f"malformed JSON message: {error}") from None
    if isinstance(texts, str):
        texts = [texts]
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise MalformedError("malformed JSON message: not an array of strings")
    if client.heard(max(1, len(texts))):
        for text in texts:
            hear(client, text)


def _op(text: str) -> Any:
    try:
        message = orjson.loads(text)
    except ValueError as error:
        raise MalformedError(f"malformed JSON message: {error}") from None
    if not isinstance(message, dict) or "op" not in message:
        raise MalformedError("malformed socket message: an object with `op` is wanted")
    return message["op"]
