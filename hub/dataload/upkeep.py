"""Small corrections of what is known of a source, made by hand: reset, mark as downloaded, metadata, mapping."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub import errors
from hub.config import Settings
from hub.dataload.errors import NoUploaderError
from hub.dataload.loader import load_ref
from hub.dataload.plugin import PluginRef
from hub.dataload.uploader.generated import metadata_of
from hub.dataload.uploader.run import mapping_fault, without_outer
from hub.jobs.port import JobContext, JobSpec

if TYPE_CHECKING:
    from hub.dataload.manager import SourceManager

JsonDict = dict[str, Any]
PARTS = ("upload", "inspect", "validate", "download")  #: of a source record, which may be reset
BUSY = ("downloading", "uploading", "inspecting", "validating")
RESET_SINGLE = "download"


class SourceBusyError(errors.Conflict):
    """Something works on that part of the source right now."""

    def __init__(self, source: str, part: str, status: str) -> None:
        self.source, self.part, self.state = source, part, status
        super().__init__(f"`{source}` is {status} right now: its {part} can be reset when that has ended.")


class NothingDownloadedError(errors.Conflict):
    """A download cannot be marked as good when there is none."""

    def __init__(self, source: str, why: str) -> None:
        self.source, self.why = source, why
        super().__init__(f"`{source}` cannot be marked as downloaded: {why}. Run dump({source!r}).")


class MappingRefusedError(errors.BadArgument):
    """A mapping that is none, or a place for it that is none."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"the mapping of `{name}` cannot be saved: {reason}.")


def resolve(sources: SourceManager, name: str) -> tuple[str, str]:
    """Main source and sub-source of ``main``, ``main.sub`` or a sub-source's own name; an empty sub means all.

    Raises:
        hub.errors.NotFound: no such name; the nearest are suggested.
    """
    owners = _subs(sources)
    if name in owners:
        return name, ""
    main, _, sub = name.partition(".")
    if sub in owners.get(main, ()):
        return main, sub
    for owner, subs in owners.items():
        if name in subs:
            return owner, name
    known = {*owners, *(s for subs in owners.values() for s in subs)}
    known |= {f"{owner}.{s}" for owner, subs in owners.items() for s in subs if s != owner}
    raise errors.NotFound("source", name, known)


def _subs(sources: SourceManager) -> dict[str, set[str]]:
    found = {name: set(plugin.uploader_classes) for name, plugin in sources.plugins.items()}
    for record in sources.state.sources.all():
        jobs = (record.get("upload") or {}).get("jobs") or {}
        found.setdefault(str(record["_id"]), set()).update(jobs)
    for broken in sources.broken:
        found.setdefault(broken.name, set())
    return found


def reset(sources: SourceManager, name: str, key: str, subkey: str | None) -> None:
    """Forget what is known of the download, the uploads or the inspections of a source. Its data stay.

    Args:
        sources: the source manager.
        name: source, or ``main.sub``.
        key: one of `PARTS`.
        subkey: one sub-source; default all.
    """
    main, sub = resolve(sources, name)
    if key not in PARTS:
        raise errors.NotFound("part of a source", key, PARTS)
    part: JsonDict = (sources.state.sources.get(main) or {}).get(key) or {}
    path, jobs = key, [part]
    if key != RESET_SINGLE:
        known = part.get("jobs") or {}
        one = subkey or sub
        if one and one not in known:
            raise errors.NotFound(f"{key} of `{main}`", one, known)
        path, jobs = (f"{key}.jobs.{one}", [known[one]]) if one else (key, list(known.values()))
    for job in jobs:
        if job.get("status") in BUSY:
            raise SourceBusyError(main, key, job["status"])
    sources.state.store.update(sources.state.sources.collection, main, unset=[path])


def mark_downloaded(sources: SourceManager, name: str, *, dry_run: bool) -> list[JsonDict]:
    """Say of the last download of a source, which failed or was corrected by hand, that it is good.

    Returns:
        ``[{"_id", "download"}]`` as it is then, or would be.
    """
    main, _ = resolve(sources, name)
    download = dict((sources.state.sources.get(main) or {}).get("download") or {})
    folder = str(download.get("data_folder") or "")
    if download.get("status") in BUSY:
        raise SourceBusyError(main, "download", download["status"])
    if not folder or not download.get("release"):
        raise NothingDownloadedError(main, "no release of it was ever downloaded")
    if not Path(folder).is_dir() or not any(Path(folder).iterdir()):
        raise NothingDownloadedError(main, f"there are no files in {folder}")
    if not dry_run:
        sources.state.sources.dump_succeeded(main, release=download["release"], data_folder=folder, seconds=0.0)
        after = dict((sources.state.sources.get(main) or {}).get("download") or {})
        return [{"_id": main, "download": _shown(after)}]
    return [{"_id": main, "download": _shown(download | {"status": "success"})}]


def _shown(download: JsonDict) -> JsonDict:
    return {k: v for k, v in download.items() if k not in ("err", "tb", "pid")}


@dataclass(frozen=True)
class MetaRequest:
    """What a job needs to read what an uploader says of its data.

    Attributes:
        plugin: the plugin.
        sub: sub-source.
        settings: snapshot of the configuration.
    """

    plugin: PluginRef
    sub: str
    settings: Mapping[str, Any]


def read_meta(ctx: JobContext, request: MetaRequest) -> JsonDict:
    """Metadata and mapping as the code of the plugin has them now; runs in a worker, since it is the plugin's code."""
    plugin = load_ref(request.plugin, Settings.from_snapshot(request.settings), dumper=False)
    uploader = plugin.uploader_classes.get(request.sub)
    if uploader is None:
        raise NoUploaderError(plugin.name, request.sub, plugin.uploader_classes)
    mapping = without_outer(uploader.get_mapping())
    fault = mapping_fault(mapping)
    if fault:
        raise MappingRefusedError(request.sub, f"its mapping function must return properties, {fault}")
    return {
        "kclass": f"{uploader.__module__}.{uploader.__qualname__}",
        "mapping": mapping,
        **metadata_of(uploader, plugin),
    }


