"""A source manager on a home of its own whose jobs run at once, in this process, and can be killed at any point."""

from __future__ import annotations

import functools
import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub import config
from hub.dataload.drafts import Draft
from hub.dataload.dumper.work import DumpReport
from hub.dataload.manager import SourceManager
from hub.dataload.releases import FileRecord, ReleaseRecord, tree_of
from hub.jobs.events import EventBus
from hub.jobs.port import Job, JobSpec, JobState, NullContext
from hub.store import open_store, specs
from hub.store.state import open_state

TOUCHES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "shutil.rmtree"}
PARSER = "def load_data(folder):\n    yield {'_id': '1'}\n"
MANIFEST = (
    '{"version": "1.0", "dumper": {"data_url": "http://127.0.0.1/a"}, "uploader": {"parser": "parser:load_data"}}'
)


class Killed(BaseException):
    """Stands for the death of the process: nothing may catch it."""


class Fate:
    """Ends the process, or what stands for it, at the n-th change of disk or records."""

    def __init__(self) -> None:
        self.left = -1
        self.really = False
        sys.addaudithook(self._touched)

    def arm(self, touches: int, *, really: bool = False) -> None:
        self.left, self.really = touches, really

    def disarm(self) -> bool:
        """Whether it has struck."""
        struck, self.left = self.left == 0, -1
        return struck

    def step(self, *_: object) -> None:
        if self.left <= 0:
            return
        self.left -= 1
        if self.left == 0:
            if self.really:
                os.kill(os.getpid(), signal.SIGKILL)
            raise Killed

    def _touched(self, event: str, _: object) -> None:
        if event in TOUCHES:
            self.step()


FATE = Fate()
LOADED: dict[str, Any] = {}  # plugins by home: loading them is not what is tested here


class InlineJobs:
    """A job runner that runs each job while it is submitted."""

    def __init__(self) -> None:
        self.submitted: list[str] = []

    def submit(self, spec: JobSpec) -> Any:
        self.submitted.append(f"{spec.kind} {spec.subject}")
        job = Job("0", spec.kind, spec.subject, "", "", JobState.RUNNING, datetime.now(UTC))
        try:
            if spec.on_start:
                spec.on_start(job)
            result = spec.fn(_Context(spec, job), *spec.args)
        except Exception as error:
            if spec.on_error:
                spec.on_error(job, error)
            if spec.kind == "remove":
                raise
            return _Ended(None, error)
        if spec.on_done:
            spec.on_done(job, result)
        return _Ended(result, None)


class _Context(NullContext):
    """Events reach the submitter."""

    def __init__(self, spec: JobSpec, job: Job) -> None:
        super().__init__(job_id=job.id)
        self._spec, self._job = spec, job

    def emit(self, event: str, **data: Any) -> None:
        if self._spec.on_event:
            self._spec.on_event(self._job, event, data)


class _Ended:
    """The handle of a job that has ended."""

    def __init__(self, value: Any, error: Exception | None) -> None:
        self._value, self._error = value, error

    async def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._value


