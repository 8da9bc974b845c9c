"""How many bad documents are too many: a number, or a share of all documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from hub.dataload.errors import Problem

MODES = ("fail", "quarantine")
MOST = 1_000_000  #: bad documents that are kept, whatever the share: a file of them must stay bounded
_SHARE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%\s*")


@dataclass(frozen=True)
class Limit:
    """A limit of bad documents.

    Attributes:
        text: as it is written.
        most: bad documents at most, whatever the number of documents.
        share: share of all documents, 0 to 1; None when the limit is a number.
    """

    text: str
    most: int
    share: float | None = None

    @classmethod
    def of(cls, given: int | str) -> Self:
        """From checked data: ``100``, ``"100"`` or ``"1%"``."""
        if isinstance(given, str) and (match := _SHARE.fullmatch(given)):
            return cls(given.strip(), MOST, float(match[1]) / 100)
        return cls(str(given).strip(), int(given))

    def passed(self, bad: int, seen: int | None = None) -> bool:
        """Whether there are too many.

        Args:
            bad: bad documents so far.
            seen: all documents; None while they are not known, when a share can not be told.
        """
        if bad > self.most:
            return True
        return self.share is not None and seen is not None and bad > self.share * seen


def problems_of_errors(on_error: Any, max_errors: Any, path: str) -> Iterator[Problem]:
    """What is wrong with ``on_error`` and ``max_errors``; None counts as not given.

    Args:
        on_error: the value as written.
        max_errors: the value as written.
        path: where they stand: ``uploader.`` of a manifest, or the name of a class.
    """
    if on_error is not None and on_error not in MODES:
        yield Problem(_at(path, "on_error"), f"must be {' or '.join(f'`{mode}`' for mode in MODES)}", on_error)
    if max_errors is not None and (reason := limit_problem(max_errors)):
        yield Problem(_at(path, "max_errors"), reason, max_errors)


def _at(path: str, key: str) -> str:
    return f"{path}{key}" if path.endswith(".") else f"{path}.{key.upper()}"


def limit_problem(given: Any) -> str:
    """Why a value is no limit, or an empty text."""
    if isinstance(given, str) and (match := _SHARE.fullmatch(given)):
        return "" if float(match[1]) <= 100 else "is a share of more than 100%"
    number = given if isinstance(given, int) and not isinstance(given, bool) else None
    if isinstance(given, str) and given.strip().isascii() and given.strip().isdigit():
        number = int(given)
    if number is None or number < 0:
        return "must be a number of documents, e.g. 100, or a share of them, e.g. `1%`"
    return ""
