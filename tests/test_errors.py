"""Errors keep their parts on the way back from a worker process."""

import pickle

import pytest

from hub import errors


def test_an_error_with_named_parts_survives_pickling():
    error = pickle.loads(pickle.dumps(errors.NotFound("source", "hpoo", ["hpo", "go"])))
    assert isinstance(error, errors.NotFound)
    assert error.parts() == {"kind": "source", "name": "hpoo", "known": ["go", "hpo"]}
    assert str(error) == "no source `hpoo`. Did you mean `hpo`?"


@pytest.mark.parametrize(
    ("known", "text"),
    [((), "There are none yet."), (("a", "b"), "There are: `a`, `b`."), (map(str, range(10)), " and 2 more.")],
)
def test_a_missing_name_says_what_there_is(known, text):
    assert str(errors.NotFound("build", "zzz", known)).endswith(text)
