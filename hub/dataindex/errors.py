"""What can go wrong when a build is indexed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hub import errors
from hub.search.port import Rejected

CHECK_HINT = "the _id is longer than 512 bytes"
SHOWN = 5  # rejected documents and missing ids in a message


class IndexThereError(errors.Conflict):
    """The index exists, and the mode would create it."""

    def __init__(self, index: str) -> None:
        self.index = index
        super().__init__(
            f"index `{index}` exists. Use mode `purge` to make it anew, `resume` to add what is missing, "
            "`merge` to update its documents, or give another name."
        )


class IndexGoneError(errors.NotFound):
    """An index that was made of a build, and is not there any more."""

    def __init__(self, index: str, build: str, env: str) -> None:
        super().__init__("index", index)
        self.index, self.build, self.env = index, build, env
        self.args = (
            f"index `{index}` of build `{build}` is not in the environment `{env}` any more: it was deleted outside "
            f"the hub. Make it anew: index({env!r}, {build!r}, {index!r}).",
        )


class IndexReplacedError(errors.Conflict):
    """The index was deleted while it was loaded, and the engine made another one of that name by itself."""

    def __init__(self, index: str) -> None:
        self.index = index
        super().__init__(
            f"index `{index}` was deleted while it was loaded: what is there now has not the mapping of the build. "
            "Index it again with mode `purge`."
        )


class DryRunError(errors.HubError, errors.Permanent):
    """A sample of the build could not be indexed; the real index was not begun.

    Args:
        build: the build.
        documents: size of the sample.
        report: what the dry run found, as plain data.
    """

    status = 422

    def __init__(self, build: str, documents: int, report: dict[str, Any]) -> None:
        self.build, self.documents, self.report = build, documents, report
        first = "; ".join(f"`{_short(r['id'])}`: {r['reason']}" for r in report["rejected"][:SHOWN])
        why = report["mapping_error"] or f"{report['rejected_count']} were refused ({first})"
        super().__init__(
            f"build `{build}` was not indexed, because a dry run with {documents} of its documents failed: {why}. "
            "Correct the mapping (build_save_mapping) or the data."
        )


class AliasError(errors.Conflict):
    """An alias can not be moved as asked."""

    def __init__(self, alias: str, reason: str) -> None:
        self.alias, self.reason = alias, reason
        super().__init__(f"alias `{alias}`: {reason}")


class BuildHeldError(errors.Conflict):
    """The release gates hold a build back, so no alias may point at an index of it."""

    def __init__(self, build: str, state: str, what: str) -> None:
        self.build, self.state = build, state
        told = {"waiting": "waits for a decision", "rejected": "was rejected"}.get(
            state, "waited, and a later build took its place"
        )
        super().__init__(
            f"build `{build}` is held back by its release gates: it {told} ({what}). See gate_report({build!r}); "
            "approve_build lets it go on."
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


class IndexerClassError(errors.HubError, errors.Permanent):
    """The project's own class of an index failed."""

    def __init__(self, index: str, cls: str, method: str, error: Exception) -> None:
        self.index, self.cls, self.method = index, cls, method
        self.reason = f"{type(error).__name__}: {error}"
        super().__init__(
            f"index `{index}`: `{cls}.{method}` failed ({self.reason}). It is not registered and nothing serves it."
        )


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
