"""The option tables of ``docs/parsers.md``, from the signatures and docstrings: ``python -m hub.parsers.docs PAGE``."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson

from hub import parsers

START = "<!-- options: written by `python -m hub.parsers.docs docs/parsers.md` -->\n"
END = "<!-- end of options -->\n"
NAMES = ("csv", "tsv", "ndjson", "json", "xml", "obo", "sssom", "excel")
_ARGUMENT = re.compile(r"^    (\w+): (.*)$")


def options() -> str:
    """The tables, parser after parser."""
    return "\n".join(_section(name) for name in NAMES)


def with_options(page: str) -> str:
    """The page with the tables of today between its marks."""
    head, _, rest = page.partition(START)
    return f"{head}{START}\n{options()}\n{END}{rest.partition(END)[2]}"


def _section(name: str) -> str:
    parser = getattr(parsers, name)
    rows = [f"| `{key}` | {default} | {text} |" for key, default, text in _rows(parser) if key not in ("data_folder",)]
    summary = (inspect.getdoc(parser) or "").partition("\n")[0].replace("``", "`")
    table = "\n".join(["| option | default | |", "| --- | --- | --- |", *rows])
    return f"### `hub.parsers:{name}`\n\n{summary}\n\n{table}\n"


def _rows(parser: object) -> Iterator[tuple[str, str, str]]:
    told = dict(_arguments(inspect.getdoc(parser) or ""))
    for key, parameter in inspect.signature(parser).parameters.items():  # type: ignore[arg-type]
        required = parameter.default is inspect.Parameter.empty
        default = "**required**" if required else f"`{orjson.dumps(parameter.default).decode()}`".replace("|", "\\|")
        yield key, default, told[key].replace("``", "`").replace("|", "\\|")


def _arguments(doc: str) -> Iterator[tuple[str, str]]:
    """Name and text of each entry below ``Args:``."""
    block = doc.partition("Args:\n")[2].partition("\n\n")[0]
    name, text = "", ""
    for line in block.splitlines():
        found = _ARGUMENT.match(line)
        if found:
            if name:
                yield name, text
            name, text = found[1], found[2]
        else:
            text += " " + line.strip()
    if name:
        yield name, text


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(with_options(target.read_text(encoding="utf-8")), encoding="utf-8")
