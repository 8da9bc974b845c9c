"""Plugins are read again when their files change."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from hub import config
from hub.autoflow import AutoFlow
from hub.dataload import loader, requires
from hub.dataload.errors import RequirementsError
from hub.dataload.watch import SETTLE, PluginWatcher
from hub.server import Hub

MANIFEST = '{"version": "0.3", "dumper": {"data_url": "https://example.org/a"}, "uploader": {"parser": "parser:load"}}'


def write_plugin(folder: Path, parser: str = "def load(folder):\n    yield {'_id': 'a'}\n") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(MANIFEST, encoding="utf-8")
    (folder / "parser.py").write_text(parser, encoding="utf-8")
    return folder


def test_a_change_is_told_once_and_when_it_has_settled(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path / "genes")
    watcher = PluginWatcher(tmp_path)
    assert watcher.changed() == set()
    (folder / "parser.py").write_text("# new", encoding="utf-8")
    assert watcher.changed() == set(), "it may still be written"
    (folder / "more.py").write_text("# newer", encoding="utf-8")
    assert watcher.changed() == set(), "it was"
    assert watcher.changed() == {"genes"}
    assert watcher.changed() == set()


def test_a_change_is_looked_at_again_soon_and_quiet_folders_are_not(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path / "genes")
    watcher = PluginWatcher(tmp_path)
    watcher.changed()
    assert watcher.pause(60.0) == 60.0
    (folder / "parser.py").write_text("# new", encoding="utf-8")
    watcher.changed()
    assert watcher.pause(60.0) == SETTLE
    assert watcher.changed() == {"genes"}
    assert watcher.pause(60.0) == 60.0


def test_new_and_removed_folders_are_told_and_what_nobody_wrote_is_not(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path / "genes")
    watcher = PluginWatcher(tmp_path)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "parser.pyc").write_bytes(b"x")
    (folder / ".parser.py.swp").write_bytes(b"x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_bytes(b"x")
    write_plugin(tmp_path / "drugs")
    assert (watcher.changed(), watcher.changed()) == (set(), {"drugs"})
    for path in (tmp_path / "drugs").iterdir():
        path.unlink()
    (tmp_path / "drugs").rmdir()
    assert (watcher.changed(), watcher.changed()) == (set(), {"drugs"})


def test_a_file_of_the_same_size_and_another_time_has_changed(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path / "genes")
    watcher = PluginWatcher(tmp_path)
    os.utime(folder / "parser.py", ns=(1, 1))
    assert (watcher.changed(), watcher.changed()) == (set(), {"genes"})


async def test_a_running_hub_reads_a_changed_a_broken_and_a_new_plugin(tmp_path: Path) -> None:
    root = tmp_path / "plugins"
    genes = write_plugin(root / "genes")
    flags = {"DATA_PLUGIN_FOLDER": str(root), "AUTO_SOURCES": [], "BUILDS": {}, "PLUGIN_WATCH_SECONDS": 0.05}
    async with Hub(config.load(tmp_path / "home", environ={}, flags=flags)) as hub:
        reloaded: asyncio.Queue[list[str]] = asyncio.Queue()
        hub.services.bus.subscribe("plugin.reloaded", lambda event: reloaded.put_nowait(event.data["folders"]))
        watching = asyncio.create_task(AutoFlow(hub.services).watch_plugins())
        sources = hub.services.sources
        try:
            await asyncio.sleep(0)
            (genes / "manifest.json").write_text(
                MANIFEST.replace('"dumper": {', '"dumper": {"schedule": "0 6 * * *", '), encoding="utf-8"
            )
            assert await asyncio.wait_for(reloaded.get(), 60) == ["genes"]
            assert sources.schedules() == {"genes": "0 6 * * *"}
            assert [entry.name for entry in hub.services.scheduler.list()] == ["dump:genes"]
            (genes / "parser.py").write_text("def load(\n", encoding="utf-8")
            await asyncio.wait_for(reloaded.get(), 60)
            assert [broken.name for broken in sources.broken] == ["genes"]
            assert hub.services.scheduler.list() == []
            write_plugin(genes)
            write_plugin(root / "drugs")
            while set(sources.plugins) != {"genes", "drugs"}:
                await asyncio.wait_for(reloaded.get(), 60)
            assert sources.broken == []
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


def test_requirements_of_a_plugin_of_classes_are_checked(tmp_path: Path) -> None:
    folder = tmp_path / "words"
    folder.mkdir()
    code = "from hub.dataload.uploader import BaseSourceUploader\nclass W(BaseSourceUploader):\n    name = 'words'\n"
    (folder / "__init__.py").write_text(code, encoding="utf-8")
    (folder / "requirements.txt").write_text(
        "# comment\n--index-url https://example.org\nrequests>=2  # here\n\nno-such-package-at-all==1\n",
        encoding="utf-8",
    )
    assert requires.listed_in(folder / "requirements.txt") == ["requests>=2", "no-such-package-at-all==1"]
    with pytest.raises(RequirementsError, match="no-such-package-at-all"):
        loader.load_plugin(folder, {})
