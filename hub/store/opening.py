"""Which store the settings ask for, and how it is opened."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote_plus

from hub.config.secret import reveal
from hub.store.errors import StoreSettingError
from hub.store.port import DocumentStore, StoreSpec


class SettingsReader(Protocol):
    """What is needed of `hub.config.Settings`."""

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a setting, or ``default``."""
        ...


def open_store(spec: StoreSpec) -> DocumentStore:
    """Open a store, in any process or thread.

    Raises:
        StoreSettingError: an engine that does not exist.
        hub.store.errors.StoreUnavailableError: the server does not answer.
    """
    if spec.engine == "sqlite":
        from hub.store.sqlite import SqliteStore

        return SqliteStore(spec)
    if spec.engine == "mongo":
        from hub.store.mongo import MongoStore

        return MongoStore(spec)
    raise StoreSettingError("engine", f"there is no store engine `{spec.engine}`; there are `sqlite` and `mongo`.")


def specs(settings: SettingsReader) -> tuple[StoreSpec, StoreSpec]:
    """The recipes of the source and of the target database.

    ``DATA_SRC_SERVER`` and ``DATA_TARGET_SERVER`` may be a MongoDB URI or a host name; empty means the embedded store.
    """
    return _spec(settings, "DATA_SRC", "hub_src"), _spec(settings, "DATA_TARGET", "hub_target")


def _spec(settings: SettingsReader, prefix: str, default_database: str) -> StoreSpec:
    database = settings.get(f"{prefix}_DATABASE") or default_database
    server = reveal(settings.get(f"{prefix}_SERVER"))
    if not server:
        return StoreSpec("sqlite", database, str(store_folder(settings)))
    uri = mongo_uri(
        server,
        settings.get(f"{prefix}_PORT"),
        settings.get(f"{prefix}_SERVER_USERNAME"),
        reveal(settings.get(f"{prefix}_SERVER_PASSWORD")),
    )
    return StoreSpec("mongo", database, uri)


def store_folder(settings: SettingsReader) -> Path:
    """The folder of the embedded stores."""
    folder = settings.get("STORE_FOLDER") or Path(settings.get("HUB_HOME") or "hub_data") / "store"
    return Path(folder).expanduser().absolute()


def mongo_uri(server: str, port: int | None = None, username: str | None = None, password: str | None = None) -> str:
    """The URI of a MongoDB server.

    Args:
        server: a URI, which is taken as it is when it names a user, or a host with or without a port.
        port: used when ``server`` has none.
        username: user name, or None.
        password: its password in plain text, or None.
    """
    scheme, found, rest = server.partition("://")
    if not found:
        scheme, rest = "mongodb", server
        if port and ":" not in rest.rpartition("]")[2]:
            rest = f"{rest}:{port}"
    if scheme not in ("mongodb", "mongodb+srv"):
        raise StoreSettingError(
            "DATA_SRC_SERVER", f"`{scheme}://` is no MongoDB URI; write a host or `mongodb://host`."
        )
    if username and "@" not in rest:
        secret = f":{quote_plus(password)}" if password else ""
        rest = f"{quote_plus(username)}{secret}@{rest}"
    return f"{scheme}://{rest}" if "/" in rest else f"{scheme}://{rest}/"


def hub_backend(settings: SettingsReader) -> Mapping[str, Any]:
    """``HUB_DB_BACKEND`` as a mapping; empty when nothing is set.

    Raises:
        StoreSettingError: not an object with a ``module``.
    """
    backend = settings.get("HUB_DB_BACKEND") or {}
    if not isinstance(backend, Mapping) or (backend and "module" not in backend):
        raise StoreSettingError("HUB_DB_BACKEND", 'write {"module": "biothings.utils.mongo", "uri": "mongodb://..."}.')
    return backend
