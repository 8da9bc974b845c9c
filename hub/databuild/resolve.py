"""From the names in a configuration to collections, rules and mappers; what is wrong is found here, before any work."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hub.databuild.builder import DataBuilder
from hub.databuild.config import BuildConfig
from hub.databuild.errors import (
    BuildConfigError,
    NothingToMergeError,
    ReleaseMismatchError,
    SourceNotReadyError,
    UnknownMapperError,
    UnknownSourcesError,
)
from hub.databuild.mappers import Mapper
from hub.databuild.mapping import SourceMapping
from hub.databuild.metadata import SourceFacts
from hub.databuild.rules import MergeRule
from hub.databuild.stage import Cleaner
from hub.dataload import content
from hub.dataload.publish import is_internal
from hub.store.port import DocumentStore
from hub.store.state import State


@dataclass(frozen=True)
class ResolvedSource:
    """One source of a build with all that is known of it.

    Attributes:
        name: ``_id`` in ``src_master``.
        main: its main source.
        collections: its collections, sorted; several for a split source.
        rule: how its documents are merged.
        master: its ``src_master`` document.
        upload: its ``upload.jobs`` record.
        download: the ``download`` record of its main source.
        mapper: changes its ids, or None.
        query: filter on its documents, or None.
        cleaner: applied to its documents, or None.
        is_root: it is merged with the root sources.
        content: what stands for the documents of each collection (`hub.dataload.content`); empty where nothing does.
    """

    name: str
    main: str
    collections: tuple[str, ...]
    rule: MergeRule
    master: Mapping[str, Any]
    upload: Mapping[str, Any]
    download: Mapping[str, Any]
    mapper: Mapper | None = None
    query: Mapping[str, Any] | None = None
    cleaner: Cleaner | None = None
    is_root: bool = False
    content: tuple[str, ...] = ()

    @property
    def staged(self) -> bool:
        """Whether its documents are written to a sorted temporary collection before they are merged."""
        return self.mapper is not None or self.query is not None or self.cleaner is not None

    def declared_mapping(self) -> SourceMapping | None:
        """Its registered mapping, or None when there is none."""
        properties = self.master.get("mapping")
        return SourceMapping(self.name, properties) if properties else None

    def facts(self, count: int) -> SourceFacts:
        """What the build's metadata says of it."""
        return SourceFacts(
            sub=self.name,
            main=self.main,
            release=self.upload.get("release"),
            count=count,
            src_meta=self.master.get("src_meta") or {},
            downloaded=_time(self.download.get("last_success")),
            uploaded=_time(self.upload.get("last_success") or self.upload.get("started_at")),
            data_folder=str(self.upload.get("data_folder") or ""),
        )

    def fingerprint(self) -> list[Any]:
        """What changes when the source's data change."""
        uploaded = _time(self.upload.get("last_success"))
        stamp = uploaded.isoformat() if uploaded else None
        count, release = self.upload.get("count"), self.upload.get("release")
        return [self.name, list(self.collections), stamp, count, release, list(self.content)]


