"""`hub plugin test`: what every plugin has to keep, tried on the plugin itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from hub.errors import HubError
from hub.kit.reading import Task, read_in_process
from hub.kit.scratch import Loader, scratch_hub

if TYPE_CHECKING:
    from hub.dataload.plugin import Plugin
    from hub.server import Hub

PASSED, FAILED, WARNED, SKIPPED = "passed", "failed", "warning", "skipped"
READ_SECONDS = 3600.0


@dataclass(frozen=True)
class Item:
    """One rule and how the plugin keeps it.

    Attributes:
        rule: what has to hold.
        state: ``passed``, ``failed``, ``warning`` or ``skipped``.
        detail: what was found.
        source: sub-source it was tried on; empty for the plugin as a whole.
    """

    rule: str
    state: str
    detail: str = ""
    source: str = ""

    def plain(self) -> dict[str, str]:
        """As JSON."""
        return asdict(self)


async def run_contract(
    path: Path, load: Loader, *, limit: int | None = None, seconds: float = READ_SECONDS
) -> list[Item]:
    """Try all rules on one plugin.

    Args:
        path: the plugin folder.
        load: makes the settings of a scratch home.
        limit: read at most this many documents of each sub-source.
        seconds: time one reading of a sub-source may take.
    """
    items: list[Item] = []
    try:
        async with scratch_hub(path, load) as (hub, plugin):
            items.append(Item("loads", PASSED, f"{len(plugin.uploader_classes)} uploaders"))
            items += [Item("has nothing to warn of", WARNED, warning) for warning in plugin.warnings]
            items += [item async for item in _Trial(hub, plugin, limit, seconds).items()]
    except HubError as error:
        items.append(Item("loads", FAILED, str(error)))
    return items


class _Trial:
    """The rules, in the order in which they can be tried."""

    def __init__(self, hub: Hub, plugin: Plugin, limit: int | None, seconds: float) -> None:
        self._hub, self._plugin, self._limit, self._seconds = hub, plugin, limit, seconds
        self._sources = hub.services.sources
        self._report: Any = None

    async def items(self) -> Any:
        if self._plugin.dumper_class is None:
            yield Item("downloads a release", SKIPPED, "the plugin has no dumper")
            return
        try:
            self._report = await self._sources.dump(self._plugin.name).result()
        except HubError as error:
            yield Item("downloads a release", FAILED, str(error))
            return
        files = len(self._report.files)
        yield Item("downloads a release", PASSED, f"release `{self._report.release}`, {files} files")
        again = await self._sources.dump(self._plugin.name).result()
        state = WARNED if again.changed else PASSED
        told = "a second dump downloads it once more" if again.changed else "a second dump finds nothing new"
        yield Item("knows a release it has", state, told)
        with tempfile.TemporaryDirectory(prefix="hub-plugin-") as folder:
            for sub in self._plugin.uploader_classes:
                async for item in self._sub(sub, Path(folder)):
                    yield item

    async def _sub(self, sub: str, folder: Path) -> Any:
        import asyncio

        first = await asyncio.to_thread(self._read, sub, 1, folder / "first")
        for item in _of_documents(sub, first, self._plugin.uploader_classes[sub]):
            yield item
        if first.get("error"):
            return
        for item in self._mapping(sub, first):
            yield item
        second = await asyncio.to_thread(self._read, sub, 2, folder / "second")
        yield _same(sub, first, second, folder)
        try:
            name = sub if sub == self._plugin.name else f"{self._plugin.name}.{sub}"
            stored = await self._sources.upload(name)
            detail = ", ".join(f"{r.count:,} documents, {r.duplicates:,} repeated" for r in stored)
            yield Item("can be uploaded", PASSED, detail, sub)
        except HubError as error:
            yield Item("can be uploaded", FAILED, str(error), sub)

    def _read(self, sub: str, seed: int, hashes: Path) -> dict[str, Any]:
        task = Task(
            plugin=self._plugin.ref,
            settings=self._hub.settings.snapshot(),
            store=self._hub.services.src_store.spec,
            sub=sub,
            data_folder=str(self._report.data_folder),
            release=self._report.release,
            limit=self._limit,
            hashes=str(hashes),
        )
        return read_in_process(task, seed=seed, seconds=self._seconds)

    def _mapping(self, sub: str, facts: Mapping[str, Any]) -> Iterator[Item]:
        from hub.dataload.uploader.run import mapping_fault, without_outer

        rule = "has a valid mapping"
        try:
            declared = without_outer(self._plugin.uploader_classes[sub].get_mapping())
        except (Exception, SystemExit) as error:
            yield Item(rule, FAILED, f"the mapping function fails: {type(error).__name__}: {error}", sub)
            return
        if not declared:
            state = WARNED if facts["conflicts"] else PASSED
            found = "; ".join(facts["conflicts"]) or "none declared: it is made from the documents"
            yield Item(rule, state, found, sub)
            return
        fault = mapping_fault(declared) or _refused(declared)
        if fault:
            yield Item(rule, FAILED, fault, sub)
            return
        yield Item(rule, PASSED, "taken by the embedded search engine", sub)
        missing = uncovered(facts["properties"], declared)
        told = f"{len(missing)} fields can not be searched: {', '.join(missing[:8])}" if missing else ""
        yield Item("maps every field", WARNED if missing else PASSED, told, sub)


def _of_documents(sub: str, facts: Mapping[str, Any], uploader: Any) -> Iterator[Item]:
    """What the documents of one reading tell."""
    if facts.get("error"):
        after = f" after {facts['count']:,} documents" if facts.get("count") else ""
        yield Item("parses", FAILED, f"{facts['error']}{after}", sub)
        return
    count = facts["count"]
    yield Item("parses", PASSED if count else FAILED, f"{count:,} documents" if count else "no document", sub)
    yield _none("every document has an `_id`, as text", facts["bad_ids"], sub)
    yield _none("every document can be stored", facts["unstorable"], sub)
    yield _repeats(sub, facts, uploader)
    yield _none("leaves no file open", facts["open"], sub)
    if facts["unclosed"]:
        yield Item("closes its files", WARNED, "; ".join(facts["unclosed"][:2]), sub)
    changed = [name for name, _ in facts["changed"]]
    if changed:
        yield Item("leaves the data as they are", WARNED, f"written or changed: {', '.join(changed[:5])}", sub)


def _none(rule: str, faults: list[str], sub: str) -> Item:
    return Item(rule, FAILED if faults else PASSED, "; ".join(faults), sub)


def _repeats(sub: str, facts: Mapping[str, Any], uploader: Any) -> Item:
    from hub.dataload.uploader.storages import combine, is_standard

    rule, number = "repeats an `_id` only where that is allowed", facts["repeated"]
    storage = combine(uploader.storage_class)
    if not number:
        return Item(rule, PASSED, "none is repeated", sub)
    found = f"{number:,} repeated, e.g. {', '.join(f'`{id_}`' for id_ in facts['repeats'])}"
    if is_standard(storage) and storage.on_repeated == "error":
        return Item(rule, FAILED, f"{found}; set `on_duplicates` to `ignore` or `merge` if that is right", sub)
    return Item(rule, PASSED, found, sub)


def _same(sub: str, first: Mapping[str, Any], second: Mapping[str, Any], folder: Path) -> Item:
    rule = "gives the same documents again"
    if second.get("error"):
        return Item(rule, FAILED, f"the second reading failed: {second['error']}", sub)
    if (first["count"], first["total"]) == (second["count"], second["total"]):
        return Item(rule, PASSED, "read twice", sub)
    if first["count"] != second["count"]:
        return Item(rule, FAILED, f"{first['count']:,} documents, then {second['count']:,}", sub)
    differs = _differing(folder / "first", folder / "second")
    told = f"{differs}; does it depend on the order of a set, on the time or on chance?"
    return Item(rule, FAILED, told, sub)


def _differing(first: Path, second: Path) -> str:
    """An ``_id`` whose documents differ."""
    with first.open("rb") as one, second.open("rb") as two:
        for a, b in zip(one, two, strict=False):
            if a != b:
                return f"document `{orjson.loads(a)[0]}` differs"
    return "documents differ"


def _refused(properties: Mapping[str, Any]) -> str:
    """Why a search engine refuses a mapping; empty when it takes it."""
    from hub.search.port import IndexConfig, SearchSpec
    from hub.search.specs import EMBEDDED, open_engine

    with tempfile.TemporaryDirectory(prefix="hub-plugin-") as folder:
        engine = open_engine(SearchSpec(EMBEDDED, folder))
        try:
            engine.create("trial", IndexConfig(properties=properties))
        except HubError as error:
            return str(error)
        finally:
            engine.close()
    return ""


def uncovered(found: Mapping[str, Any], declared: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Dotted paths of the fields that documents have and a mapping does not name.

    Args:
        found: properties inferred from documents.
        declared: properties of the mapping.
        prefix: path of both.
    """
    missing: list[str] = []
    for name, properties in found.items():
        there = declared.get(name)
        if there is None:
            missing.append(f"{prefix}{name}")
        elif "properties" in properties and "properties" in there:
            missing += uncovered(properties["properties"], there["properties"], f"{prefix}{name}.")
    return missing
