"""Values as the console shows them: tables of the list commands, texts as they are, the rest laid out."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub.commands import tables

#: What the rest of a broken line is indented by: spaces, and the first column where a second follows.
_LEAD = re.compile(r"\s*(?:\S+ {2,})?")


@dataclass(frozen=True)
class Look:
    """How the other end shows text."""

    width: int = 200
    colour: bool = False


class Text(str):
    """A text that is shown as it is, without quotes."""

    __slots__ = ()


class Listing(list[Any]):
    """The list a command gave; it is shown as a table."""

    def __init__(self, values: list[Any], rows: Callable[[Any], list[tables.Row]] | None = None) -> None:
        super().__init__(values)
        self.rows = rows

    def table(self) -> list[tables.Row] | None:
        """Its rows, or None when it has none to show."""
        if self.rows:
            return self.rows(list(self))
        return list(self) if all(isinstance(v, Mapping) for v in self) else None


def of_command(name: str, value: Any) -> Any:
    """A command's result, ready to be shown."""
    if isinstance(value, str):
        return Text(value)
    return Listing(value, tables.TABLES.get(name)) if isinstance(value, list) else value


def render(value: Any, look: Look) -> str:
    """The text for a value, with its line end; "" for None."""
    if value is None:
        return ""
    if isinstance(value, Text):
        return "".join(f"{line}\n" for line in _folded(value, look))
    if isinstance(value, Listing) and not value:
        return "none\n"
    if isinstance(value, Listing) and (rows := value.table()):
        return _drawn(tables.draw(rows), look)
    if isinstance(value, dict | list | tuple | set) and value:
        from rich.pretty import Pretty

        return _drawn(Pretty(value, expand_all=False), look)
    return f"{value!r}\n"


def _folded(text: str, look: Look) -> Iterator[str]:
    """The lines of a text; on a terminal, those that are too long are broken between words."""
    for line in text.removesuffix("\n").split("\n"):
        if not look.colour or len(line) <= look.width:
            yield line
        else:
            hanging = _LEAD.match(line)
            indent = " " * min(hanging.end() if hanging else 0, look.width // 2)
            yield from textwrap.wrap(line, max(20, look.width), subsequent_indent=indent, break_on_hyphens=False)


def _drawn(what: Any, look: Look) -> str:
    from rich.console import Console

    out = io.StringIO()
    colours: Any = "standard" if look.colour else None
    console = Console(
        file=out, width=max(20, look.width), force_terminal=look.colour, color_system=colours, soft_wrap=not look.colour
    )
    console.print(what)
    return out.getvalue()