class Resolver:
    """Resolves the sources of configurations.

    Args:
        state: the hub's records.
        store: the source database.
    """

    def __init__(self, state: State, store: DocumentStore) -> None:
        self._state, self._store = state, store

    def resolve(
        self, config: BuildConfig, builder: DataBuilder, *, sources: Iterable[str] | None = None, force: bool = False
    ) -> list[ResolvedSource]:
        """The sources of a build in merge order: roots sorted by name, then the others in the builder's order.

        Args:
            config: the configuration, checked.
            builder: the builder, for its hooks.
            sources: only these of the configured sources.
            force: take the last good data of sources whose last upload did not succeed, and mixed releases.

        Raises:
            UnknownSourcesError: no upload has registered a source.
            SourceNotReadyError: the last upload of a source did not succeed.
            UnknownMapperError: a source names a mapper that the builder does not have.
            ReleaseMismatchError: sub-sources of one main source have different releases.
            NothingToMergeError: there is no collection.
        """
        wanted = self._wanted(config, sources)
        masters = {str(m["_id"]): m for m in self._state.masters.all()}
        unknown = [name for name in wanted if name not in masters]
        if unknown:
            raise UnknownSourcesError(config.name, unknown, masters)
        uploads = self._uploads()
        roots = builder.roots()
        names = _merge_order(config, builder, wanted, roots)
        found = [self._one(config, builder, masters[n], uploads.get(n), roots, force) for n in names]
        resolved = [replace(s, content=tuple(content.token(masters.get(c)) for c in s.collections)) for s in found]
        if not any(source.collections for source in resolved):
            raise NothingToMergeError(config.name, wanted)
        if not force:
            _check_releases(resolved)
        return resolved

    def not_ready(self, config: BuildConfig) -> list[str]:
        """Configured sources without a successful upload, in the configuration's order."""
        uploads = self._uploads()
        known = {str(m["_id"]) for m in self._state.masters.all()}
        return [
            n
            for n in config.sources
            if n not in known or (uploads.get(n) or ("", {}, {}))[1].get("status") != "success"
        ]

    def mains(self, names: Iterable[str]) -> dict[str, str]:
        """Main source of each of these sub-sources that has ever been uploaded."""
        uploads = self._uploads()
        return {name: uploads[name][0] for name in names if name in uploads}

    def _wanted(self, config: BuildConfig, sources: Iterable[str] | None) -> list[str]:
        if sources is None:
            return list(config.sources)
        wanted = list(dict.fromkeys(sources))
        strangers = [name for name in wanted if name not in config.sources]
        if strangers:
            raise UnknownSourcesError(config.name, strangers, config.sources)
        return wanted

    def _uploads(self) -> dict[str, tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
        """Main source, upload record and download record by sub-source."""
        found = {}
        for document in self._state.sources.all():
            for sub, job in ((document.get("upload") or {}).get("jobs") or {}).items():
                found[sub] = (str(document["_id"]), job, document.get("download") or {})
        return found

    def _one(
        self,
        config: BuildConfig,
        builder: DataBuilder,
        master: Mapping[str, Any],
        upload: tuple[str, Mapping[str, Any], Mapping[str, Any]] | None,
        roots: frozenset[str],
        force: bool,
    ) -> ResolvedSource:
        name = str(master["_id"])
        main, job, download = upload or (name, {}, {})
        if not force and job.get("status") != "success":
            raise SourceNotReadyError(config.name, name, str(job.get("status") or "never uploaded"))
        is_root = name in roots
        cleaner = builder.document_cleaner(name)
        mapper = _mapper(builder, master)
        _check_picklable(config, name, cleaner, mapper)
        return ResolvedSource(
            name=name,
            main=main,
            collections=self._collections(name, master),
            rule=MergeRule.of_master(name, master, creates=is_root or not roots),
            master=master,
            upload=job,
            download=download,
            mapper=mapper,
            query=builder.generate_document_query(name),
            cleaner=cleaner,
            is_root=is_root,
        )

    def _collections(self, name: str, master: Mapping[str, Any]) -> tuple[str, ...]:
        pattern = master.get("name") or name
        if pattern == name:
            return (name,) if self._store.exists(name) else ()
        matches = re.compile(f"^(?:{pattern})$").match
        return tuple(n for n in self._store.names() if matches(n) and not is_internal(n))


def _merge_order(config: BuildConfig, builder: DataBuilder, wanted: Sequence[str], roots: frozenset[str]) -> list[str]:
    others = [name for name in wanted if name not in roots]
    ordered = list(builder.merge_order(others))
    if sorted(ordered) != sorted(others):
        reason = f"merge_order of the builder must return {', '.join(sorted(others))} in some order, not {ordered!r}."
        raise BuildConfigError(config.name, "builder_class", reason)
    return sorted(name for name in wanted if name in roots) + ordered


def _mapper(builder: DataBuilder, master: Mapping[str, Any]) -> Mapper | None:
    name = master.get("mapper")
    if not name:
        return None
    if name not in builder.mapper_by_name:
        raise UnknownMapperError(str(master["_id"]), str(name), builder.mapper_by_name)
    return builder.mapper_by_name[name]


def _check_picklable(config: BuildConfig, source: str, *parts: Any) -> None:
    for part in parts:
        try:
            pickle.dumps(part)
        except Exception as error:
            reason = (
                f"the cleaner or mapper of `{source}` cannot be sent to a worker: {error}. Use a module's function."
            )
            raise BuildConfigError(config.name, "builder_class", reason) from error


def _check_releases(sources: Iterable[ResolvedSource]) -> None:
    releases: dict[str, dict[str, str | None]] = {}
    for source in sources:
        releases.setdefault(source.main, {})[source.name] = source.upload.get("release")
    for main, by_sub in releases.items():
        if len(set(by_sub.values())) > 1:
            raise ReleaseMismatchError(main, by_sub)


def _time(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None
