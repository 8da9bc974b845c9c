from __future__ import annotations

import pytest

from hub.config import Secret, errors


def test_names_without_the_prefix_may_be_given_with_it(load):
    assert load(environ={"HUB_BATCH_SIZE": "5"}).BATCH_SIZE == 5
    assert load(environ={"BATCH_SIZE": "6"}).BATCH_SIZE == 6
    both = load(environ={"HUB_BATCH_SIZE": "5", "BATCH_SIZE": "6"})
    assert both.BATCH_SIZE == 5
    assert both.origin("BATCH_SIZE") == "environment: HUB_BATCH_SIZE"


@pytest.mark.parametrize(
    "variable",
    [
        "HUB_DOWNLOAD_TIMEOUTS__STALL",
        "DOWNLOAD_TIMEOUTS__stall",
        "HUB_DOWNLOAD_TIMEOUTS.STALL",
        "HUB_DOWNLOAD_TIMEOUTS_STALL",
    ],
)
def test_a_key_of_a_dict_can_be_set_alone(load, variable):
    settings = load(environ={variable: "7.5"})
    assert settings.DOWNLOAD_TIMEOUTS == {"connect": 30, "stall": 7.5, "total": 3600}
    assert settings.origin("DOWNLOAD_TIMEOUTS").endswith(f"environment: {variable}")


def test_deep_and_new_keys_can_be_set(load):
    environ = {
        "HUB_INDEX_CONFIG__ENV__LOCALHUB__HOST": "http://es:9200",
        "HUB_INDEX_CONFIG__ENV__LOCALHUB__INDEXER__ARGS__MAX_RETRIES": "3",
    }
    localhub = load(environ=environ).INDEX_CONFIG["env"]["localhub"]
    assert localhub["host"] == "http://es:9200"
    assert localhub["indexer"]["args"] == {"request_timeout": 300, "retry_on_timeout": True, "max_retries": 3}


def test_texts_are_read_by_the_type_of_the_setting(load):
    environ = {
        "HUB_MAX_WORKERS": "3",
        "HUB_MAX_MEM_USAGE": "auto",
        "USE_RELOADER": "no",
        "AUTO_SOURCES": "hpo, demo_*",
        "HUB_ICON": "none",
        "HUB_BUILDS": '{"a": {"root": []}}',
        "HUB_ALLOWED_URLS": '["x.org"]',
        "HUB_INVALID_KEYS": "replace",
        "HUB_NAME": "12",
    }
    settings = load(environ=environ)
    assert settings.HUB_MAX_WORKERS == 3
    assert settings.HUB_MAX_MEM_USAGE == "auto"
    assert settings.USE_RELOADER is False
    assert settings.AUTO_SOURCES == ["hpo", "demo_*"]
    assert settings.HUB_ICON is None
    assert settings.BUILDS == {"a": {"root": []}}
    assert settings.ALLOWED_URLS == ["x.org"]
    assert settings.INVALID_KEYS == "replace"
    assert settings.HUB_NAME == "12"


@pytest.mark.parametrize(
    ("variable", "text", "expected"),
    [
        ("HUB_API_PORT", "seven", "a whole number"),
        ("USE_RELOADER", "maybe", "true or false"),
        ("HUB_BUILDS", "{", "a dict as JSON"),
        ("HUB_INVALID_KEYS", "ignore", "one of 'error', 'replace'"),
        ("HUB_DOWNLOAD_TIMEOUTS__STALL", "long", "a whole number or a number"),
        ("HUB_MAX_MEM_USAGE", "much", "a whole number or one of 'auto' or None"),
    ],
)
def test_a_text_that_does_not_fit_is_refused(load, variable, text, expected):
    with pytest.raises(errors.SettingTypeError) as caught:
        load(environ={variable: text})
    assert expected in str(caught.value)
    assert repr(text) in str(caught.value)
    assert variable in str(caught.value)


def test_a_key_cannot_be_set_in_something_else_than_a_dict(load):
    with pytest.raises(errors.SettingValueError, match="HUB_NAME: is no dict, key `x`"):
        load(environ={"HUB_NAME__X": "1"})


def test_an_unknown_variable_is_warned_about_with_the_nearest(load):
    settings = load(environ={"HUB_API_PROT": "1", "HUB_CONFIG": "ignored", "HOME": "/root", "HUB_VERBOSE": "1"})
    assert (
        settings.warnings
        == ["environment: HUB_API_PROT is no setting. Did you mean `HUB_API_PORT` or `HUB_SSH_PORT` or `HUB_HOST`?"]
        or "Did you mean `HUB_API_PORT`" in settings.warnings[0]
    )
    assert len(settings.warnings) == 1


def test_a_secret_can_be_read_from_a_file(load, tmp_path):
    file = tmp_path / "password"
    file.write_text("open sesame\n")
    file.chmod(0o600)
    settings = load(environ={"HUB_DATA_SRC_SERVER_PASSWORD_FILE": str(file)})
    assert Secret("open sesame") == settings.DATA_SRC_SERVER_PASSWORD
    assert settings.warnings == []
    assert settings.origin("DATA_SRC_SERVER_PASSWORD") == "file named by environment: HUB_DATA_SRC_SERVER_PASSWORD_FILE"
    file.chmod(0o644)
    assert "can be read by everybody" in load(environ={"DATA_SRC_SERVER_PASSWORD_FILE": str(file)}).warnings[0]


@pytest.mark.parametrize("first", ["HUB_DATA_SRC_SERVER_PASSWORD", "DATA_SRC_SERVER_PASSWORD"])
def test_a_secret_is_not_given_twice(load, tmp_path, first):
    (tmp_path / "p").write_text("x")
    with pytest.raises(errors.SecretGivenTwiceError, match="Remove one"):
        load(environ={first: "a", "DATA_SRC_SERVER_PASSWORD_FILE": str(tmp_path / "p")})


def test_a_missing_secret_file_is_told(load):
    with pytest.raises(errors.SecretFileError, match=r"/no/file.*cannot be read: No such file"):
        load(environ={"SLACK_WEBHOOK_FILE": "/no/file"})


def test_no_setting_can_be_confused_with_the_prefixed_name_of_another(load):
    names = set(load())
    assert not {f"HUB_{name}" for name in names} & names
