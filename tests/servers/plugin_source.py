"""A manifest plugin on disk, dumped through the real job function."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hub import config
from hub.dataload.dumper.work import DumpReport, DumpRequest, dump_source
from hub.dataload.plugin import PluginRef
from hub.jobs.port import NullContext

#: Retries without waiting, and short limits.
FAST = {
    "DOWNLOAD_TIMEOUTS": {"connect": 30, "stall": 30, "total": 600},
    "DOWNLOAD_RETRY": {"attempts": 3, "first_wait": 0.01, "max_wait": 0.05},
}
PARSER = "def load_data(folder):\n    yield {'_id': '1'}\n"


class RecordingContext(NullContext):
    """A job's context that remembers what it was told; ``fail_check`` is raised by `check` once it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.steps: list[tuple[int, int | None]] = []
        self.fail_check: Exception | None = None

    def progress(self, done: int, total: int | None = None, *, unit: str = "", note: str = "") -> None:
        self.steps.append((done, total))

    def emit(self, event: str, **data: Any) -> None:
        self.events.append((event, data))

    def check(self) -> None:
        if self.fail_check is not None:
            raise self.fail_check


class PluginSource:
    """One plugin in a home of its own. Remembers the last release, as the hub's records do."""

    def __init__(self, home: Path, urls: list[str] | str, *, name: str = "demo", **dumper: Any) -> None:
        self.home, self.name = home, name
        self.folder = home / "plugins" / name
        self.folder.mkdir(parents=True)
        self.settings: dict[str, Any] = dict(FAST)
        self.current: dict[str, Any] | None = None
        self.ctx = RecordingContext()
        (self.folder / "parser.py").write_text(PARSER)
        self.manifest(data_url=urls, **dumper)

    @property
    def archive(self) -> Path:
        """Where the releases of the source are."""
        return self.home / "datasources" / self.name

    @property
    def releases(self) -> list[str]:
        """Names of what a person sees there."""
        return sorted(p.name for p in self.archive.glob("*")) if self.archive.exists() else []

    def manifest(self, **dumper: Any) -> None:
        """Write the manifest."""
        content = {"version": "1.0", "dumper": dumper, "uploader": {"parser": "parser:load_data"}}
        (self.folder / "manifest.json").write_text(json.dumps(content))

    def module(self, name: str, code: str) -> None:
        """Write a module of the plugin."""
        (self.folder / f"{name}.py").write_text(code)

    def request(self, **options: Any) -> DumpRequest:
        """What the hub would send to a worker."""
        settings = config.load(self.home, environ={}, flags=self.settings)
        ref = PluginRef(self.name, str(self.folder), str(self.folder.parent))
        return DumpRequest(ref, settings.snapshot(), self.current, **options)

    def dump(self, **options: Any) -> DumpReport:
        """Dump, and note the outcome as the hub does."""
        try:
            report = dump_source(self.ctx, self.request(**options))
        except Exception:
            self.current = {**(self.current or {}), "status": "failed"}
            raise
        if report.changed and not options.get("check_only"):
            self.current = {"release": report.release, "data_folder": report.data_folder, "status": "success"}
        return report

    def read(self, name: str) -> bytes:
        """A file of the current release."""
        assert self.current is not None
        return Path(self.current["data_folder"], name).read_bytes()
