"""The parts of a release: its metadata, the files that go with it, what steps around publishing get."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from hub import __version__
from hub.config import Settings
from hub.datadiff.export import export_pickles
from hub.datadiff.files import checksums, dump_json, write_whole
from hub.datadiff.manager import METADATA
from hub.datarelease.environments import ReleaseEnv, SnapshotEnv
from hub.datarelease.errors import NotPublishableError
from hub.datarelease.naming import check_name
from hub.datarelease.notebook import Notebook
from hub.datarelease.publishing import Upload
from hub.maintenance.codebase import APPLICATION, code_bases

MASTER = "master"  #: the branch whose code is no version


def check_diff(name: str, metadata: Mapping[str, Any], before: str, after: str) -> None:
    """Refuse a diff that nobody could follow, or not without more than it holds."""
    diff = metadata["diff"]
    if before == after:
        raise NotPublishableError(name, f"both builds have the version `{before}`, so that nobody could follow.")
    if not str(diff["type"]).endswith("selfcontained"):
        raise NotPublishableError(name, f"a diff of the type `{diff['type']}` does not hold the added documents.")
    if "mapping" not in (diff.get("info") or {}).get("steps", ()):
        raise NotPublishableError(name, "its diff was made without the step `mapping`.")
    check_name("version", before)
    check_name("version", after)


def application_version(settings: Settings) -> dict[str, str] | None:
    """``{"branch", "commit", "date"}`` of the application's code; None when it is in no repository. Asks git.

    The address of the repository is not for everybody.
    """
    found = code_bases(Path(settings["DATA_PLUGIN_FOLDER"]))[APPLICATION].version()
    return {key: found[key] for key in ("branch", "commit", "date")} if found else None


def check_versions(settings: Settings, name: str, app_version: Mapping[str, Any] | None) -> None:
    """Refuse to publish from code that is no version, unless ``SKIP_CHECK_VERSIONS``.

    Raises:
        NotPublishableError: the application is on the branch ``master``, or STANDALONE_VERSION is not set.
    """
    if settings["SKIP_CHECK_VERSIONS"]:
        return
    way_out = "or set SKIP_CHECK_VERSIONS to publish all the same."
    if app_version is not None and app_version["branch"] == MASTER:
        reason = f"the application's code is on the branch `{MASTER}`, which is no version. Take another one, {way_out}"
        raise NotPublishableError(name, reason)
    if not settings.get("STANDALONE_VERSION"):
        raise NotPublishableError(name, f"it is not said what it is made for. Set STANDALONE_VERSION, {way_out}")


def release_metadata(
    settings: Settings,
    app_version: Mapping[str, Any] | None,
    kind: str,
    version: str,
    require: str | None,
    target: str,
    metadata: Mapping[str, Any],
    content: Mapping[str, Any],
) -> dict[str, Any]:
    """The file ``<build_version>.json``.

    Args:
        settings: the configuration.
        app_version: from `application_version`.
        kind: ``full`` or ``incremental``.
        version: its version.
        require: the version that it starts from; None for a full one.
        target: the version that it leads to.
        metadata: where its data are.
        content: number of documents and digest of what it leads to.
    """
    release: dict[str, Any] = {"type": kind, "build_version": version, "target_version": target}
    if require is not None:
        release["require_version"] = require
    return release | {
        "release_date": datetime.now(UTC).isoformat(),
        "app_version": app_version,
        "biothings_version": f"entrepot {__version__}",
        "standalone_version": settings.get("STANDALONE_VERSION"),
        "metadata": dict(metadata),
        "content": dict(content),
        "changes": {},
    }


def note_uploads(
    notes: Notebook, build: Mapping[str, Any], note: str | None, release: dict[str, Any], to: ReleaseEnv, version: str
) -> list[Upload]:
    """The files of a release note; their addresses go into the release."""
    uploads = []
    for kind, path in (notes.files(build, note) if note is not None else {}).items():
        name = f"{version}/{path.name}"
        uploads.append(Upload(str(path), to.place, name))
        release["changes"][kind] = {"url": to.place.url_of(name)}
    return uploads


def diff_uploads(
    settings: Settings, stack: ExitStack, folder: Path, metadata: dict[str, Any], to: ReleaseEnv, version: str
) -> list[Upload]:
    """The files of a diff, its metadata last."""
    diff = metadata["diff"]
    files = [*diff["files"], *([diff["mapping_file"]] if diff.get("mapping_file") else [])]
    uploads = [Upload(str(folder / f["name"]), to.diffs, f"{version}/{f['name']}", f) for f in files]
    scratch = Path(settings["SNAPSHOT_PATH"]) / ".scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="diff-", dir=scratch))
    stack.callback(shutil.rmtree, made, ignore_errors=True)
    public = {k: v for k, v in metadata.items() if k != "build_config"} | {"build_config": _public(metadata)}
    if to.pickles:
        exported = export_pickles(folder, made, public)
        pickled = exported["diff"]
        extra = [*pickled["files"], *([pickled["mapping_file"]] if pickled.get("mapping_file") else [])]
        uploads += [Upload(str(made / f["name"]), to.diffs, f"{version}/{f['name']}", f) for f in extra]
        safe = {key: diff[key] for key in ("files", "mapping_file", "format")}
        public = {**exported, "diff": {**pickled, "safe": safe}}
    write_whole(made / METADATA, dump_json(public))
    known = checksums(made / METADATA)
    return [*uploads, Upload(str(made / METADATA), to.diffs, f"{version}/{METADATA}", known)]


def _public(metadata: Mapping[str, Any]) -> dict[str, Any]:
    config = metadata.get("build_config") or {}
    return {key: config[key] for key in ("_id", "name", "doc_type", "num_shards", "num_replicas") if key in config}


def repository(snapshot: str, entry: Mapping[str, Any], stored: SnapshotEnv) -> dict[str, Any]:
    """The repository of a snapshot for steps, with its folder when that is one of this machine."""
    told = dict((entry.get("conf") or {}).get("repository") or {})
    folder = str(stored.settings.get("location") or "")
    if stored.place is not None:
        folder = "" if stored.place.is_bucket else str(Path(stored.place.root) / stored.place.prefix / snapshot)
    return {**told, "snapshot": snapshot, "folder": folder}


def archived(done: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """``{"archive_url", "archive"}`` when steps have stored an archive as one file, for the release.

    ``archive`` has its ``name``, ``size`` and checksums, when it is the one that they packed.
    """
    for entry in reversed(done):
        result = entry["result"]
        if isinstance(result, Mapping) and result.get("archive") and len(result.get("urls") or ()) == 1:
            url, files = str(result["url"]), list(result.get("files") or ())
            packed = files[0] if len(files) == 1 else {}
            if unquote(urlsplit(url).path).rpartition("/")[2] != packed.get("name"):
                return {"archive_url": url}
            return {"archive_url": url, "archive": {k: packed[k] for k in ("name", "size", "md5sum", "sha256")}}
    return {}
