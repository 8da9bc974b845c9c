"""Validation models: made from mappings, refined by hand, run over every document."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hub.cli.scaffold import new_plugin
from hub.commands import find, load_builtin
from hub.config import load
from hub.datainspect.models import model_source
from hub.datainspect.validation import ModelFileError, ValidationRequest, load_model, validate_collection
from hub.errors import NotFound
from hub.jobs.port import NullContext
from hub.server import Hub
from hub.store import Record, StoreSpec, open_store

PROPERTIES = {
    "name": {"type": "text"},
    "size": {"type": "long"},
    "at": {"type": "date"},
    "class": {"type": "keyword"},
    "odd name": {"type": "boolean"},
    "schema": {"type": "keyword"},
    "place": {"type": "geo_point"},
    "span": {"type": "integer_range"},
    "xref": {"properties": {"umls": {"type": "keyword"}, "score": {"type": "double"}, "deep": {"properties": {}}}},
    "Xref": {"properties": {"n": {"type": "integer"}}},
}
GOOD = [
    {"_id": "a", "name": "x", "size": [1, 2], "at": "2026-01-15", "class": None, "odd name": True},
    {"_id": "b", "xref": {"umls": ["u", "v"], "score": 1}, "unknown": {"any": 1}, "span": {"gte": 1}},
    {"_id": "c", "xref": [{"umls": "u"}, {"score": [1.5, [2]]}], "place": "1,2", "schema": "s", "Xref": {"n": 3}},
]


@pytest.fixture
def validate(tmp_path: Path) -> Any:
    spec = StoreSpec("sqlite", "src", str(tmp_path))
    path = tmp_path / "things_model.py"
    path.write_text(model_source("Things-1", PROPERTIES))

    def run(documents: list[dict[str, Any]], text: str | None = None) -> dict[str, Any]:
        if text is not None:
            path.write_text(text)
        with closing(open_store(spec)) as store:
            store.drop("things")
            store.collection("things").insert([Record(d["_id"], store.codec.encode(d)) for d in documents])
        return validate_collection(NullContext(), ValidationRequest(spec, "things", "Things-1", str(path)))

    return run


def test_a_model_takes_what_its_mapping_takes(validate) -> None:
    report = validate(GOOD)
    assert report["faults"] == []
    assert (report["documents"], report["invalid"], report["ok"], report["model"]) == (3, 0, True, "things_1")


def test_faults_are_told_by_field_with_examples(validate) -> None:
    bad = [{"_id": f"x{n}", "size": f"no {n}", "xref": [{"score": 1}, {"score": "high"}]} for n in range(7)]
    report = validate([*GOOD, *bad, {"_id": "y", "at": "yesterday", "name": {"en": "x"}}])
    assert (report["documents"], report["invalid"], report["ok"]) == (11, 8, False)
    rows = {row["field"]: row for row in report["faults"]}
    assert set(rows) == {"size", "xref.score", "at", "name"}
    assert rows["size"]["count"] == rows["xref.score"]["count"] == 7
    assert rows["size"]["examples"][0] == {"_id": "x0", "value": "no 0"}
    assert len(rows["size"]["examples"]) == 5
    assert "ISO date" in rows["at"]["message"]


def test_a_model_written_by_hand_with_plain_pydantic(validate) -> None:
    text = """
from pydantic import BaseModel, field_validator
class Part(BaseModel):
    n: int
class Whole(BaseModel):
    parts: Part | list[Part] | None = None
    size: int | list[int] | None = None
    @field_validator("size")
    @classmethod
    def small(cls, value):
        return 1 / 0 if value == 13 else value
