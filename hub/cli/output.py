"""What the command line prints: tables for people, JSON for programs, errors on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from hub.commands import page
from hub.errors import HubError


def show(value: Any, as_json: bool, *, text: str | None = None) -> None:
    """Print a result.

    Args:
        value: JSON-like result.
        as_json: print it as JSON.
        text: what people see instead of a rendering of ``value``.
    """
    if as_json:
        print_json(value)
    elif text is not None:
        print(text)
    elif isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
        table(value)
    elif value is None:
        print("Done.")
    elif isinstance(value, list) and not value:
        print("none")
    elif isinstance(value, str):
        print(value)
    else:
        print_json(value)


def more(value: Any) -> None:
    """Say what follows, when a result is a part of a list and not its end."""
    if (part := page.told(value)) and part["total"] > (end := part["offset"] + len(value)):
        print(f"{len(value):,} of {part['total']:,}; --offset {end} shows the next.")


def print_json(value: Any) -> None:
    """JSON with two blanks of indentation on standard output."""
    sys.stdout.write(to_json(value) + "\n")
    sys.stdout.flush()


def lines(values: Iterable[Any]) -> None:
    """One JSON value a line on standard output, for `jq` and files."""
    for value in values:
        sys.stdout.write(to_json(value, indent=False) + "\n")
    sys.stdout.flush()


def to_json(value: Any, *, indent: bool = True) -> str:
    """JSON text; datetimes as ISO 8601."""
    option = orjson.OPT_NON_STR_KEYS | (orjson.OPT_INDENT_2 if indent else 0)
    return orjson.dumps(value, default=str, option=option).decode()


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> None:
    """A table of the rows' keys."""
    from rich.console import Console

    from hub.commands import tables

    console = Console(soft_wrap=not sys.stdout.isatty())
    if not sys.stdout.isatty():
        console.width = 200
    console.print(tables.draw(rows, columns))


def fail(error: HubError, as_json: bool) -> None:
    """Print an error on standard error."""
    if as_json:
        body = {"status": "error", "error": str(error), "type": type(error).__name__, "code": error.exit_code}
        sys.stderr.write(to_json(body) + "\n")
    else:
        sys.stderr.write(f"hub: {error}\n")
