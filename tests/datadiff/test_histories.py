"""Random histories: a diff applied to the old documents gives the new ones, in a collection and in an index."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.datadiff.applying import SyncRequest, apply_diff
from hub.datadiff.files import FORMAT
from hub.datadiff.sides import Side
from hub.datadiff.targets import TargetSpec
from hub.datadiff.work import DiffRequest, make_diff
from hub.jobs.port import NullContext
from hub.search import open_engine
from hub.search.port import IndexConfig, SearchSpec
from hub.search.reading import every_document
from hub.store import StoreSpec, open_store
from hub.store.digest import Digest
from tests.databuild.workshop import fill_collection

LEAVES = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.5, 1.0]) | st.text("xyé ", max_size=2)
VALUES = LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(st.sampled_from("ab"), LEAVES, max_size=2)
RELEASE = st.dictionaries(
    st.sampled_from(["a", "b", "é", "z1", "z10", "z9", "𝄞"]),
    st.dictionaries(st.sampled_from(["n", "m", "x"]), VALUES, max_size=3),
    max_size=7,
)


@settings(max_examples=30)
@given(st.lists(RELEASE, min_size=2, max_size=4))
def test_each_release_follows_from_the_one_before(history: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store, engine = StoreSpec("sqlite", "t", name), SearchSpec("embedded", str(folder / "search"))
        with closing(open_store(store)) as opened, closing(open_engine(engine)) as search:
            search.create("i", IndexConfig({"other": {"type": "keyword"}}))
            for number, release in enumerate(history):
                fill_collection(opened, f"r{number}", ({"_id": i, **d} for i, d in release.items()))
            documents = [{"_id": i, **d} for i, d in history[0].items()]
            fill_collection(opened, "followed", documents)
            opened.collection("followed").insert([])
            search.bulk("i", documents)
            search.finish("i")
            known: Any = None
            for number in range(1, len(history)):
                known = _follow(folder, store, engine, number, history[number], known)


def _follow(
    folder: Path, store: StoreSpec, engine: SearchSpec, number: int, release: dict[str, Any], known: Any
) -> Any:
    """One release; the digest of it, as the next comparison knows it."""
    work = folder / f"diff{number}"
    work.mkdir()
    old, new = (Side(f"r{n}", f"r{n}", str(n), store, f"r{n}") for n in (number - 1, number))
    if known is not None:
        old = Side(old.name, old.label, old.version, store, old.collection, digest=known)
    request = DiffRequest(old, new, str(work), True, (), False, 10**6, {}, 10, 3, "20260101", "x", checkpoint=2)
    result = make_diff(NullContext(), request)
    metadata = {
        "diff": {"type": "jsondiff-selfcontained", "format": FORMAT, "files": result.files, "info": {"exclude": []}},
        "new": result.new,
        "old": result.old,
    }
    expected = Digest.of({"_id": i, **d} for i, d in release.items())
    assert Digest.read(result.new) == expected
    targets = [TargetSpec("i", engine=engine)]
    with closing(open_store(store)) as opened:
        if opened.exists("followed"):  # an empty release makes no collection
            targets.append(TargetSpec("followed", store=store))
    for target in targets:
        report = apply_diff(NullContext(), SyncRequest(str(work), metadata, target))
        assert report.verified["digest"] == expected.text
        for path in work.glob("sync_*"):
            path.unlink()
        again = apply_diff(NullContext(), SyncRequest(str(work), metadata, target))
        assert (again.added, again.updated, again.deleted) == (0, 0, 0)
    with closing(open_engine(engine)) as search:
        assert Digest.of(every_document(search, "i")) == expected
    return result.new
