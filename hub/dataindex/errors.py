"""What can go wrong when a build is indexed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hub import errors
from hub.search.port import Rejected

SHOWN = 5  # rejected documents and missing ids in a message


class IndexThereError(errors.Conflict):
    """The index exists, and the mode would create it."""

    def __init__(self, index: str) -> None:
        self.index = index
        super().__init__(
            f"index `{index}` exists. Use mode `purge` to make it anew, `resume` to add what is missing, "
            "`merge` to update its documents, or give another name."
        )


class IndexModeError(errors.BadArgument):
    """No such mode."""

    def __init__(self, mode: str, known: Iterable[str]) -> None:
        self.mode, self.known = mode, sorted(known)
        super().__init__(f"there is no index mode `{mode}`. {errors.suggest(mode, self.known)}")


class IndexArgumentError(errors.BadArgument):
    """An argument of an index command that can not be used."""

    def __init__(self, argument: str, value: Any, reason: str) -> None:
        self.argument, self.value, self.reason = argument, value, reason
        super().__init__(f"`{argument}` = {value!r}: {reason}")


class BuildNotReadyError(errors.Conflict):
    """The build can not be indexed."""

    def __init__(self, build: str, reason: str) -> None:
        self.build, self.reason = build, reason
        super().__init__(f"build `{build}` can not be indexed: {reason}")


class RejectedDocumentsError(errors.HubError, errors.Permanent):
    """The engine refused more documents than the setting ``INDEX_MAX_REJECTED`` allows.

    Args:
        index: the index.
        count: how many were refused.
        total: documents of the build.
        allowed: share of the documents that may be refused.
        examples: some of them, with reasons.
    """

    status = 422

    def __init__(self, index: str, count: int, total: int, allowed: float, examples: Sequence[Rejected]) -> None:
        self.index, self.count, self.total, self.allowed = index, count, total, allowed
        self.examples = [[r.id, r.reason] for r in examples]
        told = "; ".join(f"`{_short(r.id)}`: {r.reason}" for r in examples[:SHOWN])
        super().__init__(
            f"index `{index}`: {count} of {total} documents were refused ({told}). Correct the mapping or the data, "
            f"or raise INDEX_MAX_REJECTED (a share, now {allowed:g}) to leave them out."
        )


class IndexCountError(errors.HubError, errors.Permanent):
    """The index does not hold the documents it should.

    Args:
        index: the index.
        expected: documents it should hold.
        found: documents it holds.
        missing: some of the ids that are missing.
    """

    def __init__(self, index: str, expected: int, found: int, missing: Sequence[str]) -> None:
        self.index, self.expected, self.found, self.missing = index, expected, found, list(missing)
        told = f" Missing: {', '.join(f'`{_short(i)}`' for i in missing[:SHOWN])}." if missing else ""
        hint = "Index it with mode `resume`." if found < expected else "It holds others: index it with mode `purge`."
        super().__init__(f"index `{index}` holds {found} documents instead of {expected}.{told} {hint}")


def _short(id_: str) -> str:
    return id_ if len(id_) <= 60 else id_[:57] + "..."
