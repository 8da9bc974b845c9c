"""The content hash: what it sees and what it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.store.codec import BsonCodec, JsonCodec
from hub.store.content_hash import content_hash, record_hashes, same_content
from hub.store.port import Codec, Record

CODECS = [JsonCodec(), BsonCodec()]
_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | st.binary(max_size=8)
    | st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (bounds)
)
_keys = st.text("abcde", min_size=1, max_size=3)
_values = st.recursive(
    _scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(_keys, v, max_size=3), max_leaves=8
)
documents = st.dictionaries(_keys, _values, max_size=4).map(lambda d: {"_id": "x", **d})


def _turned(value: Any) -> Any:
    """The same value with the keys of all its objects in the opposite order."""
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("codec", CODECS, ids=lambda c: c.name)
@given(document=documents)
def test_a_hash_survives_every_store_and_any_order_of_keys(codec: Codec, document: dict[str, Any]) -> None:
    expected = content_hash(document)
    assert content_hash(codec.decode(codec.encode(document))) == expected
    assert content_hash(_turned(document)) == expected
    assert same_content(codec, codec.encode(document), codec.encode(_turned(document)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"a": 1.0}),
        ({"a": 1}, {"a": True}),
        ({"a": "1"}, {"a": 1}),
        ({"a": [1, 2]}, {"a": [2, 1]}),
        ({"a": None}, {}),
        ({"a": b"YQ=="}, {"a": "YQ=="}),
        ({"a": datetime(2026, 1, 1, tzinfo=UTC)}, {"a": "2026-01-01T00:00:00.000+00:00"}),
        ({"a": {"b": 1}, "c": 2}, {"a": {"b": 1, "c": 2}}),
    ],
)
def test_different_documents_have_different_hashes(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert content_hash({"_id": "x", **one}) != content_hash({"_id": "x", **other})


def test_the_id_counts() -> None:
    assert content_hash({"_id": "x"}) != content_hash({"_id": "y"})


def test_one_moment_in_two_zones_is_one() -> None:
    here = datetime(2026, 1, 1, 12, tzinfo=UTC)
    there = here.astimezone(timezone(timedelta(hours=5)))
    assert content_hash({"_id": "x", "at": here}) == content_hash({"_id": "x", "at": there})


def test_what_a_store_would_convert_is_hashed_as_converted() -> None:
    assert content_hash({"_id": "x", "a": (1, 2), "b": float("nan")}) == content_hash(
        {"_id": "x", "a": [1, 2], "b": None}
    )


def test_a_known_hash_stays_what_it_is() -> None:
    """Others keep hashes: a change of the function must be seen."""
    document = {"_id": "HP:1", "names": ["a", "ß"], "n": 3, "x": {"b": 1.5, "a": None}}
    assert content_hash(document) == "0c5cf089f36cfbead017b1c9c204cfc5"


def test_hashes_of_records_come_in_their_order() -> None:
    codec = JsonCodec()
    bodies = [{"_id": "b", "n": 1}, {"_id": "a", "n": 2}]
    records = [Record(d["_id"], codec.encode(d)) for d in bodies]
    assert list(record_hashes(codec, records)) == [(d["_id"], content_hash(d)) for d in bodies]
