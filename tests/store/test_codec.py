"""What documents become, and what is refused, with JSON and with BSON alike."""

from __future__ import annotations

import decimal
import enum
import pickle
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.store.codec import BsonCodec, JsonCodec, check_id, check_keys
from hub.store.errors import BadIdError, DocumentTooLargeError, UnstorableKeyError, UnstorableValueError

Codec = JsonCodec | BsonCodec


class Colour(enum.Enum):
    RED = "red"


class Name(str):
    __slots__ = ()


@pytest.fixture(params=[JsonCodec, BsonCodec])
def codec(request: pytest.FixtureRequest) -> Codec:
    return request.param()  # type: ignore[no-any-return]


def through(codec: Codec, value: Any) -> Any:
    return codec.decode(codec.encode({"_id": "a", "v": value}))["v"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), None),
        ([float("inf"), 1.5], [None, 1.5]),
        ((1, (2,)), [1, [2]]),
        (Colour.RED, "red"),
        (Name("text"), "text"),
        ({2: "a", None: "b", True: "c"}, {"2": "a", "null": "b", "true": "c"}),
        (np.int64(3), 3),
        (np.float64("nan"), None),
        (np.bool_(True), True),
        (np.array([1, 2]), [1, 2]),
        (pd.NaT, None),
        (pd.NA, None),
        (pd.Timestamp("2024-01-02T03:04:05Z"), datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (np.datetime64("2024-01-02T03:04:05", "ns"), datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (date(2024, 1, 2), datetime(2024, 1, 2, tzinfo=UTC)),
        (datetime(2024, 1, 2, 3), datetime(2024, 1, 2, 3, tzinfo=UTC)),  # noqa: DTZ001
        (datetime(2024, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))), datetime(2024, 1, 2, 1, tzinfo=UTC)),
        (bytearray(b"\x00"), b"\x00"),
        (uuid.UUID(int=1), str(uuid.UUID(int=1))),
    ],
)
def test_values_of_parsers_become_plain(codec: Codec, value: Any, expected: Any) -> None:
    assert through(codec, value) == expected


@pytest.mark.parametrize("value", [{1, 2}, decimal.Decimal("1.5"), object(), 2**80, "\ud800", timedelta(1)])
def test_what_cannot_be_kept_is_refused_with_its_path(codec: Codec, value: Any) -> None:
    with pytest.raises(UnstorableValueError) as caught:
        codec.encode({"_id": "a", "list": [{"v": value}]})

    assert (caught.value.path, caught.value.type_name) == ("list.0.v", type(value).__name__)
    assert caught.value.id == "a"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


BAD_KEYS = ["$a", "a.b", "", "a\0b", 'q".x', "\\.", ".", "$"]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_bad_keys_are_refused_at_any_depth(codec: Codec, key: str) -> None:
    document = {"_id": "a", "ok": [{"deep": {key: "v"}}]}

    with pytest.raises(UnstorableKeyError) as caught:
        codec.encode(document)
    with pytest.raises(UnstorableKeyError):
        check_keys(document)

    assert (caught.value.path, caught.value.key) == ("ok.0.deep", key)


@pytest.mark.parametrize("key", BAD_KEYS)
def test_bad_keys_can_be_replaced(codec: Codec, key: str) -> None:
    replaced = codec.with_rules(keys="replace")

    (name,) = replaced.decode(replaced.encode({"_id": "a", "o": {key: 1}}))["o"]

    assert name
    assert not set(name) & {".", "\0"}
    assert name[0] != "$"


def test_two_keys_that_become_one_are_refused(codec: Codec) -> None:
    with pytest.raises(UnstorableKeyError, match="there already"):
        codec.with_rules(keys="replace").encode({"_id": "a", "x.y": 1, "x_y": 2})


@pytest.mark.parametrize("text", ["$5 and more", "a.b", "", 'say ".x":', "tab\\.", "http://x.y/z", "\0"])
def test_values_that_look_like_bad_keys_are_fine(codec: Codec, text: str) -> None:
    assert through(codec, text) == text


def test_plain_documents_are_plain_json() -> None:
    document = {"_id": "a", "n": [1, 2.5, None, "é"]}

    assert JsonCodec().encode(document) == orjson.dumps(document)
    assert JsonCodec().encode({"_id": "a", "b": b"x"})[:1] == b"x"


def test_json_keeps_microseconds() -> None:
    when = datetime(2024, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)

    assert through(JsonCodec(), when) == when


def test_objects_that_look_like_tags_stay_objects() -> None:
    codec = JsonCodec(keys="allow")
    document = {
        "_id": "a",
        "when": datetime(2024, 1, 1, tzinfo=UTC),
        "odd": [{"$date": "no"}, {"$literal": {"$date": 1}}],
    }

    assert codec.decode(codec.encode(document)) == document


def test_documents_above_the_limit_are_refused(codec: Codec) -> None:
    with pytest.raises(DocumentTooLargeError) as caught:
        codec.with_rules(max_bytes=100).encode({"_id": "a", "v": "x" * 200})

    assert (caught.value.id, caught.value.limit) == ("a", 100)


def test_endless_nesting_is_refused(codec: Codec) -> None:
    document: dict[str, Any] = {"_id": "a"}
    document["self"] = document

    with pytest.raises(UnstorableValueError, match="nested"):
        codec.encode(document)


@pytest.mark.parametrize("value", [None, 5, "", "x" * 11, "a\0", "\ud800", b"a"])
def test_ids_that_no_store_can_keep_are_refused(value: Any) -> None:
    with pytest.raises(BadIdError):
        check_id(value, 10)


def test_good_ids_come_back_as_plain_text() -> None:
    assert check_id("é" * 10, 10) == "é" * 10
    assert type(check_id(Name("go:1"), 10)) is str


KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=".$\0"), min_size=1, max_size=5)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
    | st.binary(max_size=5)
    | st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(document=st.dictionaries(KEYS, VALUES, max_size=4))
def test_every_document_survives_the_round_trip(document: dict[str, Any]) -> None:
    whole = {**document, "_id": "a"}

    for codec in (JsonCodec(), BsonCodec()):
        assert codec.decode(codec.encode(whole)) == whole


@settings(deadline=None)
@given(key=st.text(st.characters(exclude_categories=["Cs"]), max_size=6))
def test_no_bad_key_slips_through_the_quick_check(key: str) -> None:
    bad = not key or key.startswith("$") or "." in key or "\0" in key
    for codec in (JsonCodec(), BsonCodec()):
        if bad:
            with pytest.raises(UnstorableKeyError):
                codec.encode({"_id": "a", "o": {key: 1}})
        else:
            codec.encode({"_id": "a", "o": {key: 1}})
