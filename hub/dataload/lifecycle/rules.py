"""The rules of the manifest keys of this room, beyond what the schema says."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hub.dataload.errors import Problem
from hub.dataload.lifecycle.declared import read_steps

_MISSING = (
    'is missing: say what to download, e.g. `"data_url": "https://example.org/data.tsv"`, or name the sources that '
    "it is made from in `depends_on`."
)


def lifecycle_problems(dumper: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong in the ``dumper`` section of a manifest."""
    needs = dumper.get("depends_on") or []
    needs = [needs] if isinstance(needs, str) else needs if isinstance(needs, list) else []
    if "data_url" not in dumper and not needs:
        near = difflib.get_close_matches("data_url", list(dumper), n=1, cutoff=0.7)
        wrong = f" There is `{near[0]}`." if near else ""
        yield Problem("dumper.data_url", _MISSING + wrong, None, "data_url" if near else None)
    yield from _keep_problems(dumper.get("keep_releases"))
    yield from _repeated(needs)
    for key in ("release_from", "copy_from"):
        given = dumper.get(key)
        for name in [given] if isinstance(given, str) else list(given or {}):
            if name not in needs:
                near = difflib.get_close_matches(str(name), needs, n=1)
                yield Problem(f"dumper.{key}", f"`{name}` is not in `depends_on`", name, near[0] if near else None)
    if isinstance(dumper.get("copy_from"), dict):
        yield from _pattern_problems(dumper["copy_from"])
    yield from read_steps(dumper.get("steps"))[1]


def _keep_problems(keep: Any) -> Iterator[Problem]:
    if keep is None or keep == "all" or (isinstance(keep, int) and not isinstance(keep, bool) and keep >= 0):
        return
    yield Problem("dumper.keep_releases", "must be a whole number from 0 on, or `all`", keep)


def _repeated(needs: list[Any]) -> Iterator[Problem]:
    for number, name in enumerate(needs):
        if name in needs[:number]:
            yield Problem(f"dumper.depends_on[{number}]", f"`{name}` stands there twice", name)


def _pattern_problems(copy_from: Mapping[str, Any]) -> Iterator[Problem]:
    for source, given in copy_from.items():
        for pattern in [given] if isinstance(given, str) else given if isinstance(given, list) else [None]:
            try:
                re.compile(str(pattern) if isinstance(pattern, str) else "(not a text")
            except re.error as error:
                yield Problem(f"dumper.copy_from.{source}", f"must be regular expressions (texts): {error}", pattern)
