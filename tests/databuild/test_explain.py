"""Where the values of a document come from, also when its sources have moved on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from hub.databuild.builder import DataBuilder
from hub.databuild.errors import NoDocumentError, NoPartsError
from hub.databuild.mappers import IDBaseMapper
from hub.dataload.releases import FileRecord, ReleaseRecord, SourceFolder
from hub.errors import NotFound
from hub.store.port import Record

TEXT = {"type": "text"}


def others(*given: dict[str, Any]) -> list[dict[str, Any]]:
    return sorted([{"_id": f"n{n}"} for n in range(20)] + list(given), key=lambda d: d["_id"])


async def symbols(shop: Any) -> str:
    shop.release(
        "one",
        others({"_id": "a", "symbol": "A1", "name": "one", "x": [1]}),
        release="r1",
        mapping={"name": TEXT, "symbol": TEXT},
    )
    shop.release(
        "two", others({"_id": "a", "symbol": "A2", "name": "two", "x": [1, 2]}), release="r2", mapping={"name": TEXT}
    )
    shop.release(
        "zed", [{"_id": "a", "o": {"k": 1}}, {"_id": "zz", "o": {"k": 2}}], release="r3", merger="merge_struct"
    )
    shop.configure(["one", "two", "zed"], roots=["one", "two"], params={"merge_rules": {"symbol": "first", "x": "set"}})
    return str(await shop.builds.merge("genes"))


async def test_each_value_says_its_source_release_rule_and_what_lost(shop) -> None:
    name = await symbols(shop)
    told = shop.builds.explain(name, "a")
    assert told["document"] == {"_id": "a", "symbol": "A1", "name": "two", "x": [1, 2], "o": {"k": 1}}
    assert (told["agrees"], told["complete"]) == (True, True)
    values = told["values"]
    assert values["symbol"] == {
        "value": "A1",
        "from": [{"source": "one", "release": "r1"}],
        "rule": "first",
        "lost": [{"source": "two", "release": "r2", "value": "A2"}],
    }
    assert values["name"]["from"] == [{"source": "two", "release": "r2"}]
    assert values["name"]["rule"] == "upsert"
    assert values["name"]["lost"] == [{"source": "one", "release": "r1", "value": "one"}]
    assert [f["source"] for f in values["x"]["from"]] == ["one", "two"]
    assert values["o.k"] == {
        "value": 1,
        "from": [{"source": "zed", "release": "r3"}],
        "rule": "only source",
        "lost": [],
    }
    assert [s["has_document"] for s in told["sources"]] == [True, True, True]


async def test_what_no_root_has_is_said_to_be_left_out(shop) -> None:
    name = await symbols(shop)
    told = shop.builds.explain(name, "zz")
    assert told["document"] is None
    assert "may not create" in told["sources"][-1]["left_out"]
    assert told["agrees"]
    with pytest.raises(NoDocumentError, match="nobody"):
        shop.builds.explain(name, "nobody")
    with pytest.raises(NotFound):
        shop.builds.explain("nothing", "a")


async def test_a_build_is_explained_by_what_its_sources_were(shop) -> None:
    name = await symbols(shop)
    shop.release("one", others({"_id": "a", "symbol": "changed"}), release="r9")
    assert shop.builds.explain(name, "a")["values"]["symbol"]["from"] == [{"source": "one", "release": "r1"}]
    for n in range(3):  # two replaced collections are kept
        shop.release("one", others({"_id": "a", "symbol": f"c{n}"}), release=f"s{n}")
    told = shop.builds.explain(name, "a")
    assert (told["complete"], told["sources"][0]["has_document"]) == (False, None)
    assert told["values"]["symbol"]["rule"] == "unknown"
    assert told["values"]["o.k"]["from"] == [{"source": "zed", "release": "r3"}]


class Adding(DataBuilder):
    """Adds a field after the merge."""

    def post_merge(self, source_names: Sequence[str], batch_size: int, job_manager: Any) -> None:
        encode = self.source_store.codec.encode
        self.target.replace([Record("a", encode({**(self.target.get("a") or {}), "added": 1}))])


async def test_mapped_documents_and_later_changes_are_told(shop) -> None:
    shop.builds.register_mapper(IDBaseMapper("ids", map={"old": ["a", "b"]}))
    shop.builds.register_builder(Adding)
    shop.release("one", [{"_id": "a", "n": 1}], mapping={"n": TEXT})
    shop.release("two", [{"_id": "old", "m": 2}], mapping={"m": TEXT}, mapper="ids")
    shop.configure(["one", "two"])
    name = await shop.builds.merge("genes")
    told = shop.builds.explain(name, "b")
    assert told["values"]["m"]["from"][0]["source"] == "two"
    shop.builds.update_build_configuration(
        "genes", "gene", ["one"], builder_class=f"{Adding.__module__}.{Adding.__qualname__}"
    )
    changed = await shop.builds.merge("genes")
    told = shop.builds.explain(changed, "a")
    assert told["values"]["added"] == {"value": 1, "from": [], "rule": "after the merge", "lost": []}
    assert not told["agrees"]


async def test_the_fields_of_a_build_name_their_sources(shop) -> None:
    name = await symbols(shop)
    told = shop.builds.provenance(name)
    assert [s["source"] for s in told["sources"]] == ["one", "two", "zed"]
    assert told["fields"]["name"] == {"sources": ["one", "two"], "rule": "upsert"}
    assert told["fields"]["symbol"] == {"sources": ["one"], "rule": "only source"}
    assert told["fields"]["o.k"] == {"sources": ["zed"], "rule": "only source"}
    shop.state.builds.update(name, {"parts": []})
    with pytest.raises(NoPartsError, match="again"):
        shop.builds.provenance(name)


async def test_the_metadata_name_every_file(shop, tmp_path: Path) -> None:
    folder = tmp_path / "archive" / "one" / "r1"
    folder.mkdir(parents=True)
    file = FileRecord("https://x.example/a.tsv", "a.tsv", 12, "ab" * 32)
    SourceFolder(folder.parent).save(ReleaseRecord("r1", "r1", "r1", (file,)))
    shop.release("one", others(), release="r1", src_meta={"license": "CC0", "url": "https://x.example"})
    document = shop.state.sources.get("one")
    document["upload"]["jobs"]["one"]["data_folder"] = str(folder)
    shop.state.sources.put(document)
    shop.configure(["one"])
    entry = shop.builds.info(await shop.builds.merge("genes"))["_meta"]["src"]["one"]
    assert entry["files"] == [
        {
            "name": "a.tsv",
            "url": "https://x.example/a.tsv",
            "version": "r1",
            "license": "CC0",
            "sha256": "ab" * 32,
            "size": 12,
            "retrieved": None,
        }
    ]


async def test_the_data_api_s_provenance_is_that_of_the_served_build(shop) -> None:
    name = await symbols(shop)
    await shop.indices.index("localhub", name, alias="genes")
    told = shop.builds.provenance_of(name, ["a", "nobody"])
    assert set(told) == {"a"}
    assert {"field": "symbol", "from": [{"source": "one", "release": "r1"}], "rule": "first"} in told["a"]
    assert shop.builds.provenance_of("strange", ["a"]) == {}
