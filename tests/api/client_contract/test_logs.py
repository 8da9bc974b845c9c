"""Section 8: the logs that the client asks for, at the places that it makes up itself."""

from __future__ import annotations

import json

import pytest

#: What is asked for: folder, filter, and a word of the log.
LOGS = {
    "dump": ("dataload/", "dump_orchid.log", "release"),
    "upload of a source": ("dataload/", "upload_orchid", "stored"),
    "upload of one of several": ("dataload/", "upload_lily.lily_data", "stored"),
    "build": ("build/flora_two/", "build", "done in"),
    "index": ("build/flora_two/index/", "", "flora_two"),
    "diff": ("build/flora_two/diff/", "", "flora_one"),
    "snapshot": ("build/flora_two/snapshot/", "", "my-index_two"),
    "release note": ("build/flora_two/", "releasemanager", "flora_one"),
    "sync": ("build/flora_two/", "sync", "my-index_one"),
    "publish": ("build/flora_two/", "releaser", "publish"),
}
FILES = {
    "diff": "diff_flora_one_flora_two.log",
    "index": "index_my-index_two.log",
    "snapshot": "my-index_two.log",
    "build": "build.log",
    "sync": "sync.log",
}


@pytest.mark.parametrize("what", LOGS)
def test_each_log_is_found_and_says_something(client, what) -> None:
    folder, wanted, word = LOGS[what]
    listed = client.send("GET", f"/logs/{folder}?json&filter={wanted}")
    assert listed.status_code == 200, listed.text
    found = listed.json()
    assert isinstance(found, list)
    assert found == sorted(found)
    assert found[0] == FILES.get(what, found[0])
    shown = client.send("GET", f"/log/{folder}{found[0]}?lines=1000")
    assert shown.status_code == 200
    assert shown.headers["Content-Type"].startswith("text/plain")
    assert word in shown.text
    assert 0 < len(shown.text.splitlines()) <= 1000
    with pytest.raises(json.JSONDecodeError):
        json.loads(shown.text)
    for answer in (listed, shown):
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", "http://localhost:8080")


def test_several_filters_and_none(client) -> None:
    both = client.send("GET", "/logs/dataload/?json&filter=dump_orchid,upload_orchid").json()
    assert {"dump_orchid.log", "upload_orchid.log"} <= set(both)
    assert set(both) < set(client.send("GET", "/logs/dataload/?json&filter=").json())


def test_there_may_be_no_log(client) -> None:
    nothing = client.send("GET", "/logs/dataload/?json&filter=dump_nobody.log")
    assert (nothing.status_code, nothing.json()) == (200, [])
    assert client.send("GET", "/logs/build/nothing/?json&filter=build").status_code == 404
