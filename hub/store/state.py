"""The hub's own records: `open_state` gives typed repositories over the configured engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hub.config.secret import reveal
from hub.store.errors import StoreSettingError
from hub.store.opening import hub_backend, mongo_uri, store_folder
from hub.store.records.aliases import AliasRows
from hub.store.records.base import Repository
from hub.store.records.builds import BuildRecords
from hub.store.records.closing import Closing
from hub.store.records.jobs import JobRows
from hub.store.records.mappings import MappingRows
from hub.store.records.masters import MasterRecords
from hub.store.records.releases import ReleaseRows
from hub.store.records.runs import RunRows
from hub.store.records.sources import SourceRecords
from hub.store.state_port import StateStore, Subscriber
from hub.store.state_sqlite import SqliteState

if TYPE_CHECKING:
    from hub.config import Settings

#: Collection setting and the name of its things in change events.
ENTITIES = {
    "DATA_SRC_DUMP_COLLECTION": "source",
    "DATA_SRC_MASTER_COLLECTION": "master",
    "DATA_SRC_BUILD_COLLECTION": "build",
    "DATA_PLUGIN_COLLECTION": "data_plugin",
    "API_COLLECTION": "api",
    "CMD_COLLECTION": "command",
    "EVENT_COLLECTION": "event",
    "HUB_CONFIG_COLLECTION": "config",
    "JOB_COLLECTION": "job",
    "LANE_COLLECTION": "lane",
    "SCHEDULE_COLLECTION": "schedule",
    "DATA_SRC_RELEASE_COLLECTION": "release",
    "DATA_SRC_RUN_COLLECTION": "run",
}

#: Collections of the accounts; nobody is told of their changes.
ACCOUNTS = ("hub_user", "hub_group", "hub_session", "hub_api_key")
CONFIG_HISTORY = "hub_config_history"


class State:
    """All repositories.

    Args:
        store: the engine.
        settings: for the names of the collections.

    Attributes:
        store: the engine itself.
        sources: ``src_dump``.
        masters: ``src_master``.
        builds: ``src_build``.
        build_configs: ``src_build_config``.
        plugins: ``data_plugin``.
        apis: ``api``.
        commands: ``cmd``.
        events: ``event``.
        overrides: ``hub_config``.
        jobs: ``job``.
        lanes: ``job_lane``.
        schedules: ``schedule``.
        users, groups, sessions, api_keys: the accounts.
        config_history: changes of settings.
        releases: ``src_release``.
        runs: ``src_run``.
        mappings: ``src_master_mapping``, the history of committed mappings.
        aliases: ``src_build_alias``, where the aliases of indices pointed.
    """

    def __init__(self, store: StateStore, settings: Settings) -> None:
        self.store = store
        self._closing = Closing()
        self.sources = SourceRecords(store, settings["DATA_SRC_DUMP_COLLECTION"], self._closing)
        self.masters = MasterRecords(store, settings["DATA_SRC_MASTER_COLLECTION"])
        self.builds = BuildRecords(store, settings["DATA_SRC_BUILD_COLLECTION"], self._closing)
        self.build_configs = Repository(store, f"{settings['DATA_SRC_BUILD_COLLECTION']}_config")
        self.plugins = Repository(store, settings["DATA_PLUGIN_COLLECTION"])
        self.apis = Repository(store, settings["API_COLLECTION"])
        self.commands = Repository(store, settings["CMD_COLLECTION"])
        self.events = Repository(store, settings["EVENT_COLLECTION"])
        self.overrides = Repository(store, settings["HUB_CONFIG_COLLECTION"])
        self.jobs = JobRows(store, settings["JOB_COLLECTION"])
        self.lanes = Repository(store, settings["LANE_COLLECTION"])
        self.schedules = Repository(store, settings["SCHEDULE_COLLECTION"])
        self.users, self.groups, self.sessions, self.api_keys = (Repository(store, name) for name in ACCOUNTS)
        self.config_history = Repository(store, CONFIG_HISTORY)
        self.releases = ReleaseRows(store, settings["DATA_SRC_RELEASE_COLLECTION"])
        self.runs = RunRows(store, settings["DATA_SRC_RUN_COLLECTION"], self._closing)
        self.mappings = MappingRows(store, f"{settings['DATA_SRC_MASTER_COLLECTION']}_mapping")
        self.aliases = AliasRows(store, f"{settings['DATA_SRC_BUILD_COLLECTION']}_alias")

    def subscribe(self, fn: Subscriber) -> Callable[[], None]:
        """Have ``fn(change)`` called after each change; returns the function that ends it."""
        return self.store.subscribe(fn)

    def close(self) -> None:
        """Release files and connections."""
        self._closing.end()
        self.store.close()


def entities(settings: Settings) -> dict[str, str]:
    """Name of the things of each collection, by collection."""
    named = {str(settings[name]): entity for name, entity in ENTITIES.items()}
    named[f"{settings['DATA_SRC_BUILD_COLLECTION']}_config"] = "build_config"
    named[f"{settings['DATA_SRC_BUILD_COLLECTION']}_alias"] = "alias"
    named[f"{settings['DATA_SRC_MASTER_COLLECTION']}_mapping"] = "mapping"
    named |= dict.fromkeys((*ACCOUNTS, CONFIG_HISTORY), "account")
    return named


def open_state(settings: Settings) -> State:
    """The hub's records as ``HUB_DB_BACKEND`` says; empty means the embedded file below ``STORE_FOLDER``.

    Raises:
        StoreSettingError: a backend that does not exist.
        hub.store.errors.StoreUnavailableError: the server does not answer, or the file can not be opened.
    """
    backend = hub_backend(settings)
    module = str(backend.get("module") or "").rpartition(".")[2]
    if module == "mongo":
        from hub.store.state_mongo import MongoState

        uri = mongo_uri(reveal(backend.get("uri")) or "localhost")
        return State(MongoState(uri, settings["DATA_HUB_DB_DATABASE"], entities(settings)), settings)
    if module in ("", "sqlite3"):
        folder = Path(backend.get("sqlite_db_folder") or store_folder(settings))
        return State(SqliteState(folder / f"{settings['DATA_HUB_DB_DATABASE']}.hub", entities(settings)), settings)
    raise StoreSettingError(
        "HUB_DB_BACKEND", f"there is no backend `{backend['module']}`; there are mongo and sqlite3."
    )
