from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from hub.jobs.logfiles import log_path
from hub.jobs.port import JobSpec
from hub.jobs.resources import Locks, MemoryGate, Slots, memory_used, takes_worker, worker_count


def spec(**fields) -> JobSpec:
    return JobSpec(**({"kind": "test", "subject": "x", "fn": len} | fields))


def test_a_name_without_a_limit_has_one_place():
    slots = Slots({"download": 2})
    slots.take({"download": 1, "host:x": 1})
    assert slots.why_not({"download": 1}) == ""
    assert slots.why_not({"host:x": 1}) == "a free `host:x` slot (1 of 1 taken)"
    slots.give_back({"download": 1, "host:x": 1})
    assert slots.why_not({"host:x": 1}) == ""


def test_more_places_than_there_are_means_all():
    slots = Slots({"index": 2})
    assert slots.why_not({"index": 9}) == ""
    slots.take({"index": 9})
    assert slots.taken["index"] == 2
    assert slots.why_not({"index": 1})


def test_shared_names_exclude_the_exclusive_holder_only():
    locks = Locks()
    reader, writer = spec(shared=frozenset({"a"})), spec(exclusive=frozenset({"a"}))
    locks.take(reader, "r1")
    locks.take(reader, "r2")
    assert locks.why_not(reader) == ""
    assert locks.why_not(writer) == "`a`, used by r1, r2"
    locks.give_back(reader, "r1")
    locks.give_back(reader, "r2")
    assert locks.why_not(writer) == ""
    locks.take(writer, "w")
    assert locks.why_not(reader) == "`a`, used by w"


def test_a_name_both_shared_and_exclusive_counts_as_exclusive():
    locks = Locks()
    both = spec(shared=frozenset({"a"}), exclusive=frozenset({"a"}))
    locks.take(both, "b")
    assert locks.shared == {}
    locks.give_back(both, "b")
    assert locks.exclusive == {}


def test_memory_is_held_below_the_ceiling():
    gate = MemoryGate(1000 * 1024**2, lambda: 900 * 1024**2)
    assert gate.why_not(spec()) == ""
    assert gate.why_not(spec(memory=200 * 1024**2)).startswith("memory: 900 MB of 1000 MB used, 200 MB needed")
    assert MemoryGate(None).why_not(spec()) == ""
    assert isinstance(MemoryGate("auto").ceiling, int)
    assert memory_used() > 10_000_000


def test_downloads_take_no_core():
    assert takes_worker(spec(where="process"))
    assert not takes_worker(spec(where="process", resources={"download": 1}))
    assert not takes_worker(spec(where="thread"))


def test_one_core_is_left_to_the_hub_unless_asked_otherwise(settings):
    assert worker_count(settings(HUB_MAX_WORKERS=7)) == 7
    assert worker_count(settings(HUB_MAX_WORKERS="none")) >= 1


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("dump", "hpo", "dataload/dump_hpo.log"),
        ("upload", "orchid.names", "dataload/upload_orchid.names.log"),
        ("build", "demo_20260101_ab", "build/demo_20260101_ab/build.log"),
        ("inspect", "../../etc/passwd", "jobs/inspect/_.._etc_passwd_1.log"),
        ("", "", "jobs/_/__1.log"),
    ],
)
def test_logs_lie_where_clients_look_for_them(kind, subject, expected):
    assert log_path(spec(kind=kind, subject=subject), "1") == PurePosixPath(expected)
