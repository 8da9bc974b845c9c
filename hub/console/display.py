"""Values as the console shows them: tables of the list commands, texts as they are, the rest laid out."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hub.commands import tables


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
        return value if value.endswith("\n") else value + "\n"
    if isinstance(value, Listing) and not value:
        return "none\n"
    if isinstance(value, Listing) and (rows := value.table()):
        return _drawn(tables.draw(rows), look)
    if isinstance(value, dict | list | tuple | set) and value:
        from rich.pretty import Pretty

        return _drawn(Pretty(value, expand_all=False), look)
    return f"{value!r}\n"


def _drawn(what: Any, look: Look) -> str:
    from rich.console import Console

    out = io.StringIO()
    colours: Any = "standard" if look.colour else None
    console = Console(
        file=out, width=max(20, look.width), force_terminal=look.colour, color_system=colours, soft_wrap=not look.colour
    )
    console.print(what)
    return out.getvalue()
