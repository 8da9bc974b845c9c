"""Plugins whose code ends the process or never returns when it is imported."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hub import config
from hub.dataload import loader, trial
from hub.dataload.plugin import BrokenPlugin

PARSER = "def load_data(data_folder):\n    yield {'_id': '1'}\n"
ENDS = "import os\nos._exit(7)\n"
LOOPS = "while True:\n    try:\n        pass\n    except Exception:\n        pass\n"


def plugin(home: Path, name: str, code: str = PARSER) -> Path:
    folder = home / "plugins" / name
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {"version": "1", "dumper": {"data_url": "file:///a"}, "uploader": {"parser": "parser:load_data"}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "parser.py").write_text(code)
    return folder.resolve()


def settings_of(home: Path) -> Any:
    return config.load(home, environ={}, flags={"DATA_PLUGIN_FOLDER": str(home / "plugins")})


def test_each_bad_one_is_found_and_the_others_are_tried(tmp_path: Path) -> None:
    folders = [plugin(tmp_path, "a", ENDS), plugin(tmp_path, "b"), plugin(tmp_path, "c", "raise SystemExit(3)\n")]
    folders += [plugin(tmp_path, "d", "import no_such_module\n"), plugin(tmp_path, "e", ENDS), plugin(tmp_path, "f")]
    found = trial.fatal(folders, settings_of(tmp_path))
    assert [path.name for path in found] == ["a", "e"]
    assert "plugin `a`: its code ends the process when it is imported (status 7)" in str(found[folders[0]])


def test_one_that_never_returns_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "LOAD_SECONDS", 0.2)
    before = signal.getsignal(signal.SIGALRM)
    found = loader.try_plugin(plugin(tmp_path, "a", "import time\ntime.sleep(100)\n"), settings_of(tmp_path), [])
    assert isinstance(found, BrokenPlugin)
    assert "does not load within" in str(found.error)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_one_that_never_returns_and_cannot_be_stopped_is_given_up_in_a_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [plugin(tmp_path, "loops", LOOPS), plugin(tmp_path, "b")]
    monkeypatch.setattr(trial, "PATIENCE", 0.25)  # 15 seconds
    assert [path.name for path in trial.fatal(folders, settings_of(tmp_path))] == ["loops"]


START = """
import os
import sys
from pathlib import Path
from hub import config
from hub.server import assemble

services = assemble(config.load(Path(sys.argv[1]), environ={}, flags={"DATA_PLUGIN_FOLDER": sys.argv[1] + "/plugins"}))
services.sources.load()
print(sorted(services.sources.plugins), [b.name for b in services.sources.broken], flush=True)
os._exit(0)
"""


def start(home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", START, str(home)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=Path(__file__).parents[2],
    )


def test_a_hub_that_was_ended_by_a_plugin_starts_without_it(tmp_path: Path) -> None:
    plugin(tmp_path, "good")
    plugin(tmp_path, "ends", ENDS)
    assert start(tmp_path).returncode == 7
    for _ in range(2):
        later = start(tmp_path)
        assert later.stdout == "['good'] ['ends']\n", later.stderr
    plugin(tmp_path, "ends")
    assert start(tmp_path).stdout == "['ends', 'good'] []\n"
