"""Which store the settings ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.config.secret import Secret
from hub.store import open_store, specs
from hub.store.errors import StoreSettingError, StoreUnavailableError
from hub.store.mongo_errors import server_name
from hub.store.opening import mongo_uri
from hub.store.port import StoreSpec


def test_without_a_server_both_stores_are_embedded(tmp_path: Path) -> None:
    source, target = specs({"STORE_FOLDER": str(tmp_path), "DATA_SRC_SERVER": "", "DATA_TARGET_SERVER": None})

    assert source == StoreSpec("sqlite", "hub_src", str(tmp_path))
    assert target == StoreSpec("sqlite", "hub_target", str(tmp_path))


def test_a_host_with_user_and_password_becomes_a_uri() -> None:
    settings = {
        "DATA_SRC_SERVER": "db.example.org",
        "DATA_SRC_PORT": 27018,
        "DATA_SRC_DATABASE": "mysrc",
        "DATA_SRC_SERVER_USERNAME": "me",
        "DATA_SRC_SERVER_PASSWORD": Secret("p@ss/word"),
    }

    source, _ = specs(settings)

    assert source == StoreSpec("mongo", "mysrc", "mongodb://me:p%40ss%2Fword@db.example.org:27018/")
    assert "word" not in repr(source)


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("localhost", "mongodb://localhost:27017/"),
        ("localhost:1", "mongodb://localhost:1/"),
        ("[::1]", "mongodb://[::1]:27017/"),
        ("mongodb://a,b/?replicaSet=r", "mongodb://a,b/?replicaSet=r"),
        ("mongodb+srv://u:p@x.net", "mongodb+srv://u:p@x.net/"),
    ],
)
def test_hosts_and_uris(server: str, expected: str) -> None:
    assert mongo_uri(server, 27017) == expected


def test_other_protocols_are_refused() -> None:
    with pytest.raises(StoreSettingError, match="no MongoDB URI"):
        mongo_uri("http://x")


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(StoreSettingError, match="`sqlite` and `mongo`"):
        open_store(StoreSpec("couch", "a", "b"))


def test_messages_name_the_server_without_its_password() -> None:
    assert server_name("mongodb://me:secret@host:1/db?x=y") == "host:1"
    with pytest.raises(StoreUnavailableError) as caught:
        open_store(StoreSpec("mongo", "a", "mongodb://me:secret@127.0.0.1:9/?serverSelectionTimeoutMS=100"))
    assert "secret" not in str(caught.value)
    assert caught.value.server == "127.0.0.1:9"
