"""Configuration: `load` gives the `Settings`; see ``docs/configuration.md``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.config.errors import ConfigError
from hub.config.secret import Secret
from hub.config.settings import Settings
from hub.config.values import ConfigurationDefault, ConfigurationError, ConfigurationValue

__all__ = [
    "ConfigError",
    "ConfigurationDefault",
    "ConfigurationError",
    "ConfigurationValue",
    "Secret",
    "Settings",
    "load",
]


def load(
    home: str | Path | None = None,
    *,
    config: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """Load and check all settings; see `hub.config.loader.load`."""
    from hub.config import loader

    return loader.load(home, config=config, environ=environ, flags=flags)
