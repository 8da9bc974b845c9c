"""Every name that public plugins import is there, and its row in the documentation names a test that exists."""

from __future__ import annotations

import importlib
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hub import config as hub_config
from hub.dataload import aliases
from hub.store import open_store
from hub.store.opening import specs
from hub.store.port import encode_all
from hub.store.state import open_state
from tests.compat import names

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _home(home: Path) -> None:
    names.prepare(home)


def test_every_name_can_be_imported() -> None:
    for module, name, _ in names.names():
        assert names.value_of(module, name) is not None, f"{module}.{name}"


def test_every_test_of_the_table_exists() -> None:
    for test in {*(test for _, _, test in names.names()), *names.KEYS.values()}:
        file, _, function = test.partition("::")
        text = (TESTS / file).read_text(encoding="utf-8")
        assert re.search(rf"^(?:async )?def {function}\(", text, re.MULTILINE), test


def test_the_table_of_the_documentation_is_current() -> None:
    written = (TESTS.parent / "docs" / "plugin-names.md").read_text(encoding="utf-8")
    assert written == names.page(), "run `python -m tests.compat.names > docs/plugin-names.md`"


def test_the_module_config_shows_the_settings(home: Path) -> None:
    config = importlib.import_module("config")
    assert isinstance(config.DATA_ARCHIVE_ROOT, str)
    assert Path(config.DATA_ARCHIVE_ROOT).is_relative_to(home)
    assert isinstance(config.LOG_FOLDER, str)
    assert isinstance(config.logger, logging.Logger)
    with pytest.raises(AttributeError, match=r"no setting `DATA_ARCHIVE_ROTO`.*DATA_ARCHIVE_ROOT"):
        config.DATA_ARCHIVE_ROTO  # noqa: B018 - reading it is the test
    with pytest.raises(ImportError, match="MY_OWN"):
        exec("from config import MY_OWN", {})
    assert importlib.import_module("biothings").config is config


def test_parts_are_reached_by_attribute_after_any_import() -> None:
    for name in [n for n in sys.modules if n == "biothings" or n.startswith("biothings.")]:
        del sys.modules[name]
    namespace: dict[str, object] = {}
    exec("import biothings.hub.dataload.uploader\nfound = biothings.hub.dataload.storage.BasicStorage", namespace)
    assert namespace["found"] is names.value_of("hub.dataload.storage", "BasicStorage")
    assert namespace["biothings"].hub.dataload.dumper.BaseDumper is names.value_of("hub.dataload.dumper", "BaseDumper")  # type: ignore[attr-defined]


def test_an_installed_package_of_that_name_is_left_alone_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "biothings").mkdir()
    (tmp_path / "biothings" / "__init__.py").write_text("whose = 'theirs'", encoding="utf-8")
    code = (
        "import biothings; assert biothings.whose == 'theirs'\n"
        "from hub.dataload import aliases; aliases.install({})\n"
        "import biothings; assert not hasattr(biothings, 'whose'); biothings.config_for_app(None)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{tmp_path}:{TESTS.parent}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_each_uploader_class_has_its_storage() -> None:
    uploader = importlib.import_module("biothings.hub.dataload.uploader")
    storage = importlib.import_module("biothings.hub.dataload.storage")
    for name in ("Merger", "IgnoreDuplicated", "NoBatchIgnoreDuplicated"):
        assert getattr(uploader, f"{name}SourceUploader").storage_class is getattr(storage, f"{name}Storage")
    assert uploader.NoDataSourceUploader.storage_class is storage.NoStorage
    assert issubclass(uploader.DummySourceUploader, uploader.BaseSourceUploader)
    assert issubclass(uploader.ResourceError, Exception)


def test_the_hub_database_can_be_read(home: Path) -> None:
    settings = hub_config.load(home, environ={})
    aliases.install(settings)
    store = open_store(specs(settings)[0])
    store.collection("genes").insert(list(encode_all(store.codec, [{"_id": "a", "x": {"y": 1}}, {"_id": "b"}])))
    store.close()
    state = open_state(settings)
    state.sources.dump_succeeded("genes", release="7", data_folder="/data", seconds=1.0)
    state.close()
    hub_db = importlib.import_module("biothings.utils.hub_db")
    genes = hub_db.get_src_db()["genes"]
    assert genes.find_one({"x.y": 1})["_id"] == "a"
    assert genes.count_documents({}) == 2
    assert genes.distinct("x.y") == [1]
    assert genes.create_index([("x.y", 1)], background=True) == "x.y_1"
    assert hub_db.get_src_dump().find_one({"_id": "genes"})["download"]["release"] == "7"
    assert hub_db.get_src_dump().find_one("nothing") is None


def test_every_part_is_reached_by_attribute_alone() -> None:
    for name in [n for n in sys.modules if n == "biothings" or n.startswith("biothings.")]:
        del sys.modules[name]
    biothings = importlib.import_module("biothings")
    assert biothings.utils.storage.MergerStorage is names.value_of("hub.dataload.storage", "MergerStorage")
    assert biothings.utils.dataload.unlist({"a": [1]}) == {"a": 1}
    assert biothings.hub.databuild.mapper.BaseMapper("x").name == "x"
    with pytest.raises(AttributeError, match=r"'biothings\.utils' has no attribute 'storrage'"):
        biothings.utils.storrage  # noqa: B018 - reading it is the test
