"""Reading from a mirror instead of the upstream address, without editing manifests."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit


def rewrite_url(url: str, rules: Mapping[str, str]) -> str:
    """The address to read instead of ``url``.

    Args:
        url: upstream address.
        rules: prefix to replacement prefix; the longest prefix that fits is taken, once. The case of scheme and host
            does not matter; a prefix never ends in the middle of a word.

    Returns:
        The rewritten address, or ``url`` when no rule fits. For ``file:`` targets the query and fragment are dropped,
        and no ``..`` of ``url`` leads out of the target folder.
    """
    plain = _normal(url)
    fitting = [prefix for prefix in rules if _fits(plain, _normal(prefix))]
    if not fitting:
        return url
    prefix = max(fitting, key=len)
    target, rest = rules[prefix], plain[len(_normal(prefix)) :]
    if target.startswith("file:"):
        rest = _inside(rest)
    if target.endswith("/"):
        return target + rest.removeprefix("/")
    return target + ("/" if rest and prefix.endswith("/") and not rest.startswith("/") else "") + rest


def absolute(rules: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The rules with relative ``file:`` targets read from ``folder``, as ``file:///...``."""
    return {prefix: _absolute(target, folder) for prefix, target in rules.items()}


def file_path(url: str) -> Path:
    """The path that a ``file:`` URL means, ``file:relative``, ``file:/abs`` or ``file:///abs``."""
    return Path(unquote(urlsplit(url).path, errors="surrogateescape"))


def _absolute(target: str, folder: Path) -> str:
    if not target.startswith("file:"):
        return target
    path = os.path.abspath(folder / file_path(target).expanduser())  # noqa: PTH100 - links are kept
    return "file://" + quote(path) + ("/" if target.endswith("/") else "")


def _fits(url: str, prefix: str) -> bool:
    """Whether ``url`` begins with ``prefix``, which does not end in the middle of a word."""
    rest = url[len(prefix) :]
    return url.startswith(prefix) and not (prefix[-1:].isalnum() and rest[:1].isalnum())


def _inside(rest: str) -> str:
    """The end of a URL as a relative path that cannot leave its folder, percent-encoded."""
    plain = unquote(rest.partition("#")[0].partition("?")[0])
    if not plain:
        return ""
    inside = os.path.normpath("/" + plain).lstrip("/")
    ending = "/" if plain.endswith("/") and inside else ""
    return ("/" if plain.startswith("/") else "") + quote(inside) + ending


def _normal(url: str) -> str:
    """The URL with scheme and host in lower case."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        return url
    host, slash, path = rest.partition("/")
    user, at, name = host.rpartition("@")
    return f"{scheme.lower()}://{user}{at}{name.lower()}{slash}{path}"
