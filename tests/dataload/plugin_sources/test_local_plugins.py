"""Plugins from folders: below the folder of plugins, and elsewhere on the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub import errors
from hub.dataload.plugin_sources.errors import BadAddressError, FetchedCodeError
from tests.dataload.plugin_sources.conftest import documents, manifest_text, parser_text


def write(folder: Path, data: Path, version: str = "one") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(manifest_text(data), encoding="utf-8")
    (folder / "parser.py").write_text(parser_text(version), encoding="utf-8")
    return folder


async def test_a_folder_elsewhere_is_used_in_place(hubs, tmp_path, data_file, folder_of_plugins):
    dev = write(tmp_path / "dev" / "colours", data_file)
    async with hubs() as hub:
        plugins = hub.services.plugin_sources
        assert (await plugins.register(str(dev)))["name"] == "colours"
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "one"}]
        write(dev, data_file, "two")
        assert (await plugins.update("colours"))["name"] == "colours"
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "two"}]
        with pytest.raises(errors.BadArgument, match="release"):
            await plugins.update("colours", "main")
    async with hubs() as hub:
        record = hub.services.sources.info("colours")["data_plugin"]["plugin"]
        assert record["url"] == f"local://{dev}"
        answer = hub.services.plugin_sources.unregister(str(dev))
        assert answer["folder"] == str(dev)
        assert (dev / "parser.py").is_file()
        assert hub.services.sources.plugins == {}
    async with hubs() as hub:
        assert hub.services.sources.plugins == {}
        assert not (folder_of_plugins / "colours").exists()


async def test_a_folder_of_the_plugins_stays_out_until_it_is_registered_again(hubs, data_file, folder_of_plugins):
    write(folder_of_plugins / "colours", data_file)
    async with hubs() as hub:
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "one"}]
        assert await hub.services.plugin_sources.register("local://colours") is None
        hub.services.plugin_sources.unregister(name="colours")
        assert hub.services.sources.plugins == {}
        hub.services.sources.load()
        assert hub.services.sources.plugins == {}
    async with hubs() as hub:
        assert hub.services.sources.plugins == {}
        assert hub.services.sources.info("colours")["count"] == 1
        assert (await hub.services.plugin_sources.register("local://colours"))["name"] == "colours"
        assert "colours" in hub.services.sources.plugins
    async with hubs() as hub:
        assert "colours" in hub.services.sources.plugins


async def test_what_is_no_plugin_is_refused(hubs, tmp_path, data_file, folder_of_plugins):
    (tmp_path / "empty").mkdir()
    write(folder_of_plugins / "colours", data_file)
    async with hubs() as hub:
        plugins = hub.services.plugin_sources
        with pytest.raises(FetchedCodeError, match=r"neither a manifest.*nor an __init__"):
            await plugins.register(str(tmp_path / "empty"))
        with pytest.raises(BadAddressError, match="no folder"):
            await plugins.register(str(tmp_path / "nowhere"))
        with pytest.raises(BadAddressError, match="`colours`"):
            await plugins.register("local://colour")
        with pytest.raises(BadAddressError, match="local://colours"):
            await plugins.register(str(folder_of_plugins / "colours"))
        with pytest.raises(errors.BadArgument, match="`url` or its `name`"):
            plugins.unregister()
        assert not (folder_of_plugins / "empty").exists()
