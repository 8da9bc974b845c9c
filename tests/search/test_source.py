"""Sources are reduced by Elasticsearch's rules."""

from __future__ import annotations

from typing import Any

import pytest

from hub.search.source import source_filter

DOCUMENT = {"a": 1, "b": {"c": 2, "d": {"e": 3}}, "l": [{"x": 1, "y": 2}, {"y": 3}], "bc": 4}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (None, DOCUMENT),
        ((), DOCUMENT),
        (("all",), DOCUMENT),
        (("a", "all"), DOCUMENT),
        (("*",), DOCUMENT),
        (("a",), {"a": 1}),
        (("b",), {"b": {"c": 2, "d": {"e": 3}}}),
        (("b.c",), {"b": {"c": 2}}),
        (("b.d.e",), {"b": {"d": {"e": 3}}}),
        (("b*",), {"b": {"c": 2, "d": {"e": 3}}, "bc": 4}),
        (("*.e",), {"b": {"d": {"e": 3}}}),
        (("-b",), {"a": 1, "l": [{"x": 1, "y": 2}, {"y": 3}], "bc": 4}),
        (("b", "-b.d"), {"b": {"c": 2}}),
        (("l.y",), {"l": [{"y": 2}, {"y": 3}]}),
        (("nosuch",), {}),
        (("a", "nosuch.x"), {"a": 1}),
    ],
)
def test_a_document_is_reduced(fields: tuple[str, ...] | None, expected: dict[str, Any]) -> None:
    assert source_filter(fields)(DOCUMENT) == expected


def test_the_given_document_is_not_changed() -> None:
    before = {"b": {"c": 1, "d": 2}}
    source_filter(("b", "-b.c"))(before)
    assert before == {"b": {"c": 1, "d": 2}}
