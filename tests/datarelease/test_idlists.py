"""Id lists are stored where others fetch them, the newest under one address."""

from __future__ import annotations

import lzma
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from hub.databuild.idlists import export_ids
from hub.datarelease.errors import BadNameError
from hub.datarelease.idlists import upload_ids
from hub.errors import NotFound
from tests.datarelease.test_releases import MAPPING, docs
from tests.servers.folder_server import serving
from tests.servers.s3_server import running_s3_server
from tests.standalone.hubs import FullHub


async def exported(hub: FullHub, version: str, count: int) -> str:
    build = await hub.build(version, {"one": docs(count), "two": []}, MAPPING)
    await export_ids(hub.builds.services, build, Path(hub.settings["DATA_EXPORT_FOLDER"]) / "ids")
    return build


def lines(url: str) -> list[str]:
    return lzma.decompress(urlopen(url).read()).decode().splitlines()


async def test_the_newest_list_is_under_one_address(tmp_path: Path) -> None:
    folder = tmp_path / "www"
    with serving(folder) as url:
        env = {"release": {"path": str(folder), "folder": "genes", "url": url}}
        hub = FullHub(tmp_path / "hub", RELEASE_CONFIG={"env": {"web": env}})
        await hub.jobs.start()
        try:
            for version, count in (("1", 5), ("2", 7)):
                build = await exported(hub, version, count)
                told = await upload_ids(hub.builds.services, build, "web", "latest_ids.xz")
                assert told == {
                    "url": f"{url}/genes/ids/{build}_ids.xz",
                    "redirect": f"{url}/genes/ids/latest_ids.xz",
                }
                assert lines(told["url"]) == lines(told["redirect"]) == [f"g{n:03d}" for n in range(count)]
            services: Any = hub.builds.services
            with pytest.raises(NotFound, match="Did you mean"):
                await upload_ids(services, build[:-1], "web")
            with pytest.raises(BadNameError):
                await upload_ids(services, "../../secret", "web")
            with pytest.raises(BadNameError):
                await upload_ids(services, build, "web", "../x")
            with pytest.raises(NotFound, match="environment of RELEASE_CONFIG"):
                await upload_ids(services, build, "wib")
        finally:
            await hub.jobs.stop()
            hub.close()


async def test_a_web_site_in_a_bucket_sends_people_on(tmp_path: Path) -> None:
    with running_s3_server() as site:
        cloud = {"type": "aws", "access_key": "reader", "secret_key": "s3cret/word", "endpoint": site.endpoint}
        release = {"bucket": "lists", "folder": "g", "region": "us-east-1", "acl": "public-read", "website": True}
        hub = FullHub(tmp_path / "hub", RELEASE_CONFIG={"env": {"s3": {"cloud": cloud, "release": release}}})
        await hub.jobs.start()
        try:
            build = await exported(hub, "1", 4)
            told = await upload_ids(hub.builds.services, f"{build}_ids.xz", "s3", "latest")
            assert lines(told["url"]) == [f"g{n:03d}" for n in range(4)]
            fixed = site.client.get_object(Bucket="lists", Key="g/ids/latest")
            assert fixed["WebsiteRedirectLocation"] == f"/g/ids/{build}_ids.xz"
        finally:
            await hub.jobs.stop()
            hub.close()
