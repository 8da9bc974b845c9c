"""What can go wrong when data sets are compared, and when a difference is applied."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hub import errors


class DiffArgumentError(errors.BadArgument):
    """An argument of a diff or sync that can not be used."""

    def __init__(self, argument: str, value: Any, reason: str) -> None:
        self.argument, self.value, self.reason = argument, value, reason
        super().__init__(f"`{argument}` = {value!r:.200}: {reason}")


class SideNotReadyError(errors.Conflict):
    """One of the two has no documents to compare.

    Args:
        side: its name.
        reason: why, and what to do.
    """

    def __init__(self, side: str, reason: str) -> None:
        self.side, self.reason = side, reason
        super().__init__(f"`{side}` can not be compared: {reason}")


class DiffExistsError(errors.Conflict):
    """The diff was made before."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        super().__init__(f"this diff exists in {folder}. Use mode `purge` to make it anew.")


class DiffNotFoundError(errors.HubError, errors.Permanent):
    """There is no finished diff of the two."""

    status = 404
    exit_code = 2

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        super().__init__(f"there is no diff of `{old}` and `{new}`. Make it first with the command `diff`.")


class MappingChangedError(errors.Conflict):
    """The mapping of a field changed, so that no index can follow by a diff.

    Args:
        new: what is newer.
        changes: dotted fields that changed or went.
    """

    def __init__(self, new: str, changes: Sequence[str]) -> None:
        self.new, self.changes = new, list(changes)
        shown = ", ".join(f"`{c}`" for c in changes[:5]) + (" and others" if len(changes) > 5 else "")
        super().__init__(
            f"`{new}`: the mapping of {shown} was changed or removed, which an existing index can not follow. Publish "
            "a full release, or leave the step `mapping` out to compare the documents only."
        )


class PatchError(errors.HubError, errors.Permanent):
    """A patch that does not fit the document, or is no JSON patch.

    Args:
        path: JSON pointer of the operation.
        reason: what is wrong.
    """

    status = 422

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path[:200], reason
        super().__init__(f"the patch at `{self.path}` can not be applied: {reason}")


class DamagedFileError(errors.HubError, errors.Permanent):
    """A file of a diff or snapshot is not what its description says.

    Args:
        file: its name.
        reason: what is wrong with it.
    """

    status = 422

    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"`{file}` {reason}. Nothing of it is used; fetch or make it again.")


class PickleRefusedError(errors.Refused):
    """The files are Python pickles, which run code when they are read."""

    def __init__(self, file: str) -> None:
        self.file = file
        super().__init__(
            f"`{file}` is a Python pickle: reading it would run whatever its maker put into it. Ask for a release with "
            "files of the format `jsonl.zst`, or install the full release."
        )


class TargetChangedError(errors.Conflict):
    """The target does not hold what the diff was made against.

    Args:
        target: index or collection.
        count: documents that differ.
        examples: ids of some of them.
    """

    def __init__(self, target: str, count: int, examples: Sequence[str]) -> None:
        self.target, self.count, self.examples = target, count, list(examples)
        shown = ", ".join(f"`{_short(e)}`" for e in examples[:5])
        super().__init__(
            f"`{target}`: {count} documents are neither as before the diff nor as after it ({shown}). It was changed "
            "by something else, or is of another version: make it anew from a full release or build."
        )


class VerificationError(errors.HubError, errors.Permanent):
    """The target does not hold the documents it should, by count or by hash.

    Args:
        target: index or collection.
        expected: count and digest it should have.
        found: those it has.
    """

    status = 422

    def __init__(self, target: str, expected: tuple[int, str], found: tuple[int, str]) -> None:
        self.target, self.expected, self.found = target, list(expected), list(found)
        what = f"{found[0]} documents instead of {expected[0]}"
        if found[0] == expected[0]:
            what = "as many documents as it should, but others (the digests differ)"
        super().__init__(f"`{target}` holds {what}. Make it anew from a full release or build.")


def _short(id_: str) -> str:
    return id_ if len(id_) <= 60 else id_[:57] + "..."
