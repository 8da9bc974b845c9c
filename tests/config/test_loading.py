from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hub import config
from hub.config import errors
from hub.errors import NotFound

DOCUMENTED = [
    "HUB_NAME",
    "HUB_ICON",
    "HUB_SSH_PORT",
    "HUB_API_PORT",
    "READONLY_HUB_API_PORT",
    "HUB_PASSWD",
    "SLACK_WEBHOOK",
    "USE_RELOADER",
    "ACTIVE_DATASOURCES",
    "SKIP_DUMPER_SCHEDULE",
    "SKIP_UPLOADER_POLL",
    "AUTO_ARCHIVE_CONFIG",
    "DOCKER_CONFIG",
    "DOCKER_HOST",
    "DATA_ARCHIVE_ROOT",
    "RUN_DIR",
    "CACHE_FOLDER",
    "DATA_PLUGIN_FOLDER",
    "DIFF_PATH",
    "RELEASE_PATH",
    "DATA_UPLOAD_FOLDER",
    "ES_BACKUPS_FOLDER",
    "LOG_FOLDER",
    "LOGGER_NAME",
    "INDEX_CONFIG",
    "SNAPSHOT_CONFIG",
    "AUTO_SNAPSHOT_CLEANUP_CONFIG",
    "MAX_REPORTED_IDS",
    "MAX_RANDOMLY_PICKED",
    "MAX_DIFF_SIZE",
    "RELEASE_CONFIG",
    "STANDALONE_AWS_CREDENTIALS",
    "STANDALONE_CONFIG",
    "STANDALONE_VERSION",
    "VERSION_URLS",
    "AUTOHUB_VALIDATOR_CLASS",
    "SKIP_CHECK_COMPAT",
    "AUTO_RELEASE_CONFIG",
    "RELEASE_KEEP_N_RECENT_INDICES",
    "SYNC_BATCH_SIZE",
    "HUB_MAX_MEM_USAGE",
    "HUB_MAX_WORKERS",
    "MAX_SYNC_WORKERS",
    "MAX_QUEUED_JOBS",
    "DATA_SRC_SERVER",
    "DATA_SRC_PORT",
    "DATA_SRC_DATABASE",
    "DATA_SRC_SERVER_USERNAME",
    "DATA_SRC_SERVER_PASSWORD",
    "DATA_TARGET_SERVER",
    "DATA_TARGET_PORT",
    "DATA_TARGET_DATABASE",
    "DATA_TARGET_SERVER_USERNAME",
    "DATA_TARGET_SERVER_PASSWORD",
    "DATA_HUB_DB_DATABASE",
    "DATA_SRC_DUMP_COLLECTION",
    "DATA_SRC_MASTER_COLLECTION",
    "DATA_SRC_BUILD_COLLECTION",
    "DATA_PLUGIN_COLLECTION",
    "API_COLLECTION",
    "CMD_COLLECTION",
    "EVENT_COLLECTION",
    "HUB_CONFIG_COLLECTION",
    "DATA_TARGET_MASTER_COLLECTION",
    "HUB_DB_BACKEND",
    "HUB_ENV",
    "CONFIG_READONLY",
    "SKIP_CHECK_VERSIONS",
    "CACHE_FORMAT",
    "BIOTHINGS_ROLE",
    "APITEST_PATH",
    "APITEST_CONFIG",
]


def test_every_documented_setting_has_a_default_a_section_and_a_description(load):
    settings = load()
    assert len(DOCUMENTED) == 72
    for name in DOCUMENTED:
        assert name in settings
        assert settings.definitions[name].section
        assert settings.definitions[name].desc


def test_folders_lie_below_the_home(load, tmp_path):
    settings = load()
    assert settings.home == tmp_path / "home"
    assert str(tmp_path / "home" / "datasources") == settings.DATA_ARCHIVE_ROOT
    assert str(tmp_path / "home" / "logs") == settings.LOG_FOLDER
    assert str(tmp_path / "home" / "store") == settings.STORE_FOLDER


def test_folders_follow_an_archive_root_set_by_the_user(load):
    assert load('DATA_ARCHIVE_ROOT = "/data/datasources"').LOG_FOLDER == "/data/logs"
    assert load('DATA_ARCHIVE_ROOT = "/data/archive"').LOG_FOLDER == "/data/archive/logs"


