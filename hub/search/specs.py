"""From settings to engines: ``INDEX_CONFIG`` names environments, each a picklable recipe for any process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from hub.search.errors import EngineSpecError
from hub.search.port import SearchEngine, SearchSpec

EMBEDDED = "embedded"
ELASTIC = "elastic"
LOCAL_ENVIRONMENT = "localhub"  #: the environment that is always there


class _Settings(Protocol):
    def __getitem__(self, name: str, /) -> Any: ...

    def get(self, name: str, /) -> Any:
        """The value of a setting, or None."""
        ...


def open_engine(spec: SearchSpec) -> SearchEngine:
    """Open the engine of a recipe.

    Raises:
        EngineSpecError: unknown engine or options.
        EngineUnavailableError: the folder cannot be used.
    """
    if spec.engine == EMBEDDED:
        from hub.search.embedded import EmbeddedEngine

        return EmbeddedEngine(spec)
    if spec.engine == ELASTIC:
        from hub.search.elastic import ElasticEngine

        return ElasticEngine(spec)
    raise EngineSpecError(spec.engine, f"there are `{EMBEDDED}` and `{ELASTIC}`")


def specs(settings: _Settings) -> dict[str, SearchSpec]:
    """Environment name to recipe, from ``INDEX_CONFIG["env"]``.

    An environment without ``host``, or with the host ``embedded``, is the embedded engine in ``SEARCH_FOLDER``. The
    environment ``localhub`` is added when it is not configured.

    Raises:
        EngineSpecError: an environment that is not an object.
    """
    config = settings.get("INDEX_CONFIG") or {}
    environments = config.get("env", {}) if isinstance(config, Mapping) else {}
    found = {name: _spec(name, env or {}, settings) for name, env in environments.items()}
    if LOCAL_ENVIRONMENT not in found:
        found[LOCAL_ENVIRONMENT] = _embedded(settings, {})
    return found


def _spec(name: str, environment: Any, settings: _Settings) -> SearchSpec:
    if not isinstance(environment, Mapping):
        raise EngineSpecError(ELASTIC, f"INDEX_CONFIG env `{name}` must be an object with `host`")
    indexer = environment.get("indexer") or {}
    options = dict(indexer.get("args") or {})
    host = environment.get("host")
    if host is None or host in ("", EMBEDDED):
        return _embedded(settings, {k: v for k, v in options.items() if k in ("heap", "threads")})
    if indexer.get("bulk"):
        options["bulk"] = dict(indexer["bulk"])
    return SearchSpec(engine=ELASTIC, location=_url(str(host)), options=options)


def _embedded(settings: _Settings, options: Mapping[str, Any]) -> SearchSpec:
    return SearchSpec(engine=EMBEDDED, location=str(settings["SEARCH_FOLDER"]), options=dict(options))


def _url(host: str) -> str:
    """``localhost:9200`` becomes a URL."""
    return host if "://" in host else f"http://{host}"
