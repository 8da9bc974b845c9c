"""A build made of a former one is what a full merge gives, whatever happened to the sources in between."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.databuild.builder import DataBuilder
from hub.databuild.locate import log_name
from hub.databuild.mappers import IDBaseMapper
from hub.store.changes import read_log
from hub.store.port import Document
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
        for name in SOURCES:
            master = {"mapper": "ids"} if name == mapped else {}
            shop.release(name, many({}), mapping=MAPPING, merger=mergers[name], **master)
        shop.configure(list(SOURCES), **conf)
        await shop.builds.merge("genes")
        made = []
        for step in history:
            for name, documents in step.items():
                shop.release(name, many(documents), mapping=MAPPING)
            made.append(await _step(shop))
        return made
    finally:
        await shop.jobs.stop()
        shop.close()


async def _step(shop: Workshop) -> str:
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
    full_name = await shop.builds.merge("genes", full=True)
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


@settings(max_examples=25, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(history=histories, mergers=mergers, fields=rules, roots=st.sampled_from([[], ["one"], ["!zed"]]))
def test_any_history_gives_what_a_full_merge_gives(
    history: list[dict[str, Rows]], mergers: dict[str, str], fields: dict[str, str], roots: list[str]
) -> None:
    made = play(history, mergers, None, roots=roots, params={"merge_rules": fields})
    assert set(made) == {"incremental"}


@settings(max_examples=15, deadline=None, phases=PHASES, suppress_health_check=SLOW)
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
    play(history, mergers, mapped, roots=roots, builder_class=builder, params=params)
