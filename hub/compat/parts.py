"""Parts of the ``biothings`` package that are reached as attributes, without an import of their own."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any


def of(package: str) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package: imports the part of that name.

    Args:
        package: its dotted name.
    """

    def part(name: str) -> Any:
        full = f"{package}.{name}"
        if not name.startswith("_"):
            try:
                return importlib.import_module(full)
            except ModuleNotFoundError as error:
                if error.name != full:
                    raise
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return part
