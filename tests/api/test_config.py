"""Settings that are read, changed and reset over REST."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _as_before(live):
    yield
    live.result("DELETE", "/config", json={})


def shown(live, name):
    return live.get("/config")["scope"]["config"][name]


def test_the_configuration_is_shown_by_name(live):
    told = live.get("/config")
    assert set(told) == {"scope", "_dirty", "allow_edits"}
    assert (told["_dirty"], told["allow_edits"]) == (False, True)
    name = told["scope"]["config"]["HUB_NAME"]
    assert name["section"] == "1. General"
    assert (name["value"], name["default"], name["readonly"], name["hidden"]) == ("Entrepot", "Entrepot", False, False)
    assert "diff" not in name
    indices = told["scope"]["config"]["INDEX_CONFIG"]["value"]
    assert indices["env"]["localhub"]["host"] == "embedded"
    assert indices["build_config_key"]


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("HUB_NAME", '"Orchid Hub"', "Orchid Hub"),
        ("HUB_NAME", "Orchid Hub", "Orchid Hub"),
        ("HUB_NAME", "12", "12"),
        ("KEEP_ARCHIVE", "7", 7),
        ("KEEP_ARCHIVE", 7, 7),
        ("SKIP_DUMPER_SCHEDULE", "true", True),
        ("AUTO_SOURCES", '["a*"]', ["a*"]),
        ("HUB_ICON", "null", None),
        ("DOWNLOAD_TIMEOUTS", '{"connect": 1}', {"connect": 1}),
    ],
)
def test_a_setting_is_changed_and_reset(live, name, value, kept):
    before = shown(live, name)["value"]
    assert live.result("PUT", "/config", json={"name": name, "value": value})["value"] == kept
    after = shown(live, name)
    assert (after["value"], after["default"], after["dynamic"]) == (kept, before, True)
    assert bool(after.get("diff")) is (kept != before)
    assert live.get("/config")["_dirty"] is True
    if name == "HUB_NAME":
        assert live.get("/")["name"] == kept
    assert live.result("DELETE", "/config", json={"name": name}) == [name]
    assert shown(live, name)["value"] == before
    assert live.get("/config")["_dirty"] is False


@pytest.mark.parametrize(
    ("name", "value", "status", "said"),
    [
        ("KEEP_ARCHIVE", '"many"', 400, "a whole number"),
        ("SKIP_DUMPER_SCHEDULE", "perhaps", 400, "true or false"),
        ("DOWNLOAD_TIMEOUTS", '{"connect": "x"}', 400, "at connect"),
        ("HUB_API_PORT", "1", 403, "cannot be changed"),
        ("CONFIG_READONLY", "true", 403, "cannot be changed"),
        ("BIOTHINGS_ROLE", "x", 403, "cannot be changed"),
        ("HUB_NAM", "x", 404, "`HUB_NAME`"),
        ("", "x", 400, "Missing argument name"),
        ("NoSuchDumper.SCHEDULE", "x", 404, "AppleDumper"),
    ],
)
def test_what_can_not_be_set_is_refused(live, name, value, status, said):
    assert said in live.error("PUT", "/config", status, json={"name": name, "value": value})
    assert live.get("/config")["_dirty"] is False


def test_a_hidden_value_is_kept_but_never_shown(live):
    path = {"name": "PROXY_AUTH", "value": '"user:s3cret"'}
    told = live.result("PUT", "/config", json=path)
    assert (told.pop("name"), told.pop("value")) == ("PROXY_AUTH", "********")
    assert told == {"n": 1, "nModified": 0, "ok": 1.0, "updatedExisting": False, "upserted": "PROXY_AUTH"}
    again = live.result("PUT", "/config", json={**path, "value": '"user:0ther"'})
    assert (again["nModified"], again["updatedExisting"], "upserted" in again) == (1, True, False)
    live.result("PUT", "/config", json=path)
    assert "s3cret" not in live.ask("GET", "/config").text
    assert live.hub.services.settings["PROXY_AUTH"].reveal() == "user:s3cret"
    assert "s3cret" not in live.error("PUT", "/config", 400, json={"name": "PROXY_AUTH", "value": {"a": "s3cret"}})


def test_an_attribute_of_a_class_is_changed(live):
    dumper = live.get("/dump_manager")["apple"][0].rpartition(".")[2]
    live.result("PUT", "/config", json={"name": f"{dumper}.SCHEDULE", "value": '"0 1 * * *"'})
    assert live.get("/config")["scope"]["class"] == {f"{dumper}.SCHEDULE": "0 1 * * *"}
    assert "`SCHEDULE`" in live.error("PUT", "/config", 404, json={"name": f"{dumper}.SCHEDUL", "value": "x"})
    assert live.result("DELETE", "/config", json={"name": None}) == [f"{dumper}.SCHEDULE"]


def test_a_setting_that_is_none_can_not_be_reset(live):
    assert "`HUB_NAME`" in live.error("DELETE", "/config", 404, json={"name": "HUB_NAM"})
    assert live.result("DELETE", "/config", json={"name": "HUB_NAME"}) == []


def test_who_was_shown_stars_may_send_them_back(live):
    name = "STANDALONE_AWS_CREDENTIALS"
    assert shown(live, name)["value"] == {"AWS_ACCESS_KEY_ID": "********", "AWS_SECRET_ACCESS_KEY": "********"}
    first = '{"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "s3cret"}'
    assert live.result("PUT", "/config", json={"name": name, "value": first})["value"] == "********"
    second = '{"AWS_ACCESS_KEY_ID": "you", "AWS_SECRET_ACCESS_KEY": "********"}'
    live.result("PUT", "/config", json={"name": name, "value": second})
    assert live.hub.services.settings[name] == {"AWS_ACCESS_KEY_ID": "you", "AWS_SECRET_ACCESS_KEY": "s3cret"}
    assert "s3cret" not in live.ask("GET", "/config").text
    assert "stands for its value" in live.error("PUT", "/config", 400, json={"name": "PROXY_AUTH", "value": "********"})