async def update_meta(sources: SourceManager, name: str, *, dry: bool, owner: str = "") -> list[JsonDict | None]:
    """Register metadata and mapping again, as the code of the plugin has them now, without an upload.

    Args:
        sources: the source manager.
        name: source, ``main.sub`` or sub-source.
        dry: only compare.
        owner: who asks.

    Returns:
        For each sub-source ``{"kclass", "current", "new"}``, or None when nothing has changed.
    """
    main, sub = resolve(sources, name)
    plugin = sources.plugin(main)
    if not plugin.uploader_classes:
        raise NoUploaderError(main)
    subs = [sub] if sub else list(plugin.uploader_classes)
    return list(await asyncio.gather(*(_update_one(sources, main, one, dry, owner) for one in subs)))


async def _update_one(sources: SourceManager, main: str, sub: str, dry: bool, owner: str) -> JsonDict | None:
    request = MetaRequest(sources.plugin(main).ref, sub, sources.settings.snapshot())
    found: JsonDict = dict(
        await sources.jobs.submit(
            JobSpec(
                kind="metadata",
                subject=f"{main}.{sub}",
                description="read metadata and mapping",
                fn=read_meta,
                args=(request,),
                shared=frozenset({f"source:{main}"}),
                exclusive=frozenset({f"metadata:{sub}"}),
                owner=owner,
            )
        ).result()
    )
    kclass, mapping = found.pop("kclass"), found.pop("mapping") or {}
    master = sources.state.masters.get(sub) or {}
    new = {**found, **({"mapping": mapping} if mapping else {})}
    current = {key: master.get(key) for key in new}
    if current == new:
        return None
    if not dry:
        sources.state.masters.save(sub, mapping=mapping, metadata=found)
    return {"kclass": kclass, "current": {k: v for k, v in current.items() if v is not None}, "new": new}


def save_mapping(
    sources: SourceManager,
    name: str,
    mapping: Mapping[str, Any],
    dest: str,
    mode: str,
    *,
    by: str = "",
    note: str = "",
) -> None:
    """Commit a mapping (``master``), or replace the inspected one (``inspect``).

    Args:
        sources: the source manager.
        name: sub-source, ``main.sub``, or a source that has one.
        mapping: Elasticsearch properties.
        dest: ``master`` or ``inspect``.
        mode: which result of the inspection.
        by: who commits it.
        note: why.
    """
    main, sub = one_sub(sources, name)
    check_mapping(sub, mapping)
    if dest == "master":
        _commit(sources, sub, mapping, by, note)
    elif dest == "inspect":
        inspected = ((sources.state.sources.get(main) or {}).get("inspect") or {}).get("jobs") or {}
        if "inspect" not in (inspected.get(sub) or {}):
            raise MappingRefusedError(name, "it was not inspected; run inspect() first")
        path = f"inspect.jobs.{sub}.inspect.results"
        results = {**(inspected[sub]["inspect"].get("results") or {}), mode: dict(mapping)}
        sources.state.store.update(sources.state.sources.collection, main, set={path: results})
    else:
        raise errors.NotFound("place of a mapping", dest, ("master", "inspect"))


def one_sub(sources: SourceManager, name: str) -> tuple[str, str]:
    """Main source and the one sub-source that is meant.

    Raises:
        MappingRefusedError: the source has several.
    """
    main, sub = resolve(sources, name)
    subs = _subs(sources)[main]
    if not sub and len(subs) == 1:
        (sub,) = subs
    if not sub:
        choices = ", ".join(f"`{main}.{one}`" for one in sorted(subs)) or "none"
        raise MappingRefusedError(name, f"say of which sub-source ({choices})")
    return main, sub


def _commit(sources: SourceManager, sub: str, mapping: Mapping[str, Any], by: str, note: str) -> int:
    """Make a mapping the registered one; the one before stays in the history."""
    masters = sources.state.masters
    master = masters.get(sub) or {}
    before, origin = master.get("mapping"), str(master.get("mapping_origin") or "master")
    if not before:
        before, origin = (master.get("inferred") or {}).get("mapping"), "inferred"
    masters.save_mapping(sub, mapping)
    return sources.state.mappings.committed("source", sub, mapping, before=before, origin=origin, by=by, note=note)


def mapping_history(sources: SourceManager, name: str) -> list[JsonDict]:
    """Versions of the mapping of a sub-source, newest first."""
    return [shown_version(row) for row in sources.state.mappings.history("source", one_sub(sources, name)[1])]


def restore_mapping(sources: SourceManager, name: str, version: int, *, by: str = "", note: str = "") -> int:
    """Commit an earlier version of a mapping again; returns the number of the new version."""
    sub = one_sub(sources, name)[1]
    mapping = sources.state.mappings.version("source", sub, version)["mapping"]
    return _commit(sources, sub, mapping, by, note or f"version {version} again")


def shown_version(row: Mapping[str, Any]) -> JsonDict:
    """A version of a mapping as people see it."""
    return {key: row.get(key) for key in ("version", "origin", "at", "by", "note", "mapping")}


def check_mapping(name: str, mapping: Mapping[str, Any]) -> None:
    """Refuse what is no dict of properties."""
    fault = mapping_fault(mapping)
    if fault:
        raise MappingRefusedError(name, f"it must be the properties by name, {fault}")
