#!/usr/bin/env python3
"""Make examples/data anew from the released packages that carry the upstream files.

    python -m pip download --no-deps --dest WHEELS bioregistry==0.15.6 biomappings==0.6.0 prefixmaps==0.2.6
    python scripts/make_example_data.py WHEELS

The result is the same byte for byte on every machine. What is changed on the way is said in examples/data/LICENSES.md.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "examples" / "data"
BIOREGISTRY, BIOMAPPINGS, PREFIXMAPS = "bioregistry-0.15.6", "biomappings-0.6.0", "prefixmaps-0.2.6"
EPOCH = (1980, 1, 1, 0, 0, 0)

RAW = "raw.githubusercontent.com"
REGISTRY_FILE = f"{RAW}/biopragmatics/bioregistry/main/src/bioregistry/data/bioregistry.json"
OBOFOUNDRY_FILE = f"{RAW}/biopragmatics/bioregistry/main/src/bioregistry/external/obofoundry/processed.json"
PREFIXMAPS_FOLDER = f"{RAW}/linkml/prefixmaps/main/src/prefixmaps/data"
RESOLVERS_ARCHIVE = "github.com/biopragmatics/bioregistry/archive/refs/tags/v0.15.6.zip"
BIOMAPPINGS_ARCHIVE = "github.com/biopragmatics/biomappings/archive/refs/tags/v0.6.0.tar.gz"

CONTEXTS = ("go", "linked_data", "obo", "prefixcc")
MAPPING_SETS = ("negative", "positive", "unsure")
# Curated by people about people; the example does not need them.
PERSONAL = {"contact", "contact_extras", "contact_group_email", "contact_page", "contributor", "contributor_extras"}
PERSONAL |= {"reviewer", "reviewer_extras"}


def main(wheels: Path) -> None:
    """Write every file of examples/data and print the table of checksums for LICENSES.md."""
    with _wheel(wheels, BIOREGISTRY) as bioregistry:
        _write(REGISTRY_FILE, curated_registry(bioregistry))
        _write(OBOFOUNDRY_FILE, bioregistry.read("bioregistry/external/obofoundry/processed.json"))
        _write(RESOLVERS_ARCHIVE, resolvers_zip(bioregistry))
    with _wheel(wheels, BIOMAPPINGS) as biomappings:
        _write(BIOMAPPINGS_ARCHIVE, mappings_tar(biomappings))
    with _wheel(wheels, PREFIXMAPS) as prefixmaps:
        for context in CONTEXTS:
            _write(f"{PREFIXMAPS_FOLDER}/{context}.csv", prefixmaps.read(f"prefixmaps/data/{context}.csv"))
    for line in checksum_table():
        print(line)


def curated_registry(wheel: zipfile.ZipFile) -> bytes:
    """The registry with its hand-curated fields only: those are CC0; blocks copied from other registries may not be."""
    registry = json.loads(wheel.read("bioregistry/data/bioregistry.json"))
    metaregistry = json.loads(wheel.read("bioregistry/data/metaregistry.json"))["metaregistry"]
    dropped = {registry["prefix"] for registry in metaregistry} | PERSONAL
    curated = {
        prefix: {field: value for field, value in record.items() if field not in dropped}
        for prefix, record in registry.items()
    }
    return _json(curated)


def resolvers_zip(wheel: zipfile.ZipFile) -> bytes:
    """The two registries of resolvers, in the layout of the upstream source archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("biocontext", "miriam"):
            member = zipfile.ZipInfo(f"{BIOREGISTRY}/src/bioregistry/external/{name}/processed.json", EPOCH)
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(member, wheel.read(f"bioregistry/external/{name}/processed.json"), compresslevel=9)
    return buffer.getvalue()


def mappings_tar(wheel: zipfile.ZipFile) -> bytes:
    """The mapping sets that people have looked at, in the layout of the upstream source archive."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name in MAPPING_SETS:
            content = wheel.read(f"biomappings/resources/{name}.sssom.tsv")
            member = tarfile.TarInfo(f"{BIOMAPPINGS}/src/biomappings/resources/{name}.sssom.tsv")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def checksum_table() -> Iterator[str]:
    """One Markdown table row a file: path, size in bytes, sha256."""
    for path in sorted(p for p in DATA.rglob("*") if p.is_file() and p.name != "LICENSES.md"):
        content = path.read_bytes()
        yield f"| `{path.relative_to(DATA)}` | {len(content)} | `{hashlib.sha256(content).hexdigest()}` |"


def _wheel(folder: Path, name: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(folder / f"{name}-py3-none-any.whl")


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _write(name: str, content: bytes) -> None:
    path = DATA / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
