"""The release manager: notes and published releases of builds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.datadiff.errors import DiffArgumentError
from hub.datadiff.manager import METADATA, DiffManager, read_metadata
from hub.datadiff.records import keep, step
from hub.datadiff.resolve import known_digest
from hub.dataindex.aliases import refuse_held
from hub.datarelease import environments as envs
from hub.datarelease.environments import ReleaseEnv
from hub.datarelease.errors import AmbiguousError, NotPublishableError
from hub.datarelease.naming import check_name, without_secrets
from hub.datarelease.notebook import Notebook
from hub.datarelease.parts import (
    application_version,
    archived,
    check_diff,
    check_versions,
    diff_uploads,
    note_uploads,
    release_metadata,
    repository,
)
from hub.datarelease.publishing import PublishRequest, SnapshotCopy, Upload, publish_release
from hub.datarelease.snapshots import SnapshotManager
from hub.datarelease.steps import PublishSteps
from hub.datarelease.versions import FULL, INCREMENTAL
from hub.errors import NotFound
from hub.jobs.logfiles import of_build
from hub.jobs.port import JobSpec

log = logging.getLogger("hub.releases")

FULL_STEPS = ("pre", "meta", "post")
DIFF_STEPS = ("pre", "reset", "upload", "meta", "post")
SNAPSHOT_FOLDER = "snapshot"


class ReleaseManager:
    """Publishes builds.

    Args:
        diffs: diffs, with builds and records.
        snapshots: snapshots of indices.

    Attributes:
        notes: release notes.
        steps: steps before and after publishing.
    """

    def __init__(self, diffs: DiffManager, snapshots: SnapshotManager) -> None:
        self._diffs, self._snapshots = diffs, snapshots
        self.services, self.settings = diffs.services, diffs.settings
        self.notes = Notebook(diffs)
        self.steps = PublishSteps(diffs.services)

    def release_info(self, env: str | None = None) -> dict[str, Any]:
        """``RELEASE_CONFIG`` as completed, without secrets; one environment or all."""
        found = envs.environments(self.settings, envs.RELEASES)
        if env is not None:
            if env not in found:
                raise NotFound("release environment", env, found)
            found = {env: found[env]}
        return {"env": without_secrets(found)}

    def list_url(self, env: str, build: Mapping[str, Any], at: datetime) -> str:
        """The address of the ``versions.json`` that an environment publishes to.

        Args:
            env: environment of ``RELEASE_CONFIG``.
            build: the build's record, for templates.
            at: the time, for templates.
        """
        return envs.release_env(self.settings, env, build, at).place.url_of(f"{self._prefix()}versions.json")

    # -- publishing ------------------------------------------------------------------------------------------------

    async def publish(self, env: str, name: str, **more: Any) -> dict[str, Any]:
        """Publish a snapshot, or the diff of a build, whichever has that name.

        Raises:
            AmbiguousError: both have it.
        """
        builds = self.services.state.builds
        is_snapshot = any(name in (b.get("snapshot") or {}) for b in builds.all())
        is_diff = bool((builds.get(name) or {}).get("diff"))
        if is_snapshot and is_diff:
            raise AmbiguousError(
                "release", name, ["snapshots", "diffs"], "Use `publish_snapshot` or `publish_diff` to say which."
            )
        if is_diff:
            return await self.publish_diff(env, name, **more)
        return await self.publish_snapshot(env, name, **more)

    async def publish_snapshot(
        self,
        env: str,
        snapshot: str,
        build_name: str | None = None,
        previous_build: str | None = None,
        *,
        steps: Sequence[str] = FULL_STEPS,
        force: bool = False,
        owner: str = "",
    ) -> dict[str, Any]:
        """Publish a snapshot as a full release.

        Args:
            env: environment of ``RELEASE_CONFIG``.
            snapshot: its name.
            build_name: the build, when several have a snapshot of that name.
            previous_build: which release note goes with it; needed when there are several.
            steps: some of `FULL_STEPS`; without ``meta`` nobody is told of the release.
            force: replace a version that was published with other content, or go back.
            owner: who asked.

        Returns:
            The metadata of the release, with its ``url``.

        Raises:
            hub.errors.HubError: it is refused, or failed; nobody was told of it then.
        """
        _check_steps(steps, FULL_STEPS)
        build, entry = self._snapshots.find(snapshot, build_name)
        build = self._build(str(build["_id"]))
        version = self._version(build)
        to = envs.release_env(self.settings, env, build, datetime.now(UTC))
        self.steps.check(to, "snapshot")
        app = await self._app_version(str(build["_id"]))
        note = self._note(build, previous_build)
        stored = self._snapshots.environment(str(entry.get("environment")), build)
        first = repository(snapshot, entry, stored)
        before = await self.steps.run("pre", "snapshot", to, build, first, owner) if "pre" in steps else []
        copies: list[SnapshotCopy] = []
        metadata: dict[str, Any] = {"snapshot_name": snapshot}
        if stored.place is not None:
            folder = f"{version}/{SNAPSHOT_FOLDER}"
            copies.append(SnapshotCopy(stored.place, snapshot, to.place, folder))
            url = to.place.url_of(f"{folder}/snapshot.json")
            metadata |= {"repository": {"type": "documents", "settings": {"url": url.rpartition("/")[0]}}, "url": url}
        else:
            settings = without_secrets(stored.settings)
            metadata |= {
                "repository": {"type": stored.kind, "name": stored.repository, "settings": settings},
                "index_name": entry.get("index_name"),
            }
        metadata |= archived(before)
        known: dict[str, Any] = {k: entry[k] for k in ("count", "digest") if k in entry}
        content = known or self._content(build)
        release = release_metadata(self.settings, app, FULL, version, None, version, metadata, content)
        uploads = note_uploads(self.notes, build, note, release, to, version)
        request = self._request(to, release, uploads, copies, steps, force)
        done = await self._run(build, "publish", snapshot, request, owner)
        self._remember(build, FULL, snapshot, to, done, uploads, before)
        if "post" in steps:
            after = await self.steps.run("post", "snapshot", to, build, {**first, "release": done}, owner)
            self._add(build, FULL, snapshot, after)
        return done

    async def publish_diff(
        self,
        env: str,
        build_name: str,
        previous_build: str | None = None,
        *,
        steps: Sequence[str] = DIFF_STEPS,
        force: bool = False,
        owner: str = "",
    ) -> dict[str, Any]:
        """Publish the diff of a build to the one before as an incremental release.

        Args:
            env: environment of ``RELEASE_CONFIG``.
            build_name: the newer build.
            previous_build: the older build; needed when there are several diffs.
            steps: some of `DIFF_STEPS`; without ``meta`` nobody is told of the release.
            force: replace a version that was published with other content, or go back.
            owner: who asked.

        Returns:
            The metadata of the release, with its ``url``.

        Raises:
            hub.errors.HubError: it is refused, or failed; nobody was told of it then.
        """
        _check_steps(steps, DIFF_STEPS)
        build = self._build(build_name)
        old = self._previous(build, previous_build)
        folder = Path(str(build["diff"][old]["diff_folder"]))
        metadata = read_metadata(folder)
        if metadata is None:
            raise NotPublishableError(build_name, f"the files of its diff to `{old}` are gone. Make it again.")
        before, after = str(metadata["old"]["version"]), str(metadata["new"]["version"])
        check_diff(build_name, metadata, before, after)
        to = envs.release_env(self.settings, env, build, datetime.now(UTC))
        self.steps.check(to, "diff")
        app = await self._app_version(build_name)
        version = check_name("version", f"{before}.{after}")
        first = {"diff": dict(metadata["diff"]), "diff_folder": str(folder)}
        with ExitStack() as stack:
            stack.enter_context(self._diffs.builds.held([build_name], "its diff is published"))
            early = await self.steps.run("pre", "diff", to, build, first, owner) if "pre" in steps else []
            uploads = await asyncio.to_thread(diff_uploads, self.settings, stack, folder, metadata, to, version)
            described = {"url": to.diffs.url_of(f"{version}/{METADATA}"), "sha256": (uploads[-1].known or {})["sha256"]}
            content = {key: metadata["new"][key] for key in ("count", "digest")}
            release = release_metadata(self.settings, app, INCREMENTAL, version, before, after, described, content)
            start = {key: metadata["old"][key] for key in ("count", "digest")}
            note = old if old in (build.get("release_note") or {}) else None
            uploads += note_uploads(self.notes, build, note, release, to, version)
            request = self._request(to, release, uploads, [], steps, force, start)
            done = await self._run(build, "publish", old, request, owner)
            self._remember(build, INCREMENTAL, old, to, done, uploads, early)
            if "post" in steps:
                late = await self.steps.run("post", "diff", to, build, {**first, "release": done}, owner)
                self._add(build, INCREMENTAL, old, late)
        return done

    def _build(self, name: str) -> dict[str, Any]:
        build = self.services.state.builds.get(name)
        if build is None:
            raise NotFound("build", name, [str(b["_id"]) for b in self.services.state.builds.all()])
        refuse_held(dict(build))
        return dict(build)

    async def _app_version(self, name: str) -> dict[str, str] | None:
        """Of the application's code, which must be a version."""
        found = await asyncio.to_thread(application_version, self.settings)
        check_versions(self.settings, name, found)
        return found

    def _version(self, build: Mapping[str, Any]) -> str:
        version = (build.get("_meta") or {}).get("build_version")
        if not version:
            raise NotPublishableError(str(build["_id"]), "it has no `_meta.build_version`.")
        return check_name("version", str(version))

    def _content(self, build: Mapping[str, Any]) -> dict[str, Any]:
        content = known_digest(build) or {}
        return {key: content[key] for key in ("count", "digest") if key in content}

    def _note(self, build: Mapping[str, Any], previous: str | None) -> str:
        notes = build.get("release_note") or {}
        name = str(build["_id"])
        if previous is not None:
            if previous not in notes:
                raise NotFound("release note of the build", previous, notes)
            return previous
        if len(notes) != 1:
            why = "it has no release note" if not notes else f"it has {len(notes)} release notes"
            raise NotPublishableError(name, f"{why}. Make one, or say which with `previous_build`.")
        return str(next(iter(notes)))

    def _previous(self, build: Mapping[str, Any], previous: str | None) -> str:
        diffs = build.get("diff") or {}
        name = str(build["_id"])
        if not diffs:
            raise NotPublishableError(name, "it has no diff. Make one with `diff`.")
        if previous is not None:
            if previous not in diffs:
                raise NotFound(f"diff of `{name}` to the build", previous, diffs)
            return previous
        if len(diffs) > 1:
            raise AmbiguousError("the diff of", name, sorted(diffs), "Say which with `previous_build`.")
        return str(next(iter(diffs)))

    def _request(
        self,
        to: ReleaseEnv,
        release: Mapping[str, Any],
        uploads: Sequence[Upload],
        copies: Sequence[SnapshotCopy],
        steps: Sequence[str],
        force: bool,
        start: Mapping[str, Any] | None = None,
    ) -> PublishRequest:
        entry = {
            "build_version": release["build_version"],
            "require_version": release.get("require_version"),
            "target_version": release["target_version"],
            "type": release["type"],
            "release_date": release["release_date"],
            "url": to.place.url_of(f"{release['build_version']}.json"),
            "content": release["content"],
            "require_content": start,
        }
        return PublishRequest(
            place=to.place,
            release=release,
            entry=entry,
            uploads=tuple(uploads),
            copies=tuple(copies),
            prefix=self._prefix(),
            announce="meta" in steps,
            force=force,
            scratch=str(Path(self.settings["SNAPSHOT_PATH"]) / ".scratch"),
        )

    def _prefix(self) -> str:
        """What the names of the lists begin with."""
        env = self.settings.get("HUB_ENV")
        return f"{check_name('HUB_ENV', str(env))}-" if env else ""

    async def _run(
        self, build: Mapping[str, Any], name: str, what: str, request: PublishRequest, owner: str
    ) -> dict[str, Any]:
        with step(self.services.state.builds, str(build["_id"]), name, "publishing", what=what):
            handle = self.services.jobs.submit(
                JobSpec(
                    kind="publish",
                    subject=str(request.release["build_version"]),
                    description=f"publish {request.release['build_version']} to {request.place.shown}",
                    fn=publish_release,
                    args=(request,),
                    exclusive=frozenset({f"publish:{request.place.shown}"}),
                    owner=owner,
                    log=of_build(str(build["_id"]), "releaser"),
                )
            )
            release: dict[str, Any] = await handle.result()
        url = str(request.entry["url"])
        log.info("published %s at %s", release["build_version"], url, extra={"action": "release_published"})
        version = release["build_version"]
        self.services.bus.publish("release.published", build=str(build["_id"]), version=version, url=url)
        return {**release, "url": url}

    def _remember(
        self,
        build: Mapping[str, Any],
        kind: str,
        name: str,
        to: ReleaseEnv,
        release: Mapping[str, Any],
        uploads: Sequence[Upload],
        before: Sequence[Mapping[str, Any]],
    ) -> None:
        """Note the release down; never the keys of the cloud."""
        record = self.services.state.builds.get(str(build["_id"]))
        if record is None:
            return
        group = dict((record.get("publish") or {}).get(kind) or {})
        group[name] = {
            "conf": {"name": to.name, **without_secrets(to.config)},
            "release-note": {
                "base_dir": str(release["build_version"]),
                "bucket": to.place.root if to.place.is_bucket else "",
                "url": {k: v["url"] for k, v in release["changes"].items()},
            },
            "metadata": {**release, "url": release["url"]},
            "files": len(uploads),
            "created_at": datetime.now(UTC),
            **({"pre": list(before)} if before else {}),
        }
        keep(self.services.state.builds, str(build["_id"]), "publish", kind, group)
        builds = self.services.state.builds
        self.services.state.store.update(builds.collection, str(build["_id"]), pull={"pending": "publish"})

    def _add(self, build: Mapping[str, Any], kind: str, name: str, after: Sequence[Mapping[str, Any]]) -> None:
        """Note down what was done after the publication."""
        record = self.services.state.builds.get(str(build["_id"]))
        group = dict(((record or {}).get("publish") or {}).get(kind) or {})
        if after and name in group:
            group[name] = {**group[name], "post": list(after)}
            keep(self.services.state.builds, str(build["_id"]), "publish", kind, group)


def _check_steps(steps: Sequence[str], known: Sequence[str]) -> None:
    if unknown := [s for s in steps if s not in known]:
        raise DiffArgumentError("steps", unknown, f"there are {', '.join(known)}.")
