"""Long answers that are kept: never an old one, whoever has written."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.api.answers import Answer, KeptAnswers
from hub.commands import Command, Role
from hub.store.records.builds import HEAVY
from hub.store.state import open_state
from tests.api.live import LiveHub

NUMBER = 60


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    """A hub with so many builds that their list is kept."""
    with LiveHub(tmp_path_factory.mktemp("many")) as hub:
        for number in range(NUMBER):
            hub.hub.services.state.builds.put(_record(number))
        yield hub


def _record(number: int, **more: Any) -> dict[str, Any]:
    config = {"_id": "conf", "name": "conf", "doc_type": "plant", "sources": ["a"], "note": "x" * 500}
    name = f"conf_{number:04d}"
    at = datetime(2026, 1, 1 + number % 28, tzinfo=UTC)
    record = {"_id": name, "target_name": name, "build_config": config, "started_at": at, "merged_count": 3}
    return {**record, "jobs": [{"status": "success", "step": "metadata"}], **{key: {"a": 1} for key in HEAVY}, **more}


def _kept(hub: LiveHub) -> KeptAnswers:
    kept: KeptAnswers = hub.server._servers[0].request_callback.settings["kept"]
    return kept


def _named(answer: list[dict[str, Any]], number: int) -> dict[str, Any]:
    return next(build for build in answer if build["_id"] == f"conf_{number:04d}")


def test_a_list_that_did_not_change_is_kept_in_both_forms(many):
    first = many.ask("GET", "/builds")
    assert len(_kept(many)) > 0
    again = many.ask("GET", "/builds")
    plain = many.ask("GET", "/builds", headers={"Accept-Encoding": "identity"})
    assert first.headers["Content-Encoding"] == again.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert first.content == again.content == plain.content
    assert first.headers["Etag"] == again.headers["Etag"] == plain.headers["Etag"]
    assert int(plain.headers["Content-Length"]) == len(plain.content) > int(again.headers["Content-Length"])
    for answer in (first, plain):
        assert "Accept-Encoding" in answer.headers["Vary"]
        unchanged = many.ask("GET", "/builds", headers={"If-None-Match": answer.headers["Etag"]})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert first.json()["page"] == {"total": NUMBER, "offset": 0, "limit": 0}


def test_answers_to_other_questions_are_not_mixed_up(many):
    assert len(many.get("/builds?limit=40")) == 40
    assert many.get("/builds?limit=40") != many.get("/builds?limit=40&offset=20")
    assert many.get("/builds?conf_name=other") == []
    assert len(many.get("/builds?conf_name=conf")) == NUMBER


def test_the_read_only_door_has_the_same(many):
    assert many.ask("GET", "/builds", base=many.readonly).content == many.ask("GET", "/builds").content


def _by_another_process(hub: LiveHub) -> None:
    state = open_state(hub.settings)
    state.builds.update("conf_0003", {"merged_count": 77})
    state.close()


def _documents(hub: LiveHub, number: int) -> None:
    collection = hub.hub.services.target_store.collection("conf_0005")
    codec = hub.hub.services.target_store.codec
    collection.insert([(f"d{number}", codec.encode({"_id": f"d{number}"}))])
    collection.flush()


CHANGES: dict[str, tuple[Callable[[LiveHub], Any], Callable[[list[dict[str, Any]]], bool]]] = {
    "a new build": (
        lambda hub: hub.hub.services.state.builds.put(_record(NUMBER)),
        lambda found: len(found) == NUMBER + 1,
    ),
    "a build that is gone": (
        lambda hub: hub.hub.services.state.builds.delete(f"conf_{NUMBER:04d}"),
        lambda found: len(found) == NUMBER,
    ),
    "a step of one": (
        lambda hub: hub.hub.services.state.builds.job_started("conf_0002", "post-merge"),
        lambda found: _named(found, 2)["status"] == "building",
    ),
    "one that is archived": (
        lambda hub: hub.result("POST", "/build/conf_0001/archive"),
        lambda found: len(found) == NUMBER - 1,
    ),
    "another process has written": (_by_another_process, lambda found: _named(found, 3)["count"] == 77),
    "a record without a number of documents": (
        lambda hub: hub.hub.services.state.builds.put(_record(5, merged_count=None)),
        lambda found: _named(found, 5)["count"] == 0,
    ),
    "the first document of that build": (lambda hub: _documents(hub, 1), lambda found: _named(found, 5)["count"] == 1),
    "and another one": (lambda hub: _documents(hub, 2), lambda found: _named(found, 5)["count"] == 2),
}


def test_every_change_is_seen_at_once(many):
    for what, (change, is_seen) in CHANGES.items():
        before = many.ask("GET", "/builds")
        change(many)
        after = many.ask("GET", "/builds", headers={"If-None-Match": before.headers["Etag"]})
        assert after.status_code == 200, what
        assert is_seen(after.json()["result"]), what
        assert after.headers["Etag"] != before.headers["Etag"], what
        assert many.ask("GET", "/builds").content == after.content, what


# -- what is kept, and how long ----------------------------------------------------------------------------------------


class Told:
    """A command whose answer and revision are said by a test."""

    def __init__(self, answer: Any = "x" * 20_000, revision: Any = 1) -> None:
        self.answer, self.revision, self.runs = answer, revision, 0

    def command(self) -> Command:
        return Command("told", self.run, "", Role.VIEWER, "GET", "/told", False, revision=lambda hub: self.revision)

    async def run(self, hub: Any, **values: Any) -> Any:
        self.runs += 1
        return self.answer


def _ask(kept: KeptAnswers, told: Told, **values: Any) -> Answer:
    return asyncio.run(kept.answer(None, told.command(), values))  # type: ignore[arg-type] - no hub is looked at


def test_a_command_runs_again_only_after_a_change():
    kept, told = KeptAnswers(), Told()
    assert _ask(kept, told) is _ask(kept, told)
    assert told.runs == 1
    told.answer, told.revision = "y" * 20_000, 2
    assert b"yyy" in _ask(kept, told).body
    assert (told.runs, len(kept)) == (2, 1)
    assert (_ask(kept, told, limit=3), told.runs) == (_ask(kept, told, limit=3), 3)


def test_nothing_is_kept_of_what_may_change_unseen():
    kept, told = KeptAnswers(), Told(revision=None)
    for _ in range(2):
        _ask(kept, told)
    assert (told.runs, len(kept)) == (2, 0)


def test_short_answers_are_not_kept():
    kept, told = KeptAnswers(), Told("short")
    for _ in range(2):
        _ask(kept, told)
    assert (told.runs, len(kept)) == (2, 0)


def test_what_was_not_asked_for_longest_makes_room():
    kept, told = KeptAnswers(most=70_000), Told()
    for limit in (1, 2, 1, 3, 4):
        _ask(kept, told, limit=limit)
    assert (told.runs, len(kept)) == (4, 3)
    _ask(kept, told, limit=1)
    assert told.runs == 4
    _ask(kept, told, limit=2)
    assert told.runs == 5


def test_an_answer_too_large_to_be_kept_is_given_all_the_same():
    kept, told = KeptAnswers(most=30_000), Told()
    assert len(_ask(kept, told).body) > 20_000
    assert len(kept) == 0


async def test_an_answer_that_is_overtaken_is_made_again():
    kept, told = KeptAnswers(), Told(answer=["old"] * 5000)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(hub: Any) -> Any:
        answer = told.answer
        begun.set()
        await go_on.wait()
        return answer

    command = Command("told", slow, "", Role.VIEWER, "GET", "/told", False, revision=lambda hub: told.revision)
    first = asyncio.create_task(kept.answer(None, command, {}))  # type: ignore[arg-type]
    await begun.wait()
    told.answer, told.revision = ["new"] * 5000, 2
    go_on.set()
    assert b"old" in (await first).body
    assert b"new" in (await kept.answer(None, command, {})).body  # type: ignore[arg-type]


def test_a_failure_is_not_kept():
    kept, told = KeptAnswers(), Told()
    fine, told.run = told.run, None  # type: ignore[method-assign]
    with pytest.raises(TypeError):
        _ask(kept, told)
    told.run = fine  # type: ignore[method-assign]
    assert b"xxx" in _ask(kept, told).body


def test_writers_and_readers_at_the_same_time(many):
    """A list that is asked for after a write has returned always has what was written."""
    missed: list[int] = []

    def write() -> None:
        for number in range(100, 125):
            many.hub.services.state.builds.put(_record(number))
            if not any(b["_id"] == f"conf_{number:04d}" for b in many.get("/builds")):
                missed.append(number)

    readers = [threading.Thread(target=lambda: [many.get("/builds") for _ in range(25)]) for _ in range(3)]
    for thread in [*readers, writer := threading.Thread(target=write)]:
        thread.start()
    for thread in [*readers, writer]:
        thread.join()
    assert missed == []
