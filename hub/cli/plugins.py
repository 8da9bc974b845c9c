"""`hub plugin check`, `test`, `run` and `export`: work on a plugin without a server."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

import orjson

from hub import errors
from hub.cli import output

Loader = Callable[[Path | None, dict[str, Any]], Any]


class SeveralUploadersError(errors.BadArgument):
    """Several sub-sources can not go to one file."""

    def __init__(self, plugin: str, subs: Iterable[str]) -> None:
        self.plugin, self.subs = plugin, sorted(subs)
        super().__init__(
            f"`{plugin}` has {len(self.subs)} uploaders ({', '.join(self.subs)}): give --out FOLDER, a folder that "
            "exists or a path that ends with `/`; each gets its own `<sub-source>.ndjson` there."
        )


def check(paths: Sequence[Path], settings: Any, *, json: bool) -> int:
    """Print what is wrong with plugins; returns the exit code.

    Args:
        paths: plugin folders, or folders that hold some; none means ``DATA_PLUGIN_FOLDER``.
        settings: configuration.
        json: print JSON.
    """
    from dataclasses import asdict

    from hub.kit import checking

    folders = checking.folders_of(paths or [Path(settings["DATA_PLUGIN_FOLDER"])])
    results = []
    for result in checking.check(folders):
        results.append(result)
        if not json:
            print("\n".join(_checked(result)), flush=True)
    bad = sum(not r.ok for r in results)
    if json:
        output.print_json({"ok": not bad, "plugins": [asdict(r) for r in results]})
    elif len(results) > 1:
        print(f"{len(results)} plugins: {len(results) - bad} fine, {bad} broken")
    return 1 if bad else 0


def _checked(result: Any) -> Iterator[str]:
    if result.ok:
        yield f"{result.plugin}: fine, uploaders: {', '.join(result.uploaders) or 'none (download only)'}"
    else:
        yield f"{result.folder}: broken"
        yield from result.errors
    yield from (f"warning: {warning}" for warning in result.warnings)


def test(path: Path, load: Loader, *, limit: int | None, json: bool) -> int:
    """Try a plugin against the rules every plugin has to keep; returns the exit code."""
    from hub.kit import contract

    _require_folder(path)
    items = asyncio.run(contract.run_contract(path, load, limit=limit))
    failed = sum(item.state == contract.FAILED for item in items)
    if json:
        output.print_json({"plugin": path.name, "ok": not failed, "rules": [item.plain() for item in items]})
    else:
        output.table([item.plain() for item in items], ["state", "source", "rule", "detail"])
        print(f"{path.name}: {failed} of {len(items)} rules are broken" if failed else f"{path.name}: all rules kept")
    return 1 if failed else 0


def export(path: Path, settings: Any, out: Path, what: list[str] | None, *, purge: bool, json: bool) -> None:
    """Write a manifest plugin as Python code below ``out``."""
    from hub.dataload.export import PARTS, export_plugin
    from hub.dataload.loader import load_plugin
    from hub.dataload.uploader.generated import lookup_class

    _require_folder(path)
    with contextlib.redirect_stdout(sys.stderr):
        plugin = load_plugin(path, settings)
    keylookup = lookup_class(settings)
    made = export_plugin(plugin, out, what=what or PARTS, purge=purge, keylookup=keylookup)
    lines = [f"{part}: {facts['file']}" for part, facts in made.items() if facts["file"]]
    lines += [f"{part}: {facts['message']}" for part, facts in made.items() if facts["message"]]
    output.show(made, json, text="\n".join(lines))


def run_plugin(path: Path, load: Loader, *, out: Path | None, raw: bool, limit: int | None, json: bool) -> None:
    """Dump and upload ``path`` in a scratch home, then print or write its documents.

    Args:
        path: the plugin's folder.
        load: makes the settings for a home and flags.
        out: file, or folder (exists, or written with a final ``/``) for one file a sub-source; None prints.
        raw: the parser's own stream instead of the stored documents.
        limit: print at most this many documents of each sub-source.
        json: print the summary as JSON.
    """
    _require_folder(path)
    summary = asyncio.run(_run(path, load, out, raw, limit))
    text = output.to_json(summary, indent=False) if json else _sentence(summary)
    sys.stderr.write(text + "\n")


async def _run(path: Path, load: Loader, out: Path | None, raw: bool, limit: int | None) -> dict[str, Any]:
    from hub.kit.scratch import scratch_hub

    async with scratch_hub(path, load) as (hub, plugin):
        sources = hub.services.sources
        subs = list(plugin.uploader_classes)
        if len(subs) > 1 and not _is_folder(out):
            raise SeveralUploadersError(plugin.name, subs)
        report = await sources.dump(plugin.name).result()
        summary: dict[str, Any] = {"plugin": plugin.name, "release": report.release, "files": len(report.files)}
        written = {}
        if not raw and subs:
            await sources.upload(plugin.name)
        for sub in subs:
            with _raw(plugin, sub, report, hub) if raw else _stored(hub, sub) as lines:
                written[sub] = await asyncio.to_thread(_write, islice(lines, limit), _target(out, sub))
        return summary | {"documents": written}


@contextlib.contextmanager
def _stored(hub: Any, sub: str) -> Iterator[Iterator[bytes]]:
    store = hub.services.src_store
    yield (_line(store.codec.decode(record.body)) for record in store.collection(sub).scan())


@contextlib.contextmanager
def _raw(plugin: Any, sub: str, report: Any, hub: Any) -> Iterator[Iterator[bytes]]:
    """The parser's documents as it gives them, before any check."""
    from hub.dataload.uploader.raw import raw_documents

    documents = raw_documents(plugin, sub, str(report.data_folder), report.release, hub.services.src_store)
    with contextlib.redirect_stdout(sys.stderr):
        yield (_line(d) for d in documents)


def _line(document: Any) -> bytes:
    option = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(document, default=str, option=option)


def _write(lines: Iterable[bytes], target: Path | None) -> int:
    count = 0
    with _opened(target) as handle:
        for line in lines:
            handle.write(line)
            count += 1
    return count


@contextlib.contextmanager
def _opened(target: Path | None) -> Iterator[IO[bytes]]:
    if target is None:
        assert sys.__stdout__ is not None
        yield cast(IO[bytes], sys.__stdout__.buffer)
        sys.__stdout__.buffer.flush()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    with partial.open("wb") as handle:
        yield handle
    partial.replace(target)


def _is_folder(out: Path | None) -> bool:
    return out is not None and (out.is_dir() or not out.suffix)


def _target(out: Path | None, sub: str) -> Path | None:
    if out is None:
        return None
    return out / f"{sub}.ndjson" if _is_folder(out) else out


def _require_folder(path: Path) -> None:
    if not path.is_dir():
        known = [p.name for p in path.parent.iterdir() if p.is_dir()] if path.parent.is_dir() else []
        raise errors.NotFound("plugin folder", str(path), known)


def _sentence(summary: dict[str, Any]) -> str:
    counts = ", ".join(f"{sub}: {count:,} documents" for sub, count in summary["documents"].items())
    return f"{summary['plugin']} {summary['release']}: {summary['files']} files; {counts or 'download only'}"
