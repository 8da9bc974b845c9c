"""Reading the hub's records and documents from plugin code (``biothings.utils.hub_db``)."""

from __future__ import annotations

from typing import Any

from hub.dataload.aliases import current_settings
from hub.dataload.known import StateCollection
from hub.dataload.uploader.database import PluginCollection, PluginDatabase
from hub.store import open_store
from hub.store.opening import specs


def get_src_db(conn: Any = None) -> PluginDatabase:
    """The source database: one collection a sub-source."""
    return PluginDatabase(open_store(specs(current_settings())[0]))


def get_target_db(conn: Any = None) -> PluginDatabase:
    """The database of builds, to read only; the one that builders may change is in `hub.compat.stores`."""
    return PluginDatabase(open_store(specs(current_settings())[1]))


def get_src_dump(conn: Any = None) -> StateCollection:
    """What is known of each source: release, folder, status of its download and uploads. To read only."""
    return StateCollection("DATA_SRC_DUMP_COLLECTION", "src_dump")


def get_src_master(conn: Any = None) -> StateCollection:
    """Mapping and metadata of each sub-source. To read only."""
    return StateCollection("DATA_SRC_MASTER_COLLECTION", "src_master")


def get_src_build(conn: Any = None) -> StateCollection:
    """What is known of each build. To read only."""
    return StateCollection("DATA_SRC_BUILD_COLLECTION", "src_build")


def get_src_build_config(conn: Any = None) -> StateCollection:
    """The build configurations. To read only."""
    collection = get_src_build()
    collection.name += "_config"
    return collection


def get_data_plugin(conn: Any = None) -> StateCollection:
    """What is known of each plugin. To read only."""
    return StateCollection("DATA_PLUGIN_COLLECTION", "data_plugin")


def get_source_fullname(col_name: str) -> str | None:
    """The full name of the source that a collection belongs to, ``main.sub``, or ``main`` when both are equal."""
    for source in get_src_dump().find():
        if col_name in ((source.get("upload") or {}).get("jobs") or {}):
            main = str(source["_id"])
            return main if main == col_name else f"{main}.{col_name}"
    return None


__all__ = [
    "PluginCollection",
    "get_data_plugin",
    "get_source_fullname",
    "get_src_build",
    "get_src_build_config",
    "get_src_db",
    "get_src_dump",
    "get_src_master",
    "get_target_db",
]
