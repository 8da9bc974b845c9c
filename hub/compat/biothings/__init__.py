"""What ``import biothings`` finds in the hub's processes."""

import importlib
from typing import Any

from hub.compat import parts

config: Any = importlib.import_module("config")


def config_for_app(config_mod: Any) -> None:
    """Does nothing: the hub's settings are there already. Advanced plugins call it first of all."""


# Plugins use `biothings.hub.dataload.storage.X` after importing only a part of it, or nothing but `biothings`.
__getattr__ = parts.of(__name__)
for _name in ("hub.dataload.dumper", "hub.dataload.storage", "hub.dataload.uploader", "utils.common"):
    importlib.import_module(f"biothings.{_name}")
