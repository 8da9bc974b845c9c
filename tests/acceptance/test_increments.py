"""A new release with few changes, as a person sees it: little work, the right answers, and who said what."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.acceptance.hub_process import HubProcess
from tests.acceptance.project import left


def changed() -> list[dict[str, Any]]:
    """Documents of the next release: some other, one gone, one new."""
    documents = [d for d in left() if d["_id"] != "t00010"]
    for n in (3, 4500):
        documents[n]["left"]["name"] = f"blue thing {documents[n]['left']['number']}"
    return [*documents, {"_id": "t90000", "left": {"name": "new thing", "number": 1}}]


def next_release(project: Any) -> None:
    data = project.write_data("left", changed())
    os.utime(data, (1_900_000_000, 1_900_000_000))


def check(hub: HubProcess) -> None:
    assert hub.get("/v1/thing/t00003")["left"]["name"] == "blue thing 3"
    assert hub.get("/v1/query?q=blue&size=0")["total"] == 2
    assert hub.get("/v1/thing/t90000")["left"]["name"] == "new thing"
    hub.get("/v1/thing/t00010", status=404)
    assert hub.get("/v1/metadata")["stats"]["total"] == 9000


def test_only_what_changed_is_merged_and_indexed_and_each_value_says_where_it_is_from(ready_project):
    next_release(ready_project)
    with HubProcess(ready_project.folder) as hub:
        hub.start()
        hub.wait_for("ready")
        check(hub)
        newest, former = hub.get("/builds", api="REST API")["result"]
        assert newest["made"]["how"] == "incremental"
        assert newest["made"]["base"] == former["_id"]
        assert {k: newest["made"][k] for k in ("added", "changed", "deleted")} == {
            "added": 1,
            "changed": 2,
            "deleted": 1,
        }
        jobs = hub.get("/jobs", api="REST API")["result"]
        [job] = [j for j in jobs if (j["kind"], j["subject"]) == ("index", newest["_id"])]
        assert job["progress"]["done"] == 3
        told = {e["field"]: e for e in hub.get("/v1/thing/t04511?provenance=true")["_provenance"]}
        assert told["left.name"]["from"] == [{"source": "left", "release": "2030-03-17"}]
        assert told["right.even"]["from"][0]["source"] == "right"
        answer = hub.get(f"/build/{newest['_id']}/explain?id=t04511", api="REST API")["result"]
        assert answer["agrees"]
        [file] = hub.get("/v1/metadata")["src"]["left"]["files"]
        assert file["version"] == "2030-03-17"
        assert len(file["sha256"]) == 64


@pytest.mark.parametrize("kind", ["upload", "build", "index"])
def test_kill_9_leaves_the_old_data_and_the_next_start_completes(ready_project, kind):
    next_release(ready_project)
    with HubProcess(ready_project.folder) as hub:
        hub.start()
        hub.wait_for("job", kind=kind, state="running")
        assert hub.get("/v1/thing/t00003")["left"]["name"] == "red thing 3"
        hub.kill()
    with HubProcess(ready_project.folder) as hub:
        hub.start()
        hub.get("/v1/thing/t00003")
        hub.wait_for("ready")
        check(hub)
