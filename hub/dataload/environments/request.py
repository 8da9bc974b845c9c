"""What the hub asks of a plugin's process; picklable, and sent only in that direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.dataload.manifest import FunctionRef


@dataclass(frozen=True)
class Request:
    """One call.

    Attributes:
        call: ``check``, ``parser``, ``release``, ``mapping`` or ``parallelizer``.
        folder: the plugin folder.
        settings: snapshot of the configuration.
        reference: the function.
        sub: sub-source it belongs to.
        arguments: of a parser.
        options: keyword arguments of a parser; else what the call needs.
    """

    call: str
    folder: str
    settings: dict[str, Any]
    reference: FunctionRef = field(default_factory=lambda: FunctionRef("", ""))
    sub: str = ""
    arguments: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
