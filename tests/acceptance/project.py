"""A small hub project: two sources, one build, files instead of a network."""

from __future__ import annotations

import json
from pathlib import Path

CONFIG = """
from config_hub import *

AUTO_SOURCES = ["*"]
BUILDS = {"things": {"doc_type": "thing", "sources": ["left", "right"], "root": [], "auto": True}}

"""

# Stops in the middle while the file `gate` is a FIFO that nobody has opened: the test opens it and knows where it is.
PARSER = """
import json
import os
from pathlib import Path

GATE = Path(__file__).with_name("gate")


def load_data(data_folder):
    with (Path(data_folder) / "data.ndjson").open() as handle:
        for number, line in enumerate(handle):
            if number == 3000 and GATE.exists():
                GATE.read_text()
            yield json.loads(line)
"""


class Project:
    """A folder that `hub serve` runs in."""

    def __init__(self, folder: Path, more_config: str = "") -> None:
        self.folder = folder
        (folder / "plugins").mkdir(parents=True)
        (folder / "config.py").write_text(CONFIG + more_config)

    def add_source(self, name: str, documents: list[dict], *, url: str | None = None) -> Path:
        plugin = self.folder / "plugins" / name
        plugin.mkdir()
        (plugin / "parser.py").write_text(PARSER)
        data = self.folder / "upstream" / name / "data.ndjson"
        data.parent.mkdir(parents=True)
        self.write_data(name, documents)
        manifest = {
            "version": "1.0",
            "dumper": {"data_url": url or f"file://{data}"},
            "uploader": {"parser": "parser:load_data", "on_duplicates": "error"},
            "__metadata__": {"url": f"https://example.org/{name}", "license": "CC0"},
        }
        (plugin / "manifest.json").write_text(json.dumps(manifest))
        return plugin

    def write_data(self, name: str, documents: list[dict]) -> Path:
        data = self.folder / "upstream" / name / "data.ndjson"
        data.write_text("".join(json.dumps(d) + "\n" for d in documents))
        return data


def left(size: int = 6000, word: str = "red") -> list[dict]:
    return [{"_id": f"t{n:05d}", "left": {"name": f"{word} thing {n}", "number": n}} for n in range(size)]


def right(size: int = 6000) -> list[dict]:
    return [{"_id": f"t{n:05d}", "right": {"even": n % 2 == 0}} for n in range(size // 2, size + size // 2)]
