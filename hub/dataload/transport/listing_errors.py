"""What can go wrong while remote folders are listed."""

from __future__ import annotations

from collections.abc import Sequence

from hub.dataload.transport.errors import TransportError
from hub.dataload.transport.names import masked
from hub.errors import Permanent


class NothingMatchesError(TransportError, Permanent):
    """A folder has no file that is wanted. ``examples``: some that it has."""

    def __init__(self, url: str, patterns: Sequence[str], seen: int, examples: Sequence[str]) -> None:
        self.url, self.patterns, self.seen, self.examples = masked(url), list(patterns), seen, list(examples)
        there = f"It lists {seen} other files, e.g. " + ", ".join(f"`{e}`" for e in examples) if seen else ""
        wanted = ", ".join(f"`{p}`" for p in patterns)
        super().__init__(
            f"no file in `{self.url}` matches {wanted}. {there or 'No file was listed there at all'}. "
            "Correct `files`, or the URL of the folder."
        )


class TooDeepError(TransportError, Permanent):
    """Folders in folders without an end."""

    def __init__(self, url: str, depth: int) -> None:
        self.url, self.depth = masked(url), depth
        super().__init__(
            f"`{self.url}` is more than {depth} folders deep: a link may lead back. Set `max_depth` in the manifest."
        )


class ListedNameError(TransportError, Permanent):
    """The name that a listed file would be saved under cannot be used."""

    def __init__(self, url: str, name: str, why: str) -> None:
        self.url, self.name, self.why = masked(url), name, why
        super().__init__(f"`{self.url}` would be saved as `{name}`, which {why}. Correct the groups in `files`.")
