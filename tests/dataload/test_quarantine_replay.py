"""Looking at a quarantine, exporting, replaying and discarding it, in a hub at work; whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hub import config, errors
from hub.dataload.publish import temp_name
from hub.dataload.quarantine.errors import EditedFileError, ExportPathError, NotInQuarantineError
from hub.dataload.quarantine.replay import ReplayRequest, _Replay
from hub.dataload.uploader.requests import UploadRequest
from hub.dataload.uploader.run import Run
from hub.jobs.errors import WorkerLostError
from hub.jobs.port import NullContext
from hub.server import Hub

PARSER = """
import json
from pathlib import Path

from hub.dataload.reading import at


def load(data_folder):
    path = Path(data_folder) / "data.ndjson"
    for number, line in enumerate(path.read_text().splitlines(), 1):
        at(path, number)
        document = json.loads(line)
        if "set" in document:
            document["set"] = set(document["set"])
        yield document
"""
DATA = [
    {"_id": "a", "n": 1},
    {"n": 2},
    {"_id": "c", "dotted.key": 3},
    {"_id": "a", "n": 4},
    {"_id": "e", "set": [5]},
    {"_id": "f", "n": 6},
]


class Work:
    """A hub with one source, ``demo``."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "upstream" / "data.ndjson"
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.write(DATA)
        self.flags: dict[str, Any] = {"DATA_PLUGIN_FOLDER": str(folder / "plugins"), "AUTO_SOURCES": [], "BUILDS": {}}
        self.plugin = folder / "plugins" / "demo"
        self.plugin.mkdir(parents=True, exist_ok=True)
        (self.plugin / "parser.py").write_text(PARSER)
        self.manifest()

    def write(self, documents: list[dict[str, Any]]) -> None:
        self.data.write_text("".join(json.dumps(d) + "\n" for d in documents))

    def manifest(self, **uploader: Any) -> None:
        section = {"parser": "parser:load", "on_error": "quarantine"} | uploader
        manifest = {"version": "1", "dumper": {"data_url": f"file://{self.data}"}, "uploader": section}
        (self.plugin / "manifest.json").write_text(json.dumps(manifest))

    @contextlib.asynccontextmanager
    async def hub(self, **flags: Any) -> AsyncIterator[Any]:
        settings = config.load(self.folder / "home", environ={}, flags=self.flags | flags)
        async with Hub(settings) as hub:
            yield hub.services


