"""For parsers: say which line a document comes from, and hand over what can not be read.

    from hub.dataload.reading import Unreadable, at

    def load_data(data_folder):
        path = Path(data_folder) / "genes.tsv"
        for number, line in enumerate(path.open(), 1):
            at(path, number)
            ...

Messages about bad documents and the quarantine then name file and line. A parser that never calls `at` works as well;
its documents are named by their position.
"""

from __future__ import annotations

import os
from dataclasses import dataclass


class Place:
    """Where the parser of this process is."""

    __slots__ = ("file", "line")

    def __init__(self) -> None:
        self.file: str | os.PathLike[str] = ""
        self.line = 0


_place = Place()


def at(file: str | os.PathLike[str], line: int = 0) -> None:
    """The next documents come from here, until the next call.

    Args:
        file: the data file.
        line: line in it, from 1; 0 when there are no lines.
    """
    _place.file, _place.line = file, line


def nowhere() -> None:
    """The next documents come from no known place: call it when a file has been read."""
    _place.file, _place.line = "", 0


def place() -> tuple[str, int]:
    """File and line of the last `at`; ``("", 0)`` when there is none."""
    return os.fspath(_place.file), _place.line


@dataclass(frozen=True)
class Unreadable:
    """What a parser yields in place of a document for a part of a file that it can not read.

    The upload fails, or keeps it in quarantine, as for any bad document.

    Attributes:
        reason: why, as a sentence.
        text: what there is, for example the line.
        file: the data file; by default that of the last `at`.
        line: line in it; by default that of the last `at`.
    """

    reason: str
    text: str = ""
    file: str = ""
    line: int = 0
