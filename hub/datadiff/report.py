"""A diff for people: as text, as JSON, and as a page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import orjson

FORMATS = ("txt", "json", "html")

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em}"
    "table{border-collapse:collapse;margin:1em 0}th,td{border:1px solid #bbb;padding:.25em .6em;text-align:left;"
    "vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}code{overflow-wrap:anywhere}"
)


def facts(
    metadata: Mapping[str, Any], summary: Mapping[str, Any], *, detailed: bool, max_ids: int, max_picked: int
) -> dict[str, Any]:
    """What a report says.

    Args:
        metadata: content of ``metadata.json``.
        summary: content of ``summary.json``.
        detailed: with the root keys of added and deleted documents.
        max_ids: ids of added and deleted documents at most.
        max_picked: ids for each field and operation at most.
    """
    counts = summary.get("counts") or {}
    fields = []
    for path, operations in sorted((summary.get("fields") or {}).items()):
        for op, entry in sorted(operations.items()):
            fields.append({"field": path, "op": op, "count": entry["count"], "ids": entry["ids"][:max_picked]})
    fields.sort(key=lambda f: (-int(f["count"]), str(f["field"]), str(f["op"])))
    return {
        "old": metadata.get("old") or {},
        "new": metadata.get("new") or {},
        "generated_on": ((metadata.get("diff") or {}).get("info") or {}).get("generated_on"),
        "counts": {kind: int(counts.get(kind) or 0) for kind in ("add", "update", "delete")},
        "mapping_changed": bool(((metadata.get("diff") or {}).get("stats") or {}).get("mapping_changed")),
        "sources": dict(sorted((summary.get("sources") or {}).items())),
        "fields": fields,
        "added": _listed(summary.get("added"), detailed, max_ids),
        "deleted": _listed(summary.get("deleted"), detailed, max_ids),
    }


def _listed(entries: Any, detailed: bool, most: int) -> list[dict[str, Any]]:
    return [{"_id": e[0], **({"fields": e[1]} if detailed else {})} for e in (entries or [])[:most]]


def as_json(found: Mapping[str, Any]) -> str:
    """The facts as JSON."""
    return orjson.dumps(found, default=str, option=orjson.OPT_INDENT_2).decode()


def as_text(found: Mapping[str, Any]) -> str:
    """The facts as plain text."""
    title = f"Differences between {_name(found['old'])} and {_name(found['new'])}"
    lines = [title, "=" * len(title), f"Generated on: {found['generated_on']}", ""]
    counts = found["counts"]
    lines.append(f"{counts['add']:,} added, {counts['update']:,} updated, {counts['delete']:,} deleted.")
    lines.append("The mapping has new fields." if found["mapping_changed"] else "The mapping is the same.")
    if found["sources"]:
        lines += ["", "By source (documents with a change in a field of it)", ""]
        lines += _table(("source", "added", "updated", "deleted"), _source_rows(found))
    if found["fields"]:
        lines += ["", "Updates by field", ""]
        rows = [(f["field"], f["op"], f"{f['count']:,}", ", ".join(map(_line, f["ids"]))) for f in found["fields"]]
        lines += _table(("field", "operation", "documents", "for example"), rows)
    for key in ("added", "deleted"):
        if found[key]:
            lines += ["", f"{key.capitalize()} documents ({len(found[key]):,} of {_total(found, key):,})", ""]
            lines += [_line(e["_id"]) + _fields(e) for e in found[key]]
    return "\n".join(lines) + "\n"


def as_html(found: Mapping[str, Any]) -> str:
    """The facts as a page; every text from the data is escaped."""
    title = escape(f"Differences between {_name(found['old'])} and {_name(found['new'])}")
    counts = found["counts"]
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>',
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>",
        f"<p>Generated on {escape(str(found['generated_on']))}. ",
        f"<b>{counts['add']:,}</b> added, <b>{counts['update']:,}</b> updated, <b>{counts['delete']:,}</b> deleted. ",
        "The mapping has new fields.</p>" if found["mapping_changed"] else "The mapping is the same.</p>",
    ]
    if found["sources"]:
        parts += ["<h2>By source</h2>", _html_table(("source", "added", "updated", "deleted"), _source_rows(found))]
    if found["fields"]:
        rows = [(f["field"], f["op"], f"{f['count']:,}", ", ".join(map(str, f["ids"]))) for f in found["fields"]]
        parts += ["<h2>Updates by field</h2>", _html_table(("field", "operation", "documents", "for example"), rows)]
    for key in ("added", "deleted"):
        if found[key]:
            parts.append(f"<h2>{key.capitalize()} ({len(found[key]):,} of {_total(found, key):,})</h2>")
            listed = [(str(e["_id"]), ", ".join(map(str, e.get("fields") or ()))) for e in found[key]]
            parts.append(_html_table(("_id", "fields"), listed))
    return "".join(parts) + "</body></html>\n"


def _total(found: Mapping[str, Any], key: str) -> int:
    return int(found["counts"]["add" if key == "added" else "delete"])


def _name(side: Mapping[str, Any]) -> str:
    version = side.get("version")
    return f"{side.get('backend')} ({version})" if version else str(side.get("backend"))


def _source_rows(found: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (name, f"{counts.get('add', 0):,}", f"{counts.get('update', 0):,}", f"{counts.get('delete', 0):,}")
        for name, counts in found["sources"].items()
    ]


def _line(text: Any) -> str:
    """A text that stays on its line, whatever control characters the data hold."""
    return "".join(c if c.isprintable() else "?" for c in str(text))


def _fields(entry: Mapping[str, Any]) -> str:
    return f"  ({', '.join(_line(f) for f in entry['fields'])})" if entry.get("fields") else ""


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [min(60, max(len(_line(row[n])) for row in (head, *rows))) for n in range(len(head) - 1)]

    def drawn(row: tuple[str, ...]) -> str:
        cells = [_line(cell).ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        return " | ".join([*cells, _line(row[-1])]).rstrip()

    return [drawn(head), "-+-".join("-" * width for width in (*widths, len(head[-1]))), *map(drawn, rows)]


def _html_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td{_numeric(c)}><code>{escape(c)}</code></td>" for c in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{top}</tr>{body}</table>"


def _numeric(cell: str) -> str:
    return ' class="n"' if cell.replace(",", "").isdigit() else ""


WRITERS = {"txt": as_text, "json": as_json, "html": as_html}
