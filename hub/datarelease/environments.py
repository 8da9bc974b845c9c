"""Environments of ``SNAPSHOT_CONFIG`` and ``RELEASE_CONFIG``, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.config import Settings
from hub.config.secret import reveal
from hub.datarelease.errors import ReleaseConfigError
from hub.datarelease.naming import check_name, filled
from hub.datarelease.places import PlaceSpec
from hub.errors import NotFound

SNAPSHOTS, RELEASES = "SNAPSHOT_CONFIG", "RELEASE_CONFIG"
DOCUMENTS = "documents"
KINDS = (DOCUMENTS, "fs", "s3")
DEFAULT_SNAPSHOT_ENV = "localhub"
DEFAULT_RELEASE_ENV = "localrelease"


@dataclass(frozen=True)
class SnapshotEnv:
    """Where snapshots are taken and kept.

    Attributes:
        name: its name.
        indexer: environment of ``INDEX_CONFIG`` whose indices are taken.
        kind: ``documents`` (any engine), ``fs`` or ``s3`` (Elasticsearch's own).
        repository: name of the repository.
        settings: of the repository.
        place: where files go; None for Elasticsearch's own.
        delay: seconds between two looks at a running snapshot.
        bucket: of Elasticsearch's own repository, to be made when it is missing; None without keys for that.
    """

    name: str
    indexer: str
    kind: str
    repository: str
    settings: Mapping[str, Any]
    place: PlaceSpec | None
    delay: float
    bucket: PlaceSpec | None = None


@dataclass(frozen=True)
class ReleaseEnv:
    """Where releases are published.

    Attributes:
        name: its name.
        place: where releases go.
        diffs: where diffs go.
        pickles: publish diffs in the documented form as well.
        config: the environment as it may be shown.
        steps: what is done around publishing, ``{"pre" or "post": {"snapshot" or "diff": [step]}}``.
        cloud: the service that steps upload to, with its keys.
    """

    name: str
    place: PlaceSpec
    diffs: PlaceSpec
    pickles: bool = False
    config: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Any] = field(default_factory=dict)
    cloud: Mapping[str, Any] = field(default_factory=dict, repr=False)


def environments(settings: Settings, setting: str) -> dict[str, dict[str, Any]]:
    """The environments of a setting, with the one that is always there."""
    written = settings.get(setting) or {}
    found = written.get("env") if isinstance(written, Mapping) else None
    made = {str(name): dict(env or {}) for name, env in (found or {}).items()}
    if setting == SNAPSHOTS:
        made.setdefault(DEFAULT_SNAPSHOT_ENV, {"indexer": "localhub", "repository": {"type": DOCUMENTS}})
    else:
        made.setdefault(DEFAULT_RELEASE_ENV, {"release": {"folder": "releases"}, "diff": {"folder": "diffs"}})
    return made


def _environment(settings: Settings, setting: str, name: str) -> dict[str, Any]:
    known = environments(settings, setting)
    if name not in known:
        raise NotFound(f"environment of {setting}", name, known)
    return known[name]


def snapshot_env(
    settings: Settings, name: str, build: Mapping[str, Any], at: datetime, *, embedded: bool | None = None
) -> SnapshotEnv:
    """One environment of snapshots.

    Args:
        settings: the configuration.
        name: its name.
        build: the build's record, for templates.
        at: the time, for templates.
        embedded: whether the indexer is the embedded engine, whose repositories are always ours.

    Raises:
        hub.errors.NotFound: there is none of that name.
        ReleaseConfigError: it can not be used.
    """
    env = filled(_environment(settings, SNAPSHOTS, name), build, at)
    repository = env.get("repository") or {}
    cloud = env.get("cloud") or {}
    details = repository.get("settings") or {}
    kind = str(repository.get("type") or ("s3" if cloud else DOCUMENTS))
    if kind not in KINDS:
        raise ReleaseConfigError(SNAPSHOTS, name, "repository.type", f"there are {', '.join(KINDS)}, not `{kind}`.")
    indexer = env.get("indexer") or "localhub"
    if isinstance(indexer, Mapping):
        indexer = indexer.get("name") or indexer.get("env")
    if not isinstance(indexer, str) or not indexer:
        raise ReleaseConfigError(SNAPSHOTS, name, "indexer", "name an environment of INDEX_CONFIG.")
    place = None
    if kind == DOCUMENTS or embedded:
        place = _repository_place(settings, name, details, cloud, kind)
        kind = DOCUMENTS
    bucket = None
    if kind == "s3":
        found = _repository_place(settings, name, details, cloud, kind)
        bucket = found if found.login else None
    delay = env.get("monitor_delay")
    return SnapshotEnv(
        name=name,
        indexer=indexer,
        kind=kind,
        repository=str(repository.get("name") or name).lower(),
        settings=dict(details),
        place=place,
        delay=float(15 if delay is None else delay),
        bucket=bucket,
    )


def _repository_place(
    settings: Settings, name: str, details: Mapping[str, Any], cloud: Mapping[str, Any], kind: str
) -> PlaceSpec:
    if details.get("bucket"):
        return PlaceSpec(
            root=str(details["bucket"]),
            prefix=str(details.get("base_path") or "").strip("/"),
            is_bucket=True,
            region=str(details.get("region") or cloud.get("region") or ""),
            endpoint=str(cloud.get("endpoint") or details.get("endpoint") or ""),
            login=_login(cloud),
        )
    if kind == "s3":
        raise ReleaseConfigError(SNAPSHOTS, name, "repository.settings", "a repository on S3 needs a `bucket`.")
    location = details.get("location") or str(Path(settings["SNAPSHOT_PATH"]) / check_name("environment", name))
    return PlaceSpec(root=str(Path(location).expanduser().absolute()))


def release_env(settings: Settings, name: str, build: Mapping[str, Any], at: datetime) -> ReleaseEnv:
    """One environment of releases.

    Raises:
        hub.errors.NotFound: there is none of that name.
        ReleaseConfigError: it can not be used.
    """
    env = filled(_environment(settings, RELEASES, name), build, at)
    release, diff, cloud = env.get("release") or {}, env.get("diff") or {}, env.get("cloud") or {}
    if cloud and cloud.get("type", "aws") != "aws":
        raise ReleaseConfigError(RELEASES, name, "cloud.type", f"there is `aws`, not `{cloud['type']}`.")
    place = _release_place(settings, name, "release", release, cloud)
    return ReleaseEnv(
        name=name,
        place=place,
        diffs=_release_place(settings, name, "diff", {**_inherited(release), **diff}, cloud),
        pickles=bool(diff.get("pickles")),
        config=env,
        steps=env.get("publish") or {},
        cloud=cloud,
    )


def step_place(name: str, step: Mapping[str, Any], cloud: Mapping[str, Any]) -> PlaceSpec:
    """Where a step of an environment uploads to: ``bucket`` or ``path``, with ``base_path`` below it.

    Raises:
        ReleaseConfigError: it says neither.
    """
    part = {**step, "folder": step.get("base_path")}
    if not (part.get("bucket") or part.get("path")):
        raise ReleaseConfigError(RELEASES, name, "publish", "a step `upload` needs a `bucket` or a `path`.")
    return _release_place({}, name, "publish", part, cloud if part.get("bucket") else {})


def _inherited(release: Mapping[str, Any]) -> dict[str, Any]:
    """What diffs have of the release unless they say otherwise: they lie beside it, in a folder of their own."""
    kept = {key: release[key] for key in ("path", "bucket", "region", "acl", "url") if key in release}
    return {**kept, "folder": "diffs"}


def _release_place(
    settings: Settings | Mapping[str, Any], name: str, key: str, part: Mapping[str, Any], cloud: Mapping[str, Any]
) -> PlaceSpec:
    folder = str(part.get("folder") or "").strip("/")
    if any(piece in ("", ".", "..") for piece in folder.split("/")) and folder:
        raise ReleaseConfigError(RELEASES, name, f"{key}.folder", "use a plain relative path.")
    base = str(part.get("url") or "").rstrip("/")
    url = f"{base}/{folder}" if base and folder else base
    if part.get("bucket"):
        return PlaceSpec(
            root=str(part["bucket"]),
            prefix=folder,
            is_bucket=True,
            url=url,
            region=str(part.get("region") or cloud.get("region") or ""),
            endpoint=str(cloud.get("endpoint") or ""),
            acl=str(part.get("acl") or ""),
            website=bool(part.get("website")),
            login=_login(cloud),
        )
    if cloud and not part.get("path"):
        raise ReleaseConfigError(RELEASES, name, key, "a release to the cloud needs a `bucket`.")
    root = Path(part.get("path") or settings["PUBLISH_PATH"]).expanduser().absolute()
    return PlaceSpec(root=str(root), prefix=folder, url=url)


def _login(cloud: Mapping[str, Any]) -> dict[str, str]:
    found = {key: reveal(cloud.get(key)) or "" for key in ("access_key", "secret_key")}
    return {key: str(value) for key, value in found.items() if value}
