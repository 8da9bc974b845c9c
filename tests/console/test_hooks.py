"""Hooks: loaded at start and later, watched, scheduled, exposed, subscribed, refused when they conflict."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.console.conftest import RunningHub

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "hooks.md").read_text(encoding="utf-8")
GUIDE = re.search(r"```python auto_archive.py\n(.*?)```", PAGE, re.DOTALL)[1]

AT_START = {
    "auto_archive.py": GUIDE,
    "bad.py": "schedule('0 1 * * *', len)\nimport no_such_module\n",
    "ends.py": "raise SystemExit(3)\n",
    "conflict.py": "schedule('0 1 * * *', print)\ndef dump(src):\n    return 'mine'\n",
    "variables.py": "g, loop = 1, 2\ndef of_g():\n    return g + loop\n",
    "listens.py": "heard = []\ndef note(event):\n    heard.append(event.data['release'])\n    tell()\n"
    "on('dump.done', note)\n",
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hooks")
    (folder / "hooks").mkdir()
    for name, text in AT_START.items():
        (folder / "hooks" / name).write_text(text)
    with RunningHub(folder) as running:
        yield running


def rows(hub):
    return {row["hook"]: row for row in hub.console.hooks.list()}


def request(hub, method, path, body=None, token=True):
    headers = {"Authorization": f"Bearer {(hub.home / 'run' / 'api_token').read_text()}"} if token else {}
    data = None if body is None else json.dumps(body).encode()
    call = urllib.request.Request(hub.addresses["REST API"] + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(call) as answer:
            return answer.status, json.loads(answer.read())["result"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())["error"]


def test_the_hook_of_the_guide_is_a_command_scheduled_and_exposed(hub):
    row = rows(hub)["auto_archive.py"]
    assert row["state"] == "loaded", row
    assert "auto_archive" in row["names"]
    assert row["schedules"] == "hook:auto_archive:auto_archive"
    assert "hook:auto_archive:auto_archive" in [e.name for e in hub.services.scheduler.list()]
    body = {"build_config_name": "things", "days": 30, "dryrun": True}
    assert request(hub, "PUT", "/old_builds", body) == (200, [])
    assert request(hub, "PUT", "/old_builds", body, token=False) == (200, [])  # HUB_TRUST_LOOPBACK
    assert hub.console.names.find("auto_archive")("things", 3) == []
    assert "auto_archive" in hub.console.names.find("help")()


def test_hooks_that_fail_are_shown_and_leave_nothing_behind(hub):
    found = rows(hub)
    assert found["bad.py"]["state"] == found["ends.py"]["state"] == "failed"
    assert "ModuleNotFoundError: No module named 'no_such_module'" in found["bad.py"]["problem"]
    assert "bad.py:2" in found["bad.py"]["problem"]
    assert "SystemExit" in found["ends.py"]["problem"]
    assert [e.name for e in hub.services.scheduler.list()] == ["hook:auto_archive:auto_archive"]


def test_a_hook_that_would_replace_a_command_is_not_run(hub):
    row = rows(hub)["conflict.py"]
    assert row["state"] == "failed"
    assert "would replace `dump` of the hub" in row["problem"]
    assert "HOOKS_MAY_OVERRIDE" in row["problem"]
    assert "src: str" in repr(hub.console.names.find("dump"))


def test_a_hook_may_use_the_names_that_everybody_has_for_variables(hub):
    assert rows(hub)["variables.py"]["state"] == "loaded"
    assert (hub.console.names.find("of_g")(), hub.console.names.find("loop")) == (3, 2)


def test_a_hook_hears_events(hub):
    import threading

    heard = threading.Event()
    hub.console.names.find("note").__globals__["tell"] = heard.set
    hub.services.bus.publish("dump.done", release="r7")
    assert heard.wait(60)
    assert hub.console.names.find("heard")[-1] == "r7"


def test_a_hook_that_is_dropped_in_changed_and_removed(hub):
    loaded = hub.hear("hook.loaded")
    path = hub.hooks / "later.py"
    path.write_text("def later():\n    return 1\nexpose('later/{n}', 'later', 'GET', role='viewer')\n")
    assert loaded().data["hook"] == "later.py"
    assert hub.console.names.find("later")() == 1
    failed = hub.hear("hook.failed")
    path.write_text("def later(:\n")
    assert "SyntaxError" in failed().data["error"]
    assert "later" not in hub.console.names.all()
    assert request(hub, "GET", "/later/3")[0] == 404
    loaded = hub.hear("hook.loaded")
    path.write_text("def later(n: int):\n    return n + 1\nexpose('later/{n}', 'later', 'GET', role='viewer')\n")
    loaded()
    assert request(hub, "GET", "/later/3", token=False) == (200, 4)
    removed = hub.hear("hook.removed")
    path.unlink()
    removed()
    assert "later" not in hub.console.names.all()
    assert request(hub, "GET", "/later/3")[0] == 404


def test_an_endpoint_that_exists_is_not_taken(hub):
    failed = hub.hear("hook.failed")
    path = hub.hooks / "taker.py"
    path.write_text("def mine():\n    return 1\nexpose('source/{x}', 'mine', 'GET')\n")
    assert "GET /source/{x} is `source_info` already" in failed().data["error"]
    path.unlink()


def test_with_the_setting_a_hook_may_replace_a_command(hub, monkeypatch):
    settings = hub.services.settings
    monkeypatch.setitem(settings._values, "HOOKS_MAY_OVERRIDE", True)
    hook = hub.console.hooks.load(hub.hooks / "conflict.py")
    assert hook.is_loaded, hook.error
    assert hook.replaced == ["dump"]
    assert hub.console.names.find("dump")("x") == "mine"
    assert "src: str" in repr(hub.console.names.find("hub").dump)
    hub.console.hooks.unload("conflict.py")
    assert "src: str" in repr(hub.console.names.find("dump"))
