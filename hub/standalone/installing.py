"""The function that installs releases as a job: into an index that nobody reads yet, verified, then made visible.

What is served is never touched before the new index is whole; then the alias moves, in one step. A run that was killed
goes on with the index it had begun: whole releases in it stay, the one it was at is done again, which does no harm.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from hub.datadiff.applying import SyncRequest, apply_diff, digest_of
from hub.datadiff.errors import VerificationError
from hub.datadiff.files import check_file, dump_json, write_whole
from hub.datadiff.manager import METADATA
from hub.datadiff.targets import IndexTarget, TargetSpec
from hub.dataload.archives import Limits
from hub.datarelease.naming import version_key
from hub.datarelease.native import pause, repositories
from hub.datarelease.portable import DESCRIPTION, documents, parsed
from hub.datarelease.versions import FULL
from hub.errors import HubError
from hub.jobs.port import JobContext
from hub.search import open_engine
from hub.search.port import Document, IndexConfig, SearchEngine, SearchSpec
from hub.standalone.archived import archive_of, unpack_repository
from hub.standalone.errors import BadReleaseError, IncompatibleError
from hub.standalone.fetching import RELEASE, safe_metadata
from hub.standalone.published import Version
from hub.store.digest import Digest

STATE = "installing.json"
CHUNK = 20_000  #: documents given to the engine at a time


@dataclass(frozen=True)
class InstallRequest:
    """What `install_releases` needs.

    Attributes:
        name: of the release.
        engine: where it is installed.
        base: index that an incremental release starts from; None when the first one is full.
        staged: index that is made.
        in_place: change ``base`` itself instead of a copy of it.
        versions: downloaded releases in their order.
        folder: of the downloads, and of the state of the run.
        batch_size: operations held at a time.
        repo_settings: what the repository of a snapshot needs besides, for Elasticsearch.
        delay: seconds between two looks at an index that is being restored.
        standalone_version: what releases must be made for; None for whatever.
        repositories: folder in the reach of Elasticsearch that archives of its repositories are unpacked in.
        limits: how much those may grow.
    """

    name: str
    engine: SearchSpec
    base: str | None
    staged: str
    in_place: bool
    versions: tuple[Version, ...]
    folder: str
    batch_size: int = 10_000
    repo_settings: Mapping[str, Any] = field(default_factory=dict)
    delay: float = 60.0
    standalone_version: Mapping[str, Any] | None = None
    repositories: str = ""
    limits: Limits = field(default_factory=Limits)


@dataclass
class InstallReport:
    """What was installed.

    Attributes:
        index: the index that holds it.
        version: its version.
        count: its documents.
        digest: their digest.
        steps: what each release did.
    """

    index: str
    version: str
    count: int = 0
    digest: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)


def install_releases(ctx: JobContext, request: InstallRequest) -> InstallReport:
    """Make the index of the last of some releases.

    Raises:
        hub.errors.HubError: one can not be installed; what is served stays, unless it is changed in place.
    """
    return _Install(ctx, request).run()


class _Install:
    def __init__(self, ctx: JobContext, request: InstallRequest) -> None:
        self.ctx, self.request = ctx, request
        self.folder = Path(request.folder)
        last = request.versions[-1]
        self.index = request.base if request.in_place and request.base is not None else request.staged
        self.report = InstallReport(self.index, last.target)
        self.done = self._done_before()

    def run(self) -> InstallReport:
        with closing(open_engine(self.request.engine)) as engine:
            self._check_versions()
            if self.index == self.request.staged and not self.done:
                engine.delete(self.index)
            for version in self.request.versions:
                if version.build_version in self.done:
                    continue
                is_last = version is self.request.versions[-1]
                release = self._release(version)
                if version.kind == FULL:
                    told = self._full(engine, version, release)
                else:
                    told = self._incremental(engine, version, release, verify=is_last)
                self.report.steps.append({"version": version.build_version, "type": version.kind, **told})
                self._note(version)
            self.report.count = engine.count(self.index)
            self._check_result(engine)
        (self.folder / STATE).unlink(missing_ok=True)
        return self.report

    # -- state -----------------------------------------------------------------------------------------------------

    def _done_before(self) -> list[str]:
        try:
            found = orjson.loads((self.folder / STATE).read_bytes())
        except (OSError, ValueError):
            return []
        wanted = [v.build_version for v in self.request.versions]
        if not isinstance(found, dict) or found.get("index") != self.index or found.get("versions") != wanted:
            return []
        return [str(v) for v in found.get("done") or []]

    def _note(self, version: Version) -> None:
        self.done.append(version.build_version)
        wanted = [v.build_version for v in self.request.versions]
        write_whole(self.folder / STATE, dump_json({"index": self.index, "versions": wanted, "done": self.done}))
        self.ctx.emit("installed", version=version.build_version)

    def _release(self, version: Version) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads((self.folder / version.build_version / RELEASE).read_bytes())
        return found

    def _check_versions(self) -> None:
        ours = (self.request.standalone_version or {}).get("branch")
        for version in self.request.versions if ours else ():
            theirs = self._release(version).get("standalone_version")
            branch = theirs.get("branch") if isinstance(theirs, Mapping) else theirs
            if branch and branch != ours:
                raise IncompatibleError(self.request.name, str(branch), str(ours))

    # -- full ------------------------------------------------------------------------------------------------------

    def _full(self, engine: SearchEngine, version: Version, release: Mapping[str, Any]) -> dict[str, Any]:
        engine.delete(self.index)
        repository = release["metadata"].get("repository")
        kind = repository.get("type") if isinstance(repository, Mapping) else None
        if kind in ("s3", "fs"):
            return self._restore(engine, version, release)
        folder = self.folder / version.build_version
        description = parsed(version.build_version, (folder / DESCRIPTION).read_bytes())
        for entry in description["files"]:
            check_file(folder / entry["name"], entry)
        self._create(engine, description)
        found, total = documents(folder, description, self.ctx.check), description["count"]
        loaded = 0
        for first in found:
            report = engine.bulk(self.index, _chained(first, found, CHUNK))
            if report.rejected:
                refused = report.rejected[0]
                raise BadReleaseError(
                    self.request.name, f"the search engine refuses `{refused.id[:60]}`: {refused.reason.rstrip('.')}"
                )
            loaded += report.indexed
            self.ctx.progress(loaded, total, unit="documents", note=f"loading {version.build_version}")
        engine.finish(self.index)
        expected = Digest.read(description)
        assert expected is not None
        exclude = frozenset(str(k) for k in description.get("exclude") or ())
        self._compare(engine, exclude, expected)
        return {"added": loaded}

    def _create(self, engine: SearchEngine, description: Mapping[str, Any]) -> None:
        settings = description.get("settings")
        settings = settings if isinstance(settings, Mapping) else {}
        extra = settings.get("extra_index_settings")
        analysis = extra.get("analysis") if isinstance(extra, Mapping) else None
        engine.create(
            self.index,
            IndexConfig(
                properties=description["properties"],
                meta=description["meta"],
                num_shards=_small(settings.get("num_shards"), 1),
                num_replicas=_small(settings.get("num_replicas"), 0),
                # Of the settings of others only those that fields may need.
                extra_settings={"analysis": dict(analysis)} if isinstance(analysis, Mapping) else {},
            ),
        )

    def _restore(self, engine: SearchEngine, version: Version, release: Mapping[str, Any]) -> dict[str, Any]:
        """Have Elasticsearch restore one of its own snapshots."""
        request, metadata = self.request, release["metadata"]
        if request.engine.engine != "elastic":
            raise BadReleaseError(
                request.name,
                f"`{version.build_version}` is a snapshot of Elasticsearch, and this hub installs into another engine",
            )
        settings = metadata["repository"].get("settings")
        if not isinstance(settings, Mapping):
            raise BadReleaseError(request.name, f"`{version.build_version}` does not say where its snapshot is")
        settings = {**settings, **request.repo_settings, "readonly": True}
        settings = {key: value for key, value in settings.items() if value != "****"}
        repository = f"install_{request.name}".lower()
        snapshot = str(metadata.get("snapshot_name") or "")
        with ExitStack() as stack, closing(repositories(request.engine)) as cluster:
            cluster.forget(repository)
            settings |= self._unpacked(stack, version, release)
            # Forgotten before what was unpacked for it goes, and while the cluster can still be asked.
            stack.callback(_forgotten, request.engine, repository)
            cluster.register(repository, str(metadata["repository"]["type"]), settings)
            state = cluster.state(repository, snapshot)
            indices = list((state or {}).get("indices") or [])
            wanted = str(metadata.get("index_name") or (indices[0] if len(indices) == 1 else ""))
            if state is None or state.get("state") != "SUCCESS" or wanted not in indices:
                raise BadReleaseError(request.name, f"the repository holds no whole snapshot `{snapshot[:80]}`")
            cluster.restore(repository, snapshot, wanted, self.index)
            while not cluster.is_restored(self.index):
                self.ctx.progress(0, note=f"restoring {snapshot}")
                pause(self.ctx, min(request.delay, 60.0))
        engine.finish(self.index)
        expected = Digest.read(release.get("content"))
        if expected is not None:
            self._compare(engine, frozenset({"_timestamp"}), expected)
        return {"added": engine.count(self.index)}

    def _unpacked(self, stack: ExitStack, version: Version, release: Mapping[str, Any]) -> dict[str, Any]:
        """Where the repository is when the release brings it in an archive; it goes with the stack."""
        request, folder = self.request, self.folder / version.build_version
        archive = archive_of(request.name, version, release, folder)
        if archive is None or release["metadata"]["repository"]["type"] != "fs":
            return {}
        if archive.known:
            check_file(archive.path, archive.known)
        root = Path(str(request.repo_settings.get("location") or request.repositories))
        target = root / f"install_{request.name}_{version.build_version}"
        root.mkdir(parents=True, exist_ok=True)
        self.ctx.progress(0, note=f"unpacking {archive.path.name}")
        stack.callback(shutil.rmtree, target, ignore_errors=True)
        location = unpack_repository(request.name, archive.path, target, request.limits, self.ctx.check)
        return {"location": str(location)}

    # -- incremental -----------------------------------------------------------------------------------------------

    def _incremental(
        self, engine: SearchEngine, version: Version, release: Mapping[str, Any], *, verify: bool
    ) -> dict[str, Any]:
        request = self.request
        if not engine.exists(self.index):
            if request.base is None:
                raise BadReleaseError(request.name, f"there is nothing that `{version.build_version}` could start from")
            self.ctx.progress(0, note=f"copying {request.base}")
            engine.fork(request.base, self.index, engine.meta(request.base))
        if version_key(str(engine.meta(self.index).get("build_version"))) != version_key(str(version.require)):
            raise BadReleaseError(
                request.name,
                f"`{version.build_version}` starts from version `{version.require}`, and the index holds "
                f"`{engine.meta(self.index).get('build_version')}`",
            )
        engine.finish(self.index)
        folder = self.folder / version.build_version
        metadata = safe_metadata(orjson.loads((folder / METADATA).read_bytes()))
        metadata["_meta"] = {**(metadata.get("_meta") or {}), "build_version": version.target}
        steps = ("mapping", "content", "meta", "post") if verify else ("mapping", "content", "meta")
        report = apply_diff(
            self.ctx,
            SyncRequest(
                folder=str(folder),
                metadata=metadata,
                target=TargetSpec(self.index, engine=request.engine),
                steps=steps,
                batch_size=request.batch_size,
                check_first=request.in_place,
                progress_folder=str(folder),
            ),
        )
        if report.verified:
            self.report.digest = str(report.verified["digest"])
        return {key: getattr(report, key) for key in ("added", "updated", "deleted", "skipped")}

    # -- the end ---------------------------------------------------------------------------------------------------

    def _compare(self, engine: SearchEngine, exclude: frozenset[str], expected: Digest) -> None:
        with ExitStack() as stack:
            target = IndexTarget(TargetSpec(self.index, engine=self.request.engine))
            stack.callback(target.close)
            found = digest_of(self.ctx, target, exclude, expected.count)
        if found != expected:
            raise VerificationError(self.index, (expected.count, expected.text), (found.count, found.text))
        self.report.digest = found.text

    def _check_result(self, engine: SearchEngine) -> None:
        """The release says what it holds; so must the index."""
        content = Digest.read(self._release(self.request.versions[-1]).get("content"))
        if content is not None and self.report.digest and content.text != self.report.digest:
            found = (self.report.count, self.report.digest)
            raise VerificationError(self.index, (content.count, content.text), found)
        meta = engine.meta(self.index)
        if meta.get("build_version") != self.report.version:
            engine.set_meta(self.index, {**meta, "build_version": self.report.version})


def _forgotten(engine: SearchSpec, repository: str) -> None:
    """Have the cluster forget a repository, unless it can not be asked any more."""
    with suppress(HubError), closing(repositories(engine)) as cluster:
        cluster.forget(repository)


def _chained(first: Document, rest: Iterator[Document], most: int) -> Iterator[Document]:
    yield first
    for number, document in enumerate(rest, start=2):
        yield document
        if number >= most:
            return


def _small(value: Any, default: int) -> int:
    return value if type(value) is int and 0 <= value <= 1024 else default


__all__ = ["InstallReport", "InstallRequest", "install_releases"]
