"""The top-level modules that plugin code expects: ``biothings`` and ``config``.

``biothings`` is `hub/compat/biothings`: aliases of the hub's own classes. In the hub's processes it comes before an
installed package of that name, which stays as it is for every other program. ``config`` shows the hub's settings.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from hub.errors import suggest

COMPAT = Path(__file__).resolve().parents[1] / "compat"
_MISSING = object()


class ConfigModule(ModuleType):
    """The module ``config`` of plugin code. Attributes are settings; ``logger`` is a logger whose lines reach the job.

    Folders are texts, as plugins join them.
    """

    logger = logging.getLogger("hub.plugins.code")

    def __init__(self, settings: Any) -> None:
        super().__init__("config", "The settings of the hub, for plugins.")
        self.__dict__["_settings"] = settings

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = self.__dict__["_settings"].get(name, _MISSING)
        if value is _MISSING:
            raise AttributeError(f"`config` has no setting `{name}`. {self._hint(name)}")
        return str(value) if isinstance(value, Path) else value

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._names(), "logger"})

    def _names(self) -> list[str]:
        settings = self.__dict__["_settings"]
        return [str(name) for name in settings] if hasattr(settings, "__iter__") else []

    def _hint(self, name: str) -> str:
        near = suggest(name, self._names())
        return f"{near} " * near.startswith("Did you mean") + f"Set `{name}` in config.py, or do not ask for it."


class _Finder(importlib.abc.MetaPathFinder):
    """Finds ``biothings``; its submodules are then found in its folder."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != "biothings":
            return None
        return importlib.machinery.PathFinder.find_spec(fullname, [str(COMPAT)], target)


def install(settings: Any) -> None:
    """Make both modules importable in this process.

    Args:
        settings: what ``config`` shows from now on; a mapping or `hub.config.Settings`.
    """
    present = sys.modules.get("config")
    if isinstance(present, ConfigModule):
        present.__dict__["_settings"] = settings
    else:
        sys.modules["config"] = ConfigModule(settings)
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
        _forget_foreign()


def current_settings() -> Any:
    """The settings that `install` was given last.

    Raises:
        KeyError: it was not called in this process.
    """
    return vars(sys.modules["config"])["_settings"]


def _forget_foreign() -> None:
    """Drop another ``biothings`` that was imported before."""
    found = sys.modules.get("biothings")
    if found is not None and not str(getattr(found, "__file__", "")).startswith(str(COMPAT)):
        for name in [n for n in sys.modules if n == "biothings" or n.startswith("biothings.")]:
            del sys.modules[name]
