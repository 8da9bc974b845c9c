"""`compare_builds`: what two builds have that the other has not, and what differs in the documents of both."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from hub import errors
from hub.commands.documents import NoDocumentsError
from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.databuild.locate import BuildPlaces
from hub.store.port import Collection, Record

EXAMPLES = 20  #: documents that are shown of each kind
MOST_DEPTH = 12  #: of the fields that are told apart

JsonDict = dict[str, Any]


@command(area="builds", role=Role.VIEWER, rest="PUT /builds/compare", starts_job=True)
async def compare_builds(hub: Services, old: str, new: str) -> JsonDict:
    """Compare the documents of two builds.

    Answers ``{"old", "new", "added", "removed", "changed", "same", "fields": {path: documents in which it differs},
    "examples": {"added": [_id], "removed": [_id], "changed": [_id]}}``. Both are read once, in order; documents whose
    bytes are the same are not decoded.
    """
    first, second = _documents(hub, old), _documents(hub, new)
    return await asyncio.to_thread(_compare, hub, (old, first), (new, second))


def _documents(hub: Services, name: str) -> Collection:
    build = hub.state.builds.get(name)
    if build is None:
        raise errors.NotFound("build", name, [str(b["_id"]) for b in hub.state.builds.all()])
    if build.get("archived"):
        raise NoDocumentsError("build", name)
    places = BuildPlaces(hub.state, hub.src_store, hub.target_store)
    return places.documents(build)


def _compare(hub: Services, old: tuple[str, Collection], new: tuple[str, Collection]) -> JsonDict:
    decode = hub.target_store.codec.decode
    counts: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    examples: dict[str, list[str]] = {"added": [], "removed": [], "changed": []}
    for id_, a, b in _side_by_side(old[1].scan(), new[1].scan()):
        if a is not None and b is not None:
            paths = set() if a.body == b.body else set(_differences(decode(a.body), decode(b.body)))
            what = "changed" if paths else "same"
            fields.update(paths)
        else:
            what = "added" if a is None else "removed"
        counts[what] += 1
        if what in examples and len(examples[what]) < EXAMPLES:
            examples[what].append(id_)
    shown = {what: counts[what] for what in ("added", "removed", "changed", "same")}
    return {"old": old[0], "new": new[0], **shown, "fields": dict(fields.most_common(500)), "examples": examples}


def _side_by_side(old: Iterator[Record], new: Iterator[Record]) -> Iterator[tuple[str, Record | None, Record | None]]:
    """Records of both by ``_id``, in its order; None where one has not got it."""
    a, b = next(old, None), next(new, None)
    while a is not None or b is not None:
        left = None if a is None else a.id.encode()
        right = None if b is None else b.id.encode()
        if b is None or (left is not None and right is not None and left < right):
            assert a is not None
            yield a.id, a, None
            a = next(old, None)
        elif a is None or (left is not None and right is not None and right < left):
            yield b.id, None, b
            b = next(new, None)
        else:
            yield a.id, a, b
            a, b = next(old, None), next(new, None)


def _differences(old: Any, new: Any, path: str = "", depth: int = 0) -> Iterator[str]:
    """Dotted paths at which two values differ; lists are compared as a whole."""
    if old == new and type(old) is type(new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping) and depth < MOST_DEPTH:
        for key in {**old, **new}:
            below = f"{path}.{key}" if path else str(key)
            if key not in old or key not in new:
                yield below
            else:
                yield from _differences(old[key], new[key], below, depth + 1)
    else:
        yield path
