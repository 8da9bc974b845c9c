"""Configuration files of existing hubs."""

from __future__ import annotations

import sys

import pytest

from hub.config.errors import SettingMissingError

THEIRS = """
import importlib
import logging
import biothings.utils.jsondiff
from biothings.utils.configuration import *
from biothings.utils.loggers import get_logger, setup_default_log

DATA_ARCHIVE_ROOT = "/data/archive"
LOG_FOLDER = ConfigurationDefault(default=ConfigurationValue('set_default_folder(DATA_ARCHIVE_ROOT, "logs")'), desc="")
logger = setup_default_log("hub", "/data/archive/logs")
importlib.reload(biothings.utils.jsondiff)
biothings.utils.jsondiff.UNORDERED_LIST = True
"""


def test_what_they_import_is_there(load):
    settings = load(THEIRS)
    assert str(settings["LOG_FOLDER"]) == "/data/archive/logs"
    assert settings.get("logger").name == "hub"


def test_what_they_import_is_gone_afterwards(load):
    there = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "biothings"}
    finders = list(sys.meta_path)
    load(THEIRS)
    assert {n: m for n, m in sys.modules.items() if n.partition(".")[0] == "biothings"} == there
    assert sys.meta_path == finders


def test_what_must_be_set_is_asked_for(load):
    with pytest.raises(SettingMissingError, match="HUB_NAME"):
        load("from biothings.utils.configuration import ConfigurationError\nHUB_NAME = ConfigurationError('Name it')\n")
