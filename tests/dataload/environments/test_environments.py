"""Plugins that need what the hub does not have: real wheels, pip, and processes of their own."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import json
import signal
import zipfile
from pathlib import Path
from typing import Any

import pytest

from hub.config import Settings
from hub.dataload import loader, trial
from hub.dataload.environments.making import Environments
from hub.dataload.errors import ContradictingRequirementsError, ParserError, RequirementsError
from hub.dataload.lifecycle.declared import read_steps
from hub.dataload.lifecycle.environment import Place
from hub.dataload.lifecycle.running import Outcome, Runner
from hub.dataload.plugin import BrokenPlugin
from hub.dataload.uploader.work import UploadRequest, upload_source
from hub.jobs.port import NullContext
from hub.store import StoreSpec, open_store

MANIFEST: dict[str, Any] = {
    "version": "1",
    "requires": ["tinylib==2.0"],
    "dumper": {"data_url": "https://example.org/a.txt"},
    "uploader": {"parser": "parser:load_data", "parser_kwargs": {"count": 1000}, "mapping": "parser:mapping"},
}
PARSER = """
import datetime

import tinylib


def load_data(data_folder, count):
    print("made by", tinylib.VERSION)
    for number in range(count):
        yield {
            "_id": f"{number:05d}",
            "version": tinylib.VERSION,
            "list": (1, None, 2.5),
            "day": datetime.datetime(2020, 1, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc),
            "bytes": b"x",
        }
    if "broken" in data_folder:
        raise KeyError("no such column")


def mapping(cls):
    return {"version": {"type": tinylib.KIND}}
