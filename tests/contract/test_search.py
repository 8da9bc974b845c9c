"""The search contract: every engine answers the same requests alike.

`embedded` always runs. Real servers run when HUB_TEST_ES8_URL / HUB_TEST_ES9_URL say where they are (`make
services-test` starts them with tests/services/elastic_server.py).
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from hub.errors import Passing
from hub.search import open_engine
from hub.search.errors import (
    EngineUnavailableError,
    IndexExistsError,
    IndexNameError,
    IndexNotFoundError,
    MappingError,
    QuerySyntaxError,
    ScrollExpiredError,
)
from hub.search.port import (
    Everything,
    Hit,
    IndexConfig,
    Match,
    RandomOrder,
    SearchEngine,
    SearchRequest,
    SearchSpec,
    Text,
)
from hub.search.reading import every_document
from tests.search.corpus import EXPECTED_TO_DIFFER, PROPERTIES, QUERIES, REFUSED, documents
from tests.search.record import answer, create, load

SERVERS = {"elastic8": "HUB_TEST_ES8_URL", "elastic9": "HUB_TEST_ES9_URL"}
TABLE = Path(__file__).parent.parent / "search" / "expected.json"
EXPECTED: dict[str, Any] = orjson.loads(TABLE.read_bytes())  #: written by tests/search/record.py
SMALL = {"name": {"type": "text", "copy_to": ["all"]}, "tag": {"type": "keyword"}, "n": {"type": "long"}}


def _spec(engine: str, folder: Path) -> SearchSpec:
    if engine == "embedded":
        return SearchSpec("embedded", str(folder))
    return SearchSpec("elastic", os.environ[SERVERS[engine]], {"request_timeout": 300, "max_retries": 1})


@pytest.fixture(
    scope="module",
    params=[
        "embedded",
        *(
            pytest.param(
                name,
                marks=[pytest.mark.services, pytest.mark.skipif(not os.environ.get(env), reason=f"{env} is not set")],
            )
            for name, env in SERVERS.items()
        ),
    ],
)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    opened = open_engine(_spec(request.param, tmp_path_factory.mktemp("search")))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def corpus(engine: SearchEngine) -> Iterator[str]:
    """The held-out documents, loaded once."""
    name = f"contract-{uuid.uuid4().hex[:8]}"
    load(engine, name)
    yield name
    engine.delete(name)


@pytest.fixture
def index(engine: SearchEngine) -> Iterator[str]:
    """A small empty index."""
    name = f"small-{uuid.uuid4().hex[:8]}"
    create(engine, name, IndexConfig(SMALL, meta={"build_version": "1"}))
    yield name
    engine.delete(name)


@pytest.fixture(scope="module")
def strict(engine: SearchEngine) -> Iterator[str]:
    """An index with the mapping of the held-out documents, to refuse documents in."""
    name = f"strict-{uuid.uuid4().hex[:8]}"
    create(engine, name, IndexConfig(PROPERTIES))
    yield name
    engine.delete(name)


def _fill(engine: SearchEngine, name: str, *documents: dict[str, Any]) -> None:
    report = engine.bulk(name, documents)
    assert report.rejected == []
    engine.finish(name)


def _ids(engine: SearchEngine, name: str, query: str) -> list[str]:
    return sorted(hit.id for hit in engine.search(name, SearchRequest(Text(query), size=100)).hits)


# -- the held-out queries


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_finds_what_elasticsearch_finds(
    engine: SearchEngine, corpus: str, name: str, request: pytest.FixtureRequest
) -> None:
    found = answer(engine, corpus, QUERIES[name])
    if name in EXPECTED_TO_DIFFER and request.node.callspec.params["engine"] == "embedded":
        assert found != EXPECTED[name], "it no longer differs: take it off the list and out of docs/search-engines.md"
    else:
        assert found == EXPECTED[name]


def test_every_query_has_a_recorded_answer() -> None:
    assert set(EXPECTED) == set(QUERIES)


@pytest.mark.parametrize(("document", "word"), REFUSED, ids=[d["_id"] for d, _ in REFUSED])
def test_a_document_elasticsearch_refuses_is_listed_with_a_reason(
    engine: SearchEngine, strict: str, document: dict[str, Any], word: str
) -> None:
    report = engine.bulk(strict, [document, {"_id": "good", "code": "kept beside a refused one"}])
    assert report.indexed == 1
    assert [r.id for r in report.rejected] == [document["_id"]]
    assert word in report.rejected[0].reason
    assert engine.get(strict, document["_id"]) is None


@pytest.mark.parametrize(
    "document",
    [
        {"_id": ""},
        {"_id": 5},
        {},
        {"_id": None},
        {"_id": "x" * 513},
        {"_id": "é" * 300},
        {"_id": "s", "name": object()},
    ],
)
def test_a_document_without_a_usable_id_or_body_is_refused(
    engine: SearchEngine, index: str, document: dict[str, Any]
) -> None:
    report = engine.bulk(index, [document, {"_id": "good"}])
    assert (report.indexed, len(report.rejected)) == (1, 1)


# -- documents


def test_a_document_comes_back_as_it_was_given(engine: SearchEngine, corpus: str) -> None:
    for document in documents():
        hit = engine.get(corpus, document["_id"])
        assert hit is not None
        assert hit.source == {k: v for k, v in document.items() if k != "_id"}


def test_datetimes_are_stored_as_iso_text_and_nan_as_null(engine: SearchEngine, index: str) -> None:
    _fill(engine, index, {"_id": "d", "at": datetime(2020, 5, 1, 12, tzinfo=UTC), "x": float("nan")})
    assert _source(engine.get(index, "d")) == {"at": "2020-05-01T12:00:00+00:00", "x": None}


def test_an_unknown_document_is_none(engine: SearchEngine, corpus: str) -> None:
    assert engine.get(corpus, "nosuch") is None
    assert engine.get(corpus, "hp:0000001") is None


def test_get_reduces_the_source(engine: SearchEngine, corpus: str) -> None:
    assert _source(engine.get(corpus, "HP:0000118", fields=["name"])) == {"name": "Phenotypic abnormality"}
    assert _source(engine.get(corpus, "HP:0000118", fields=["-synonyms"])) == {"name": "Phenotypic abnormality"}
    assert _source(engine.get(corpus, "HP:0000118", fields=["syn*"])) == {
        "synonyms": ["Organ abnormality", "organ ABNORMALITY"]
    }


def _source(hit: Hit | None) -> dict[str, Any]:
    assert hit is not None
    return hit.source


def test_the_same_id_overwrites(engine: SearchEngine, index: str) -> None:
    _fill(engine, index, {"_id": "a", "tag": "old"}, {"_id": "b", "tag": "old"}, {"_id": "a", "tag": "new"})
    assert engine.count(index) == 2
    _fill(engine, index, {"_id": "b", "tag": "new"})
    assert engine.count(index) == 2
    assert _ids(engine, index, "tag:old") == []
    assert _ids(engine, index, "tag:new") == ["a", "b"]


def test_missing_ids_are_found_without_reading_documents(engine: SearchEngine, index: str) -> None:
    _fill(engine, index, {"_id": "a"}, {"_id": "b"})
    assert engine.missing_ids(index, ["x", "a", "y", "b"]) == ["x", "y"]
    assert engine.missing_ids(index, []) == []


def test_a_failing_source_of_documents_is_not_swallowed(engine: SearchEngine, index: str) -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield {"_id": "a"}
        raise LookupError("the cursor is gone")

    with pytest.raises(LookupError):
        engine.bulk(index, broken())
    _fill(engine, index, {"_id": "b"})
    assert engine.get(index, "b") is not None


# -- indices and aliases


def test_an_index_appears_and_goes(engine: SearchEngine, index: str) -> None:
    assert engine.exists(index)
    assert index in engine.names()
    assert engine.names(index[:-2] + "*") == [index]
    assert engine.delete(index)
    assert not engine.delete(index)
    assert not engine.exists(index)
    assert index not in engine.names()


def test_a_taken_name_is_refused(engine: SearchEngine, index: str) -> None:
    with pytest.raises(IndexExistsError):
        create(engine, index, IndexConfig(SMALL))
    engine.set_alias(index + "-alias", index)
    with pytest.raises(IndexExistsError):
        engine.create(index + "-alias", IndexConfig(SMALL))
    with pytest.raises(IndexExistsError):
        engine.set_alias(index, index)


@pytest.mark.parametrize("name", ["Upper", "a b", "_x", "-x", "a/b", "", "..", "a*", "a,b", "x" * 256])
def test_a_name_elasticsearch_refuses_is_refused(engine: SearchEngine, name: str) -> None:
    with pytest.raises(IndexNameError):
        create(engine, name, IndexConfig(SMALL))


def test_every_call_on_an_unknown_index_says_so(engine: SearchEngine) -> None:
    request = SearchRequest(Everything())
    calls = [
        lambda: engine.bulk("nosuch", [{"_id": "a"}]),
        lambda: engine.finish("nosuch"),
        lambda: engine.set_alias("alias", "nosuch"),
        lambda: engine.properties("nosuch"),
        lambda: engine.meta("nosuch"),
        lambda: engine.set_meta("nosuch", {}),
        lambda: engine.info("nosuch"),
        lambda: engine.count("nosuch"),
        lambda: engine.get("nosuch", "a"),
        lambda: engine.missing_ids("nosuch", ["a"]),
        lambda: engine.search("nosuch", request),
        lambda: engine.multi_search("nosuch", [request]),
        lambda: engine.explain_query("nosuch", request),
        lambda: engine.scroll("nosuch", request),
    ]
    for call in calls:
        with pytest.raises(IndexNotFoundError) as caught:
            call()
        assert caught.value.name == "nosuch"
    assert not engine.exists("nosuch")


def test_an_alias_moves_and_says_where_it_was(engine: SearchEngine, index: str) -> None:
    other, alias = index + "-2", index + "-alias"
    create(engine, other, IndexConfig(SMALL))
    try:
        _fill(engine, index, {"_id": "old"})
        _fill(engine, other, {"_id": "new"})
        assert engine.set_alias(alias, index) is None
        assert _ids(engine, alias, "*:*") == ["old"]
        assert engine.set_alias(alias, other) == index
        assert _ids(engine, alias, "*:*") == ["new"]
        assert engine.aliases()[alias] == other
        assert engine.get(alias, "new") is not None
        assert engine.exists(alias)
        assert alias not in engine.names()
        assert engine.remove_alias(alias)
        assert not engine.remove_alias(alias)
        assert alias not in engine.aliases()
    finally:
        engine.delete(other)


def test_an_alias_goes_with_its_index(engine: SearchEngine) -> None:
    name = f"gone-{uuid.uuid4().hex[:8]}"
    create(engine, name, IndexConfig(SMALL))
    engine.set_alias(name + "-alias", name)
    engine.delete(name)
    assert name + "-alias" not in engine.aliases()
    assert not engine.exists(name + "-alias")


def test_mapping_and_meta_come_back(engine: SearchEngine, index: str) -> None:
    assert engine.properties(index) == {"all": {"type": "text"}, **SMALL}
    assert engine.meta(index) == {"build_version": "1"}
    engine.set_meta(index, {"build_version": "2", "stats": {"total": 5}})
    assert engine.meta(index) == {"build_version": "2", "stats": {"total": 5}}
    engine.finish(index)
    assert engine.meta(index) == {"build_version": "2", "stats": {"total": 5}}
    assert index in engine.info(index)


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ({"a": {"properties": {"b": {"type": "txt"}}}}, "a.b"),
        ({"a": {"type": "keyword", "nosuch": 1}}, "a.nosuch"),
        ({"a": {"type": "text", "analyzer": "nosuch"}}, "a.analyzer"),
        ({"a": {"type": "keyword", "normalizer": "nosuch"}}, "a.normalizer"),
        ({"a": {"type": "text", "fields": {"b": {"type": "strng"}}}}, "a.b"),
    ],
)
def test_a_wrong_mapping_says_where(engine: SearchEngine, properties: dict[str, Any], path: str) -> None:
    name = f"wrong-{uuid.uuid4().hex[:8]}"
    with pytest.raises(MappingError) as caught:
        engine.create(name, IndexConfig(properties))
    assert caught.value.path == path
    assert not engine.exists(name)


# -- searching


def test_many_searches_are_answered_in_order(engine: SearchEngine, corpus: str) -> None:
    terms = ["HP:0000001", "nosuch", "reg0007", "words"]
    results = engine.multi_search(corpus, [SearchRequest(Match(term, ["_id"])) for term in terms])
    assert [[hit.id for hit in result.hits] for result in results] == [["HP:0000001"], [], ["reg0007"], ["words"]]
    assert engine.multi_search(corpus, []) == []


def test_a_bad_search_among_many_is_told(engine: SearchEngine, corpus: str) -> None:
    with pytest.raises(QuerySyntaxError):
        engine.multi_search(corpus, [SearchRequest(Everything()), SearchRequest(Text("(("))])


def test_pages_join_without_gap_or_repeat(engine: SearchEngine, corpus: str) -> None:
    pages = [
        [hit.id for hit in engine.search(corpus, SearchRequest(Text("human"), start=start, size=7)).hits]
        for start in range(0, 210, 7)
    ]
    found = [id_ for page in pages for id_ in page]
    assert len(found) == len(set(found)) == engine.search(corpus, SearchRequest(Text("human"), size=0)).total


def test_hits_carry_score_version_and_explanation_when_asked(engine: SearchEngine, corpus: str) -> None:
    request = SearchRequest(Text("abnormality"), fields=["name"], version=True, explain=True)
    hit = engine.search(corpus, request).hits[0]
    assert hit.id == "HP:0000118"
    assert hit.score is not None
    assert hit.score > 0
    assert hit.version is not None
    assert hit.version >= 1
    assert hit.explanation
    assert hit.source == {"name": "Phenotypic abnormality"}
    plain = engine.search(corpus, SearchRequest(Text("abnormality"))).hits[0]
    assert (plain.version, plain.explanation) == (None, None)


def test_sorted_hits_have_no_score(engine: SearchEngine, corpus: str) -> None:
    result = engine.search(corpus, SearchRequest(Text("human"), sort=["rank"]))
    assert {hit.score for hit in result.hits} == {None}
    assert result.max_score is None


def test_more_words_matched_score_higher(engine: SearchEngine, corpus: str) -> None:
    result = engine.search(corpus, SearchRequest(Text("abnormality OR phenotypic"), size=3))
    assert result.hits[0].id == "HP:0000118"
    assert result.max_score == result.hits[0].score


def test_random_order_finds_everything_there_is(engine: SearchEngine, corpus: str) -> None:
    result = engine.search(corpus, SearchRequest(RandomOrder(), size=400))
    assert len({hit.id for hit in result.hits}) == result.total == len(list(documents()))


def test_the_engine_level_query_can_be_shown(engine: SearchEngine, corpus: str) -> None:
    assert "human" in str(engine.explain_query(corpus, SearchRequest(Text("human"))))


def test_a_scroll_gives_everything_once(engine: SearchEngine, corpus: str) -> None:
    for query in ("*:*", "human"):
        whole = engine.search(corpus, SearchRequest(Text(query), size=400))
        page = engine.scroll(corpus, SearchRequest(Text(query), fields=["name"]), page_size=23)
        found = [hit.id for hit in page.result.hits]
        assert len(found) == 23
        while page.scroll_id:
            page = engine.scroll_next(page.scroll_id)
            found += [hit.id for hit in page.result.hits]
            assert all(set(hit.source) <= {"name"} and hit.score is not None for hit in page.result.hits)
        assert sorted(found) == sorted(hit.id for hit in whole.hits)


def test_a_scroll_does_not_see_later_changes(engine: SearchEngine, index: str) -> None:
    _fill(engine, index, *({"_id": f"d{n}", "tag": "old"} for n in range(10)))
    page = engine.scroll(index, SearchRequest(Text("tag:old")), page_size=4)
    found = [hit.id for hit in page.result.hits]
    _fill(engine, index, *({"_id": f"d{n}", "tag": "new"} for n in range(12)))
    while page.scroll_id:
        page = engine.scroll_next(page.scroll_id)
        found += [hit.id for hit in page.result.hits]
    assert sorted(found) == [f"d{n}" for n in range(10)]


def test_a_scroll_of_nothing_ends_at_once(engine: SearchEngine, corpus: str) -> None:
    page = engine.scroll(corpus, SearchRequest(Text("nosuchword")))
    assert (page.result.hits, page.result.total, page.scroll_id) == ([], 0, None)


@pytest.mark.parametrize("scroll_id", ["", "nosuch", "5.bm9zdWNo", "Zm9v"])
def test_an_unknown_scroll_is_expired(engine: SearchEngine, scroll_id: str) -> None:
    with pytest.raises(ScrollExpiredError):
        engine.scroll_next(scroll_id)


def test_the_engine_says_how_it_is(engine: SearchEngine) -> None:
    health = engine.health()
    assert health["status"] in ("green", "yellow")
    assert health["engine"] in ("embedded", "elastic")
    assert health["version"]


def test_a_loaded_index_can_be_merged(engine: SearchEngine, index: str) -> None:
    engine.bulk(index, [{"_id": "a", "tag": "x"}])
    engine.bulk(index, [{"_id": "b", "tag": "x"}])
    engine.finish(index, merge=True)
    assert _ids(engine, index, "tag:x") == ["a", "b"]


def test_a_fork_holds_what_the_index_held_and_each_goes_its_own_way(engine: SearchEngine, index: str) -> None:
    fork = f"{index}_fork"
    rows = [{"_id": f"d{n}", "name": f"number {n}", "n": n} for n in range(20)]
    engine.bulk(index, rows)
    engine.finish(index)
    engine.set_meta(index, {"build_version": "1"})
    engine.fork(index, fork, {"build_version": "2"})
    try:
        with pytest.raises(IndexExistsError):
            engine.fork(index, fork, {})
        engine.bulk(fork, [{"_id": "d3", "name": "changed", "n": 300}, {"_id": "new", "name": "added", "n": 1}])
        engine.remove(fork, ["d4", "nobody", "d5"])
        engine.finish(fork)
        engine.remove(index, ["d0"])
        engine.finish(index)

        assert (engine.count(index), engine.count(fork)) == (19, 19)
        assert engine.properties(fork) == engine.properties(index)
        assert (engine.meta(index), engine.meta(fork)) == ({"build_version": "1"}, {"build_version": "2"})
        found = {h.id for h in engine.search(fork, SearchRequest(Everything(), size=50)).hits}
        assert found == {f"d{n}" for n in range(20)} - {"d4", "d5"} | {"new"}
        assert [h.id for h in engine.search(fork, SearchRequest(Text("n:300"))).hits] == ["d3"]
        assert not engine.search(fork, SearchRequest(Text("n:3"))).hits
        assert [h.id for h in engine.search(index, SearchRequest(Text("n:3"))).hits] == ["d3"]
        assert engine.get(index, "d4") is not None
        assert engine.get(fork, "d4") is None
        assert engine.missing_ids(fork, ["d4", "d3", "d0"]) == ["d4"]
        engine.delete(index)
        assert engine.get(fork, "d0") is not None
    finally:
        engine.delete(fork)


def test_an_engine_that_does_not_answer_is_passing() -> None:
    engine = open_engine(SearchSpec("elastic", "http://127.0.0.1:9", {"max_retries": 0, "request_timeout": 5}))
    with pytest.raises(EngineUnavailableError) as caught:
        engine.health()
    assert isinstance(caught.value, Passing)
    assert caught.value.status == 503
    engine.close()


# -- documents by id, new fields -----------------------------------------------------------------------------------


def _filled(engine: SearchEngine, index: str, count: int = 30) -> None:
    assert engine.bulk(index, [{"_id": f"d{n}", "name": f"thing {n}", "n": n} for n in range(count)]).indexed == count
    engine.finish(index)


def test_documents_are_got_and_removed_by_id(engine: SearchEngine, index: str) -> None:
    _filled(engine, index)
    found = engine.get_many(index, ["d3", "nothing", "d7"])
    assert found == {"d3": {"_id": "d3", "name": "thing 3", "n": 3}, "d7": {"_id": "d7", "name": "thing 7", "n": 7}}
    assert engine.get_many(index, []) == {}
    engine.remove(index, ["d3", "nothing", "d7"])
    engine.remove(index, ["d3"])
    engine.finish(index)
    assert engine.count(index) == 28
    assert engine.get_many(index, ["d3"]) == {}
    assert sorted(d["n"] for d in every_document(engine, index, page_size=7)) == sorted({*range(30)} - {3, 7})
    with pytest.raises(IndexNotFoundError):
        engine.get_many("nowhere", ["a"])


def test_new_fields_are_searched_and_old_documents_stay(engine: SearchEngine, index: str) -> None:
    _filled(engine, index)
    engine.extend(index, {**SMALL, "a": {"properties": {"b": {"type": "keyword"}}}})
    engine.bulk(index, [{"_id": "late", "a": {"b": "Found"}}])
    engine.finish(index)
    assert engine.count(index) == 31
    assert [h.id for h in engine.search(index, SearchRequest(Text("a.b:Found"))).hits] == ["late"]
    assert engine.search(index, SearchRequest(Text("n:7"))).total == 1
    assert engine.meta(index)["build_version"] == "1"
