"""Inspections in a hub: as jobs, on record, as rows."""

from __future__ import annotations

import pytest

from hub.cli.scaffold import new_plugin
from hub.commands import find, load_builtin
from hub.config import load
from hub.datainspect.manager import NothingToInspectError
from hub.errors import BadArgument, NotFound
from hub.server import Hub


async def test_a_source_is_inspected_recorded_and_shown_as_rows(tmp_path):
    load_builtin()
    new_plugin("colours", tmp_path / "plugins", "ready")
    build = {"doc_type": "colour", "sources": ["colours"], "root": []}
    flags = {"DATA_PLUGIN_FOLDER": str(tmp_path / "plugins"), "BUILDS": {"all": build}}
    async with Hub(load(tmp_path / "home", flags=flags)) as hub:
        services = hub.services
        await services.sources.dump("colours").result()
        with pytest.raises(NothingToInspectError, match="upload"):
            await services.inspector.inspect(["src", "colours"])
        await services.sources.upload("colours")
        command = find("inspect")
        values = command.bind({"data_provider": ["src", "colours"], "mode": "type,stats,mapping"})
        assert (await command.fn(services, **values))["colours"]["total_fields"] == 2
        job = services.sources.info("colours")["inspect"]["sources"]["colours"]
        assert job["status"] == "success"
        assert set(job["inspect"]) == {"results", "data_provider", "started_at", "duration"}
        assert set(job["inspect"]["results"]) == {"__metadata__", "type", "stats", "mapping"}
        assert job["inspect"]["results"]["mapping"]["colours"]["properties"]["size"] == {"type": "long"}
        rows = (await find("flatten_inspection_data").fn(services, "colours"))["colours"]
        assert [r["field_name"] for r in rows["stats"]] == [
            "__root__",
            "_id",
            "colours",
            "colours.name",
            "colours.size",
        ]
        limited = await services.inspector.inspect("colours", "jsonschema", limit=2)
        assert limited["colours"]["__metadata__"]["documents"] == 2
        assert set(services.inspector._results(services.inspector._sources("colours")[0])) >= {"type", "jsonschema"}
        services.settings._values["ID_PATTERNS"] = {"colour": "[A-Za-z ]+"}
        kinds = await services.inspector.inspect("colours", "identifiers")
        [kind] = kinds["colours"]["identifiers"]["colours"]["name"]["__type__:str"]["_ident"]
        assert (kind["id"], kind["share"]) == ("colour", 1.0)
        services.settings._values["ID_PATTERNS"] = {"colour": "["}
        with pytest.raises(BadArgument, match="ID_PATTERNS, `colour`"):
            await services.inspector.inspect("colours", "identifiers")
        name = await services.builds.merge("all")
        found = await services.inspector.inspect(name, "type")
        assert found[name]["__metadata__"]["documents"] == 3
        record = services.state.builds.get(name)
        assert record["jobs"][-1]["step"] == "inspect"
        assert record["jobs"][-1]["status"] == "success"
        assert "colours" in record["inspect"]["results"]["type"]
        with pytest.raises(NotFound, match="Did you mean `colours`"):
            await services.inspector.inspect(["src", "colour"])
        for wrong in ({"limit": 0}, {"sample": 1.5}, {"modes": "nonsense"}):
            with pytest.raises(BadArgument):
                await services.inspector.inspect("colours", **wrong)
        with pytest.raises(BadArgument, match="data_provider"):
            await services.inspector.inspect(["target", "colours"])
