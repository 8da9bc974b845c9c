"""Calling code of plugins: what it raises becomes an error that names the plugin, the method, the file and the line."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hub.dataload.dumper.errors import DumperCodeError
from hub.errors import HubError

if TYPE_CHECKING:
    from hub.dataload.dumper.base import BaseDumper

_OURS = str(Path(__file__).resolve().parents[2])


@contextlib.contextmanager
def plugin_code(dumper: BaseDumper, step: str) -> Iterator[None]:
    """Run a method that a plugin may have written.

    Raises:
        HubError: as it is.
        DumperCodeError: for anything else that is raised.
    """
    try:
        yield
    except HubError:
        raise
    except OSError as error:
        if error.errno is not None and not plugin_line(error)[0]:
            raise  # of our own code: the run tells it
        raise _told(dumper, step, error) from error
    except (Exception, SystemExit) as error:
        raise _told(dumper, step, error) from error


def plugin_line(error: BaseException) -> tuple[str, int]:
    """File and line of the last frame that is neither ours nor of an installed package."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        name = frame.filename
        if not name.startswith((_OURS, "<frozen")) and "site-packages" not in name and "/lib/python" not in name:
            return name, frame.lineno or 0
    return "", 0


def _told(dumper: BaseDumper, step: str, error: BaseException) -> DumperCodeError:
    return DumperCodeError(dumper.src_name, step, f"{type(error).__name__}: {error}", *plugin_line(error))
