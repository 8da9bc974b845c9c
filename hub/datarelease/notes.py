"""What a release note says: the differences between two builds in versions, counts and fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

NONE = "none"  #: the build before the first one


def changes(
    old: Mapping[str, Any] | None, new: Mapping[str, Any], diff: Mapping[str, Any] | None, note: str | None
) -> dict[str, Any]:
    """The note as data.

    Args:
        old: record of the build before, or None.
        new: record of the build.
        diff: the ``diff`` part of the metadata of their diff, when it was made.
        note: what a person adds.
    """
    before, after = (old or {}).get("_meta") or {}, new.get("_meta") or {}
    stats = (diff or {}).get("stats") or {}
    return {
        "old": {"_version": before.get("build_version"), "_count": _total(before)},
        "new": {
            "_version": after.get("build_version"),
            "_count": _total(after),
            "_fields": _fields((old or {}).get("mapping") or {}, new.get("mapping") or {}),
            "_summary": {key: stats[key] for key in ("add", "update", "delete") if key in stats},
        },
        "stats": _stats(before.get("stats") or {}, after.get("stats") or {}),
        "sources": _sources(before.get("src") or {}, after.get("src") or {}),
        "note": note,
        "generated_on": datetime.now(UTC).isoformat(),
    }


def _total(meta: Mapping[str, Any]) -> int | None:
    return (meta.get("stats") or {}).get("total")


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[str]]:
    before, after = _flat(old), _flat(new)
    return {
        "add": sorted(after.keys() - before.keys()),
        "remove": sorted(before.keys() - after.keys()),
        "replace": sorted(name for name in before.keys() & after.keys() if before[name] != after[name]),
    }


def _flat(properties: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Dotted field to its mapping, inner fields left out of it."""
    found: dict[str, Any] = {}
    for name, entry in properties.items():
        if isinstance(entry, Mapping):
            found[f"{prefix}{name}"] = {key: value for key, value in entry.items() if key != "properties"}
            found |= _flat(entry.get("properties") or {}, f"{prefix}{name}.")
    return found


def _stats(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "added": {key: {"_count": new[key]} for key in new if key not in old},
        "deleted": {key: {"_count": old[key]} for key in old if key not in new},
        "updated": {
            key: {"new": {"_count": new[key]}, "old": {"_count": old[key]}}
            for key in new
            if key in old and old[key] != new[key]
        },
    }


def _sources(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "added": {name: _source(new[name]) for name in new if name not in old},
        "deleted": {name: _source(old[name]) for name in old if name not in new},
        "updated": {
            name: {"new": _source(new[name]), "old": _source(old[name])}
            for name in new
            if name in old and _source(new[name]) != _source(old[name])
        },
    }


def _source(entry: Mapping[str, Any]) -> dict[str, Any]:
    """``{"_version", "_count"}`` of a source, or a count for each sub-source when there are several or other ones."""
    stats = entry.get("stats") or {}
    if len(stats) == 1:
        return {"_version": entry.get("version"), "_count": next(iter(stats.values()))}
    return {"_version": entry.get("version"), **{sub: {"_count": count} for sub, count in sorted(stats.items())}}


def as_text(found: Mapping[str, Any]) -> str:
    """The note for people."""
    title = f"Build version: '{found['new']['_version']}'"
    at = datetime.fromisoformat(found["generated_on"])
    lines = [title, "=" * len(title)]
    lines.append(f"Previous build version: '{found['old']['_version']}'")
    lines += [f"Generated on: {at:%Y-%m-%d at %H:%M:%S}", ""]
    lines += _source_lines(found["sources"])
    lines += _stat_lines(found["stats"])
    for key, word in (("add", "New"), ("remove", "Deleted"), ("replace", "Updated")):
        names = found["new"]["_fields"].get(key) or []
        if names:
            lines += [f"{word} field(s): {', '.join(names)}", ""]
    lines += [f"Overall, {_number(found['new']['_count'])} documents in this release", ""]
    told = found["new"]["_summary"]
    if told:
        words = (("add", "added"), ("delete", "deleted"), ("update", "updated"))
        lines.append(", ".join(f"{_number(told.get(k, 0))} document(s) {w}" for k, w in words))
    else:
        lines.append("No information available for added/deleted/updated documents")
    if found.get("note"):
        lines += ["", f"Note: {found['note']}"]
    return "\n".join(lines) + "\n"


def _source_lines(sources: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    if sources["updated"]:
        head = ("Updated datasource", "prev. release", "new release", "prev. # of docs", "new # of docs")
        rows = [row for name, both in sorted(sources["updated"].items()) for row in _source_rows(name, both)]
        lines += [*_table(head, rows), ""]
    elif not sources["added"] and not sources["deleted"]:
        lines += ["No datasource changed.", ""]
    if sources["added"]:
        lines += [f"New datasource(s): {', '.join(sorted(sources['added']))}", ""]
    if sources["deleted"]:
        lines += [f"Deleted datasource(s): {', '.join(sorted(sources['deleted']))}", ""]
    return lines


def _source_rows(name: str, both: Mapping[str, Any]) -> list[tuple[str, ...]]:
    old, new = _counts(both["old"]), _counts(both["new"])
    versions = (str(both["old"].get("_version") or "-"), str(both["new"].get("_version") or "-"))
    return [
        (f"{name}.{sub}" if sub else name, *versions, _number(old.get(sub)), _number(new.get(sub)))
        for sub in sorted(old.keys() | new.keys())
    ]


def _counts(entry: Mapping[str, Any]) -> dict[str, Any]:
    if "_count" in entry:
        return {"": entry["_count"]}
    return {sub: value.get("_count") for sub, value in entry.items() if sub != "_version"} or {"": None}


def _stat_lines(stats: Mapping[str, Any]) -> list[str]:
    rows = [(k, "-", _number(v["_count"])) for k, v in stats["added"].items()]
    rows += [(k, _number(v["old"]["_count"]), _number(v["new"]["_count"])) for k, v in stats["updated"].items()]
    rows += [(k, _number(v["_count"]), "-") for k, v in stats["deleted"].items()]
    return [*_table(("Updated stats.", "previous", "new"), sorted(rows)), ""] if rows else []


def _number(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]

    def line(row: tuple[str, ...]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"

    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    return [rule, line(head), rule, *map(line, rows), rule]
