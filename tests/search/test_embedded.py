"""What only the embedded engine does: folders, processes, crashes."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.search import open_engine
from hub.search.embedded import EmbeddedEngine
from hub.search.embedded.scrolling import KEEP_ALIVE, Scroll, Scrolls
from hub.search.embedded.searching import Search
from hub.search.errors import BulkAbortedError, DamagedIndexError, EngineSpecError, IndexBusyError, ScrollExpiredError
from hub.search.port import Everything, IndexConfig, SearchRequest, SearchSpec, Text

CONFIG = IndexConfig({"tag": {"type": "keyword"}})


@pytest.fixture
def spec(tmp_path: Path) -> SearchSpec:
    return SearchSpec("embedded", str(tmp_path / "search"))


@pytest.fixture
def engine(spec: SearchSpec) -> Iterator[EmbeddedEngine]:
    opened = EmbeddedEngine(spec)
    yield opened
    opened.close()


def test_another_engine_sees_commits_and_alias_moves(engine: EmbeddedEngine, spec: SearchSpec) -> None:
    reader = open_engine(spec)
    engine.create("one", CONFIG)
    engine.create("two", CONFIG)
    engine.set_alias("now", "one")
    assert reader.count("now") == 0
    engine.bulk("one", [{"_id": "a"}])
    assert reader.count("now") == 1
    engine.bulk("two", [{"_id": "b"}, {"_id": "c"}])
    engine.set_alias("now", "two")
    assert reader.count("now") == 2
    reader.close()


def test_an_index_made_again_under_its_name_is_the_new_one(engine: EmbeddedEngine, spec: SearchSpec) -> None:
    reader = open_engine(spec)
    engine.create("one", CONFIG)
    engine.bulk("one", [{"_id": "old"}])
    assert reader.get("one", "old") is not None
    engine.delete("one")
    engine.create("one", CONFIG)
    engine.bulk("one", [{"_id": "new"}])
    assert reader.get("one", "old") is None
    assert reader.get("one", "new") is not None
    reader.close()


def test_a_scroll_outlives_its_index(engine: EmbeddedEngine) -> None:
    engine.create("one", CONFIG)
    engine.bulk("one", ({"_id": f"d{n}"} for n in range(10)))
    page = engine.scroll("one", SearchRequest(Everything()), page_size=6)
    engine.delete("one")
    assert page.scroll_id
    assert [hit.id for hit in engine.scroll_next(page.scroll_id).result.hits] == ["d6", "d7", "d8", "d9"]


def test_a_scroll_expires_after_a_minute(engine: EmbeddedEngine) -> None:
    engine.create("one", CONFIG)
    engine.bulk("one", ({"_id": f"d{n}"} for n in range(3)))
    now = [0.0]
    scrolls = Scrolls("here", clock=lambda: now[0])
    page = scrolls.begin(Scroll(Search(engine._index("one"), SearchRequest(Everything())), 1))
    assert page.scroll_id
    now[0] = KEEP_ALIVE - 1
    page = scrolls.proceed(page.scroll_id)
    assert page.scroll_id
    now[0] += KEEP_ALIVE + 1
    with pytest.raises(ScrollExpiredError):
        scrolls.proceed(page.scroll_id)


def test_two_writers_do_not_meet(engine: EmbeddedEngine, spec: SearchSpec) -> None:
    engine.create("one", CONFIG)
    engine.bulk("one", [{"_id": "a"}])
    other = open_engine(spec)
    with pytest.raises(IndexBusyError):
        other.bulk("one", [{"_id": "b"}])
    engine.finish("one")
    assert other.bulk("one", [{"_id": "b"}]).indexed == 1
    other.close()


def _load_and_die(spec: SearchSpec) -> None:
    engine = open_engine(spec)
    engine.bulk("one", [{"_id": "kept", "tag": "x"}])

    def documents() -> Iterator[dict[str, str]]:
        for n in range(1000):
            yield {"_id": f"lost{n}", "tag": "x"}
        os.kill(os.getpid(), signal.SIGKILL)

    engine.bulk("one", documents())


def test_a_killed_loader_leaves_the_last_commit_and_no_lock(engine: EmbeddedEngine, spec: SearchSpec) -> None:
    engine.create("one", CONFIG)
    process = multiprocessing.get_context("spawn").Process(target=_load_and_die, args=(spec,))
    process.start()
    process.join(600)
    assert process.exitcode == -signal.SIGKILL
    assert [hit.id for hit in engine.search("one", SearchRequest(Text("tag:x"))).hits] == ["kept"]
    assert engine.bulk("one", [{"_id": "next"}]).indexed == 1


def test_a_damaged_index_is_told(engine: EmbeddedEngine) -> None:
    engine.create("one", CONFIG)
    (engine._layout.folder("one") / "segments" / "meta.json").write_text("{")
    with pytest.raises(DamagedIndexError) as caught:
        engine.count("one")
    assert "Delete it and index again" in str(caught.value)


def test_an_overwrite_of_another_commit_replaces(engine: EmbeddedEngine, spec: SearchSpec) -> None:
    engine.create("one", CONFIG)
    engine.bulk("one", ({"_id": f"d{n}", "tag": "old"} for n in range(100)))
    engine.finish("one")
    again = open_engine(spec)
    again.bulk("one", ({"_id": f"d{n}", "tag": "new"} for n in range(50, 150)))
    again.finish("one")
    assert engine.count("one") == 150
    assert engine.search("one", SearchRequest(Text("tag:old"))).total == 50
    again.close()


def test_unknown_options_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineSpecError):
        open_engine(SearchSpec("embedded", str(tmp_path), {"heep": 1}))
    with pytest.raises(EngineSpecError):
        open_engine(SearchSpec("solr", str(tmp_path)))


def test_a_full_disk_is_told_and_the_other_indices_stay(engine: EmbeddedEngine) -> None:
    engine.create("old", CONFIG)
    engine.bulk("old", [{"_id": "a"}])
    engine.create("new", CONFIG)
    limit, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    documents = [{"_id": f"{n:05d}", "tag": os.urandom(200).hex()} for n in range(3000)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limit[1]))
    try:
        with pytest.raises(BulkAbortedError, match="bytes are free"):
            engine.bulk("new", documents)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, handler)
    assert (engine.count("old"), engine.count("new")) == (1, 0)
    assert engine.bulk("new", documents).indexed == 3000
    engine.finish("new")
    assert engine.count("new") == 3000


def hidden(spec: SearchSpec) -> list[str]:
    return sorted(p.name for p in (Path(spec.location) / "indices").glob(".*"))


def test_an_index_that_cannot_be_set_up_leaves_nothing(engine: EmbeddedEngine, spec: SearchSpec) -> None:
    engine.create("one", CONFIG)
    with pytest.raises(TypeError):
        engine.fork("one", "two", {"not JSON": object()})
    with pytest.raises(TypeError):
        engine.create("two", IndexConfig({}, meta={"not JSON": object()}))
    assert (engine.names(), hidden(spec)) == (["one"], [])


def test_what_a_killed_process_left_is_removed_and_whole_indices_stay(engine: EmbeddedEngine, spec: SearchSpec) -> None:
    indices = Path(spec.location) / "indices"
    for name in ("one", "one.0123abcd", "other.0123abcd", "two.89abcdef"):
        engine.create(name, CONFIG)
    engine.set_alias("now", "two.89abcdef")
    (indices / ".new-1" / "segments").mkdir(parents=True)
    (indices / "two.89abcdef").joinpath(".index.json.1").write_text("{")
    (indices / ".gone-1").mkdir()
    removed = engine.tidy()
    assert removed == [".gone-1", ".index.json.1", ".new-1", "one.0123abcd"]
    assert (engine.names(), hidden(spec)) == (["one", "other.0123abcd", "two.89abcdef"], [])
    assert engine.tidy() == []


@pytest.mark.parametrize("renames", [0, 1, 2, 3])
def test_a_swap_that_was_cut_short_is_brought_to_its_end(
    engine: EmbeddedEngine, spec: SearchSpec, renames: int
) -> None:
    """A file system without exchange of names: three renames, and a kill after each of them."""
    indices = Path(spec.location) / "indices"
    for name in ("one", "one.0123abcd"):
        engine.create(name, CONFIG)
        engine.bulk(name, [{"_id": name}])
        engine.finish(name)
    plan = '{"between": ".swap-1", "name": "one", "other": "one.0123abcd"}'
    (Path(spec.location) / "swapping.json").write_text(plan)
    steps = [("one", ".swap-1"), ("one.0123abcd", "one"), (".swap-1", "one.0123abcd")]
    for old, new in steps[:renames]:
        (indices / old).rename(indices / new)
    after = EmbeddedEngine(spec)
    after.tidy()
    assert after.names() == ["one"]
    assert after.get("one", "one" if renames == 0 else "one.0123abcd") is not None
    assert not (Path(spec.location) / "swapping.json").exists()
    after.close()
