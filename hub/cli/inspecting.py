"""`hub plugin inspect`: what the documents of a plugin hold."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from hub import errors
from hub.cli import output
from hub.kit.scratch import Loader, scratch_hub


def inspect_plugin(
    path: Path, load: Loader, *, mode: str, sub: str | None, limit: int | None, out: Path | None, json: bool
) -> None:
    """Dump and upload a plugin in a scratch home, inspect its documents and print what was found.

    Args:
        path: the plugin folder.
        load: makes the settings of the scratch home.
        mode: inspection modes, joined by commas.
        sub: only this sub-source.
        limit: look at so many documents of each only.
        out: file for the mapping; of several sub-sources, by name.
        json: print the results as JSON.
    """
    from hub.datainspect.inspector import checked_modes

    if not path.is_dir():
        raise errors.NotFound("plugin folder", str(path), [p.name for p in path.parent.glob("*/")])
    found = asyncio.run(_inspect(path, load, checked_modes(mode), sub, limit))
    if out is not None:
        mappings = {name: results.get("mapping", {}) for name, results in found.items()}
        text: Any = next(iter(mappings.values())) if len(mappings) == 1 else mappings
        out.write_bytes(orjson.dumps(text, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    if json:
        output.print_json(found)
        return
    for name, results in found.items():
        _show(name, results)


async def _inspect(
    path: Path, load: Loader, modes: list[str], sub: str | None, limit: int | None
) -> dict[str, dict[str, Any]]:
    from hub.datainspect.inspector import Inspection

    found = {}
    async with scratch_hub(path, load) as (hub, plugin):
        if sub is not None and sub not in plugin.uploader_classes:
            raise errors.NotFound("sub-source", sub, plugin.uploader_classes)
        sources, store = hub.services.sources, hub.services.src_store
        await sources.dump(plugin.name).result()
        for name in [sub] if sub else list(plugin.uploader_classes):
            await sources.upload(name if name == plugin.name else f"{plugin.name}.{name}")
            inspection = Inspection(modes)
            for record in islice(store.collection(name).scan(), limit):
                inspection.add(store.codec.decode(record.body))
            found[name] = inspection.results()
    return found


def _show(name: str, results: dict[str, Any]) -> None:
    from hub.datainspect.flat import flatten

    metadata = results["__metadata__"]
    print(f"{name}: {metadata['documents']:,} documents")
    seen = next((results[m] for m in ("deepstats", "stats", "type") if m in results), None)
    if seen is not None:
        output.table(list(_rows(flatten(seen))))
    if "mapping" in results:
        print("\nmapping, and why")
        output.table(
            [{k: row[k] for k in ("field", "type", "because")} for row in metadata["evidence"]] or [{"field": None}]
        )
        for conflict in metadata["conflicts"]:
            kinds = "; ".join(f"{k['count']:,} {k['kind']} ({', '.join(k['examples'])})" for k in conflict["kinds"])
            print(f"conflict: `{conflict['field']}` holds {kinds}: {conflict['proposal']}")
    for mode in ("jsonschema", "identifiers"):
        if mode in results:
            output.print_json(results[mode])
    print()


def _rows(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        stats = row["stats"] or {}
        numbers = {key.strip("_"): stats[key] for key in ("_count", "_none", "_min", "_max") if key in stats}
        if "_mean" in stats:
            numbers |= {key.strip("_"): stats[key] for key in ("_mean", "_median", "_stdev")}
        warnings = "; ".join(f"{w['code']} {w['message']}" for w in row["warnings"])
        yield {"field": row["field_name"], "type": row["field_type"], **numbers, "warnings": warnings or None}
