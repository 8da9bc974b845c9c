"""Any order of new releases, freezing, rolling back, pruning, removing, and dying in the middle of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hub.errors import HubError
from tests.dataload.lifecycle.desk import FATE, Desk, Killed

KEEP = 2
TOUCHES = st.one_of(st.just(0), st.integers(1, 25))  # 0: lives


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.desk = Desk(self.folder / "home", KEEP_RELEASES=KEEP)
        self.number = 0
        self.frozen: set[str] = set()

    def teardown(self) -> None:
        self.desk.close()
        shutil.rmtree(self.folder)

    def do(self, touches: int, action: Callable[[], object]) -> bool:
        """Whether the action came to its end."""
        FATE.arm(touches)
        try:
            action()
        except Killed:
            FATE.disarm()
            self.desk.restart()
            return False
        except HubError:
            FATE.disarm()
            return False
        FATE.disarm()
        return True

    def pick(self, at: int) -> str:
        names = sorted(self.desk.rows())
        return names[at % len(names)]

    @rule(touches=TOUCHES)
    def new_release(self, touches: int) -> None:
        self.number += 1
        name = f"r{self.number:03}"
        if self.do(touches, lambda: self.desk.arrive(name)):
            assert self.desk.current() == name

    @precondition(lambda self: self.desk.rows())
    @rule(at=st.integers(0, 20), frozen=st.booleans(), touches=TOUCHES)
    def freeze(self, at: int, frozen: bool, touches: int) -> None:
        name = self.pick(at)
        if self.do(touches, lambda: self.desk.releases.freeze("demo", name, frozen)):
            self.frozen = self.frozen | {name} if frozen else self.frozen - {name}
        else:
            self.frozen = {n for n, row in self.desk.rows().items() if row["frozen"]}

    @precondition(lambda self: self.desk.rows())
    @rule(at=st.integers(0, 20), touches=TOUCHES)
    def roll_back(self, at: int, touches: int) -> None:
        name = self.pick(at)
        if self.do(touches, lambda: self.desk.releases.promote("demo", name)):
            assert self.desk.current() == name

    @precondition(lambda self: self.desk.rows())
    @rule(at=st.integers(0, 20), touches=TOUCHES)
    def remove(self, at: int, touches: int) -> None:
        name, current = self.pick(at), self.desk.current()
        if self.do(touches, lambda: self.desk.releases.remove("demo", name)):
            assert name not in self.desk.rows()
            assert name != current
            assert name not in self.frozen

    @precondition(lambda self: self.desk.rows())
    @rule(touches=TOUCHES)
    def prune(self, touches: int) -> None:
        if self.do(touches, lambda: self.desk.releases.prune("demo")):
            free = [v for v in self.desk.releases.views("demo") if not v["needed"]]
            assert len(free) <= KEEP

    @rule()
    def restart(self) -> None:
        self.desk.restart()

    @invariant()
    def records_and_disk_agree(self) -> None:
        self.desk.check()

    @invariant()
    def frozen_ones_are_there(self) -> None:
        assert self.frozen <= set(self.desk.rows())
        assert self.frozen == {n for n, row in self.desk.rows().items() if row["frozen"]}


Life.TestCase.settings = settings(max_examples=6, stateful_step_count=12, deadline=None)
TestLife = Life.TestCase