async def load(hub: Any) -> Any:
    await hub.sources.dump("demo", force=True).result()
    return (await hub.sources.upload("demo"))[0]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a hub whose source has been uploaded; `work` gives every test its own copy."""
    work = Work(tmp_path_factory.mktemp("loaded"))

    async def run() -> None:
        async with work.hub() as hub:
            await load(hub)

    asyncio.run(run())
    return work.folder


@pytest.fixture
def work(tmp_path: Path, loaded: Path) -> Work:
    shutil.copytree(loaded, tmp_path / "work", symlinks=True)
    return Work(tmp_path / "work")


def sets(hub: Any) -> list[str]:
    return sorted(p.name for p in (Path(hub.settings["QUARANTINE_FOLDER"]) / "demo").glob("*/*"))


def documents(hub: Any) -> dict[str, Any]:
    return {d["_id"]: d for d in hub.src_store.collection("demo").find()}


def reasons(hub: Any) -> dict[str, int]:
    listed = hub.quarantine.list("demo")
    return listed[0]["reasons"] if listed else {}


def job(hub: Any) -> dict[str, Any]:
    return hub.state.sources.get("demo")["upload"]["jobs"]["demo"]


def edit(file: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    records = [json.loads(line) for line in file.read_text().splitlines()]
    for record in records:
        change(record)
    file.write_text("".join(json.dumps(r) + "\n" for r in records))
    return file


async def test_an_upload_tells_of_its_quarantine_and_the_next_good_one_ends_it(work):
    async with work.hub() as hub:
        assert list(documents(hub)) == ["a", "f"]
        assert reasons(hub) == {"no_id": 1, "bad_key": 1, "bad_value": 1, "duplicate": 1}
        await load(hub)
        (event,) = hub.bus.since(0, "upload.quarantined")
        assert (event.data["source"], event.data["count"]) == ("demo", 4)
        view = hub.sources.info("demo")["upload"]["sources"]["demo"]
        assert (view["count"], view["quarantine"]["count"]) == (2, 4)
        lines = [(r["reason"], r.get("line")) for r in hub.quarantine.show("demo", limit=3)]
        assert lines == [("no_id", 2), ("bad_key", 3), ("bad_value", 5)]
        assert [r["number"] for r in hub.quarantine.show("demo", reason="duplicate")] == [4]
        work.write([{"_id": "z"}])
        await load(hub)
        assert (hub.quarantine.list(), hub.quarantine.show("demo"), "quarantine" in job(hub)) == ([], [], False)
        assert sets(hub) == []


async def test_a_failed_upload_leaves_the_quarantine_of_the_data_that_stay(work):
    async with work.hub(MAX_ERRORS=4) as hub:
        before, told = hub.quarantine.show("demo"), hub.quarantine.list()
        work.write([*DATA, {"n": 7}])
        with pytest.raises(errors.HubError, match="`max_errors` allows 4"):
            await load(hub)
        assert (hub.quarantine.show("demo"), hub.quarantine.list()) == (before, told)
        assert list(documents(hub)) == ["a", "f"]
        assert sets(hub) == [before[0]["set"]]


async def test_a_replay_after_a_changed_setting_stores_what_is_good_now(work):
    async with work.hub(INVALID_KEYS="replace") as hub:
        since = job(hub)["last_success"]
        report = await hub.quarantine.replay("demo")
        assert (report.stored, report.ignored, report.count) == (1, 0, 3)
        assert report.remaining == {"no_id": 1, "bad_value": 1, "duplicate": 1}
        assert documents(hub)["c"] == {"_id": "c", "dotted_key": 3}
        assert reasons(hub) == report.remaining
        assert (job(hub)["count"], job(hub)["quarantine"]["count"]) == (3, 3)
        assert job(hub)["last_success"] > since  # builds see that the source is new
        (record,) = hub.quarantine.show("demo", reason="bad_value")
        assert (record["line"], record["message"].startswith("it holds values without a JSON form")) == (5, True)
        assert hub.src_store.names() == ["demo"]


async def test_edited_documents_are_replayed_and_the_others_stay(work):
    async with work.hub() as hub:
        file, count = hub.quarantine.export("demo", "mine/bad.ndjson")
        assert (count, file.parent.name) == (4, "mine")
        changes = {"no_id": {"_id": "b", "n": 2}, "bad_value": {"_id": "e", "set": [5]}, "bad_key": None}
        edit(file, lambda r: r.update(document=changes.get(r["reason"], r["document"])))
        report = await hub.quarantine.replay("demo", path="mine/bad.ndjson")
        assert (report.stored, report.ignored, report.remaining) == (2, 1, {"duplicate": 1})
        assert list(documents(hub)) == ["a", "b", "e", "f"]
        with pytest.raises(EditedFileError, match="line 1: comes from another quarantine"):
            await hub.quarantine.replay("demo", path=str(file))


@pytest.mark.parametrize(("rule", "n", "numbers"), [("ignore", 1, (0, 1)), ("merge", [1, 4], (1, 0))])
async def test_the_rule_of_the_uploader_decides_on_an_id_that_is_there(work, rule, n, numbers):
    work.manifest(on_duplicates=rule)
    async with work.hub() as hub:
        report = await hub.quarantine.replay("demo", reason="duplicate")
        assert (documents(hub)["a"]["n"], (report.stored, report.ignored)) == (n, numbers)
        assert "duplicate" not in reasons(hub)
        assert len(hub.quarantine.show("demo")) == 3


async def test_a_discarded_document_is_gone_and_nothing_else(work):
    async with work.hub() as hub:
        assert await hub.quarantine.discard("demo", reason="no_id") == 1
        assert reasons(hub) == {"bad_key": 1, "bad_value": 1, "duplicate": 1}
        with pytest.raises(NotInQuarantineError, match="reason `no_id`"):
            await hub.quarantine.discard("demo", reason="no_id")
        assert await hub.quarantine.discard("demo") == 3
        assert hub.quarantine.list() == []
        with pytest.raises(errors.BadArgument, match="no documents in quarantine"):
            await hub.quarantine.discard("demo")
        assert list(documents(hub)) == ["a", "f"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{not json", "line 1: is no JSON"),
        ("[1]", "line 1: is no record"),
        ('{"number": 1, "document": {}}', "comes from another quarantine"),
        ('{"set": "x", "document": {}}', "is no exported record"),
        ("\n\n", "holds no record"),
        (None, "can not be read: No such file"),
    ],
)
async def test_a_file_that_is_no_export_changes_nothing(work, tmp_path, text, says):
    file = tmp_path / "edited.ndjson"
    if text is not None:
        file.write_text(text)
    async with work.hub() as hub:
        before = hub.quarantine.show("demo")
        with pytest.raises(EditedFileError, match=says):
            await hub.quarantine.replay("demo", path=str(file))
        file.write_text(json.dumps({**before[0], "number": 99}))
        with pytest.raises(NotInQuarantineError, match="record 99"):
            await hub.quarantine.replay("demo", path=str(file))
        assert (hub.quarantine.show("demo"), hub.src_store.names()) == (before, ["demo"])


async def test_exports_stay_in_their_folder_and_names_are_checked(work):
    async with work.hub() as hub:
        for path in ("../bad.ndjson", "/etc/bad.ndjson", "a/../../b"):
            with pytest.raises(ExportPathError, match="DATA_EXPORT_FOLDER"):
                hub.quarantine.export("demo", path)
        for call in (hub.quarantine.list, hub.quarantine.show, hub.quarantine.export):
            with pytest.raises(errors.NotFound, match="Did you mean `demo`"):
                call("demos")


async def test_a_replay_whose_process_dies_changes_nothing(work):
    work.manifest(mapping="parser:mapping")
    (work.plugin / "parser.py").write_text(PARSER + "\n\ndef mapping(cls):\n    import os\n\n    os._exit(3)\n")
    async with work.hub(INVALID_KEYS="replace") as hub:
        before = hub.quarantine.show("demo")
        with pytest.raises(WorkerLostError):
            await hub.quarantine.replay("demo")
        assert (hub.quarantine.show("demo"), list(documents(hub))) == (before, ["a", "f"])
        assert hub.src_store.names() == ["demo"]


@pytest.mark.parametrize("counts", [False, True])
async def test_a_replay_cut_by_a_crash_is_finished_when_it_counts_and_forgotten_before(work, counts, monkeypatch):
    async with work.hub(INVALID_KEYS="replace") as hub:
        (told,) = hub.quarantine.list()
        name = temp_name("demo")
        upload = UploadRequest(
            hub.sources.plugin("demo").ref,
            "demo",
            hub.settings.snapshot(),
            hub.src_store.spec,
            told["release"],
            job(hub)["data_folder"],
            name,
        )
        work_of = _Replay(Run(NullContext(), upload, "demo"), ReplayRequest(upload, job(hub)["quarantine"]["set"]))
        if not counts:
            monkeypatch.setattr(work_of, "_commit", lambda: None)
        work_of.prepare()
        work_of.run.store.close()
        assert hub.src_store.names() == ["demo", name]
        assert list(documents(hub)) == ["a", "f"]
    async with work.hub() as hub:
        assert hub.src_store.names() == ["demo"]
        assert list(documents(hub)) == (["a", "c", "f"] if counts else ["a", "f"])
        assert (job(hub)["count"], "bad_key" in reasons(hub)) == ((3, False) if counts else (2, True))
        assert len(sets(hub)) == 1
