"""A build made of a former one is what a full merge gives, whatever happened to the sources in between."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.databuild.builder import DataBuilder
from hub.databuild.errors import BuildBusyError, MergeDocumentError
from hub.databuild.finish import fingerprint
from hub.databuild.locate import log_name
from hub.databuild.mappers import IDBaseMapper
from hub.store.changes import read_log
from hub.store.port import Document, Record
from tests.databuild.workshop import Workshop

LONG = {"type": "long"}
KEYS = ("p", "q", "r")
MAPPING = dict.fromkeys((*KEYS, "cleaned"), LONG)
SOURCES = ("one", "two", "zed")
TABLE = {"a": ["b", "x"], "c": "a", "d": []}

Rows = dict[str, dict[str, Any]]
values = st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2) | st.none()
rows = st.dictionaries(st.sampled_from("abcdefgh"), st.dictionaries(st.sampled_from(KEYS), values), max_size=8)
steps = st.dictionaries(st.sampled_from(SOURCES), rows, max_size=3)
rules = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["first", "last", "list", "set", "struct"]), max_size=2)
mergers = st.fixed_dictionaries({name: st.sampled_from(["upsert", "merge_struct"]) for name in SOURCES})
histories = st.lists(steps, min_size=1, max_size=4)


#: An example takes a second: making a failing one smaller would take minutes.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
SLOW = [HealthCheck.too_slow]


def clean(document: Document) -> Document | None:
    """Leaves out documents without `p`."""
    return {**document, "cleaned": 1} if "p" in document else None


class Cleaning(DataBuilder):
    """Cleans one source, and reads a part of another only."""

    def document_cleaner(self, src_name: str) -> Any:
        return clean if src_name == "two" else None

    def generate_document_query(self, src_name: str) -> Any:
        return {"q": {"$ne": 1}} if src_name == "one" else None


def many(given: Rows) -> list[dict[str, Any]]:
    """The rows among enough others that an increment is worth while."""
    others = {f"n{n:03d}": {"p": n} for n in range(240)}
    return [{"_id": id_, **fields} for id_, fields in sorted((others | given).items())]


async def check(
    home: Path, history: Sequence[dict[str, Rows]], mergers: dict[str, str], mapped: str | None, **conf: Any
) -> list[str]:
    """Play a history; returns how each build was made."""
    shop = Workshop(home)
    await shop.jobs.start()
    try:
        shop.builds.register_mapper(IDBaseMapper("ids", map=TABLE))
        shop.builds.register_builder(Cleaning)
        shop.builds.register_builder(Finishing)
        for name in SOURCES:
            master = {"mapper": "ids"} if name == mapped else {}
            shop.release(name, many({}), mapping=MAPPING, merger=mergers[name], **master)
        configure(shop, list(SOURCES), **conf)
        await shop.builds.merge("genes")
        made = []
        for step in history:
            for name, documents in step.items():
                shop.release(name, many(documents), mapping=MAPPING)
            made.append(await step_of(shop))
        return made
    finally:
        await shop.jobs.stop()
        shop.close()


def configure(shop: Workshop, sources: list[str], **conf: Any) -> None:
    """A configuration, and another one like it whose builds are always full."""
    for name in ("genes", "control"):
        shop.configure(sources, name=name, **conf)


async def step_of(shop: Workshop) -> str:
    """Make a build and compare it with a full one; returns how it was made."""
    former = shop.state.builds.latest("genes")
    assert former is not None
    before = shop.documents(former["_id"])
    name = await shop.builds.merge("genes")
    found = shop.builds.info(name)
    documents = shop.documents(name)
    if found["changes"]:
        assert found["changes"]["base"] == former["_id"]
        told = list(read_log(shop.target.collection(log_name(name)), shop.target.codec))
        assert [c.id for c in told] == sorted(i for i in before | documents if before.get(i) != documents.get(i))
        assert all((c.was, c.is_there) == (c.id in before, c.id in documents) for c in told)
    full_name = await shop.builds.merge("control", full=True)
    full = shop.builds.info(full_name)
    assert full["made"]["how"] == "full"
    assert documents == shop.documents(full_name)
    for key in ("merge_stats", "unmatched", "mapping", "count"):
        assert found[key] == full[key], key
    assert found["_meta"]["src"] == full["_meta"]["src"]
    assert found["_meta"]["stats"] == full["_meta"]["stats"]
    shop.builds.delete_merge(full_name)
    return str(found["made"]["how"])


def play(history: Sequence[dict[str, Rows]], mergers: dict[str, str], mapped: str | None, **conf: Any) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(check(Path(folder) / "home", history, mergers, mapped, **conf))


@settings(max_examples=20, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(history=histories, mergers=mergers, fields=rules, roots=st.sampled_from([[], ["one"], ["!zed"]]))
def test_any_history_gives_what_a_full_merge_gives(
    history: list[dict[str, Rows]], mergers: dict[str, str], fields: dict[str, str], roots: list[str]
) -> None:
    made = play(history, mergers, None, roots=roots, params={"merge_rules": fields})
    assert set(made) == {"incremental"}


@settings(max_examples=8, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(
    history=histories,
    mergers=mergers,
    mapped=st.sampled_from([None, "one", "zed"]),
    roots=st.sampled_from([[], ["two"]]),
    ids=st.sampled_from([None, ["a", "b", "c", "n001", "x"]]),
)
def test_so_does_one_with_mappers_queries_cleaners_and_ids(
    history: list[dict[str, Rows]], mergers: dict[str, str], mapped: str | None, roots: list[str], ids: list[str] | None
) -> None:
    params = {} if ids is None else {"ids": ids}
    builder = f"{Cleaning.__module__}.{Cleaning.__qualname__}"
    made = play(history, mergers, mapped, roots=roots, builder_class=builder, params=params)
    assert ids is not None or set(made) == {"incremental"}


async def test_a_mapper_s_new_table_and_a_cleaner_s_new_mind_are_seen(shop) -> None:
    mapper = IDBaseMapper("ids", map=TABLE)
    shop.builds.register_mapper(mapper)
    shop.release("one", many({"a": {"p": 1}}), mapping=MAPPING)
    shop.release("two", many({"a": {"q": 1}, "c": {"q": 2}}), mapping=MAPPING, mapper="ids")
    shop.configure(["one", "two"])
    await shop.builds.merge("genes")
    assert mapper.map is not None
    mapper.map["c"] = ["a", "new"]
    name = await shop.builds.merge("genes")
    found = shop.builds.info(name)
    assert found["made"] == {"how": "incremental", "base": found["changes"]["base"], "looked_at": 1, "added": 1}
    assert shop.documents(name)["new"] == {"_id": "new", "q": 2}
    assert shop.documents(name) == shop.documents(await shop.builds.merge("genes", full=True))


async def test_what_is_in_doubt_is_merged_in_full_and_says_why(shop) -> None:
    shop.release("one", many({}), mapping=MAPPING)
    shop.release("two", many({}), mapping=MAPPING)
    shop.configure(["one", "two"])

    async def made(**how: Any) -> tuple[str, str]:
        name = await shop.builds.merge("genes", **how)
        told = shop.builds.info(name)["made"]
        return told["how"], told.get("reason", "")

    assert await made() == ("full", "there is no former build")
    assert (await made())[0] == "incremental"
    assert await made(full=True) == ("full", "it was asked for")
    shop.state.masters.set_content("one", {})
    how, reason = await made()
    assert (how, "`one` changed" in reason) == ("full", True)
    shop.release("one", many({}), mapping=MAPPING)
    assert (await made())[0] == "full"
    assert (await made())[0] == "incremental"
    shop.builds.update_build_configuration("genes", "gene", ["one", "two"], params={"merge_rules": {"p": "first"}})
    how, reason = await made()
    assert (how, "other rules" in reason) == ("full", True)
    shop.release("two", [{"_id": f"n{n:03d}", "p": -n} for n in range(1, 200)], mapping=MAPPING)
    how, reason = await made()
    assert how == "full"
    assert await made(ids=["n001"]) == ("full", "only some of the sources or ids were asked for")
    how, reason = await made()
    assert (how, "other rules" in reason) == ("full", True)
    newest = shop.state.builds.latest("genes")
    assert newest is not None
    shop.builds.archive_merge(newest["_id"])
    how, reason = await made()
    assert (how, "not there" in reason) == ("full", True)


class Numbering(DataBuilder):
    """Changes documents after the merge."""

    def post_merge(self, source_names: Sequence[str], batch_size: int, job_manager: Any) -> None:
        for number, document in enumerate(list(self.target.find())):
            document["number"] = number
            self.target.replace([Record(document["_id"], self.source_store.codec.encode(document))])


async def test_a_builder_that_changes_documents_later_sees_all_of_them(shop) -> None:
    shop.builds.register_builder(Numbering)
    shop.release("one", many({}), mapping=MAPPING)
    shop.configure(["one"], builder_class=f"{Numbering.__module__}.{Numbering.__qualname__}")
    await shop.builds.merge("genes")
    shop.release("one", many({"a": {"p": 1}}), mapping=MAPPING)
    name = await shop.builds.merge("genes")
    assert shop.builds.info(name)["made"]["how"] == "full"
    assert [d["number"] for _, d in sorted(shop.documents(name).items())] == list(range(241))


def finish(document: Document) -> Document:
    """Adds how many keys of ours it has."""
    return {**document, "own": sum(key in document for key in KEYS)}


class Finishing(DataBuilder):
    """Changes each document by itself after the merge."""

    def document_finisher(self) -> Any:
        return finish


class FinishingOtherwise(Finishing):
    """The same, with another function."""

    def document_finisher(self) -> Any:
        return partial(renumber, by=2)


def renumber(document: Document, by: int) -> Document:
    return {**document, "own": by}


def lose(document: Document) -> Document:
    return {"_id": "another"}


def fail(document: Document) -> Document:
    return {**document, "own": 1 // (document.get("p") or 0)}


class Losing(DataBuilder):
    """Has a finisher that gives another document."""

    def document_finisher(self) -> Any:
        return lose


class Failing(DataBuilder):
    """Has a finisher that fails."""

    def document_finisher(self) -> Any:
        return fail


def dotted(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


@settings(max_examples=8, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(history=histories, mergers=mergers)
def test_finished_documents_are_those_of_a_full_merge(history, mergers) -> None:
    assert play(history, mergers, "zed", builder_class=dotted(Finishing), roots=["!zed"])


async def test_a_finisher_is_a_part_of_the_rules(shop) -> None:
    for builder in (Finishing, FinishingOtherwise, Losing, Failing):
        shop.builds.register_builder(builder)
    shop.release("one", many({}), mapping=MAPPING)
    shop.configure(["one"], builder_class=dotted(Finishing))
    await shop.builds.merge("genes")
    shop.release("one", many({"a": {"p": 1, "q": 2}}), mapping=MAPPING)
    name = await shop.builds.merge("genes")
    assert shop.builds.info(name)["made"]["how"] == "incremental"
    assert shop.documents(name)["a"] == {"_id": "a", "p": 1, "q": 2, "own": 2}
    assert {d["own"] for d in shop.documents(name).values()} == {1, 2}
    shop.builds.update_build_configuration("genes", "gene", ["one"], builder_class=dotted(FinishingOtherwise))
    other = await shop.builds.merge("genes")
    assert "other rules" in shop.builds.info(other)["made"]["reason"]
    assert {d["own"] for d in shop.documents(other).values()} == {2}
    assert fingerprint(partial(renumber, by=2)) != fingerprint(partial(renumber, by=3))
    for builder, why in ((Losing, "must give this document"), (Failing, "the finisher failed: ZeroDivisionError")):
        shop.builds.update_build_configuration("genes", "gene", ["one"], builder_class=dotted(builder))
        with pytest.raises(MergeDocumentError, match=why):
            await shop.builds.merge("genes")
    assert shop.state.builds.latest("genes")["_id"] == other


async def test_a_mapping_nobody_declared_stays_while_documents_fit(shop) -> None:
    rows = [{"_id": f"n{n:03d}", "name": f"name {n}", "n": n, "o": {"x": 1.5}} for n in range(100)]
    shop.release("one", rows)
    shop.configure(["one"])
    first = await shop.builds.merge("genes")
    mapping = shop.builds.info(first)["mapping"]
    rows[3] |= {"name": "other", "o": {"x": 2}}
    shop.release("one", rows[:-1])
    second = shop.builds.info(await shop.builds.merge("genes"))
    assert second["mapping"] == mapping
    inferred = (shop.state.masters.get("one") or {})["inferred"]
    assert inferred["documents"] == 100  # nobody has read all of them again
    rows[4] |= {"n": 1.5, "fresh": True}
    shop.release("one", rows[:-1])
    third = shop.builds.info(await shop.builds.merge("genes"))
    assert third["mapping"]["n"] == {"type": "double"}
    assert third["mapping"]["fresh"] == {"type": "boolean"}
    assert third["made"]["how"] == "incremental"
    again = shop.builds.info(await shop.builds.merge("genes", full=True))
    assert again["mapping"] == third["mapping"]


async def test_former_builds_may_go_and_later_ones_stay_whole(shop) -> None:
    shop.release("one", many({}), mapping=MAPPING)
    shop.configure(["one"])
    names = [await shop.builds.merge("genes")]
    for step in range(3):
        shop.release("one", many({"a": {"p": step}}), mapping=MAPPING)
        names.append(await shop.builds.merge("genes"))
    for name in names[:-1]:
        shop.builds.delete_merge(name)
    assert shop.target.names() == [names[-1], log_name(names[-1])]
    assert len(shop.documents(names[-1])) == 241
    shop.builds.archive_merge(names[-1])
    assert shop.target.names() == []


async def test_the_build_that_another_is_being_made_of_can_not_be_deleted(shop) -> None:
    shop.release("one", many({}), mapping=MAPPING)
    shop.configure(["one"])
    first = await shop.builds.merge("genes")
    shop.release("one", many({"a": {"p": 1}}), mapping=MAPPING)
    refused: list[Exception] = []

    def look(event: Any) -> None:
        for attempt in (shop.builds.delete_merge, shop.builds.archive_merge):
            try:
                attempt(first)
            except BuildBusyError as error:
                refused.append(error)

    shop.bus.subscribe("job.started", look)
    second = await shop.builds.merge("genes")
    assert len(refused) >= 2
    assert "a" in shop.documents(second)
    assert "a" not in shop.documents(first)


async def test_a_mapper_may_give_one_id_twice(shop) -> None:
    shop.builds.register_mapper(IDBaseMapper("ids", map={"a": ["x", "x"], "b": "x"}))
    shop.release("one", many({"a": {"p": 1}, "b": {"q": 2}}), mapping=MAPPING, mapper="ids")
    shop.configure(["one"])
    assert shop.documents(await shop.builds.merge("genes"))["x"] == {"_id": "x", "p": 1, "q": 2}
    shop.release("one", many({"a": {"p": 5}}), mapping=MAPPING)
    name = await shop.builds.merge("genes")
    assert shop.builds.info(name)["made"]["how"] == "incremental"
    assert shop.documents(name)["x"] == {"_id": "x", "p": 5}
