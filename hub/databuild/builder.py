"""Builder classes: what a project may change about its builds.

A project subclasses `DataBuilder`, overrides some hooks and registers the class (`BuildManager.register_builder`, or a
dotted path in the setting ``BUILDER_CLASSES``); a configuration names it in ``builder_class``. Hooks run in the hub;
cleaners and mappers are sent to worker processes, so they must be picklable: functions and classes of a module.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from hub.databuild.config import BuildConfig
from hub.databuild.errors import BuildConfigError
from hub.databuild.mappers import Mapper
from hub.errors import suggest
from hub.jobs.port import JobRunner
from hub.store.port import Collection, Document, DocumentStore


class DataBuilder:
    """Merges the sources of a configuration into a new collection.

    Args:
        config: the configuration.
        started_at: time of the build, with zone.
        mappers: id mappers that sources may name; default: the class attribute.

    Attributes:
        keep_archive: how many builds of the configuration are kept, the new one included; None for all.
        doc_root_key: key of the configuration that lists the root sources.
        checkpoint_documents: documents merged between two checkpoints, from which an interrupted build continues; there
            is one every few seconds too.
        links: the build is a link to its only source, nothing is copied.
        target: the merged collection; set before `post_merge` and later hooks; nobody else sees it yet.
        source_store: the source database.
    """

    keep_archive: ClassVar[int | None] = None
    doc_root_key: ClassVar[str] = "root"
    checkpoint_documents: ClassVar[int] = 250_000
    links: ClassVar[bool] = False
    mappers: ClassVar[Sequence[Mapper]] = ()

    def __init__(self, config: BuildConfig, started_at: datetime, *, mappers: Iterable[Mapper] | None = None) -> None:
        self.config, self.started_at = config, started_at
        chosen = self.mappers if mappers is None else mappers
        self.mapper_by_name: dict[str, Mapper] = {m.name: m for m in chosen if m.name}
        self.target: Collection
        self.source_store: DocumentStore

    def roots(self) -> frozenset[str]:
        """Sources that may create documents; empty when all may.

        Raises:
            BuildConfigError: the configuration lacks the key `doc_root_key`.
        """
        key = self.doc_root_key
        if key == "root":
            return self.config.roots()
        document = self.config.to_document()
        if key not in document:
            raise BuildConfigError(self.config.name, key, "is missing; the builder class reads the root sources there.")
        renamed = BuildConfig.from_document({**document, "root": document[key]})
        renamed.check(self.started_at)
        return renamed.roots()

    def generate_document_query(self, src_name: str) -> Mapping[str, Any] | None:
        """A Mongo-style filter on the documents of a source; None for all of them."""
        return None

    def document_cleaner(self, src_name: str) -> Callable[[Document], Document | None] | None:
        """A picklable function that returns the document to merge (None leaves it out), or None for no cleaning."""
        return None

    def document_finisher(self) -> Callable[[Document], Document] | None:
        """A picklable function that returns the merged document to store, or None for storing it as it is.

        Applied to every document after the merge, it sees nothing but that document, keeps its ``_id``, and gives the
        same when it is applied again (as it is when sources are added to a build). Builds with a finisher are made of
        former ones like all others, which those with a `post_merge` can not be; a link is not finished.
        """
        return None

    def merge_order(self, other_sources: Sequence[str]) -> Sequence[str]:
        """Order in which the sources that are no roots are merged; later ones win."""
        return sorted(other_sources)

    def post_merge(self, source_names: Sequence[str], batch_size: int, job_manager: JobRunner) -> Any:
        """Work on the merged documents in ``self.target``; may be a coroutine function.

        It may read and change any document on behalf of any other, so a build of a class that has one is always merged
        in full. What concerns one document at a time belongs into `document_finisher`.
        """
        return None

    def get_stats(self, sources: Mapping[str, Any], job_manager: JobRunner) -> Any:
        """The ``stats`` of the build's metadata; may be a coroutine function. Default: the exact total."""
        return {"total": self.target.count()}

    def get_custom_metadata(self, sources: Mapping[str, Any], job_manager: JobRunner) -> Any:
        """More keys for the build's metadata; may be a coroutine function."""
        return {}

    def get_mapping(self, sources: Sequence[str]) -> Mapping[str, Any] | None:
        """The mapping of the build, or None for that of its sources."""
        return None

    def get_build_version(self) -> str:
        """Version of the build."""
        return self.config.build_version(self.started_at)


class LinkDataBuilder(DataBuilder):
    """Makes a build that is its only source: nothing is copied, which suits quick looks at one source."""

    links = True


STANDARD = "hub.databuild.builder.DataBuilder"
LINK = "hub.databuild.builder.LinkDataBuilder"
_ALIASES = {
    "biothings.hub.databuild.builder.DataBuilder": STANDARD,
    "biothings.hub.databuild.builder.LinkDataBuilder": LINK,
    "DataBuilder": STANDARD,
    "LinkDataBuilder": LINK,
}


class BuilderRegistry:
    """Builder classes by dotted path.

    Args:
        paths: more classes, or their dotted paths, which are imported when asked for.
    """

    def __init__(self, paths: Iterable[str | type[DataBuilder]] = ()) -> None:
        self._classes: dict[str, type[DataBuilder] | None] = {STANDARD: DataBuilder, LINK: LinkDataBuilder}
        for path in paths:
            if isinstance(path, type):
                self.add(path)
            else:
                self._classes[path] = None
        self.default = STANDARD

    def add(self, cls: type[DataBuilder]) -> str:
        """Register a class; returns its dotted path."""
        path = f"{cls.__module__}.{cls.__qualname__}"
        self._classes[path] = cls
        return path

    def names(self) -> list[str]:
        """Dotted paths, sorted."""
        return sorted(self._classes)

    def get(self, config: str, path: str | None) -> type[DataBuilder]:
        """The class of a dotted path, or the default one for None.

        Raises:
            BuildConfigError: it is not registered, or can not be imported.
        """
        name = _ALIASES.get(path or self.default, path or self.default)
        if name not in self._classes:
            raise BuildConfigError(
                config,
                "builder_class",
                f"`{name}` is not registered (setting BUILDER_CLASSES). {suggest(name, self.names())}",
            )
        cls = self._classes[name]
        if cls is None:
            cls = self._classes[name] = _imported(config, name)
        return cls

    def describe(self) -> dict[str, dict[str, Any]]:
        """For each dotted path its first line of documentation and whether it is the default."""
        described = {}
        for name in self.names():
            cls = self._classes[name]
            text = (inspect.getdoc(cls) or "") if cls else ""
            described[name] = {"desc": text.partition("\n")[0], "type": "class", "default": name == self.default}
        return described


def _imported(config: str, path: str) -> type[DataBuilder]:
    module, _, name = path.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise BuildConfigError(config, "builder_class", f"`{path}` cannot be imported: {error}") from error
    if isinstance(found, functools.partial) and isinstance(found.func, type) and set(found.keywords) <= {"mappers"}:
        found = type(name, (found.func,), {**found.keywords, "__module__": module})
    if not (isinstance(found, type) and issubclass(found, DataBuilder)):
        raise BuildConfigError(config, "builder_class", f"`{path}` is not a subclass of {STANDARD}.")
    return found