"""
    report = validate([{"_id": "a", "size": "x"}, {"_id": "b", "size": 13}, {"_id": "c", "parts": [{"n": 1}]}], text)
    assert report["invalid"] == 2
    assert [row["type"] for row in report["faults"]] == ["validator", "int_parsing"]
    assert "ZeroDivisionError" in report["faults"][0]["message"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import nothing_of_that_name", "ModuleNotFoundError"),
        ("x = ", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("x = 1", "no class"),
        ("from pydantic import BaseModel\nclass A(BaseModel):\n    x: 'Nothing'", "Nothing"),
    ],
)
def test_a_model_file_that_can_not_be_used_says_why(tmp_path, text, told) -> None:
    path = tmp_path / "bad_model.py"
    path.write_text(text)
    with pytest.raises(ModelFileError, match=told):
        load_model(path, "bad")


async def test_models_and_validations_of_a_source(tmp_path) -> None:
    load_builtin()
    new_plugin("colours", tmp_path / "plugins", "ready")
    flags = {"DATA_PLUGIN_FOLDER": str(tmp_path / "plugins")}
    async with Hub(load(tmp_path / "home", flags=flags)) as hub:
        services = hub.services

        async def call(command_name: str, /, **arguments: Any) -> Any:
            command = find(command_name)
            return await command.fn(services, **command.bind(arguments))

        await services.sources.dump("colours").result()
        await call("upload", src="colours", validate="true")
        job = services.sources.info("colours")["validate"]["sources"]["colours"]
        assert job["status"] == "failed"
        assert "no mapping" in job["error"], "nothing declares a mapping, nothing was inspected"
        await call("inspect", data_provider=["src", "colours"], mode="mapping")
        assert await call("source_save_pydantic_model", name="colours") is None
        assert await call("source_validations", name="colours.colours") == ["colours_model.py"]
        [report] = await call("source_pydantic_validation", name="colours")
        assert (report["documents"], report["ok"], report["model_file"]) == (3, True, "colours_model.py")
        job = services.sources.info("colours")["validate"]["sources"]["colours"]
        assert job["status"] == "success"
        assert job["report"]["documents"] == 3
        assert job["uploader"]["name"]

        model = tmp_path / "plugins" / "colours" / "validation" / "colours_model.py"
        strict = model.read_text().replace("size: Values[int]", "size: Values[bool]")
        assert strict != model.read_text()
        model.write_text(strict)
        await call("source_save_pydantic_model", name="colours")
        assert model.read_text() == strict, "a model that is there stays"
        await call("upload", src="colours", validate=True)
        job = services.sources.info("colours")["validate"]["sources"]["colours"]
        assert job["status"] == "failed"
        assert "`colours.size`" in job["error"]
        assert services.sources.info("colours")["upload"]["sources"]["colours"]["status"] == "success"
        assert "report" not in services.sources.list()[0]["validate"]["sources"]["colours"]

        for wrong in ("../x.py", "/etc/passwd", "colour_model.py"):
            with pytest.raises(NotFound, match="validation model"):
                await call("source_pydantic_validation", name="colours", model_file=wrong)
        with pytest.raises(NotFound, match="Did you mean `colours`"):
            await call("source_validations", name="colour")

        services.sources.plugin("colours").uploader_classes["colours"].auto_validate = True
        model.unlink()
        await services.sources.upload("colours")
        assert model.exists(), "auto_validate makes the model and runs it"
        view = services.sources.info("colours")
        assert view["auto_validate"] == {"colours": True}
        assert view["validate"]["sources"]["colours"]["status"] == "success"


async def test_the_history_of_a_mapping_and_back(tmp_path) -> None:
    load_builtin()
    new_plugin("colours", tmp_path / "plugins", "ready")
    flags = {"DATA_PLUGIN_FOLDER": str(tmp_path / "plugins")}
    async with Hub(load(tmp_path / "home", flags=flags)) as hub:
        services = hub.services

        async def call(command_name: str, /, **arguments: Any) -> Any:
            command = find(command_name)
            return await command.fn(services, **command.bind(arguments))

        services.state.masters.save("colours", mapping={"a": {"type": "keyword"}})
        assert await call("source_mapping_history", name="colours") == []
        await call("source_save_mapping", name="colours", mapping={"a": {"type": "text"}}, who="eve", note="longer")
        await call("source_save_mapping", name="colours", mapping={"a": {"type": "date"}})
        rows = await call("source_mapping_history", name="colours")
        assert [(r["version"], r["mapping"]["a"]["type"]) for r in rows] == [(3, "date"), (2, "text"), (1, "keyword")]
        assert (rows[1]["by"], rows[1]["note"], rows[2]["origin"]) == ("eve", "longer", "uploader")
        assert await call("source_restore_mapping", name="colours", version="1") == {"source": "colours", "version": 4}
        master = services.state.masters.get("colours")
        assert master["mapping"] == {"a": {"type": "keyword"}}
        assert (await call("source_mapping_history", name="colours"))[0]["note"] == "version 1 again"
        with pytest.raises(NotFound, match="version"):
            await call("source_restore_mapping", name="colours", version=9)
        for number in range(60):
            services.state.mappings.committed("source", "colours", {"n": {"type": "long", "boost": number}})
        assert len(await call("source_mapping_history", name="colours")) == 50
