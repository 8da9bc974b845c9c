"""Backup, restore, upgrade, and commands on all sources, in a hub at work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.commands import find
from hub.maintenance.errors import NotEmptyError
from tests.api.live import LIMIT, LiveHub, write_plugins


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LiveHub]:
    write_plugins(tmp_path)
    with LiveHub(tmp_path) as live:
        yield live


def at_console(hub: LiveHub, name: str, **arguments: Any) -> Any:
    """Run a command as the console does, on the loop of the hub."""
    call = find(name).fn(hub.hub.services, **arguments)
    return asyncio.run_coroutine_threadsafe(call, hub.loop).result(LIMIT)


def test_all_sources_are_dumped_and_uploaded_and_what_fails_is_told(hub: LiveHub) -> None:
    (hub.root / "upstream" / "pear" / "data.ndjson").unlink()
    done = hub.run("PUT", "/sources/dump", json={})
    assert done["failed"] is False, done
    (result,) = done["results"]
    assert list(result["releases"]) == ["apple"]
    assert "does not exist" in result["failed"]["pear"]
    uploaded = hub.run("PUT", "/sources/upload", json={})
    assert uploaded["results"] == [{"documents": {"apple": 5}, "failed": {}}]


def test_a_backup_is_restored_into_the_hub(hub: LiveHub) -> None:
    hub.run("PUT", "/source/apple/dump", json={})
    path = Path(at_console(hub, "backup", archive="mine.ndjson.gz"))
    assert path == Path(hub.settings["DATA_EXPORT_FOLDER"], "mine.ndjson.gz").absolute()
    hub.result("POST", "/buildconf", json={"name": "later", "doc_type": "x", "sources": ["apple"], "roots": []})
    assert "later" in hub.get("/build_manager")["build_configs"]
    with pytest.raises(NotEmptyError, match="drop=True"):
        at_console(hub, "restore", archive="mine.ndjson.gz")
    done = at_console(hub, "restore", archive="mine.ndjson.gz", drop=True)
    assert "src_dump" in done["restored"]
    assert Path(done["saved"]).exists()
    assert "later" not in hub.get("/build_manager")["build_configs"]
    assert hub.get("/source/apple")["download"]["status"] == "success"


def test_files_are_not_written_over_rest(hub: LiveHub) -> None:
    for path in ("/backup", "/restore", "/export_command_documents"):
        assert "route" in hub.error("PUT", path, 404, json={})
    text = Path(at_console(hub, "export_command_documents", filepath="commands.md")).read_text()
    assert "### dump_all" in text


def test_an_upgrade_of_what_is_in_no_repository_says_so(hub: LiveHub) -> None:
    answer = hub.ask("PUT", "/code/upgrade/application")
    record = hub.follow(answer.json()["result"]["id"]) if answer.status_code == 200 else answer.json()
    assert "in no git repository" in (record.get("error") or record["results"][0])
    assert "`application`" in hub.error("PUT", "/code/upgrade/aplication", 404)
