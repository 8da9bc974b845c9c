"""A hub in a scratch folder that holds one plugin: what `hub plugin run`, `test` and `inspect` work with."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.dataload.plugin import Plugin
    from hub.server import Hub

Loader = Callable[[Path | None, dict[str, Any]], Any]  #: makes the settings for a home and flags


@contextlib.asynccontextmanager
async def scratch_hub(path: Path, load: Loader) -> AsyncIterator[tuple[Hub, Plugin]]:
    """A hub with embedded stores below a temporary folder, and the plugin of a folder loaded into it.

    Args:
        path: the plugin folder.
        load: makes the settings.

    Raises:
        hub.dataload.errors.PluginError: the plugin does not load.
    """
    from hub.server import Hub

    with tempfile.TemporaryDirectory(prefix="hub-plugin-") as scratch:
        empty = Path(scratch) / "plugins"
        empty.mkdir()
        settings = load(Path(scratch) / "home", {"DATA_PLUGIN_FOLDER": str(empty), "BUILDS": {}})
        async with Hub(settings) as hub:
            with contextlib.redirect_stdout(sys.stderr):
                plugin = hub.services.sources.adopt(path)
            yield hub, plugin
