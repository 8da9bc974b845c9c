"""Lists of all ids of builds and sources."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from hub.databuild.idlists import LineBreakInIdError, export_ids
from hub.errors import NotFound


def lines(path: str) -> list[str]:
    return lzma.open(path, "rt", encoding="utf-8").read().splitlines()


def files(folder: Path) -> list[str]:
    return sorted(f.name for f in folder.iterdir() if f.is_file() and ("_ids" in f.name or f.name.startswith(".")))


async def test_ids_of_a_build_a_source_a_link_and_a_cold_build(shop, tmp_path: Path) -> None:
    shop.upload("one", [{"_id": i} for i in ("b", "é", "a")])
    shop.upload("two", [{"_id": i} for i in ("c", "a")])
    shop.configure(["one"], name="cold")
    cold = await shop.builds.merge("cold")
    shop.configure(["two"], name="hot", params={"cold_collection": cold})
    hot = await shop.builds.merge("hot")
    shop.configure(["two"], name="link", builder_class="LinkDataBuilder")
    link = await shop.builds.merge("link")
    services, folder = shop.builds.services, tmp_path / "export" / "ids"
    report = await export_ids(services, cold, folder)
    assert report["count"] == 3
    assert Path(report["file"]) == folder / f"{cold}_ids.xz"
    assert lines(report["file"]) == ["a", "b", "é"]
    assert lines((await export_ids(services, "two", folder))["file"]) == ["a", "c"]
    assert lines((await export_ids(services, link, folder))["file"]) == ["a", "c"]
    report = await export_ids(services, hot, folder)
    assert lines(report["file"]) == ["a", "b", "c", "é"]
    assert report["bytes"] > 0
    with pytest.raises(NotFound, match="Did you mean `two`"):
        await export_ids(services, "tow", folder)
    shop.builds.archive_merge(cold)
    with pytest.raises(NotFound, match=cold):
        await export_ids(services, hot, folder)


async def test_an_id_with_a_line_break_leaves_the_old_list(shop, tmp_path: Path) -> None:
    shop.upload("one", [{"_id": "a"}])
    await export_ids(shop.builds.services, "one", tmp_path)
    shop.upload("one", [{"_id": "a"}, {"_id": "b\nc"}])
    with pytest.raises(LineBreakInIdError, match=r"b\\nc"):
        await export_ids(shop.builds.services, "one", tmp_path)
    assert files(tmp_path) == ["one_ids.xz"]
    assert lines(str(tmp_path / "one_ids.xz")) == ["a"]