def test_later_places_win_over_earlier_ones(load):
    text = "from config_hub import *\nHUB_API_PORT = 1001\nHUB_SSH_PORT = 1002\nHUB_NAME = 'mine'"
    environ = {"HUB_API_PORT": "2001", "HUB_SSH_PORT": "2002"}
    settings = load(text, environ, HUB_SSH_PORT=3002)
    assert (settings.HUB_NAME, settings.HUB_API_PORT, settings.HUB_SSH_PORT) == ("mine", 2001, 3002)
    assert settings.QUERY_API_PORT == 8000
    assert settings.origin("HUB_NAME").endswith("my_config.py:4")
    assert settings.origin("HUB_API_PORT") == "environment: HUB_API_PORT"
    assert settings.origin("HUB_SSH_PORT") == "command line"
    assert settings.origin("QUERY_API_PORT").startswith("default: config_hub.py:")


def test_a_value_computed_from_others_follows_them(load):
    assert load(environ={"HUB_API_PORT": "9000"}).READONLY_HUB_API_PORT == 9001


def test_a_star_imported_default_is_still_a_default(load):
    settings = load("from config_hub import *\nRESOURCES['download'] = 7")
    assert settings.origin("HUB_NAME").startswith("default")
    assert settings.RESOURCES["download"] == 7
    assert settings.origin("RESOURCES").endswith("my_config.py")
    assert config.load(config=None, environ={}, home="x").RESOURCES["download"] == 3


def test_a_relative_folder_is_read_from_the_folder_of_the_file(load, tmp_path):
    assert str(tmp_path / "my/plugins") == load('DATA_PLUGIN_FOLDER = "my/plugins"').DATA_PLUGIN_FOLDER
    assert str(Path.cwd() / "x") == load(environ={"DATA_PLUGIN_FOLDER": "x"}).DATA_PLUGIN_FOLDER


def test_files_that_the_users_file_imports_contribute(load, tmp_path):
    (tmp_path / "shared_settings.py").write_text("#* Ours *#\n\n# A word\nOUR_WORD = 'hello'\nHUB_NAME = 'shared'\n")
    settings = load("from config_hub import *\nfrom shared_settings import *\n")
    assert settings.OUR_WORD == "hello"
    assert settings.HUB_NAME == "shared"
    assert settings.origin("HUB_NAME").endswith("shared_settings.py:5")
    assert settings.definitions["OUR_WORD"].desc == "A word"
    assert "shared_settings" not in sys.modules


def test_a_file_is_read_afresh_each_time(load):
    assert load("HUB_NAME = 'a'").HUB_NAME == "a"
    assert load("HUB_NAME = 'b'").HUB_NAME == "b"


def test_other_names_of_the_file_stay_readable(load):
    assert load("app_folder = '/srv'\ndef helper(): return 1").app_folder == "/srv"


