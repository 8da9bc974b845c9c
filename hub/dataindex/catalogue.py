"""Which search engines there are, and which index was made of which build."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from hub.config import Settings
from hub.dataindex.errors import IndexArgumentError
from hub.dataindex.indexer import MODES, LoadReport
from hub.errors import HubError, NotFound
from hub.search import open_engine, specs
from hub.search.port import SearchEngine, SearchSpec
from hub.store.state import State

EMBEDDED = "embedded"
BUILD_CONFIG_KEY = "build_config"  #: key of a build's record that names its configuration
HARMLESS = ("request_timeout", "timeout", "retry_on_timeout", "max_retries")  #: arguments of clients that may be told
UPDATE = "update"  # how an index is made of another one; not a mode that can be asked for
KEPT_IN_RECORD = 100  # refused documents that a build's record lists


class IndexCatalogue:
    """Environments and registered indices.

    Args:
        settings: configuration.
        state: the hub's records.
    """

    def __init__(self, settings: Settings, state: State) -> None:
        self._settings, self._state = settings, state
        self._specs = specs(settings)
        self._engines: dict[str, SearchEngine] = {}

    # -- environments ----------------------------------------------------------------------------------------------

    def environments(self) -> list[str]:
        """Names of the environments."""
        return sorted(self._specs)

    def spec(self, env: str) -> SearchSpec:
        """Recipe of the engine of an environment.

        Raises:
            hub.errors.NotFound: there is no such environment.
        """
        if env not in self._specs:
            raise NotFound("index environment", env, self._specs)
        return self._specs[env]

    def engine(self, env: str) -> SearchEngine:
        """The engine of an environment, opened once."""
        if env not in self._engines:
            self._engines[env] = open_engine(self.spec(env))
        return self._engines[env]

    def host(self, env: str) -> str:
        """What is shown as its host; never a password or a path."""
        spec = self.spec(env)
        return EMBEDDED if spec.engine == EMBEDDED else _without_password(spec.location)

    def concurrency(self, env: str) -> int | None:
        """How many indices of an environment are loaded at a time (``indexer.concurrency``); None without a limit.

        Raises:
            IndexArgumentError: the number in ``INDEX_CONFIG`` is none.
        """
        config: Mapping[str, Any] = self._settings.get("INDEX_CONFIG") or {}
        value = (((config.get("env") or {}).get(env) or {}).get("indexer") or {}).get("concurrency")
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise IndexArgumentError("concurrency", value, f"of the environment `{env}` must be a number from 1.")
        return value

    def close(self) -> None:
        """Release the engines."""
        for engine in self._engines.values():
            engine.close()
        self._engines = {}

    def info(self, remote: bool) -> dict[str, Any]:
        """``INDEX_CONFIG`` as completed; of the client's arguments, which may hold secrets, a few are told."""
        config: Mapping[str, Any] = self._settings.get("INDEX_CONFIG") or {}
        environments: dict[str, Any] = {}
        for env in self.environments():
            written = (config.get("env") or {}).get(env) or {}
            entry: dict[str, Any] = {"host": self.host(env), "index": list(written.get("index") or [])}
            indexer = written.get("indexer") or {}
            given = indexer.get("args") or {}
            args = {name: given[name] for name in HARMLESS if name in given}
            entry["indexer"] = {"args": {**args, "hosts": entry["host"]}}
            if indexer.get("concurrency"):
                entry["indexer"]["concurrency"] = indexer["concurrency"]
            if remote:
                entry["index"] = self._remote(env)
            environments[env] = entry
        return {
            "indexer_select": dict(config.get("indexer_select") or {}),
            "build_config_key": config.get("build_config_key") or BUILD_CONFIG_KEY,
            "index_modes": dict(MODES),
            "env": environments,
        }

    def by_name(self, pattern: str, env_name: str | None, limit: int) -> list[dict[str, Any]]:
        """Indices by name, newest first; see `IndexManager.get_indexes_by_name`."""
        patterns = [part.strip() for part in pattern.split(",") if part.strip()]
        found: list[dict[str, Any]] = []
        for env in [env_name] if env_name else self.environments():
            self.spec(env)
            try:
                found.extend(self._described(env, patterns))
            except HubError:
                if env_name:
                    raise
        found.sort(key=lambda entry: int(entry["creation_date"]), reverse=True)
        return found[:limit] if limit else found

    def _described(self, env: str, patterns: list[str]) -> Iterator[dict[str, Any]]:
        engine, created = self.engine(env), self._creation_dates(env)
        aliases = engine.aliases()
        for name in engine.names():
            known_as = [name, *(alias for alias, index in aliases.items() if index == name)]
            if not any(fnmatch.fnmatchcase(shown, pattern) for shown in known_as for pattern in patterns):
                continue
            meta = engine.meta(name)
            if not meta.get("biothing_type") or "total" not in (meta.get("stats") or {}):
                continue
            at = created.get(name) or meta.get("build_date")
            yield {
                "index_name": name,
                "doc_type": meta["biothing_type"],
                "build_version": meta.get("build_version"),
                "count": engine.count(name),
                "creation_date": str(int(_time(at).timestamp() * 1000)),
                "environment": {"name": env, "host": self.host(env)},
            }

    def _creation_dates(self, env: str) -> dict[str, Any]:
        dates = {}
        for build in self._state.builds.all():
            for name, entry in (build.get("index") or {}).items():
                if entry.get("environment") == env:
                    dates[name] = entry.get("created_at")
        return dates

    def _remote(self, env: str) -> list[dict[str, Any]]:
        try:
            engine = self.engine(env)
            aliases = engine.aliases()
            return [
                {
                    "index": name,
                    "aliases": sorted(alias for alias, index in aliases.items() if index == name),
                    "doc_type": engine.meta(name).get("biothing_type"),
                }
                for name in engine.names()
            ]
        except HubError as error:
            return [{"index": "", "aliases": [], "doc_type": None, "error": str(error)}]

    # -- registered indices ----------------------------------------------------------------------------------------

    def begin(self, build: str, index: str, env: str, mode: str) -> None:
        """Note that an index is in the making, so that a crash leaves a trace of it."""
        entry = {"environment": env, "mode": mode, "started_at": datetime.now(UTC)}
        self._state.builds.update(build, {f"indexing.{index}": entry})

    def unfinished(self, build: Mapping[str, Any], index: str, env: str) -> bool:
        """Whether an index was begun in an environment and never finished."""
        entry = (build.get("indexing") or {}).get(index) or {}
        return bool(entry.get("environment") == env and entry.get("mode") in ("index", "purge", "resume", UPDATE))

    def is_half_updated(self, build: Mapping[str, Any], index: str) -> bool:
        """Whether an index was being made of another one: nobody knows which documents it has of which build."""
        return ((build.get("indexing") or {}).get(index) or {}).get("mode") == UPDATE

    def register(self, build: str, index: str, env: str, loaded: LoadReport) -> None:
        """Note that an index is whole."""
        entry: dict[str, Any] = {
            "host": self.host(env),
            "environment": env,
            "count": loaded.count,
            "created_at": datetime.now(UTC),
        }
        if loaded.rejected_count:
            entry["rejected_count"] = loaded.rejected_count
            entry["rejected"] = [{"id": r.id, "reason": r.reason} for r in loaded.rejected[:KEPT_IN_RECORD]]
        collection = self._settings["DATA_SRC_BUILD_COLLECTION"]
        self._state.store.update(collection, build, set={f"index.{index}": entry}, unset=[f"indexing.{index}"])

    def registered(self, build: Mapping[str, Any], index: str, env: str) -> bool:
        """Whether an index was made of a build in an environment."""
        return bool(((build.get("index") or {}).get(index) or {}).get("environment") == env)

    def forget(self, build: str, index: str) -> None:
        """Remove an index from the record of its build."""
        self._unset(build, f"index.{index}")

    def forget_unfinished(self, build: str, index: str) -> None:
        """Remove the trace of an index in the making."""
        self._unset(build, f"indexing.{index}")

    def configurations(self) -> list[str]:
        """Build configurations that have builds."""
        return sorted({str((b.get("build_config") or {}).get("_id")) for b in self._state.builds.all()})

    def old_indices(self, conf: str, env: str, keep: int, protected: Collection[str]) -> list[dict[str, Any]]:
        """Registered indices of a configuration beyond the newest ``keep``, oldest first; never a protected one."""
        entries = [
            {
                "environment": env,
                "build_config": conf,
                "build": str(build["_id"]),
                "index_name": name,
                "created_at": entry.get("created_at"),
            }
            for build in self._state.builds.all(conf)
            for name, entry in (build.get("index") or {}).items()
            if entry.get("environment") == env
        ]
        entries.sort(key=lambda e: _time(e["created_at"]).timestamp(), reverse=True)
        return [entry for entry in entries[keep:] if entry["index_name"] not in protected][::-1]

    def _unset(self, build: str, path: str) -> None:
        self._state.store.update(self._settings["DATA_SRC_BUILD_COLLECTION"], build, unset=[path])


def _time(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(str(value)) if value else datetime.fromtimestamp(0, UTC)


def _without_password(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"
