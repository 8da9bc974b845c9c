"""Comparing two states of a collection, keeping what differs, and adding up several steps."""

from __future__ import annotations

import itertools
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.store import Record, StoreSpec, changes, open_store
from hub.store.changes import ADDED, CHANGED, DELETED, Change, Comparison, net, read_log, write_log
from hub.store.codec import JsonCodec

CODEC = JsonCodec()
State = dict[str, int]
states = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(0, 3), max_size=20)


def records(state: State) -> list[Record]:
    return [Record(id_, CODEC.encode({"_id": id_, "v": state[id_]})) for id_ in sorted(state)]


def plainly(old: State, new: State) -> list[Change]:
    """The same by looking at each id."""
    found = []
    for id_ in sorted(old.keys() | new.keys()):
        if id_ not in old:
            found.append(Change(id_, ADDED))
        elif id_ not in new:
            found.append(Change(id_, DELETED))
        elif old[id_] != new[id_]:
            found.append(Change(id_, CHANGED))
    return found


@given(old=states, new=states, window=st.integers(1, 5))
def test_a_comparison_finds_what_looking_at_each_id_finds(old: State, new: State, window: int) -> None:
    before, changes._WINDOW = changes._WINDOW, window
    try:
        comparison = Comparison(CODEC, records(old), records(new))
        found = list(comparison)
    finally:
        changes._WINDOW = before
    assert found == plainly(old, new)
    assert comparison.read == len(new)
    assert comparison.counts.total() == len(found)


@given(history=st.lists(states, min_size=2, max_size=5))
def test_several_steps_add_up_to_one(history: list[State]) -> None:
    logs = [iter(plainly(a, b)) for a, b in itertools.pairwise(history)]
    summed = [c for c in net(logs) if history[0].get(c.id) != history[-1].get(c.id)]
    assert summed == plainly(history[0], history[-1])


def test_an_order_of_keys_is_no_change() -> None:
    one: dict[str, Any] = {"_id": "a", "x": 1, "y": {"p": 1, "q": 2}}
    other = {"y": {"q": 2, "p": 1}, "x": 1, "_id": "a"}
    assert not list(Comparison(CODEC, [Record("a", CODEC.encode(one))], [Record("a", CODEC.encode(other))]))


def test_a_log_comes_back_as_it_was_written(tmp_path: Path) -> None:
    wanted = [Change(f"i{n:05d}", (ADDED, CHANGED, DELETED)[n % 3]) for n in range(12_000)]
    with closing(open_store(StoreSpec("sqlite", "src", str(tmp_path)))) as store:
        assert write_log(store.collection("log"), store.codec, wanted) == 12_000
        assert list(read_log(store.collection("log"), store.codec)) == wanted
        assert write_log(store.collection("none"), store.codec, []) == 0
        assert not store.exists("none")
