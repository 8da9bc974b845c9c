"""Names that become file names and URLs, templates in environments, and the order of versions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.datarelease.errors import BadNameError

_NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_LONGEST = 150
_FIELD = re.compile(r"%\(([\w.]+)\)s")
_DATE = re.compile(r"\$\(([A-Za-z])\)")
_PIECES = re.compile(r"(\d+)")

#: Keys of environments that are shown to nobody.
SECRET_KEYS = frozenset({"access_key", "secret_key", "password", "token", "api_key", "auth"})


def check_name(what: str, name: str) -> str:
    """``name`` itself when it can be part of a file name and of a URL.

    Raises:
        BadNameError: it can not.
    """
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        raise BadNameError(what, name)
    return name


def filled(value: Any, build: Mapping[str, Any], at: datetime) -> Any:
    """A part of an environment with its templates filled in.

    Args:
        value: any of its values; texts in it may hold ``%(dotted.path)s``, a value of the build's record, and
            ``$(Y)``, a part of the time as strftime names it.
        build: the build's record.
        at: the time.
    """
    if isinstance(value, str):
        value = _FIELD.sub(lambda found: str(_looked_up(build, found[1])), value)
        return _DATE.sub(lambda found: at.strftime(f"%{found[1]}"), value)
    if isinstance(value, Mapping):
        return {key: filled(member, build, at) for key, member in value.items()}
    return [filled(member, build, at) for member in value] if isinstance(value, list) else value


def _looked_up(build: Mapping[str, Any], path: str) -> Any:
    found: Any = build
    for part in path.split("."):
        found = found.get(part, "") if isinstance(found, Mapping) else ""
    return found


def without_secrets(value: Any) -> Any:
    """A configuration as it may be shown."""
    if isinstance(value, Mapping):
        return {k: "****" if k in SECRET_KEYS and v else without_secrets(v) for k, v in value.items()}
    return [without_secrets(member) for member in value] if isinstance(value, list | tuple) else value


def version_key(version: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts versions as people do: runs of digits as numbers, so that 10 comes after 9."""
    return tuple((1, int(p), "") if p.isdigit() and p.isascii() else (0, 0, p) for p in _PIECES.split(version) if p)
