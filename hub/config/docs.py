"""The reference page of the settings, made from the markup of ``config_hub.py``.

``python -m hub.config.docs`` writes it; a test holds it to be current.
"""

from __future__ import annotations

import ast
from itertools import groupby
from pathlib import Path

from hub.config import files, kinds
from hub.config.definitions import Definition, combine

PAGE = files.DEFAULTS.parent / "docs" / "configuration.md"
BEGIN, END = "<!-- settings: made by `python -m hub.config.docs` -->", "<!-- end of settings -->"


def reference() -> str:
    """All settings as Markdown: a heading a setting, with type, default, marks, variable and description."""
    defaults = files.run_defaults()
    known = combine(defaults.sources, {})
    texts = _default_texts()
    parts = []
    for section, settings in groupby(known.values(), key=lambda d: d.section):
        parts.append(f"## {section}\n")
        parts += [_entry(setting, texts[setting.name]) for setting in settings if not setting.invisible]
    return "\n".join(parts)


def page(old: str) -> str:
    """The page with its made part brought up to date; what stands around it is kept."""
    before, _, rest = old.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{reference()}\n{END}{after}"


def _entry(setting: Definition, default: str) -> str:
    variable = setting.name if setting.name.startswith("HUB_") else f"HUB_{setting.name}"
    marks = [word for word, on in (("read-only in the studio", setting.readonly), ("hidden", setting.hidden)) if on]
    if kinds.accepts_secret(setting.kind):
        marks.append(f"file: `{variable}_FILE`")
    facts = [kinds.describe(setting.kind), f"default `{default}`", f"environment `{variable}`", *marks]
    return f"### `{setting.name}`\n\n{setting.desc}\n\n*{'; '.join(facts)}*\n"


def _default_texts() -> dict[str, str]:
    """Source text of the default of each setting, on one line."""
    texts: dict[str, str] = {}
    for node in ast.parse(files.DEFAULTS.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            texts[node.target.id] = _readable(node.value)
    return texts


def _readable(value: ast.expr) -> str:
    """The text of a `ConfigurationValue` instead of the call."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "ConfigurationValue":
        return str(ast.literal_eval(value.args[0]))
    return ast.unparse(value)


def main(path: Path = PAGE) -> None:
    """Bring the page up to date."""
    path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
