"""Views of sources in the shape that existing clients read (``GET /sources``, ``GET /source/<name>``)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hub.dataload.dumper.manual import ManualDumper
from hub.dataload.uploader.base import DummySourceUploader

if TYPE_CHECKING:
    from hub.dataload.plugin import BrokenPlugin, Plugin
    from hub.store.state import State

JsonDict = dict[str, Any]


def source_view(
    name: str,
    document: JsonDict | None,
    plugin: Plugin | None,
    plugin_record: JsonDict | None,
    *,
    masters: Any = None,
    detail: bool = False,
    error: str = "",
) -> JsonDict:
    """One source.

    Args:
        name: main source.
        document: its ``src_dump`` record, if any.
        plugin: its loaded plugin, if any.
        plugin_record: its ``data_plugin`` record, if any.
        masters: the repository of ``src_master``, needed for ``detail``.
        detail: add mapping, metadata and inspection results.
        error: why its plugin does not load now, for a source that is known from before.
    """
    record = document or {}
    uploads = _upload_view(record, plugin)
    validated = (record.get("validate") or {}).get("jobs") or {}
    view: JsonDict = {
        "_id": name,
        "name": name,
        "count": sum(u.get("count") or 0 for u in uploads.values()),
        "download": _download_view(record, plugin),
        "upload": {"sources": uploads},
        "validate": {"sources": _validate_view(validated, uploads, detail)},
        "inspect": {"sources": _inspect_view(record, detail)},
    }
    for key in ("locked", "pending"):
        if record.get(key):
            view[key] = record[key]
    if plugin_record:
        view["data_plugin"] = _plugin_view(plugin_record)
    if error:
        view.setdefault("data_plugin", _plugin_view({}))["error"] = error
    if plugin is not None and plugin.warnings:
        view["warnings"] = list(plugin.warnings)
    if detail:
        view |= _detail(plugin, uploads, masters)
    return view


def _plugin_view(record: JsonDict) -> JsonDict:
    download = dict(record.get("download") or {})
    for ours, shown in (("err", "error"), ("tb", "traceback")):
        if ours in download:
            download[shown] = download.pop(ours)
    return {"plugin": record.get("plugin", {}), "download": dict.fromkeys(_FETCHED) | download}


#: What clients print of the download of a plugin; nothing for one that was never downloaded.
_FETCHED = ("status", "release", "data_folder", "started_at", "time")


def broken_view(broken: BrokenPlugin, record: JsonDict | None = None) -> JsonDict:
    """A source whose plugin did not load: named, with the reason.

    Args:
        broken: the plugin.
        record: its ``data_plugin`` record, if any.
    """
    known = record or {"plugin": {"url": f"local://{broken.folder.name}", "type": "local", "active": False}}
    return {
        "_id": broken.name,
        "name": broken.name,
        "count": 0,
        "download": _download_view({}, None),
        "upload": {"sources": {}},
        "validate": {"sources": {}},
        "inspect": {"sources": {}},
        "data_plugin": {**_plugin_view(known), "error": str(broken.error)},
    }


#: What a source without a dumper shows in its place: clients that show a download read it.
NO_DUMPER: JsonDict = {"name": None, "bases": [], "schedule": None, "manual": False, "disabled": True}

_VALIDATED = ("status", "release", "data_folder", "started_at", "time", "model_file")
_SHOWN = ("status", "time", "started_at", "release", "data_folder", "count", "quarantine", "model_file")


def _validate_view(jobs: JsonDict, uploads: dict[str, JsonDict], detail: bool) -> JsonDict:
    views = {}
    for sub, job in jobs.items():
        views[sub] = {
            **dict.fromkeys(_VALIDATED),
            **_renamed(job),
            "uploader": (uploads.get(sub) or {}).get("uploader"),
        }
        if detail and "report" in job:
            views[sub]["report"] = job["report"]
    return views


def _renamed(job: JsonDict) -> JsonDict:
    view = {k: v for k, v in job.items() if k in _SHOWN}
    if job.get("err"):
        view["error"] = job["err"]
    if job.get("tb"):
        view["traceback"] = job["tb"]
    return view


def _download_view(record: JsonDict, plugin: Plugin | None) -> JsonDict:
    keys = ("status", "time", "started_at", "release", "data_folder")
    view = dict.fromkeys(keys) | _renamed(record.get("download") or {})
    dumper = plugin.dumper_class if plugin else None
    if dumper is None:
        view["dumper"] = NO_DUMPER
    else:
        view["dumper"] = {
            "name": f"{dumper.__module__}.{dumper.__qualname__}",
            "bases": [f"{b.__module__}.{b.__qualname__}" for b in dumper.__bases__],
            "schedule": schedule_view(dumper.SCHEDULE),
            "manual": issubclass(dumper, ManualDumper),
            "disabled": bool(dumper.DISABLED),
        }
    return view


def schedule_view(cron: str | None) -> JsonDict | None:
    """Cron text and the time to the next run as ``15h:20m:33s``."""
    if not cron:
        return None
    from hub.jobs.schedule import next_run, seconds_first

    due = next_run(seconds_first("schedule", cron))
    left = max(0, int((due - datetime.now(UTC)).total_seconds()))
    return {"cron": cron, "strdelta": f"{left // 3600}h:{left % 3600 // 60}m:{left % 60}s"}


def _upload_view(record: JsonDict, plugin: Plugin | None) -> dict[str, JsonDict]:
    jobs = (record.get("upload") or {}).get("jobs") or {}
    views: dict[str, JsonDict] = {sub: {**_renamed(job), "uploader": None} for sub, job in jobs.items()}
    for sub, uploader in (plugin.uploader_classes if plugin else {}).items():
        views.setdefault(sub, {})["uploader"] = {
            "name": f"{uploader.__module__}.{uploader.__qualname__}",
            "bases": [f"{b.__module__}.{b.__qualname__}" for b in uploader.__bases__],
            "dummy": issubclass(uploader, DummySourceUploader),
        }
    return views


def _inspect_view(record: JsonDict, detail: bool) -> JsonDict:
    jobs: JsonDict = (record.get("inspect") or {}).get("jobs") or {}
    return {sub: _inspection(job, detail) for sub, job in jobs.items()}


def _inspection(job: JsonDict, detail: bool) -> JsonDict:
    view = {("error" if k == "err" else "traceback" if k == "tb" else k): v for k, v in job.items()}
    if detail or "inspect" not in job:
        return view
    results = (job["inspect"] or {}).get("results") or {}
    faults = {
        mode: {"errors": result["errors"]}
        for mode, result in results.items()
        if isinstance(result, dict) and isinstance(result.get("errors"), list) and "pre-mapping" in result
    }
    return view | {"inspect": {**job["inspect"], "results": faults}}


def only(view: JsonDict, sub: str) -> JsonDict:
    """The detailed view of a source with nothing but one of its sub-sources."""
    cut = dict(view)
    for key in ("upload", "validate", "inspect"):
        cut[key] = {"sources": {k: v for k, v in view[key]["sources"].items() if k == sub}}
    for key in ("mapping", "auto_validate"):
        cut[key] = {k: v for k, v in view[key].items() if k == sub}
    if isinstance(metadata := view["__metadata__"], list):
        cut["__metadata__"] = next((one[sub] for one in metadata if sub in one), {})
    return cut | {"count": sum(u.get("count") or 0 for u in cut["upload"]["sources"].values())}


def _detail(plugin: Plugin | None, uploads: dict[str, JsonDict], masters: Any) -> JsonDict:
    mapping: JsonDict = {}
    metadata: dict[str, Any] = {}
    for sub in uploads:
        master = masters.get(sub) or {}
        if master.get("mapping"):
            mapping[sub] = {"mapping": master["mapping"], "origin": master.get("mapping_origin", "master")}
        if master.get("src_meta"):
            metadata[sub] = master["src_meta"]
    unique = list(metadata.values())
    same = all(m == unique[0] for m in unique) if unique else True
    shown: Any = (unique[0] if unique else {}) if same else [{sub: meta} for sub, meta in metadata.items()]
    if not shown and plugin is not None:
        shown = plugin.metadata
    classes = plugin.uploader_classes if plugin else {}
    auto = {sub: bool(getattr(classes.get(sub), "auto_validate", False)) for sub in uploads}
    return {"mapping": mapping, "__metadata__": shown, "auto_validate": auto}


def count_sources(state: State) -> JsonDict:
    """Counters of ``/status``: sources and documents in all of them."""
    documents = 0
    sources = state.sources.all()
    for record in sources:
        for job in ((record.get("upload") or {}).get("jobs") or {}).values():
            documents += job.get("count") or 0
    return {"total": len(sources), "documents": documents}
