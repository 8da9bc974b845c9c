"""JSON patches: they give the new document, and refuse what does not fit."""

from __future__ import annotations

from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.datadiff.errors import PatchError
from hub.datadiff.patch import apply_patch, make_patch, same
from hub.store.digest import Digest, content_hash

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([1.0, 0.5]) | st.text("ab~/.", max_size=3)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab~/", max_size=2), inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(st.text("abc~/", min_size=1, max_size=2), VALUES, max_size=4)


@given(DOCUMENTS, DOCUMENTS, st.booleans())
def test_a_patch_gives_the_new_document(old: dict[str, Any], new: dict[str, Any], ordered: bool) -> None:
    patch = make_patch(old, new, ordered=ordered)
    made = apply_patch(old, patch)
    assert same(made, new, ordered=ordered)
    assert content_hash(made) == content_hash(new)
    assert bool(patch) or same(old, new, ordered=ordered)
    # Another implementation of the standard reads it the same way.
    assert same(jsonpatch.apply_patch(old, patch), made, ordered=True)


@given(DOCUMENTS, DOCUMENTS)
def test_equal_hashes_mean_equal_documents(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (content_hash(one) == content_hash(other)) == same(one, other) == (not make_patch(one, other))


def test_lists_are_bags_unless_their_order_counts() -> None:
    assert not make_patch({"l": [1, 1, 2]}, {"l": [2, 1, 1]})
    assert make_patch({"l": [1, 1, 2]}, {"l": [1, 2, 2]})
    assert make_patch({"l": [1, 1, 2]}, {"l": [1, 2, 3]})
    assert make_patch({"l": [1, 2]}, {"l": [2, 1]}, ordered=True)
    assert make_patch({"l": [1]}, {"l": ["1"]})
    assert make_patch({"n": 1}, {"n": 1.0})
    assert make_patch({"n": 1}, {"n": True})


def test_every_operation_of_the_standard_is_applied() -> None:
    document = {"a": {"b": [1, 2]}, "c": 3}
    operations = [
        {"op": "test", "path": "/c", "value": 3},
        {"op": "add", "path": "/a/b/-", "value": 9},
        {"op": "add", "path": "/a/b/0", "value": 0},
        {"op": "remove", "path": "/a/b/1"},
        {"op": "move", "from": "/c", "path": "/d"},
        {"op": "copy", "from": "/a/b", "path": "/e"},
        {"op": "replace", "path": "/a/b/0", "value": {"x": 1}},
    ]
    assert apply_patch(document, operations) == {"a": {"b": [{"x": 1}, 2, 9]}, "d": 3, "e": [0, 2, 9]}
    assert document == {"a": {"b": [1, 2]}, "c": 3}


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/x"},
        {"op": "replace", "path": "/l/7", "value": 1},
        {"op": "add", "path": "/l/01", "value": 1},
        {"op": "add", "path": "/l/²", "value": 1},
        {"op": "add", "path": "/s/x", "value": 1},
        {"op": "add", "path": "x", "value": 1},
        {"op": "add", "path": "/x"},
        {"op": "test", "path": "/s", "value": "other"},
        {"op": "run", "path": "/s"},
        {"op": "remove", "path": ""},
        {"op": "replace", "path": "", "value": 5},
        {"op": "move", "path": "/s"},
        "nonsense",
    ],
)
def test_what_does_not_fit_is_refused(operation: Any) -> None:
    with pytest.raises(PatchError):
        apply_patch({"l": [1], "s": "text"}, [operation])


def test_a_digest_follows_from_another_by_what_changed() -> None:
    old = [{"_id": "a", "x": 1}, {"_id": "b", "x": [1, 2]}]
    new = [{"_id": "b", "x": [2, 1]}, {"_id": "c"}]
    digest = Digest.of(old)
    digest.take(content_hash(old[0]))
    digest.add(content_hash(new[1]))
    assert digest == Digest.of(new) == Digest.of(reversed(new)) != Digest.of(old)
    assert Digest.read(digest.as_dict()) == digest
    for wrong in (
        None,
        {},
        {"count": -1, "digest": "0" * 64},
        {"count": True, "digest": "0" * 64},
        {"count": 1, "digest": "z" * 64},
    ):
        assert Digest.read(wrong) is None
