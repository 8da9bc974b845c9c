"""Indexer classes: what a project may change about its indices.

``INDEX_CONFIG["indexer_select"]`` names them: a dotted path of the build's record to a dotted path of a class, which is
taken for builds whose record has that; None stands for all others.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from hub.config import Settings
from hub.dataindex.errors import IndexArgumentError, IndexerClassError
from hub.errors import HubError
from hub.search.port import IndexConfig, SearchEngine

#: Names of existing configurations. Cold builds are joined in any case, where a configuration names one.
_ALIASES = ("biothings.hub.dataindex.indexer.Indexer", "biothings.hub.dataindex.indexer.ColdHotIndexer")
_OTHERS = (None, "", "None", "null")  # what stands for all others; JSON has no None as a key

SELECT = 'INDEX_CONFIG["indexer_select"]'


class Indexer:
    """Makes the index of a build as it is. Subclasses override some of these; they run in a thread of the hub.

    Args:
        build: the build's record.
        env: environment of ``INDEX_CONFIG``.
        index: name of the index.
    """

    def __init__(self, build: Mapping[str, Any], env: str, index: str) -> None:
        self.build, self.env, self.index = build, env, index

    def index_config(self, config: IndexConfig) -> IndexConfig:
        """Mapping, metadata and settings that the index is created with, from those of the build."""
        return config

    def pre_index(self, engine: SearchEngine) -> None:
        """Called when the index is there, before documents are sent."""

    def post_index(self, engine: SearchEngine) -> None:
        """Called when the index is whole, before it is registered and any alias moves. An error fails the index."""


def hook(indexer: Indexer, name: str, argument: Any) -> Any:
    """What a method of an indexer gives.

    Raises:
        IndexerClassError: it failed.
    """
    try:
        return getattr(indexer, name)(argument)
    except HubError:
        raise
    except Exception as error:
        raise IndexerClassError(indexer.index, type(indexer).__qualname__, name, error) from error


def select(settings: Settings, build: Mapping[str, Any]) -> type[Indexer]:
    """The class for a build.

    Raises:
        IndexArgumentError: several rules match, none does, or the class can not be used.
    """
    rules = (settings.get("INDEX_CONFIG") or {}).get("indexer_select") or {}
    if not rules:
        return Indexer
    found = [str(path) for path in rules if path not in _OTHERS and _has(build, str(path))]
    if len(found) > 1:
        raise IndexArgumentError(SELECT, sorted(found), f"`{build['_id']}` has all of these. Let only one match.")
    if found:
        return _imported(str(rules[found[0]]))
    for key in _OTHERS:
        if key in rules:
            return _imported(str(rules[key]))
    raise IndexArgumentError(SELECT, list(rules), f"`{build['_id']}` has none of these. Add None, for all others.")


def _has(build: Any, path: str) -> bool:
    for part in path.split("."):
        if not isinstance(build, Mapping) or part not in build:
            return False
        build = build[part]
    return True


def _imported(path: str) -> type[Indexer]:
    if path in _ALIASES:
        return Indexer
    module, _, name = path.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
    except Exception as error:  # code of the application runs
        reason = f"can not be imported ({type(error).__name__}: {error})."
        raise IndexArgumentError(SELECT, path, reason) from error
    if not (isinstance(found, type) and issubclass(found, Indexer)):
        raise IndexArgumentError(SELECT, path, f"is no subclass of {__name__}.{Indexer.__name__}.")
    return found
