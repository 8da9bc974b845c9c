"""The tables of manifest keys in ``docs/plugins.md``, from the schema: ``python -m hub.dataload.manifest_docs``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hub.dataload.manifest import SCHEMA_FILE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "plugins.md"
BEGIN, END = "<!-- keys: ", "<!-- end of keys -->"
_WORDS = {"string": "text", "array": "list", "boolean": "true, false"}


def page(text: str) -> str:
    """The page with the present tables between its two markers.

    Args:
        text: the page as it is.
    """
    head, begin, rest = text.partition(BEGIN)
    comment, _, tail = rest.partition("\n")
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return f"{head}{begin}{comment}\n\n{tables(schema)}\n\n{END}{tail.partition(END)[2]}"


def tables(schema: dict[str, Any]) -> str:
    """Markdown tables of every key of the schema."""
    sections = [
        ("Top level", schema),
        ("`__metadata__`", schema["properties"]["__metadata__"]),
        ("`dumper`", schema["properties"]["dumper"]),
        ("`uploader`, and each of `uploaders`", schema["$defs"]["uploader"]),
    ]
    return "\n\n".join(_table(title, section) for title, section in sections)


def _table(title: str, section: dict[str, Any]) -> str:
    required = section.get("required", [])
    rows = [f"### {title}", "", "| key | value | |", "| --- | --- | --- |"]
    for key, value in section["properties"].items():
        text = value["description"].replace("|", "\\|")
        needed = " **Required.**" if key in required else ""
        default = f" Default: `{json.dumps(value['default'])}`." if "default" in value else ""
        rows.append(f"| `{key}` | {_kind(value)} | {text}{needed}{default} |")
    return "\n".join(rows)


def _kind(value: dict[str, Any]) -> str:
    if "enum" in value:
        return ", ".join(f"`{choice}`" for choice in value["enum"])
    names = value.get("type", "object")
    return " or ".join(_WORDS.get(name, name) for name in ([names] if isinstance(names, str) else names))


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