"""


def wheel(folder: Path, name: str, version: str, source: str) -> Path:
    """A wheel of one module."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": source,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
    target = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return target


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`tinylib` 1.0 and 2.0; the hub has 1.0, pip finds both and nothing else."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for version in ("1.0", "2.0"):
        made = wheel(folder, "tinylib", version, f"VERSION = {version!r}\nKIND = 'keyword'\n")
        if version == "1.0":
            with zipfile.ZipFile(made) as archive:
                archive.extractall(tmp_path / "hub-has")
    wheel(folder, "tinyextra", "1.0", "VALUE = 'extra'\n")
    monkeypatch.syspath_prepend(str(tmp_path / "hub-has"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def plugin_folder(tmp_path: Path, name: str = "needy", parser: str = PARSER, **more: Any) -> Path:
    folder = tmp_path / "plugins" / name
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({**MANIFEST, **more}), encoding="utf-8")
    (folder / "parser.py").write_text(parser, encoding="utf-8")
    return folder


def upload(plugin: Any, options: Settings, store: StoreSpec, data: Path) -> Any:
    request = UploadRequest(plugin.ref, plugin.name, options.snapshot(), store, "1", str(data), "temp")
    return upload_source(NullContext(), request)


def test_a_plugin_gets_its_own_version_and_the_hub_keeps_its_own(wheels: Path, tmp_path: Path) -> None:
    folder = plugin_folder(tmp_path)
    off = Settings({"HUB_HOME": str(tmp_path / "home")}, {})
    with pytest.raises(RequirementsError, match=r"`tinylib==2.0`.*PLUGIN_REQUIRES_INSTALL"):
        loader.load_plugin(folder, off)
    assert Environments.of(off).find(["tinylib==2.0"]) is None
    on = Settings({"HUB_HOME": str(tmp_path / "home"), "PLUGIN_REQUIRES_INSTALL": True}, {})
    plugin = loader.load_plugin(folder, on)
    made = Environments.of(on).find(["tinylib==2.0"])
    assert made is not None
    assert (made.installed, made.extends) == (("tinylib==2.0",), False)
    assert importlib.metadata.version("tinylib") == "1.0"
    store = StoreSpec("sqlite", "source", str(tmp_path / "store"))
    report = upload(plugin, on, store, tmp_path)
    assert (report.count, dict(report.mapping)) == (1000, {"version": {"type": "keyword"}})
    opened = open_store(store)
    first = next(iter(opened.collection("temp").find()))
    assert (first["version"], first["list"], first["bytes"]) == ("2.0", [1, None, 2.5], b"x")
    assert first["day"].isoformat() == "2020-01-02T03:04:05.000006+00:00"
    opened.drop("temp")
    opened.close()
    # an environment that is there is used without asking again
    assert loader.load_plugin(folder, off).name == "needy"
    (tmp_path / "broken").mkdir()
    with pytest.raises(ParserError, match=r"after document 1,000.*parser.py, line 18.*KeyError") as error:
        upload(plugin, off, store, tmp_path / "broken")
    assert error.value.line == 18
    # code that does not load there is told as it is for any other plugin
    (folder / "parser.py").write_text("import tinylib, not_there\n", encoding="utf-8")
    with pytest.raises(loader.PluginError, match=r"No module named 'not_there'.*parser.py, line 1"):
        loader.load_plugin(folder, off)


def test_classes_get_what_does_not_contradict_the_hub(wheels: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plugins" / "classes_with_packages"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(
        "from hub.dataload.uploader import BaseSourceUploader\nimport tinyextra\n"
        "class U(BaseSourceUploader):\n    name = tinyextra.VALUE\n",
        encoding="utf-8",
    )
    (folder / "requirements.txt").write_text("tinyextra\n", encoding="utf-8")
    on = Settings({"HUB_HOME": str(tmp_path / "home"), "PLUGIN_REQUIRES_INSTALL": True}, {})
    assert list(loader.load_plugin(folder, on).uploader_classes) == ["extra"]
    (folder / "requirements.txt").write_text("tinylib==2.0\n", encoding="utf-8")
    with pytest.raises(ContradictingRequirementsError, match="contradicts the packages of the hub"):
        loader.load_plugin(folder, on)


def test_functions_that_are_steps_run_in_the_environment_of_their_plugin(wheels: Path, tmp_path: Path) -> None:
    steps = {"pre": [{"name": "tell", "run": "steps:tell"}]}
    folder = plugin_folder(tmp_path, dumper={**MANIFEST["dumper"], "steps": steps})
    (folder / "steps.py").write_text(
        "import tinylib\nimport hub.errors\ndef tell(call):\n    print('version', tinylib.VERSION, call.phase)\n",
        encoding="utf-8",
    )
    on = Settings({"HUB_HOME": str(tmp_path / "home"), "PLUGIN_REQUIRES_INSTALL": True}, {})
    plugin = loader.load_plugin(folder, on)
    place = Place(
        source="needy", plugin=folder, root=tmp_path, archive=tmp_path, logs=tmp_path / "logs", python=plugin.python
    )
    outcomes: list[Outcome] = []
    runner = Runner(NullContext(), place, lambda phase, outcome: outcomes.append(outcome))
    runner.run("pre", read_steps(steps)[0].pre)
    assert outcomes[-1].state == "done"
    assert "version 2.0 pre" in Path(outcomes[-1].log).read_text(encoding="utf-8")


def test_the_time_limit_of_loading_does_not_count_for_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = []

    def make(self: Environments, plugin: str, requirements: list[str]) -> None:
        limits.append(signal.getitimer(signal.ITIMER_REAL))
        raise RequirementsError(plugin, requirements, "pip failed: no index.", "pip install")

    monkeypatch.setattr(Environments, "make", make)
    folder = plugin_folder(tmp_path, requires=["no-such-package"])
    on = Settings({"HUB_HOME": str(tmp_path / "home"), "PLUGIN_REQUIRES_INSTALL": True}, {})
    broken = loader.try_plugin(folder, on, [])
    assert isinstance(broken, BrokenPlugin)
    assert isinstance(broken.error, RequirementsError)
    assert isinstance(trial.fatal([folder], on)[folder], RequirementsError)
    assert limits == [(0.0, 0.0)] * 2


def test_what_pip_can_not_find_changes_nothing(wheels: Path, tmp_path: Path) -> None:
    folder = plugin_folder(tmp_path, requires=["tinylib==9"])
    on = Settings({"HUB_HOME": str(tmp_path / "home"), "PLUGIN_REQUIRES_INSTALL": True}, {})
    with pytest.raises(RequirementsError, match=r"pip failed: ERROR.*tinylib==9"):
        loader.load_plugin(folder, on)
    left = [p.name for p in (tmp_path / "home" / "plugin_environments").iterdir()]
    assert [name for name in left if not name.endswith(".lock")] == []
