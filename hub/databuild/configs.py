"""The book of build configurations: those made by commands, and those declared in the setting ``BUILDS``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hub.config import Settings
from hub.databuild.builder import BuilderRegistry
from hub.databuild.config import BuildConfig
from hub.databuild.errors import BuildConfigError, ConfigDeclaredError, ConfigExistsError
from hub.errors import NotFound
from hub.store.state import State

DECLARED = "declared"  # key that marks a configuration of the setting BUILDS
TEMPORARY = "temporary"  # key of one that is deleted, with its builds, when it has served its purpose
OWN_MARKS = frozenset({DECLARED, TEMPORARY})  # keys that only the hub sets


class ConfigBook:
    """Build configurations in the hub's records.

    Args:
        settings: configuration, for ``BUILDS``.
        state: the hub's records.
        registry: the builder classes that configurations may name.
    """

    def __init__(self, settings: Settings, state: State, registry: BuilderRegistry) -> None:
        self._settings, self._state, self._registry = settings, state, registry

    def get(self, name: str) -> BuildConfig:
        """One configuration.

        Raises:
            hub.errors.NotFound: there is none of that name.
        """
        document = self._state.build_configs.get(name)
        if document is None:
            raise NotFound("build configuration", name, [str(d["_id"]) for d in self._state.build_configs.all()])
        return BuildConfig.from_document(document)

    def all(self) -> list[BuildConfig]:
        """All configurations that can be read, by name."""
        documents = sorted(self._state.build_configs.all(), key=lambda d: str(d["_id"]))
        return [BuildConfig.from_document(d) for d in documents if not self.fault(d)]

    def documents(self) -> list[dict[str, Any]]:
        """All configurations as stored, by name."""
        return sorted((dict(d) for d in self._state.build_configs.all()), key=lambda d: str(d["_id"]))

    def fault(self, document: Mapping[str, Any]) -> str:
        """Why a stored configuration can not be built, or an empty text."""
        try:
            config = BuildConfig.from_document(document)
            config.check(datetime.now(UTC))
            self._registry.get(config.name, config.builder_class)
        except BuildConfigError as error:
            return str(error)
        return ""

    def create(
        self,
        name: str,
        doc_type: str,
        sources: Sequence[str],
        roots: Sequence[str] | None = None,
        builder_class: str | None = None,
        params: Mapping[str, Any] | None = None,
        archived: bool = False,
    ) -> dict[str, Any]:
        """Store a new configuration."""
        if self._state.build_configs.get(name) is not None:
            raise ConfigExistsError(name)
        return self._save(self._document(name, doc_type, sources, roots, builder_class, params, archived))

    def update(
        self,
        name: str,
        doc_type: str,
        sources: Sequence[str],
        roots: Sequence[str] | None = None,
        builder_class: str | None = None,
        params: Mapping[str, Any] | None = None,
        archived: bool = False,
    ) -> dict[str, Any]:
        """Replace a configuration."""
        self._refuse_declared(name)
        return self._save(self._document(name, doc_type, sources, roots, builder_class, params, archived))

    def delete(self, name: str) -> None:
        """Forget a configuration."""
        self._refuse_declared(name)
        self._state.build_configs.delete(name)

    def sync_declared(self) -> list[str]:
        """Bring the records to what ``BUILDS`` declares; returns the names that changed, sorted.

        A declared configuration that is no longer in the setting is forgotten; its builds stay.

        Raises:
            BuildConfigError: a declaration that could never be built.
        """
        declared: Mapping[str, Mapping[str, Any]] = self._settings.get("BUILDS") or {}
        changed = []
        for name, entry in declared.items():
            document = {**entry, "_id": name, "name": name, DECLARED: True}
            wanted = BuildConfig.from_document(document)
            if self._state.build_configs.get(name) != wanted.to_document():
                self._save(wanted.to_document())
                changed.append(name)
        for document in self.documents():
            if document.get(DECLARED) and document["_id"] not in declared:
                self._state.build_configs.delete(document["_id"])
                changed.append(str(document["_id"]))
        return sorted(changed)

    def _document(
        self,
        name: str,
        doc_type: str,
        sources: Sequence[str],
        roots: Sequence[str] | None,
        builder_class: str | None,
        params: Mapping[str, Any] | None,
        archived: bool,
    ) -> dict[str, Any]:
        return {
            **(params or {}),
            "_id": name,
            "name": name,
            "doc_type": doc_type,
            "sources": sources,
            "root": roots or [],
            "builder_class": builder_class,
            "archived": archived,
        }

    def _save(self, document: Mapping[str, Any]) -> dict[str, Any]:
        config = BuildConfig.from_document(document)
        config.check(datetime.now(UTC))
        self._registry.get(config.name, config.builder_class)
        stored = config.to_document()
        self._state.build_configs.put(stored)
        return stored

    def _refuse_declared(self, name: str) -> None:
        document = self._state.build_configs.get(name)
        if document is None:
            raise NotFound("build configuration", name, [str(d["_id"]) for d in self._state.build_configs.all()])
        if document.get(DECLARED):
            raise ConfigDeclaredError(name)
