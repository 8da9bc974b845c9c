"""Entries of ``data_url`` that say more than a URL: name, method, parameters, headers, log-in, checksum, mirrors."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode

from hub.dataload.transport.names import unusable

_KEYS: dict[str, type | tuple[type, ...]] = {
    "url": str,
    "save_as": str,
    "method": str,
    "params": Mapping,
    "data": (Mapping, str),
    "headers": Mapping,
    "credentials": str,
    "options": Mapping,
    "checksum": str,
    "mirrors": list,
}
_WORDS = {str: "text", Mapping: "an object", list: "a list of texts", (Mapping, str): "an object or text"}
ALGORITHMS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
SCALARS = (str, int, float, bool)


@dataclass(frozen=True)
class FileSpec:
    """One file to fetch.

    Attributes:
        url: with its parameters; of a form that is sent, also with a fragment that tells one form from another.
        save_as: local path, relative; None for the name in the URL.
        method: ``GET`` or ``POST``.
        headers: further headers; values may be ``secret:NAME``.
        data: form fields or body of a ``POST``.
        credentials: ``secret:NAME``, or empty for those of the source.
        options: download options of this file only.
        checksum: ``algorithm:digits``, or empty.
        mirrors: other URLs of the same file, asked in turn when the first is given up.
    """

    url: str
    save_as: str | None = None
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] | str | None = None
    credentials: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    checksum: str = ""
    mirrors: tuple[str, ...] = ()


def spec_of(entry: str | Mapping[str, Any]) -> FileSpec:
    """From an entry of ``data_url``, which must be sound (`problems`)."""
    if isinstance(entry, str):
        return FileSpec(entry)
    url, method = str(entry["url"]), str(entry.get("method", "GET")).upper()
    params, data = entry.get("params") or {}, entry.get("data")
    if params and method == "POST" and data is None:
        data, params = params, {}
    if params:
        url += ("&" if "?" in url else "?") + urlencode([(k, _text(v)) for k, v in params.items()])
    if isinstance(data, Mapping):
        data = {str(k): _text(v) for k, v in data.items()}
    if data is not None:
        url += "#" + hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:12]
    return FileSpec(
        url=url,
        save_as=entry.get("save_as"),
        method="POST" if data is not None else method,
        headers={str(k): _text(v) for k, v in (entry.get("headers") or {}).items()},
        data=data,
        credentials=entry.get("credentials", ""),
        options=dict(entry.get("options") or {}),
        checksum=str(entry.get("checksum", "")).lower(),
        mirrors=tuple(entry.get("mirrors") or ()),
    )


def problems(entry: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    """What is wrong with an entry that is an object: key, why, the key that was probably meant."""
    for key, value in entry.items():
        wanted = _KEYS.get(str(key))
        if wanted is None:
            near = difflib.get_close_matches(str(key), _KEYS, n=1, cutoff=0.5)
            yield str(key), f"is no key of a file; there are {', '.join(_KEYS)}.", next(iter(near), None)
        elif not isinstance(value, wanted):
            yield str(key), f"must be {_WORDS[wanted]}, not {json.dumps(value, default=str)[:60]}", None
        else:
            yield from _wrong(str(key), value, entry)
    if "url" not in entry:
        yield "url", "is missing", None


def _wrong(key: str, value: Any, entry: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    if key == "method" and value.upper() not in ("GET", "POST"):
        yield key, f"must be GET or POST, not {value}", None
    elif key == "data" and str(entry.get("method", "POST")).upper() != "POST":
        yield key, "is sent with the method POST only; for GET write `params`", None
    elif key in ("params", "headers", "data") and isinstance(value, Mapping):
        bad = [k for k, v in value.items() if not isinstance(v, SCALARS)]
        if bad:
            yield f"{key}.{bad[0]}", "must be a text, a number, or true or false", None
    elif key == "save_as":
        why = bad_path(value)
        if why:
            yield key, f"`{value}` {why}", None
    elif key == "checksum":
        why = bad_checksum(value)
        if why:
            yield key, why, None
    elif key == "mirrors" and not all(isinstance(m, str) and "://" in m for m in value):
        yield key, "must be a list of URLs", None
    elif key == "options":
        from hub.dataload.transport import options

        for problem in options.problems(value):
            yield f"options.{problem.name}", problem.why, problem.nearest
    elif key == "credentials" and not value.startswith("secret:"):
        yield key, "must name a secret: `secret:NAME`, with NAME in the setting SECRETS", None


def bad_path(text: str) -> str:
    """Why a text is no relative path in a release folder; empty when it is one."""
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or "\\" in text:
        return "leads out of the folder of the release"
    return next((why for part in path.parts if (why := unusable(part))), "" if path.parts else "is empty")


def bad_checksum(text: str) -> str:
    """Why a text is no checksum; empty when it is one."""
    name, _, digits = text.lower().partition(":")
    length = ALGORITHMS.get(name)
    if length is None or len(digits) != length or not set(digits) <= set("0123456789abcdef"):
        return "must be `md5:`, `sha1:`, `sha256:` or `sha512:` and its hexadecimal digits"
    return ""


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
