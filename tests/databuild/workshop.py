"""A hub's managers at work on a home of their own, for tests of builds and indices and for their child processes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hub import config
from hub.databuild.builder import DataBuilder
from hub.databuild.manager import BuildManager
from hub.dataindex.manager import IndexManager
from hub.dataload import content
from hub.dataload.publish import Publisher, temp_name
from hub.dataload.quarantine.files import QuarantineFolder
from hub.jobs.events import EventBus
from hub.jobs.manager import JobManager
from hub.jobs.port import NullContext
from hub.store import Record, open_store, specs
from hub.store.port import DocumentStore
from hub.store.state import open_state


class CarefulBuilder(DataBuilder):
    """Makes a checkpoint after each write."""

    checkpoint_documents = 5000


def stamp(document: dict[str, Any], by: int = 1) -> dict[str, Any]:
    """A finisher whose work can be seen."""
    return {**document, "by": by}


class CarefulFinisher(CarefulBuilder):
    """The same, which finishes documents."""

    def document_finisher(self) -> Any:
        return stamp


def fill_collection(store: DocumentStore, name: str, documents: Iterable[dict[str, Any]]) -> int:
    """Put documents into a new collection and make them durable; how many."""
    store.drop(name)
    records = [Record(d["_id"], store.codec.encode(d)) for d in documents]
    collection = store.collection(name)
    collection.insert(records)
    collection.flush()
    return len(records)


class Workshop:
    """State, stores, jobs and builds of a hub, with a short way to have uploaded sources."""

    def __init__(self, home: Path, **flags: Any) -> None:
        home.mkdir(parents=True, exist_ok=True)
        empty = home / "empty_config.py"
        empty.write_text("")
        self.settings = config.load(home, config=empty, environ={}, flags={"HUB_MAX_WORKERS": 1, **flags})
        self.state = open_state(self.settings)
        src_spec, target_spec = specs(self.settings)
        self.src, self.target = open_store(src_spec), open_store(target_spec)
        self.bus = EventBus()
        self.jobs = JobManager(self.settings, jobs_repo=self.state.jobs, bus=self.bus)
        self.builds = BuildManager(self.settings, self.state, self.src, self.target, self.jobs, self.bus)
        self.indices = IndexManager(self.settings, self.state, self.target, self.src, self.jobs, self.bus)

    def upload(
        self,
        sub: str,
        documents: Iterable[dict[str, Any]],
        *,
        main: str | None = None,
        mapping: dict[str, Any] | None = None,
        release: str = "1",
        collection: str | None = None,
        **master: Any,
    ) -> None:
        """As an upload leaves a source."""
        count = fill_collection(self.src, collection or sub, documents)
        main = main or sub
        self.state.masters.save(sub, name=master.pop("name", None), mapping=mapping, metadata=master)
        self.state.sources.dump_started(main, logfile="", pid=None)
        self.state.sources.dump_succeeded(main, release=release, data_folder="d", seconds=0.1)
        started = {"temp_collection": "t", "release": release, "data_folder": "d", "logfile": "", "pid": None}
        self.state.sources.upload_started(main, sub, **started)
        self.state.sources.upload_succeeded(main, sub, count=count, release=release, data_folder="d", seconds=0.1)

    def release(self, sub: str, documents: Iterable[dict[str, Any]], *, release: str = "1", **master: Any) -> None:
        """As an upload leaves a source, with what it says of its changes; the mapping among ``master`` is declared."""
        temp = temp_name(sub)
        count = fill_collection(self.src, temp, documents)
        entry = content.compare(NullContext(), self.src, sub, temp, content.token(self.state.masters.get(sub)))
        self.state.sources.dump_started(sub, logfile="", pid=None)
        self.state.sources.dump_succeeded(sub, release=release, data_folder="d", seconds=0.1)
        started = {"temp_collection": temp, "release": release, "data_folder": "d", "logfile": "", "pid": None}
        self.state.sources.upload_started(sub, sub, **started)
        quarantine = QuarantineFolder(self.settings["QUARANTINE_FOLDER"])
        publisher = Publisher(self.state, self.src, self.settings["DATA_SRC_DUMP_COLLECTION"], quarantine)
        result = {
            "temp_collection": temp,
            "count": count,
            "release": release,
            "data_folder": "d",
            "seconds": 0.1,
            "mapping": master.pop("mapping", {}),
            "metadata": master,
            "content": entry,
        }
        publisher.publish(sub, sub, result, keep_archive=2)

    def configure(self, sources: list[str], *, name: str = "genes", **more: Any) -> None:
        """A build configuration."""
        self.builds.create_build_configuration(name, "gene", sources, **more)

    def documents(self, build: str) -> dict[str, dict[str, Any]]:
        """The merged documents by id."""
        decode = self.target.codec.decode
        return {record.id: decode(record.body) for record in self.target.collection(build).scan()}

    def close(self) -> None:
        self.indices.close()
        for part in (self.src, self.target, self.state):
            part.close()
