"""What the hub under trial works on: sources whose content at every version is known without asking any hub."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

Documents = dict[str, dict[str, Any]]

CONFIG = """
from config_hub import *

AUTO_SOURCES = []
STORE_WAIT = 60
JOB_CANCEL_GRACE = 1.0
VERSION_URLS = [{{"name": "followed", "url": "file://{folder}/hub_data/published/releases/versions.json"}}]
{more}
"""

#: Slow enough that a kill meets it in the middle, as long as the disk would be with data of some size.
PARSER = """
import json
import time
from pathlib import Path


def _load(data_folder, name):
    with (Path(data_folder) / "data.ndjson").open() as handle:
        for number, line in enumerate(handle):
            if number % 200 == 0:
                time.sleep({pause})
            document = json.loads(line)
            if name in document:
                yield {{"_id": document["_id"], name: document[name]}}


"""
FUNCTION = "def {name}(data_folder):\n    yield from _load(data_folder, {name!r})\n\n\n"

#: Plugin to its sub-sources.
SOURCES = {"left": ("left",), "right": ("right",), "many": ("one", "two", "three")}


def documents(name: str, version: int, size: int) -> Documents:
    """Documents of a sub-source at a version: some come, some change, some go with each."""
    if name == "left":
        span = range(version * 7, size + version * 11)
    elif name == "right":
        span = range(size // 2 - version * 3, size + size // 3)
    else:
        step = {"one": 2, "two": 3, "three": 5}[name]
        span = range(version % step, size, step)
    found: Documents = {}
    for number in span:
        touched = number % 97 if number % 97 <= version else 0
        if version % 4 == 3:  # every fourth version changes everything, so that builds begin anew
            touched = 1000 + version
        id_ = f"t{number:06d}"
        value = {
            "number": number,
            "word": f"{name} {touched}",
            "list": [number % 7, touched, "ä"],
            "deep": {"x": touched},
        }
        found[id_] = {"_id": id_, name: value}
    return found


class World:
    """A folder that `hub serve` runs in.

    Args:
        folder: where.
        size: documents of a sub-source, about.
        pause: seconds that a parser waits after each 200 documents.
        more: text at the end of the configuration.
    """

    def __init__(self, folder: Path, *, size: int = 6000, pause: float = 0.01, more: str = "") -> None:
        self.folder, self.size = folder, size
        (folder / "plugins").mkdir(parents=True)
        (folder / "config.py").write_text(CONFIG.format(folder=folder, more=more))
        for plugin, names in SOURCES.items():
            self._add(plugin, names, pause)

    def _add(self, plugin: str, names: tuple[str, ...], pause: float) -> None:
        place = self.folder / "plugins" / plugin
        place.mkdir()
        code = PARSER.format(pause=pause) + "".join(FUNCTION.format(name=name) for name in names)
        (place / "parser.py").write_text(code)
        mapping = {"number": {"type": "long"}, "word": {"type": "text"}, "list": {"type": "keyword"}}
        uploaders = [
            {
                "name": name,
                "parser": f"parser:{name}",
                "on_duplicates": "error",
                "mapping": f"mapping:{name}",
            }
            for name in names
        ]
        shown = "".join(
            f"def {name}(cls):\n    return {{{name!r}: {{'properties': "
            f"{ {**mapping, 'deep': {'properties': {'x': {'type': 'long'}}}}!r} }}}}\n\n\n"
            for name in names
        )
        (place / "mapping.py").write_text(shown)
        manifest: dict[str, Any] = {
            "version": "1.0",
            "dumper": {"data_url": f"file://{self.folder}/upstream/{plugin}/data.ndjson"},
            "__metadata__": {"url": f"https://example.org/{plugin}", "license": "CC0"},
        }
        if len(names) == 1:
            manifest["uploader"] = {key: value for key, value in uploaders[0].items() if key != "name"}
        else:
            manifest["uploaders"] = uploaders
        (place / "manifest.json").write_text(json.dumps(manifest))

    def publish(self, version: int) -> None:
        """Put the files of a version where the sources are fetched from."""
        for plugin, names in SOURCES.items():
            rows = [d for name in names for d in documents(name, version, self.size).values()]
            data = self.folder / "upstream" / plugin / "data.ndjson"
            data.parent.mkdir(parents=True, exist_ok=True)
            new = data.with_name("data.new")
            new.write_text("".join(json.dumps(row) + "\n" for row in rows))
            stamp = 1_700_000_000 + version * 86_400 * 2
            os.utime(new, (stamp, stamp))
            new.rename(data)

    def source(self, name: str, version: int) -> Documents:
        """What the collection of a sub-source must hold."""
        return documents(name, version, self.size)

    def build(self, versions: dict[str, int]) -> Documents:
        """What a build must hold, made of sub-sources at these versions."""
        merged: Documents = {}
        for name, version in versions.items():
            for id_, document in documents(name, version, self.size).items():
                merged.setdefault(id_, {"_id": id_}).update(document)
        return merged


def digest(found: Documents) -> str:
    """Equal for equal documents, whatever order they, their keys or their lists came in."""
    import hashlib

    whole = hashlib.sha256()
    for id_ in sorted(found):
        whole.update(json.dumps(found[id_], sort_keys=True).encode() + b"\n")
    return f"{len(found)}:{whole.hexdigest()[:16]}"
