"""What the configuration files of existing hubs import from ``biothings``, while they are run.

Such a file makes its values with ``biothings.utils.configuration``, a logger with ``biothings.utils.loggers`` and
switches ``biothings.utils.jsondiff``. The folder `biothings` here has these three modules and nothing else; once the
file has been run they are gone again, so that plugins find the package that is meant for them.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

PACKAGE = "biothings"


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != PACKAGE:
            return None
        return importlib.machinery.PathFinder.find_spec(fullname, [str(Path(__file__).parent)], target)


@contextmanager
def importable() -> Iterator[None]:
    """Let ``import biothings`` find these modules for a while."""
    kept = {name: sys.modules.pop(name) for name in _names()}
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in _names():
            del sys.modules[name]
        sys.modules.update(kept)


def _names() -> list[str]:
    return [name for name in sys.modules if name.partition(".")[0] == PACKAGE]
