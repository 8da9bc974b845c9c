"""Short garbage collections: what is set aside, and that everything is as before afterwards."""

from __future__ import annotations

import gc
import sys
import weakref

import pytest

from hub import responsive


@pytest.fixture(autouse=True)
def _as_before():
    before = gc.get_threshold(), sys.getswitchinterval(), list(gc.callbacks)
    yield
    assert (gc.get_threshold(), sys.getswitchinterval(), list(gc.callbacks)) == before
    assert gc.get_freeze_count() == 0


class Ring:
    """Garbage that only a collection finds, once nothing else refers to it."""

    def __init__(self) -> None:
        self.me = self


def test_what_is_there_is_set_aside_and_garbage_is_not():
    with responsive.responsive():
        assert gc.get_threshold() == responsive.THRESHOLDS
        ring = Ring()
        gone = weakref.ref(ring)
        del ring
        responsive.settle()
        assert gone() is None
        assert gc.get_freeze_count() > 10_000


def test_what_became_garbage_later_is_found_at_the_next_look_at_everything():
    with responsive.responsive():
        ring = Ring()
        gone = weakref.ref(ring)
        responsive.settle()
        del ring
        gc.collect()
        assert gone() is not None  # set aside
        responsive.settle()
        assert gone() is None


def test_a_long_collection_sets_aside_what_has_stayed(monkeypatch):
    monkeypatch.setattr(responsive, "LONG", 0.0)
    with responsive.responsive():
        gc.collect(0)
        assert gc.get_freeze_count() == 0
        gc.collect()
        assert gc.get_freeze_count() > 10_000


def test_a_short_one_does_not(monkeypatch):
    monkeypatch.setattr(responsive, "LONG", 1e6)
    with responsive.responsive():
        gc.collect()
        assert gc.get_freeze_count() == 0


def test_an_error_leaves_nothing_changed():
    def fail() -> None:
        with responsive.responsive():
            responsive.settle()
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fail()
