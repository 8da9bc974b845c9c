"""Marks the ready parsers, so that a plugin's options are checked when it loads and not when it is uploaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from hub.errors import HubError

F = TypeVar("F", bound=Callable[..., Iterator[dict[str, Any]]])


def ready(parser: F) -> F:
    """Mark a parser: calling it checks the options, no file is touched before the first document is asked for."""
    parser.check_options = lambda kwargs: _reason(parser, kwargs)  # type: ignore[attr-defined]
    return parser


def _reason(parser: Callable[..., Any], kwargs: Mapping[str, Any]) -> str:
    try:
        parser("", **kwargs).close()
    except HubError as error:
        return str(error)
    return ""