class Desk:
    """One home with one source, ``demo``."""

    def __init__(self, home: Path, *, demo: bool = True, **flags: Any) -> None:
        self.home, self._demo = home, demo
        if demo:
            self._write_demo(home)
        home.mkdir(parents=True, exist_ok=True)
        (home / "config.py").write_text("")
        self.flags = {"HUB_MAX_WORKERS": 1, "DATA_PLUGIN_FOLDER": str(home / "plugins"), **flags}
        self.start()

    def _write_demo(self, home: Path) -> None:
        plugin = home / "plugins" / "demo"
        plugin.mkdir(parents=True, exist_ok=True)
        (plugin / "parser.py").write_text(PARSER)
        (plugin / "manifest.json").write_text(MANIFEST)

    def start(self) -> None:
        """As the hub starts."""
        settings = config.load(self.home, config=self.home / "config.py", environ={}, flags=self.flags)
        self.state = open_state(settings)
        self.store = open_store(specs(settings)[0])
        self.jobs = InlineJobs()
        self.sources = SourceManager(settings, self.state, self.store, self.jobs, EventBus())
        self.sources.recover()
        if self._demo and str(self.home) in LOADED:
            self.sources.plugins = LOADED[str(self.home)]
        else:
            self.sources.load(record=False)
            LOADED[str(self.home)] = self.sources.plugins
        self.sources.releases.reconcile()
        self.state.subscribe(FATE.step)

    def restart(self) -> None:
        """As after the death of the hub."""
        self.close()
        self.start()

    def close(self) -> None:
        self.state.close()
        self.store.close()

    @property
    def releases(self) -> Any:
        return self.sources.releases

    @property
    def root(self) -> Path:
        return self.releases.folder("demo").root

    def arrive(self, base: str) -> None:
        """A download of that release has ended: what the job does on disk, then what the hub does."""
        folder = self.releases.folder("demo")
        with folder.locked():
            draft = Draft(folder, base)
            draft.open()
            draft.place("a").write_text(base)
            draft.note(FileRecord("http://127.0.0.1/a", "a", len(base), "sum"))
            name = base + folder.free_suffix(base)
            record = ReleaseRecord(name, base, name, (), tree_of(draft.folder))
            path = folder.publish(draft.folder, record)
            folder.clear_partial()
        self.sources.record_release("demo", DumpReport(name, str(path), [], True), promote=True)
        if self.releases.to_prune("demo"):
            self.releases.prune("demo")

    def on_disk(self) -> set[str]:
        """Names of the releases that a person sees."""
        return {p.name for p in self.root.iterdir() if p.is_dir() and p.name[0] != "." and not p.is_symlink()}

    def rows(self) -> dict[str, dict[str, Any]]:
        return {row["folder"]: row for row in self.state.releases.of("demo")}

    def current(self) -> str | None:
        current = self.releases.current("demo")
        return Path(current["data_folder"]).name if current else None

    def link(self) -> str | None:
        link = self.root / "current"
        return str(link.readlink()) if link.is_symlink() else None

    def check(self) -> None:
        """Records and disk say the same."""
        if not self.root.is_dir():
            assert self.rows() == {}
            return
        assert set(self.rows()) == self.on_disk()
        assert {p.stem for p in (self.root / ".releases").glob("*.json")} == self.on_disk()
        assert self.link() == self.current()
        assert self.current() is None or self.current() in self.on_disk()
        assert {row["state"] for row in self.rows().values()} <= {"complete"}
        assert not (self.root / ".removed").exists()
        assert all((self.root / name / "a").is_file() for name in self.on_disk())


def in_child(action: Callable[[], None]) -> int:
    """Run something in a forked process; its exit code, negative for a signal."""
    child = os.fork()
    if child == 0:
        try:
            action()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_everywhere(home: Path, action: Callable[[Desk], None], limit: int = 60) -> list[dict[str, Any]]:
    """End ``action`` by kill -9 one change later each time, until it lives; what a new start finds after each."""
    kept, told = home.with_name("kept"), home.with_name("told.json")
    shutil.copytree(home, kept, symlinks=True)
    found = []

    def act(touches: int) -> None:
        desk = Desk(home)
        FATE.arm(touches, really=True)
        action(desk)

    def look() -> None:
        desk = Desk(home)
        desk.check()
        frozen = sorted(name for name, row in desk.rows().items() if row["frozen"])
        told.write_text(json.dumps({"disk": sorted(desk.on_disk()), "current": desk.current(), "frozen": frozen}))

    for touches in range(1, limit):
        shutil.rmtree(home)
        shutil.copytree(kept, home, symlinks=True)
        code = in_child(functools.partial(act, touches))
        assert code in (0, -signal.SIGKILL), code
        assert in_child(look) == 0, touches
        found.append(json.loads(told.read_text()))
        if code == 0:
            shutil.rmtree(kept)
            return found
    raise AssertionError("it never ended")
