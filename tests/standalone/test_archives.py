"""One hub publishes an archive, another one has nothing else to install from."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from hub.datarelease.errors import NotPublishableError
from hub.errors import HubError
from hub.standalone.archived import archive_of
from hub.standalone.errors import BadReleaseError
from hub.standalone.published import Version
from tests.servers.http_server import Fault, running_http_server
from tests.standalone.conftest import Pair
from tests.standalone.hubs import plain
from tests.standalone.test_two_hubs import MAPPING, sources

NAME = "genes-%(_meta.build_version)s.tar.gz"


async def archived(pair: Pair, version: int = 1) -> str:
    """Publish a version with an archive, and take away everything that could be installed but for the archive."""
    steps = [
        {"action": "archive", "format": "tar.gz", "name": NAME},
        {"action": "upload", "type": "folder", "path": str(pair.folder), "base_path": "old", "url": pair.url},
    ]
    releases = pair.publisher.settings["RELEASE_CONFIG"]["env"]["releases"]
    releases["publish"] = {"pre": {"snapshot": steps}}
    build = await pair.publisher.build(str(version), sources(version), MAPPING)
    done = await pair.publisher.publish_full(build)
    assert done["metadata"]["archive_url"] == f"{pair.url}/old/genes-{version}.tar.gz"
    shutil.rmtree(pair.folder / "genes" / str(version) / "snapshot")
    return build


def changed(pair: Pair, change: Callable[[dict[str, Any]], Any], version: str = "1") -> None:
    """Change the metadata of a release."""
    file = pair.folder / "genes" / f"{version}.json"
    release = orjson.loads(file.read_bytes())
    change(release["metadata"])
    file.write_bytes(orjson.dumps(release))


def packed(members: list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return made.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.mark.parametrize("told", ["all", "no url", "no checksum"])
async def test_a_release_is_installed_from_its_archive(pair: Pair, told: str) -> None:
    build = await archived(pair)
    if told == "no url":
        changed(pair, lambda metadata: metadata.pop("url"))
    if told == "no checksum":
        changed(pair, lambda metadata: metadata.pop("archive"))
    assert await pair.consumer.standalone.install("genes") == ["1"]
    assert plain(pair.consumer.installed("genes_current")) == plain(pair.publisher.documents(build))


async def test_an_archive_that_is_here_is_not_fetched_again(pair: Pair) -> None:
    build = await archived(pair)
    await pair.consumer.standalone.download("genes")
    shutil.rmtree(pair.folder / "old")
    await pair.consumer.standalone.download("genes", force=True)
    assert await pair.consumer.standalone.install("genes") == ["1"]
    assert plain(pair.consumer.installed("genes_current")) == plain(pair.publisher.documents(build))


async def test_a_folder_that_was_packed_as_a_whole_is_understood(pair: Pair, tmp_path: Path) -> None:
    build = await archived(pair)
    file = pair.folder / "old" / "genes-1.tar.gz"
    with tarfile.open(file) as tar:
        tar.extractall(tmp_path / "inner", filter="data")
    with tarfile.open(file, "w:gz") as tar:
        tar.add(tmp_path / "inner", "repository")
    changed(pair, lambda metadata: metadata.pop("archive"))
    assert await pair.consumer.standalone.install("genes") == ["1"]
    assert plain(pair.consumer.installed("genes_current")) == plain(pair.publisher.documents(build))


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]


TAMPERED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a byte": (flipped, "archive"),
    "the end": (lambda content: content[:-40], "archive"),
    "nothing in it": (lambda content: packed([(member("else.txt"), b"x")]), "holds no snapshot.json"),
    "a path": (lambda content: packed([(member("../../evil.txt"), b"x")]), "not extracted"),
    "a root": (lambda content: packed([(member("/tmp/evil.txt"), b"x")]), "not extracted"),
    "a link": (lambda content: packed([(member("snapshot.json", tarfile.SYMTYPE, "../../x"), b"")]), "not extracted"),
    "a device": (lambda content: packed([(member("snapshot.json", tarfile.CHRTYPE), b"")]), "not extracted"),
    "a bomb": (lambda content: packed([(member("snapshot.json"), bytes(80 * 1024**2))]), "not extracted"),
}


@pytest.mark.parametrize("known", [True, False], ids=["with checksum", "without"])
@pytest.mark.parametrize("what", TAMPERED)
async def test_a_tampered_archive_is_refused_and_nothing_changes(pair: Pair, what: str, known: bool) -> None:
    consumer = pair.consumer
    first = await archived(pair)
    await consumer.standalone.install("genes")
    await archived(pair, 2)
    file = pair.folder / "old" / "genes-2.tar.gz"
    change, reason = TAMPERED[what]
    file.write_bytes(change(file.read_bytes()))
    if not known:
        changed(pair, lambda metadata: metadata.pop("archive"), "2")
    with pytest.raises(HubError, match=None if known else reason) as caught:
        await consumer.standalone.install("genes")
    assert "Nothing was installed" in str(caught.value) or known
    assert (await consumer.standalone.backend("genes"))["version"] == "1"
    assert plain(consumer.installed("genes_current")) == plain(pair.publisher.documents(first))
    assert len(consumer.indices.engine("localhub").names()) == 1
    assert not [path for path in (pair.folder.parent / "consumer").rglob("*") if path.name in ("evil.txt", "else.txt")]
    assert not list((pair.folder.parent / "consumer").rglob(".unpacking-*"))


async def test_documents_that_were_exchanged_are_found_by_their_digest(pair: Pair) -> None:
    """An archive that is whole in itself, of other content than the release tells."""
    await archived(pair)
    await archived(pair, 2)
    shutil.copy(pair.folder / "old" / "genes-1.tar.gz", pair.folder / "old" / "genes-2.tar.gz")
    changed(pair, lambda metadata: metadata.pop("archive"), "2")
    with pytest.raises(HubError):
        await pair.consumer.standalone.install("genes")
    assert (await pair.consumer.standalone.backend("genes"))["version"] is None


def version(url: str) -> Version:
    return Version("1", "1", None, "full", "", url)


def test_an_archive_on_the_disk_of_the_publisher_is_not_looked_for(tmp_path: Path) -> None:
    release = {"metadata": {"archive_url": "file:///etc/all.tar"}}
    assert archive_of("genes", version("https://example.org/genes/1.json"), release, tmp_path) is None
    with pytest.raises(BadReleaseError, match="outside of the folder"):
        archive_of("genes", version("file:///srv/www/genes/1.json"), release, tmp_path)
    release = {"metadata": {"archive_url": "https://example.org/old/genes.exe"}}
    with pytest.raises(BadReleaseError, match="no archive of a known format"):
        archive_of("genes", version("https://example.org/genes/1.json"), release, tmp_path)


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True)


async def test_releases_tell_the_version_of_the_application(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = pair.publisher
    first = await hub.build("1", sources(1), MAPPING)
    assert (await hub.publish_full(first))["app_version"] is None, "it is in no repository"
    folder = Path(hub.settings["DATA_PLUGIN_FOLDER"])
    (folder / "config.py").touch()
    git(folder, "init", "-b", "release-3")
    git(folder, "add", "config.py")
    git(folder, "commit", "-m", "one")
    second = await hub.build("2", sources(2), MAPPING)
    told = (await hub.publish_step(first, second))["app_version"]
    assert told.keys() == {"branch", "commit", "date"}
    assert told["branch"] == "release-3"
    git(folder, "checkout", "-b", "master")
    third = await hub.build("3", sources(3), MAPPING)
    before = (pair.folder / "genes" / "versions.json").read_bytes()
    with pytest.raises(NotPublishableError, match=r"branch `master`.*SKIP_CHECK_VERSIONS"):
        await hub.publish_step(second, third)
    with pytest.raises(NotPublishableError, match="branch `master`"):
        await hub.publish_full(third)
    assert (pair.folder / "genes" / "versions.json").read_bytes() == before
    monkeypatch.setitem(hub.settings._values, "SKIP_CHECK_VERSIONS", True)
    assert (await hub.releases.publish_diff("releases", third, second))["app_version"]["branch"] == "master"


async def test_an_interrupted_archive_is_gone_on_with(pair: Pair) -> None:
    build = await archived(pair)
    content = (pair.folder / "old" / "genes-1.tar.gz").read_bytes()
    half = len(content) // 2
    with running_http_server() as http_server:
        url = http_server.put("/genes-1.tar.gz", content, faults=[Fault(cut_after=half)])
        changed(pair, lambda metadata: metadata.update(archive_url=url))
        assert await pair.consumer.standalone.install("genes") == ["1"]
        assert plain(pair.consumer.installed("genes_current")) == plain(pair.publisher.documents(build))
        assert [asked.sent for asked in http_server.asked("/genes-1.tar.gz")] == [half, len(content) - half]
