"""The plugins, builds and releases of the hub that the client is driven against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.api.live import PARSER
from tests.servers.git_server import GitRepository

#: An uploader whose documents are in the collection already; only its release is told.
ROCK = """
import os

import biothings.hub.dataload.dumper
import biothings.hub.dataload.uploader
from config import DATA_ARCHIVE_ROOT


class RockDumper(biothings.hub.dataload.dumper.ManualDumper):
    SRC_NAME = "rock"
    SRC_ROOT_FOLDER = os.path.join(DATA_ARCHIVE_ROOT, SRC_NAME)


class RockUploader(biothings.hub.dataload.uploader.DummySourceUploader):
    name = "rock"
    main_source = "rock"

    @classmethod
    def get_mapping(cls):
        return {"hardness": {"type": "integer"}}
"""
#: A parser that waits until a file is there.
GATED = """
import logging
import time
from pathlib import Path


def load_data(data_folder):
    logging.getLogger("gated").warning("gated waits")
    while not Path("{gate}").exists():
        time.sleep(0.02)
    yield {{"_id": "g1", "gated": 1}}
"""
METADATA = {
    "url": "https://example.org/orchid",
    "license": "CC0",
    "license_url": "https://example.org/orchid/license",
    "author": {"name": "A"},
}
LILY_SUBS = [
    {"name": "lily_data", "parser": "parser:load_data"},
    {"name": "lily_names", "parser": "parser:load_names", "mapping": "parser:mapping"},
    {"name": "lily_old", "parser": "parser:load_names"},
]


def write_json_plugin(root: Path, name: str, uploader: dict[str, Any], **more: Any) -> Path:
    """A plugin with a manifest, and the file that it downloads."""
    folder = root / "plugins" / name
    folder.mkdir(parents=True)
    write_data(root, name, 5)
    (folder / "manifest.json").write_text(json.dumps({**manifest(root, name), **uploader, **more}))
    (folder / "parser.py").write_text(PARSER)
    return folder


def manifest(root: Path, name: str) -> dict[str, Any]:
    """What all manifests here have."""
    return {
        "version": "1.0",
        "biothing_type": "plant",
        "display_name": name.title(),
        "dumper": {"data_url": data_file(root, name).as_uri(), "schedule": "0 9 * * *"},
        "__metadata__": {**METADATA, "url": f"https://example.org/{name}"},
    }


def data_file(root: Path, name: str) -> Path:
    """The file upstream that a source downloads."""
    return root / "upstream" / name / "data.ndjson"


def write_data(root: Path, name: str, count: int) -> None:
    """Publish that many documents upstream."""
    file = data_file(root, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [{"_id": f"i{n}", name: {"n": n, "label": f"{name} {n}"}} for n in range(count)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))


def write_plugins(root: Path) -> None:
    """A plain source, one with several sub-sources, one that is disabled, one by hand, a broken one."""
    write_json_plugin(root, "orchid", {"uploader": {"parser": "parser:load_data"}})
    write_json_plugin(root, "lily", {"uploaders": LILY_SUBS})
    disabled = {"data_url": data_file(root, "moss").as_uri(), "disabled": True}
    write_json_plugin(root, "moss", {"uploader": {"parser": "parser:load_data"}}, dumper=disabled)
    (root / "plugins" / "rock").mkdir()
    (root / "plugins" / "rock" / "__init__.py").write_text(ROCK)
    (root / "plugins" / "broken").mkdir()
    (root / "plugins" / "broken" / "manifest.json").write_text('{"version": "1.0", "dumper": {')


def drop_sub_source(root: Path, name: str = "lily_old") -> None:
    """Take a sub-source out of the code of `lily`: what was uploaded of it stays, without an uploader."""
    left = {"uploaders": [sub for sub in LILY_SUBS if sub["name"] != name]}
    (root / "plugins" / "lily" / "manifest.json").write_text(json.dumps({**manifest(root, "lily"), **left}))


def make_repository(served: Path, root: Path) -> GitRepository:
    """The git repository of the plugin `fern`."""
    repository = GitRepository(served, "fern", root / "work")
    write_data(root, "fern", 5)
    text = json.dumps({**manifest(root, "fern"), "uploader": {"parser": "parser:load_data"}})
    repository.commit(manifest=text, parser=PARSER)
    return repository
