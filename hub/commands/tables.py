"""Tables that people see for the list commands, at the command line and at the console."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

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


def releases(views: list[Mapping[str, Any]]) -> list[Row]:
    """One row a release."""
    return [
        {
            "source": view["source"],
            "release": view["release"],
            "state": view["state"],
            "current": view["current"],
            "frozen": view["frozen"],
            "files": view["files"],
            "bytes": view["size"],
            "made": str(view["created_at"])[:19],
            "needed": "; ".join(why for why in view["needed"]) or None,
        }
        for view in views
    ]


def runs(views: list[Mapping[str, Any]]) -> list[Row]:
    """One row a run."""
    return [
        {
            "run": view["id"],
            "source": view["source"],
            "state": view["state"],
            "release": view["release"],
            "steps": _steps(view["steps"]),
            "started": str(view["started_at"])[:19],
            "seconds": view["seconds"],
            "problem": _first_line(view["error"]),
        }
        for view in views
    ]


def run(view: Mapping[str, Any]) -> list[Row]:
    """One row a step, and below it one a declared process."""
    rows: list[Row] = []
    for step in view["steps"]:
        rows.append(_step_row(step["step"], step))
        inside = [p for p in view["processes"] if p["phase"] == step["step"]]
        rows += [_step_row(f"  {p['process']}", p) for p in inside]
    return rows


def _step_row(name: str, part: Mapping[str, Any]) -> Row:
    return {
        "step": name,
        "state": part.get("state") or "waiting",
        "started": str(part.get("started_at") or "")[:19] or None,
        "seconds": part["seconds"],
        "problem": _first_line(part.get("error")),
    }


def _steps(steps: list[Mapping[str, Any]]) -> str:
    """The last step that is done, or the one that is not."""
    bad = [s for s in steps if s.get("state") in ("failed", "running", "interrupted", "canceled")]
    done = [s for s in steps if s.get("state") == "done"]
    if bad:
        return f"{bad[0]['step']} {bad[0]['state']}"
    return f"{done[-1]['step']} done" if done else "none"


def source_status(view: Mapping[str, Any]) -> list[Row]:
    """Two columns: what, and how it is; then the steps of the last run."""
    current = view["current"] or {}
    facts = {
        "current release": current.get("release"),
        "data folder": current.get("data_folder"),
        "releases on disk": ", ".join(r["release"] for r in view["releases"]),
        "frozen": ", ".join(r["release"] for r in view["releases"] if r["frozen"]),
        "keeps": "all" if view["keep_releases"] is None else view["keep_releases"],
        "depends on": ", ".join(view["depends_on"]),
        "dependents": ", ".join(view["dependents"]),
        "due": "; ".join(view["due"]),
        "pending": ", ".join(view["pending"]),
    }
    rows: list[Row] = [{"what": what, "value": str(value) if value else None} for what, value in facts.items()]
    if view["last_run"]:
        last = view["last_run"]
        rows.append({"what": f"run {last['id']}", "value": f"{last['state']} {last['error'] or ''}".strip()})
        for row in run(last):
            problem = f" {row['problem']}" if row["problem"] else ""
            rows.append({"what": f"  {row['step']}", "value": f"{row['state']}{problem}"})
    return rows


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
    "releases": releases,
    "runs": runs,
    "run": run,
    "source_status": source_status,
    "builds": builds,
    "jobs": jobs,
    "config": config,
    "quarantine": quarantine,
}


def draw(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> Table:
    """A table of the rows' keys, for `rich` to print."""
    from rich.table import Table

    names = list(columns or rows[0])
    drawn = Table(box=None, header_style="bold", pad_edge=False)
    for name in names:
        drawn.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        drawn.add_row(*(_cell(row.get(name)) for name in names))
    return drawn


def _cell(value: Any) -> str:
    from rich.markup import escape

    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.1f}"
    if isinstance(value, int):
        return f"{value:,}"
    return escape(str(value))
