"""A text that shows as stars wherever it might be printed."""

from __future__ import annotations

import hmac
import re
from typing import Any

STARS = "********"


class Secret(str):
    """A password, token or key.

    It *is* the text of eight stars, so that ``print``, logs, f-strings, ``json`` and ``orjson`` show only those; the
    real text comes out of `reveal`, which is called at the last line before use. Two secrets are equal when their
    real texts are; a secret never equals a plain text. Pickling keeps the real text, for worker processes.
    """

    __slots__ = ("_text",)
    _text: str

    def __new__(cls, text: str | Secret) -> Secret:
        """Hide ``text``."""
        secret = super().__new__(cls, STARS)
        secret._text = text.reveal() if isinstance(text, Secret) else text
        return secret

    def reveal(self) -> str:
        """The real text."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret('{STARS}')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return Secret, (self._text,)


def reveal(value: str | Secret | None) -> str | None:
    """The real text of a value that may be a secret, a plain text or None."""
    return value.reveal() if isinstance(value, Secret) else value


def hide_credentials(text: str) -> str:
    """A text whose addresses have lost user and password; a token may stand in either place."""
    return re.sub(r"(?<=://)[^/?#@\s'\"]*@", "****@", text)
