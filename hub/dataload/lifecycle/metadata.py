"""What processes say of the files they make: lines on their output, or ``produces`` of their declaration.

Two forms of a line::

    ##BIOMAJ#<format>#<types>#<tags>#<files>          types and files separated by commas, tags as k:v,k2:v2
    ##HUB#{"format": "fasta", "types": [], "tags": {}, "files": ["a.fa"]}

What a line leaves empty is taken from ``produces``. Kept for each process, so that a second run replaces the first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

MARKS = ("##BIOMAJ#", "##HUB#")
FileGroup = dict[str, Any]


def is_metadata(line: str) -> bool:
    """Whether a line of output is meant for the hub."""
    return line.startswith(MARKS)


def read_line(line: str, produces: Mapping[str, Any]) -> FileGroup:
    """One line as ``format``, ``types``, ``tags``, ``files``.

    Args:
        line: of the output.
        produces: what stands in for parts that are empty.

    Raises:
        ValueError: it is not of one of the two forms; the message says why.
    """
    text = line.strip()
    if text.startswith("##HUB#"):
        given = json.loads(text.removeprefix("##HUB#"))
        if not isinstance(given, dict) or set(given) - {"format", "types", "tags", "files"}:
            raise ValueError("an object with `format`, `types`, `tags`, `files` is needed")
    else:
        parts = text.removeprefix("##BIOMAJ#").split("#", 3)
        if len(parts) != 4:
            raise ValueError("`##BIOMAJ#format#types#tags#files` is needed")
        given = {
            "format": parts[0].strip(),
            "types": _list(parts[1]),
            "tags": _tags(parts[2]),
            "files": _list(parts[3]),
        }
    return group({key: given.get(key) or produces.get(key) for key in ("format", "types", "tags", "files")})


def group(given: Mapping[str, Any]) -> FileGroup:
    """A file group with all its parts, each of its kind."""
    return {
        "format": str(given.get("format") or ""),
        "types": [str(t) for t in given.get("types") or []],
        "tags": {str(k): str(v) for k, v in (given.get("tags") or {}).items()},
        "files": [str(f) for f in given.get("files") or []],
    }


def by_format(processes: Iterable[tuple[str, Iterable[Mapping[str, Any]]]]) -> dict[str, list[FileGroup]]:
    """File groups of all processes by format, each with the name of its ``step``."""
    found: dict[str, list[FileGroup]] = {}
    for name, groups in processes:
        for one in groups:
            rest = {key: value for key, value in group(one).items() if key != "format"}
            found.setdefault(str(one.get("format") or ""), []).append({**rest, "step": name})
    return found


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _tags(text: str) -> dict[str, str]:
    tags = {}
    for part in _list(text):
        key, colon, value = part.partition(":")
        if not colon or not key.strip():
            raise ValueError(f"the tag `{part}` is not of the form `key:value`")
        tags[key.strip()] = value.strip()
    return tags
