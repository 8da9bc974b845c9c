"""DockerContainerDumper, on a stand-in for the engine's HTTP API whose commands really run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.dataload.dumper.container_source import ContainerSource
from hub.dataload.dumper.errors import ContainerError, DumperException
from hub.jobs.errors import JobCancelledError
from tests.servers.container_engine import Engine, container_engine
from tests.servers.plugin_source import PluginSource, RecordingContext

MAKE = "mkdir -p data; printf one > data/a.txt"
URL = "docker://lab?image=maker&path=/data/a.txt"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with container_engine(tmp_path / "containers") as engine:
        engine.images["maker:latest"] = {}
        yield engine


def source(home: Path, engine: Engine, url: str, **settings: Any) -> PluginSource:
    made = PluginSource(home / "home", [url])
    made.settings["DOCKER_CONFIG"] = {"lab": {"client_url": engine.url}}
    made.settings.update(settings)
    return made


def test_a_command_makes_the_file_of_a_release(tmp_path: Path, engine: Engine) -> None:
    demo = source(tmp_path, engine, f'{URL}&dump_command="{MAKE}"&get_version_cmd="echo v7 of {{}}"')
    report = demo.dump()
    assert report.release == "v7 of /data/a.txt"
    assert demo.read("a.txt") == b"one"
    assert [file.name for file in report.files] == ["a.txt"]
    assert engine.log[-1].startswith("remove made")
    assert engine.containers == {}


def test_the_time_is_the_release_without_a_version(tmp_path: Path, engine: Engine) -> None:
    for command in ("", "&get_version_cmd=exit 3"):
        release = source(tmp_path / str(len(command)), engine, f"{URL}&dump_command={MAKE}{command}").dump().release
        assert release.endswith("Z")
        assert len(release) == len("2026-01-01T00:00:00Z")


def test_an_image_that_is_not_there_is_pulled_and_its_labels_are_used(tmp_path: Path, engine: Engine) -> None:
    engine.pullable["registry.example/maker:2"] = {"dump_command": MAKE, "path": "data/a.txt", "keep_container": "yes"}
    demo = source(tmp_path, engine, "docker://lab?image=registry.example/maker&tag=2")
    demo.dump()
    assert demo.read("a.txt") == b"one"
    assert engine.log[0] == "pull registry.example/maker:2"
    assert [about["Status"] for about in engine.containers.values()] == ["running"]


@pytest.mark.parametrize(
    ("status", "woken", "after"),
    [("running", [], []), ("paused", ["unpause"], ["pause"]), ("exited", ["start"], ["stop"])],
)
def test_a_container_that_was_there_gets_its_state_back(
    tmp_path: Path, engine: Engine, status: str, woken: list[str], after: list[str]
) -> None:
    engine.container("mine", status, {"path": "data/a.txt"})
    source(tmp_path, engine, f"docker://lab?container_name=mine&dump_command={MAKE}").dump()
    assert [line.split()[0] for line in engine.log] == [*woken, "run", *after]
    assert engine.containers["mine"]["Status"] == status


def test_volumes_are_made_and_mounted_and_only_new_ones_removed(tmp_path: Path, engine: Engine) -> None:
    engine.volumes["old"] = {"Name": "old"}
    mounts, named = {"new": {"bind": "/in", "mode": "ro"}}, [{"name": "new"}, {"name": "old"}]
    url = f"{URL}&dump_command={MAKE}&container_name=c&volumes={json.dumps(mounts)}&named_volumes={json.dumps(named)}"
    source(tmp_path, engine, url).dump()
    assert "volume new" in engine.log
    assert engine.log[-2:] == ["remove c", "drop volume new"]
    assert list(engine.volumes) == ["old"]


def test_the_same_release_is_taken_again_only_when_the_file_changed(tmp_path: Path, engine: Engine) -> None:
    engine.container("mine", "running")
    url = "docker://lab?container_name=mine&path=a.txt&get_version_cmd=echo 1&dump_command=cp -p ../in.txt a.txt"
    there = engine.root / "in.txt"
    there.write_text("one")
    demo = source(tmp_path, engine, url)
    assert demo.dump().changed
    assert not demo.dump().changed
    there.write_text("two!")

    os.utime(there, (1_800_000_000, 1_800_000_000))
    report = demo.dump()
    assert report.changed
    assert demo.read("a.txt") == b"two!"
    assert report.release.startswith("1")


def test_the_look_at_the_start_runs_nothing(tmp_path: Path, engine: Engine) -> None:
    demo = source(tmp_path, engine, f"{URL}&dump_command={MAKE}")
    demo.dump()
    engine.log.clear()
    assert not demo.dump(only_new=True).changed
    assert engine.log == []


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("echo no such host >%262; exit 4", r"ended with code 4: no such host"),
        ("true", "No such image or thing"),
        (": > a.txt", r"`a\.txt` that the command made is empty"),
    ],
)
def test_a_command_that_makes_nothing_is_told(tmp_path: Path, engine: Engine, command: str, message: str) -> None:
    demo = source(tmp_path, engine, f"docker://lab?image=maker&path=/a.txt&dump_command={command}")
    with pytest.raises(ContainerError, match=message):
        demo.dump()
    assert [name for name in demo.releases if not name.startswith(".")] == []
    assert engine.containers == {}


def test_a_container_that_ends_at_once_is_told(tmp_path: Path, engine: Engine) -> None:
    engine.container("mine", "exited")
    engine.containers["mine"]["Ends"] = True
    with pytest.raises(ContainerError, match="`mine` is exited"):
        source(tmp_path, engine, f"docker://lab?container_name=mine&path=a&dump_command={MAKE}").dump()


def test_a_cancelled_dump_does_not_wait_for_the_command(tmp_path: Path, engine: Engine) -> None:
    demo = source(tmp_path, engine, "docker://lab?image=maker&path=a&dump_command=exec sleep 1000")

    class Context(RecordingContext):
        def check(self) -> None:
            if engine.started.is_set():
                raise JobCancelledError("dump")

    demo.ctx = Context()
    with pytest.raises(JobCancelledError):
        demo.dump()
    assert engine.containers == {}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "no connection `lab`"),
        ({"lab": {"client_url": "gopher://h"}}, "none of tcp, unix"),
        ({"lab": {"client_url": "https://127.0.0.1:9"}}, "tls_cert_path and tls_key_path"),
        ({"lab": {"client_url": "tcp://127.0.0.1:9"}}, "does not answer"),
    ],
)
def test_a_wrong_connection_is_told(tmp_path: Path, engine: Engine, config: dict[str, Any], message: str) -> None:
    with pytest.raises((DumperException, ContainerError), match=message):
        source(tmp_path, engine, f"{URL}&dump_command={MAKE}", DOCKER_CONFIG=config).dump()


def test_docker_host_names_the_connection_of_all(tmp_path: Path, engine: Engine) -> None:
    url = f"docker://other?image=maker&path=data/a.txt&dump_command={MAKE}"
    assert source(tmp_path, engine, url, DOCKER_HOST="lab").dump().changed


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("path=/a&dump_command=x", "neither `image` nor `container_name`"),
        ("image=i&dump_command=x", "`path` is missing"),
        ("image=i&path=/a", "`dump_command` is missing"),
        ("image=i&paht=/a", "a parameter `paht`"),
        ("image=i&path=/a&dump_command=x&volumes={", "`volumes` of the docker URL is no JSON"),
        ("image=i&path=/a&dump_command=x&named_volumes=[1]", "an object with a `name`"),
    ],
)
def test_an_unusable_url_is_told(query: str, message: str) -> None:
    with pytest.raises(DumperException, match=message):
        ContainerSource.of("demo", f"docker://lab?{query}", {})


def test_a_url_is_read_with_its_quotes() -> None:
    found = ContainerSource.of(
        "demo", 'docker://lab?image=i&tag=t&path="/a"&dump_command="x --y=1"&keep_container=1', {}
    )
    assert (found.connection, found.image, found.path, found.dump_command) == ("lab", "i:t", "/a", "x --y=1")
    assert found.keep_container
