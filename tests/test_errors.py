"""Errors keep their parts on the way back from a worker process."""

import errno
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


@pytest.mark.parametrize(
    ("error", "path", "said"),
    [
        (OSError(errno.ENOSPC, "No space", "/data/x"), "/data/x", "its disk is full. Free space there"),
        (OSError(errno.EROFS, "Read-only", "/a", None, "/data/y"), "/data/y", "mounted read-only"),
        (OSError(errno.EMFILE, "Too many"), "", "too many files are open"),
        (ValueError("IO error: 'x (os error 28) at path \"/data/.tmp\"'"), "/data/.tmp", "its disk is full"),
    ],
)
def test_what_the_machine_refuses_is_told_with_the_way_out(error, path, said):
    told = errors.of_machine(error)
    assert isinstance(told, errors.MachineError)
    assert (told.path, told.status, said in str(told)) == (path, 507, True)


@pytest.mark.parametrize("error", [OSError(errno.ENOENT, "none"), ValueError("os error 28"), KeyError("x")])
def test_other_errors_are_not_those_of_the_machine(error):
    assert errors.of_machine(error) is None
