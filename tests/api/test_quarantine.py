"""Bad documents over REST: listed, shown, exported, corrected, replayed, discarded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.live import LiveHub, write_plugin

BAD = [{"_id": "i0", "n": 0}, {"n": 1}, {"_id": "i2", "a.b": 2}, {"_id": "i3", "n": 3}]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    root = tmp_path_factory.mktemp("quarantine")
    write_plugin(root, "plum", {"uploader": {"parser": "parser:load_data", "on_error": "quarantine"}})
    data = root / "upstream" / "plum" / "data.ndjson"
    data.write_text("".join(json.dumps(document) + "\n" for document in BAD))
    with LiveHub(root) as live:
        for step in ("dump", "upload"):
            done = live.run("PUT", f"/source/plum/{step}", json={})
            assert done["failed"] is False, done
        yield live


def test_bad_documents_are_listed_exported_corrected_and_replayed(hub: LiveHub) -> None:
    (row,) = hub.get("/quarantine")
    assert (row["source"], row["count"]) == ("plum", 2)
    assert hub.get("/quarantine?src=plum") == [row]
    shown = hub.get("/quarantine/plum")
    assert len(shown) == 2
    assert {s["reason"] for s in shown} == set(row["reasons"])
    assert hub.get("/quarantine/plum?limit=1&start=1") == shown[1:]
    assert hub.get(f"/quarantine/plum?reason={shown[0]['reason']}") == shown[:1]
    made = hub.result("PUT", "/quarantine/plum/export", json={})
    exported = Path(made["path"])
    lines = [json.loads(line) for line in exported.read_text().splitlines()]
    assert len(lines) == made["count"] == 2
    for number, line in enumerate(lines):
        line["document"] = {"_id": f"corrected{number}", "n": number}
    exported.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = hub.run("PUT", "/quarantine/plum/replay", json={"path": str(exported)})
    assert done["failed"] is False, done
    assert hub.get("/quarantine") == []
    assert hub.get("/source/plum")["upload"]["sources"]["plum"]["count"] == 4


def test_what_is_not_there_is_told_with_the_nearest_name(hub: LiveHub) -> None:
    assert "`plum`" in hub.error("GET", "/quarantine/plums", 404)
    hub.error("GET", "/quarantine/plum?limit=many", 400)
    hub.error("PUT", "/quarantine/plum/export", 403, json={"path": "../../../../etc/x"})
