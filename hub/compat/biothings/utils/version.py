"""``biothings.utils.version``."""

from typing import Any


def set_versions(config: Any, app_folder: Any) -> None:
    """Does nothing: the hub knows the versions of its code and of the application's."""
