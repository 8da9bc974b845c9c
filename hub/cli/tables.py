"""Rows that people see for the list commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Row = dict[str, Any]


def sources(views: list[Mapping[str, Any]]) -> list[Row]:
    """One row a sub-source: state of its download and upload."""
    rows: list[Row] = []
    for view in views:
        download = view.get("download") or {}
        problem = (view.get("data_plugin") or {}).get("error") or download.get("error")
        uploads = (view.get("upload") or {}).get("sources") or {}
        base = {"source": view["name"], "download": download.get("status"), "release": download.get("release")}
        for sub, upload in (uploads or {"": {}}).items():
            shown = sub if sub != view["name"] else ""
            rows.append(
                base
                | {
                    "sub_source": shown or None,
                    "upload": upload.get("status"),
                    "documents": upload.get("count"),
                    "problem": _first_line(problem or upload.get("error") or _quarantined(upload)),
                }
            )
    return rows


def _quarantined(upload: Mapping[str, Any]) -> str | None:
    count = (upload.get("quarantine") or {}).get("count")
    return f"{count:,} bad documents in quarantine" if count else None


def builds(views: list[Mapping[str, Any]]) -> list[Row]:
    """One row a build."""
    return [
        {
            "build": view["_id"],
            "configuration": (view.get("build_config") or {}).get("_id"),
            "status": view.get("status"),
            "documents": view.get("count"),
            "indices": ", ".join(view.get("index") or {}) or None,
            "started": str(view.get("started_at") or "")[:19],
        }
        for view in views
    ]


def jobs(views: list[Mapping[str, Any]]) -> list[Row]:
    """One row a job."""
    return [
        {
            "job": view["id"],
            "kind": view["kind"],
            "subject": view["subject"],
            "state": view["state"],
            "done": _progress(view["progress"]),
            "seconds": view["duration"],
            "problem": _first_line(view["error"] or view["waiting_for"]),
        }
        for view in views
    ]


def config(view: Mapping[str, Any]) -> list[Row]:
    """One row a setting."""
    settings = (view.get("scope") or {}).get("config") or {}
    return [
        {"setting": name, "value": str(entry.get("value")), "origin": entry.get("origin")}
        for name, entry in sorted(settings.items())
    ]


def _progress(progress: Mapping[str, Any]) -> str | None:
    if not progress["done"] and progress["total"] is None:
        return None
    total = f" of {progress['total']:,}" if progress["total"] else ""
    return f"{progress['done']:,}{total} {progress['unit']}".strip()


def _first_line(text: Any) -> str | None:
    return str(text).partition("\n")[0] if text else None


def quarantine(views: list[Mapping[str, Any]]) -> list[Row]:
    """One row a sub-source."""
    return [
        {
            "source": view["source"],
            "sub_source": view["sub"] if view["sub"] != view["source"] else None,
            "release": view["release"],
            "documents": view["count"],
            "reasons": ", ".join(f"{count:,} {reason}" for reason, count in view["reasons"].items()),
            "since": view["at"][:19],
        }
        for view in views
    ]


#: Commands whose result is printed as one JSON value a line.
LINES = frozenset({"quarantine_show"})

TABLES: dict[str, Callable[[Any], list[Row]]] = {
    "sources": sources,
    "builds": builds,
    "jobs": jobs,
    "config": config,
    "quarantine": quarantine,
}
