"""A check that failed."""

from __future__ import annotations

from typing import Any

from hub.dataload.errors import DataloadError
from hub.errors import Permanent


class CheckFailedError(DataloadError, Permanent):
    """What came is not what the rules expect.

    Args:
        source: full source name.
        what: file, or ``the documents``, or one document.
        rule: the rule, as it is written: ``dumper.checks`` and its key.
        expected: what it expects, in words.
        found: what there is.
    """

    status = 422

    def __init__(self, source: str, what: str, rule: str, expected: str, found: Any) -> None:
        self.source, self.what, self.rule, self.expected, self.found = source, what, rule, expected, found
        super().__init__(
            f"`{source}`: {what}: expected {expected}, found {found} (rule `{rule}`). What was there before stays. "
            "Look at the file; if the data have changed on purpose, change the rule."
        )
