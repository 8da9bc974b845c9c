"""Arguments and values as they may be written down: without secrets, and not too long."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hub.config.secret import STARS, hide_credentials

LONGEST_TEXT = 300
MOST_ITEMS = 50
_SECRET = re.compile(r"passw|secret|token|credential|api_?key|access_?key|private|auth(?!or)|cookie", re.IGNORECASE)


def is_secret_name(name: str) -> bool:
    """Whether a name sounds as if its value were secret."""
    return bool(_SECRET.search(name))


def shown(value: Any, name: str = "") -> Any:
    """A value as it may be written down.

    Args:
        value: anything.
        name: of the argument or key that it is the value of.
    """
    if name and is_secret_name(name) and value not in (None, "", True, False):
        return STARS
    if isinstance(value, str):
        text = hide_credentials(str(value))
        return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}... ({len(text)} characters)"
    if isinstance(value, Mapping):
        return {str(key): shown(item, str(key)) for key, item in list(value.items())[:MOST_ITEMS]}
    if isinstance(value, list | tuple | set):
        return [shown(item) for item in list(value)[:MOST_ITEMS]]
    return value if isinstance(value, int | float | bool) or value is None else str(value)[:LONGEST_TEXT]
