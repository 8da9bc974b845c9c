from __future__ import annotations

import json
import pickle

import orjson
import pytest

from hub.config import Secret, Settings, errors
from hub.config.secret import reveal
from hub.errors import Refused


def test_a_secret_shows_as_stars_everywhere():
    secret = Secret("hunter2")
    for shown in (
        str(secret),
        repr(secret),
        f"{secret}",
        json.dumps([secret]),
        orjson.dumps({"k": secret}).decode(),
        f"{secret!r}",
    ):
        assert "hunter2" not in shown
        assert "****" in shown
    assert secret.reveal() == reveal(secret) == "hunter2"
    assert reveal("plain") == "plain"


def test_secrets_compare_by_their_text_and_survive_pickling():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert Secret("a") != "********"
    assert pickle.loads(pickle.dumps(Secret("a"))).reveal() == "a"
    assert not Secret("")
    assert len({Secret("a"), Secret("b"), Secret("a")}) == 2


def test_a_password_in_the_file_becomes_a_secret(load):
    settings = load("DATA_SRC_SERVER_PASSWORD = 'hunter2'")
    assert isinstance(settings.DATA_SRC_SERVER_PASSWORD, Secret)
    assert "hunter2" not in json.dumps(settings.describe())


def test_a_wrong_secret_is_not_shown_in_the_error(load):
    with pytest.raises(errors.SettingTypeError) as caught:
        load("DATA_SRC_SERVER_PASSWORD = 77123")
    assert "77123" not in str(caught.value)


def test_hidden_values_are_masked_and_invisible_ones_left_out(load):
    shown = load("from config_hub import *\nHUB_PASSWD = {'guest': 'abcdef'}").describe()["scope"]["config"]
    assert shown["HUB_PASSWD"]["value"] == shown["HUB_PASSWD"]["default"] == "*" * 8
    assert shown["HUB_PASSWD"]["hidden"] is True
    assert "BIOTHINGS_ROLE" not in shown


def test_a_setting_is_described_in_the_documented_shape(load):
    settings = load("HUB_NAME = 'Orchid Hub'")
    overrides = {"SKIP_DUMPER_SCHEDULE": "true", "DOWNLOAD_TIMEOUTS": '{"connect": 1, "stall": 300, "more": 2}'}
    settings.attach_overrides(lambda: overrides)
    described = settings.describe()
    shown = described["scope"]["config"]
    assert shown["HUB_NAME"] == {
        "section": "1. General",
        "desc": "Name shown to users",
        "readonly": False,
        "hidden": False,
        "invisible": False,
        "confmod": "config_hub",
        "default": "Orchid Hub",
        "value": "Orchid Hub",
        "origin": settings.origin("HUB_NAME"),
    }
    assert shown["SKIP_DUMPER_SCHEDULE"]["dynamic"] is True
    assert shown["SKIP_DUMPER_SCHEDULE"]["diff"] == [{"op": "replace", "path": "", "value": True}]
    assert shown["DOWNLOAD_TIMEOUTS"]["diff"] == [
        {"op": "replace", "path": "/connect", "value": 1},
        {"op": "remove", "path": "/total"},
        {"op": "add", "path": "/more", "value": 2},
    ]
    assert described["_dirty"] is True
    assert described["allow_edits"] is False
    json.dumps(described)


def test_values_that_json_cannot_hold_are_shown_as_text(load):
    shown = load("INDEX_CONFIG = {'env': {'a': print}}").describe()["scope"]["config"]["INDEX_CONFIG"]
    assert shown["value"]["env"]["a"] == str(print)


def test_overrides_win_and_are_read_again_on_request(load):
    settings = load(environ={"BATCH_SIZE": "5"})
    overrides = {"BATCH_SIZE": "7", "HpoDumper.SCHEDULE": '"0 1 * * *"'}
    settings.attach_overrides(lambda: [{"_id": k, "json": v} for k, v in overrides.items()])
    assert settings.BATCH_SIZE == 7
    assert settings.origin("BATCH_SIZE") == "hub database"
    assert settings.class_overrides() == {"HpoDumper.SCHEDULE": "0 1 * * *"}
    overrides.clear()
    settings.refresh_overrides()
    assert settings.BATCH_SIZE == 5


@pytest.mark.parametrize(
    ("name", "text"), [("BATCH_SIZE", '"many"'), ("BATCH_SIZE", "{"), ("NO_SUCH", "1"), ("HUB_HOST", '"0.0.0.0"')]
)
def test_an_unusable_override_is_logged_and_left_out(load, caplog, name, text):
    settings = load()
    settings.attach_overrides(lambda: {name: text, "KEEP_ARCHIVE": "2"})
    assert settings.KEEP_ARCHIVE == 2
    assert settings.overridden == {"KEEP_ARCHIVE": 2}
    assert name in caplog.text


def test_readonly_settings_cannot_be_edited(load):
    with pytest.raises(Refused, match="HUB_HOME cannot be changed from here"):
        load().check_editable("HUB_HOME")


def test_a_snapshot_gives_the_same_values_in_another_process(load, tmp_path):
    settings = load(
        "import threading\nHUB_NAME = 'x'\nDATA_SRC_SERVER_PASSWORD = 's'\nINDEX_CONFIG = {'a': threading.Lock()}"
    )
    copy = Settings.from_snapshot(pickle.loads(pickle.dumps(settings.snapshot())))
    assert copy.HUB_NAME == "x"
    assert copy.home == settings.home
    assert copy.DATA_SRC_SERVER_PASSWORD.reveal() == "s"
    assert copy.origin("HUB_NAME") == settings.origin("HUB_NAME")
    assert "INDEX_CONFIG" not in copy


def test_a_folder_is_made_when_it_is_first_used(load):
    folder = load().folder("LOG_FOLDER")
    assert folder.is_dir()
