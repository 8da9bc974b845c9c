"""Query strings become the trees that Elasticsearch's parser would make."""

from __future__ import annotations

import pytest

from hub.search.errors import QuerySyntaxError
from hub.search.lucene import MAX_DEPTH, parse
from hub.search.nodes import (
    Bool,
    Boost,
    Clause,
    Exists,
    Fuzzy,
    MatchAll,
    MatchNone,
    Phrase,
    Range,
    Regex,
    Terms,
    Wildcard,
)


def word(text: str, field: str | None = None) -> Terms:
    return Terms(None if field is None else (field,), text)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("human", word("human")),
        ("human mouse", word("human mouse")),
        ("name:human", word("human", "name")),
        ("name:(human mouse)", word("human mouse", "name")),
        ("HP:0000001", word("0000001", "HP")),
        ("HP\\:0000001", word("HP:0000001")),
        ('"a b"', Phrase(None, "a b")),
        ('n:"a b"~2', Phrase(("n",), "a b", 2)),
        ("a*", Wildcard(None, "a*")),
        ("f:*", Exists("f")),
        ("_exists_:f", Exists("f")),
        ("*:*", MatchAll()),
        ("", MatchNone()),
        ("f:/a.b/", Regex("f", "a.b")),
        ("a~", Fuzzy(None, "a")),
        ("a~1", Fuzzy(None, "a", 1)),
        ("n:[1 TO 2]", Range("n", "1", "2")),
        ("n:{1 TO *]", Range("n", "1", None, False, True)),
        ("n:>=-5", Range("n", "-5", None, True, True)),
        ("n:<5", Range("n", None, "5", True, False)),
        ("a^2", Boost(word("a"), 2.0)),
        ("\\u0041", word("A")),
        ("a.\\*:x", word("x", "a.*")),
    ],
)
def test_a_query_string_becomes_its_tree(text: str, tree: object) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "occurs"),
    [
        ("a AND b", ["must", "must"]),
        ("a && b", ["must", "must"]),
        ("a OR b", ["should", "should"]),
        ("a || b", ["should", "should"]),
        ("a OR b AND c", ["should", "must", "must"]),
        ("a AND b OR c", ["must", "should", "should"]),
        ("a -b", ["must", "must_not"]),
        ("a !b", ["must", "must_not"]),
        ("a NOT b", ["must", "must_not"]),
        ("+a b", ["must", "must"]),
        ("NOT a", ["must_not", "must"]),
    ],
)
def test_operators_change_their_neighbours_as_lucene_does(text: str, occurs: list[str]) -> None:
    tree = parse(text)
    assert isinstance(tree, Bool)
    assert [clause.occur for clause in tree.clauses] == occurs


def test_words_stay_together_until_an_operator() -> None:
    named = Clause("must", word("x", "name"))
    assert parse("a b name:x") == Bool([Clause("must", word("a b")), named])
    assert parse("a name:x") == Bool([Clause("must", word("a")), named])
    assert parse("a b AND c") == Bool([Clause("must", word(w)) for w in "abc"])


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("((a", 3),
        ('"open', 0),
        ("a AND", 5),
        ("AND", 0),
        ("n:-5", 2),
        ("a/b", 1),
        ("a:b:c", 3),
        ("a^", 1),
        ("()", 1),
        ("a\\", 1),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, position: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    assert caught.value.position == position
    assert caught.value.status == 400


def test_too_deep_is_an_error_and_not_a_crash() -> None:
    with pytest.raises(QuerySyntaxError):
        parse("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1))
