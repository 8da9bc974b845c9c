"""The files of a diff as existing consumers read them: gzipped pickles of plain data. They are written, never read."""

from __future__ import annotations

import gzip
import io
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.datadiff.files import checksums, dump_json, read_lines, write_whole

PER_BATCH = 10_000  #: operations of one exported file
PICKLED = "pyobj"


def export_pickles(folder: Path, into: Path, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Write the documented form of a diff.

    Args:
        folder: a finished diff.
        into: an existing folder for the pickles and their ``metadata.json``.
        metadata: that of the diff.

    Returns:
        Its metadata, with the files of this form.
    """
    files: list[dict[str, Any]] = []
    batch = _batch(metadata)
    for part in metadata["diff"]["files"]:
        for operation in read_lines(folder / part["name"]):
            kind, value = next(iter(operation.items()))
            batch[kind].append({"_id": value["_id"], "patch": value["patch"]} if kind == "update" else value)
            if sum(len(batch[k]) for k in ("add", "update", "delete")) >= PER_BATCH:
                files.append(_write(into, f"diff_{len(files) + 1}.pyobj", batch))
                batch = _batch(metadata)
    if any(batch[k] for k in ("add", "update", "delete")):
        files.append(_write(into, f"diff_{len(files) + 1}.pyobj", batch))
    mapping = metadata["diff"].get("mapping_file")
    if mapping:
        import orjson

        mapping = _write(into, "mapping.pyobj", orjson.loads((folder / mapping["name"]).read_bytes()))
    made = {**metadata, "diff": {**metadata["diff"], "files": files, "mapping_file": mapping, "format": PICKLED}}
    write_whole(into / "metadata.json", dump_json(made))
    return made


def _batch(metadata: Mapping[str, Any]) -> dict[str, Any]:
    stamp = str(metadata["diff"].get("timestamp") or "")
    return {"source": metadata["new"]["backend"], "timestamp": stamp, "add": [], "update": [], "delete": []}


def _write(folder: Path, name: str, value: Any) -> dict[str, Any]:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as out:
        pickle.dump(value, out, protocol=4)
    write_whole(folder / name, packed.getvalue())
    return checksums(folder / name)