def test_a_configuration_is_found_by_module_name(tmp_path):
    (tmp_path / "myapp").mkdir()
    (tmp_path / "myapp" / "settings_of_hub.py").write_text("from config_hub import *\nHUB_NAME = 'named'\n")
    script = "from hub import config; s = config.load(); print(s.HUB_NAME, s.config_file)"
    environ = {"HUB_CONFIG": "myapp.settings_of_hub", "PYTHONPATH": str(Path(config.__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["named", str(tmp_path / "myapp/settings_of_hub.py")]


def test_a_configuration_that_is_asked_for_must_be_there():
    with pytest.raises(
        errors.ConfigNotFoundError, match=r"no configuration `no_such_mod`. Looked in: .*no_such_mod.py"
    ):
        config.load(environ={"HUB_CONFIG": "no_such_mod"})
    with pytest.raises(errors.ConfigNotFoundError, match=r"/nowhere/x.py"):
        config.load(config="/nowhere/x.py", environ={})


def test_a_syntax_error_names_file_and_line(load):
    with pytest.raises(errors.ConfigFileError) as caught:
        load("HUB_NAME = 'a'\nHUB_ICON = = 3")
    assert caught.value.line == 2
    assert caught.value.path.endswith("my_config.py")
    assert "SyntaxError" in str(caught.value)


def test_an_exception_names_file_and_line_also_in_an_imported_file(load, tmp_path):
    with pytest.raises(errors.ConfigFileError, match=r"my_config.py:3: ZeroDivisionError: division by zero"):
        load("def f():\n    # comment\n    return 1 / 0\nHUB_NAME = f()")
    (tmp_path / "broken_part.py").write_text("HUB_NAME = 'x'\nundefined_thing\n")
    with pytest.raises(errors.ConfigFileError, match=r"broken_part.py:2: NameError"):
        load("from broken_part import *")


def test_a_setting_that_must_be_set_lists_the_places_looked_in(load):
    text = "from hub.config import ConfigurationError\nOUR_KEY = ConfigurationError('the key of our service')"
    with pytest.raises(errors.SettingMissingError) as caught:
        load(text)
    message = str(caught.value)
    places = ["command line", "HUB_OUR_KEY (environment", "my_config.py:2"]
    assert message.startswith("OUR_KEY: the key of our service. Looked in: ")
    assert sorted(places, key=message.index) == places
    assert load(text, {"HUB_OUR_KEY": "k"}).OUR_KEY == "k"


def test_all_wrong_settings_are_told_at_once(load):
    with pytest.raises(errors.ConfigProblemsError) as caught:
        load("HUB_API_PORT = 'seven'\nHUB_NAME = 4")
    assert len(caught.value.problems) == 2
    problem = next(p for p in caught.value.problems if p.startswith("HUB_API_PORT"))
    assert "HUB_API_PORT must be a whole number, not 'seven'" in problem
    assert "my_config.py:1" in problem


def test_markers_are_resolved_also_inside_dicts_and_lists(load):
    text = """
from config_hub import *
LATER = ConfigurationValue("helper(1)")
OURS = {"a": [ConfigurationValue("HUB_API_PORT * 2")], "b": ConfigurationDefault(default=LATER)}
STATEMENTS = ConfigurationValue("STATEMENTS = []\\nfor i in range(3): STATEMENTS.append(i)")
COMPREHENSION = ConfigurationValue("[HUB_API_PORT + i for i in range(2)]")
def helper(x): return x + 1
"""
    settings = load(text)
    assert settings.OURS == {"a": [14160], "b": 2}
    assert settings.STATEMENTS == [0, 1, 2]
    assert settings.COMPREHENSION == [7080, 7081]


def test_a_value_that_cannot_be_computed_is_explained(load):
    first = "from config_hub import *\n"
    with pytest.raises(errors.SettingValueError, match="`1 / 0` failed: ZeroDivisionError"):
        load(first + "OURS = ConfigurationValue('1 / 0')")
    with pytest.raises(errors.ConfigProblemsError, match="depends on itself: AA -> BB -> AA"):
        load(first + "AA = ConfigurationValue('BB')\nBB = ConfigurationValue('AA')")
    with pytest.raises(errors.SettingValueError, match="is not Python"):
        load(first + "OURS = ConfigurationValue('1 +')")


def test_a_misspelt_setting_is_warned_about_with_the_nearest(load):
    settings = load("HUB_MAX_WORKER = 3\nSOMETHING_OF_OURS = 1")
    assert len(settings.warnings) == 1
    assert "HUB_MAX_WORKER is no setting of the hub. Did you mean `HUB_MAX_WORKERS`" in settings.warnings[0]


def test_an_unknown_flag_is_refused(load):
    with pytest.raises(NotFound, match=r"no setting `HUB_API_PRT`. Did you mean `HUB_API_PORT`"):
        load("", HUB_API_PRT=1)


def test_reading_an_unknown_setting_suggests_the_nearest(load):
    settings = load()
    with pytest.raises(AttributeError, match="Did you mean `HUB_NAME`"):
        _ = settings.HUB_NAMES
    with pytest.raises(KeyError):
        settings["HUB_NAMES"]
    assert settings.get("HUB_NAMES", 3) == 3
    assert not hasattr(settings, "HUB_NAMES")


def test_defaults_travel_with_the_package():
    import tomllib

    root = Path(config.__file__).parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text())
    assert "config_hub" in project["tool"]["setuptools"].get("py-modules", [])
