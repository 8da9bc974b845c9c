"""The generated tables of ``docs/downloads.md``: ``python -m hub.dataload.download_docs``."""

from __future__ import annotations

from pathlib import Path

from hub.dataload.manifest_downloads import ATTRIBUTES
from hub.dataload.transport.options import OPTIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "downloads.md"


def page(text: str) -> str:
    """The page with the present tables between its markers.

    Args:
        text: the page as it is.
    """
    return _between(_between(text, "options", options_table()), "attributes", attributes_table())


def options_table() -> str:
    """Markdown table of the download options."""
    rows = ["| option | default | |", "| --- | --- | --- |"]
    return "\n".join(rows + [f"| `{o.name}` | `{o.default}` | {o.meaning} |" for o in OPTIONS.values()])


def attributes_table() -> str:
    """Markdown table of manifest keys and the attributes of dumper classes."""
    pairs = {**ATTRIBUTES, "link": "LINK_FILES"}
    return "\n".join(["| key | attribute |", "| --- | --- |"] + [f"| `{k}` | `{a}` |" for k, a in pairs.items()])


def _between(text: str, name: str, table: str) -> str:
    head, _, rest = text.partition(f"<!-- {name} -->\n")
    return f"{head}<!-- {name} -->\n{table}\n<!-- end of {name} -->{rest.partition(f'<!-- end of {name} -->')[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
