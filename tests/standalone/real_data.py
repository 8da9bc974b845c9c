"""A history of five releases of three sources, made from the registry data that ship with the hub.

The files are one state of their sources. The history takes documents away and changes others by rules that depend on
their ids, so that each release adds, changes and deletes.
"""

from __future__ import annotations

import copy
import importlib.util
import sys
import tarfile
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "examples" / "data"
BIOREGISTRY = "raw.githubusercontent.com/biopragmatics/bioregistry/main/src/bioregistry"
RELEASES = ("2026-01", "2026-02", "2026-03", "2026-09", "2026-10")

Sources = dict[str, list[dict[str, Any]]]


def read(scratch: Path) -> tuple[Sources, dict[str, dict[str, Any]]]:
    """Documents and mappings of the three sources, by the plugins' own parsers."""
    with tarfile.open(DATA / "github.com/biopragmatics/biomappings/archive/refs/tags/v0.6.0.tar.gz") as packed:
        packed.extractall(scratch, filter="data")
    registry, obo, links = (_plugin(name) for name in ("bioregistry", "obofoundry", "biomappings"))
    documents = {
        "bioregistry": list(registry.load_prefixes(str(DATA / BIOREGISTRY / "data"))),
        "obofoundry": list(obo.load_ontologies(str(DATA / BIOREGISTRY / "external" / "obofoundry"))),
        "biomappings": _joined(links.load_links(str(scratch))),
    }
    mappings = {
        "bioregistry": registry.prefix_mapping(object),
        "obofoundry": {"obofoundry": {"properties": {"name": {"type": "text"}, "homepage": {"type": "keyword"}}}},
        "biomappings": links.link_mapping(object),
    }
    return documents, mappings


def _plugin(name: str) -> ModuleType:
    folder = ROOT / "plugins" / name
    sys.path.insert(0, str(folder.parent))
    try:
        spec = importlib.util.spec_from_file_location(f"history_{name}", folder / "parser.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(folder.parent))


def _joined(documents: Any) -> list[dict[str, Any]]:
    """As the upload of a source with the rule `merge` leaves them."""
    from hub.dataload.merge import merge_struct

    found: dict[str, dict[str, Any]] = {}
    for document in documents:
        known = found.get(document["_id"])
        found[document["_id"]] = document if known is None else merge_struct(known, document)
    return list(found.values())


def at(sources: Sources, release: int) -> Sources:
    """The sources as they were at a release, 0 to 4."""
    return {
        name: [_state(name, d, release) for d in documents if _is_there(name, d, release)]
        for name, documents in sources.items()
    }


def _draw(name: str, document: dict[str, Any], what: str) -> int:
    return zlib.crc32(f"{name} {document['_id']} {what}".encode()) % 100


def _is_there(name: str, document: dict[str, Any], release: int) -> bool:
    drawn = _draw(name, document, "life")
    if drawn < 8:  # comes with the second to the fifth release
        return release > drawn // 2
    if drawn < 13:  # is away for one release
        return release != drawn - 8
    return True


def _state(name: str, document: dict[str, Any], release: int) -> dict[str, Any]:
    drawn = _draw(name, document, "change")
    if release == 4 or drawn >= 16 or drawn % 4 < release:
        return document
    older = copy.deepcopy(document)
    root = next((key for key in older if key != "_id"), None)
    if root is None:
        return document
    inner = older[root]
    if isinstance(inner, dict) and inner:
        field = sorted(inner)[drawn % len(inner)]
        if isinstance(inner[field], str):
            inner[field] = f"{inner[field]} (draft {release})"
        elif isinstance(inner[field], list):
            inner[field] = inner[field][1:]
        else:
            del inner[field]
    return older
