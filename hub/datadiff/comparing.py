"""What differs between two builds, as counts, fields and examples: of a diff that is there, or by reading both.

Reading is the walk of a diff without its files; see `hub.datadiff.work.joined` and `hub.datadiff.patch.make_patch`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from hub.datadiff.errors import DiffNotFoundError
from hub.datadiff.manager import EXCLUDE, DiffManager, read_summary
from hub.datadiff.patch import make_patch
from hub.datadiff.resolve import known_digest
from hub.datadiff.sides import OpenSide, Side
from hub.datadiff.summary import Summary
from hub.datadiff.work import CHECK, joined
from hub.jobs.port import JobContext, JobSpec
from hub.store.port import Codec

EXAMPLES = 20  #: documents that are shown of each kind
MOST_FIELDS = 500  #: fields that are shown, those of the most documents

JsonDict = dict[str, Any]


@dataclass(frozen=True)
class CompareRequest:
    """What `compare_sides` needs: two builds, root keys that do not count, and whether the order of lists does."""

    old: Side
    new: Side
    exclude: tuple[str, ...]
    ordered: bool


async def compare(diffs: DiffManager, old: str, new: str, *, owner: str = "") -> JsonDict:
    """Compare the documents of two builds.

    Args:
        diffs: the diff manager.
        old: name of a build.
        new: name of another one.
        owner: who asked.

    Returns:
        ``{"old", "new", "added", "removed", "changed", "same", "fields": {path: documents in which it differs},
        "examples": {"added": [_id], "removed": [_id], "changed": [_id]}}``. What counts as a difference is what counts
        in a diff.

    Raises:
        hub.errors.HubError: there is no such build, or it has no documents.
    """
    before, after = diffs.sides.build_side(old), diffs.sides.build_side(new)
    ordered = not diffs.settings["DIFF_UNORDERED_LISTS"]
    found = await asyncio.to_thread(_of_diff, diffs, before, after, ordered)
    if found is None:
        request = CompareRequest(before, after, tuple(EXCLUDE), ordered)
        with diffs.builds.held([old, new], "they are compared"):
            found = await diffs.services.jobs.submit(_job(request, owner)).result()
    return {"old": old, "new": new, **found}


def _job(request: CompareRequest, owner: str) -> JobSpec:
    names = (request.old.name, request.new.name)
    return JobSpec(
        kind="compare",
        subject=" ".join(names),
        description=f"compare {names[0]} with {names[1]}, without files",
        fn=compare_sides,
        args=(request,),
        shared=frozenset(f"documents:{name}" for name in names),
        owner=owner,
    )


def _of_diff(diffs: DiffManager, old: Side, new: Side, ordered: bool) -> JsonDict | None:
    """What a stored diff of the two says, when it was made of the documents that both have now."""
    try:
        folder, metadata = diffs.find(old.name, new.name)
    except DiffNotFoundError:
        return None
    info, stats = metadata["diff"]["info"], metadata["diff"]["stats"]
    is_plain = info.get("exclude") == list(EXCLUDE) and not str(metadata["diff"]["type"]).startswith("coldhot")
    if not is_plain or info.get("ordered_lists") != ordered:
        return None
    for side, told in ((old, metadata["old"]), (new, metadata["new"])):
        known = known_digest(diffs.sides.build(side.name))
        if known is None or (known["count"], known["digest"]) != (told["count"], told["digest"]):
            return None
    summary = read_summary(folder)
    ids = (id_ for ops in summary["fields"].values() for entry in ops.values() for id_ in entry["ids"])
    same = int(metadata["new"]["count"]) - stats["add"] - stats["update"]
    return _shown(summary, same, sorted(set(ids))[:EXAMPLES])


def compare_sides(ctx: JobContext, request: CompareRequest) -> JsonDict:
    """Read both sides once, in order; documents whose bytes are the same are not decoded."""
    summary, same = Summary({}, max_ids=EXAMPLES, max_picked=0), 0
    changed: list[str] = []
    with ExitStack() as stack:
        old, new = OpenSide(request.old, stack), OpenSide(request.new, stack)
        total = max(old.total(), new.total())
        for number, (before, after) in enumerate(joined(old.records(), new.records())):
            if number % CHECK == 0:
                ctx.check()
                ctx.progress(number, max(total, number), unit="documents", note="comparing")
            if before is None or after is None:
                whole, codec = (summary.add, new.codec) if after else (summary.delete, old.codec)
                whole(codec.decode((after or before).body))  # type: ignore[union-attr]
                continue
            patch = [] if before.body == after.body else make_patch(
                _reduced(old.codec, before.body, request), _reduced(new.codec, after.body, request),
                ordered=request.ordered,
            )  # fmt: skip
            if not patch:
                same += 1
                continue
            summary.update(after.id, patch)
            if len(changed) < EXAMPLES:
                changed.append(after.id)
    return _shown(summary.as_dict(), same, changed)


def _reduced(codec: Codec, body: bytes, request: CompareRequest) -> JsonDict:
    return {key: value for key, value in codec.decode(body).items() if key not in request.exclude}


def _shown(summary: Mapping[str, Any], same: int, changed: list[str]) -> JsonDict:
    fields = {path: sum(entry["count"] for entry in ops.values()) for path, ops in summary["fields"].items()}
    most = sorted(fields, key=lambda path: (-fields[path], path))[:MOST_FIELDS]
    counts = summary["counts"]
    return {
        "added": counts["add"],
        "removed": counts["delete"],
        "changed": counts["update"],
        "same": same,
        "fields": {path: fields[path] for path in most},
        "examples": {
            "added": [id_ for id_, _ in summary["added"][:EXAMPLES]],
            "removed": [id_ for id_, _ in summary["deleted"][:EXAMPLES]],
            "changed": changed,
        },
    }
