"""What can go wrong with bad documents and the quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hub.dataload.errors import UploadError
from hub.errors import BadArgument, Conflict, Refused


class TooManyErrorsError(UploadError):
    """More documents are bad than ``max_errors`` allows.

    Args:
        source: full source name.
        reasons: how many are bad, by reason.
        limit: the limit as it is written: ``100``, ``1%``.
        seen: documents in all; 0 when it is not known yet.
        first: what is wrong with the first of them.
    """

    status = 422

    def __init__(self, source: str, reasons: Mapping[str, int], limit: str, seen: int = 0, first: str = "") -> None:
        self.source, self.reasons, self.limit, self.seen, self.first = source, dict(reasons), limit, seen, first
        bad = sum(reasons.values())
        count = f"all {bad:,}" if bad == seen else f"{bad:,} of {seen:,}" if seen else f"{bad:,}"
        allowed = "" if bad == seen else f", `max_errors` allows {limit}"
        super().__init__(
            f"`{source}`: {count} documents are bad ({in_words(reasons)}){allowed}. "
            f"{f'The first: {first} ' if first else ''}Nothing was changed. "
            f"Correct the parser{'' if bad == seen else ', or raise `max_errors`'}."
        )


class NotInQuarantineError(BadArgument):
    """A record that the quarantine does not have.

    Args:
        source: full source name.
        what: which record was asked for.
    """

    status = 404

    def __init__(self, source: str, what: str) -> None:
        self.source, self.what = source, what
        super().__init__(f"the quarantine of `{source}` has no {what}. `quarantine_show` lists what there is.")


class EditedFileError(BadArgument):
    """A file of edited records that can not be used; nothing was changed.

    Args:
        file: the file.
        reason: what is wrong, and what to do.
        line: where, from 1; 0 for the whole file.
    """

    def __init__(self, file: str, reason: str, line: int = 0) -> None:
        self.file, self.reason, self.line = file, reason, line
        super().__init__(f"{file}{f', line {line}' if line else ''}: {reason} Nothing was changed.")


class QuarantineChangedError(Conflict):
    """The quarantine is not the one that was looked at: an upload or another command came before.

    Args:
        source: full source name.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(
            f"the quarantine of `{source}` has changed meanwhile: another upload or command came before. "
            "Nothing was changed. Look at it again."
        )


class ExportPathError(Refused):
    """An export outside the export folder.

    Args:
        path: the path that was asked for.
        folder: the only folder that exports go to.
    """

    def __init__(self, path: str, folder: str) -> None:
        self.path, self.folder = path, folder
        super().__init__(
            f"`{path}` is outside of {folder} (setting `DATA_EXPORT_FOLDER`), where exports go. "
            "Give a name or a path inside it."
        )


def in_words(reasons: Mapping[str, int] | Iterable[tuple[str, int]]) -> str:
    """Counts by reason, the largest first: ``12 no_id, 3 duplicate``."""
    pairs = reasons.items() if isinstance(reasons, Mapping) else reasons
    return ", ".join(f"{count:,} {reason}" for reason, count in sorted(pairs, key=lambda pair: (-pair[1], pair[0])))
