"""One life of a hub under random faults, on real processes; `python -m tests.acceptance.chaos` makes longer ones."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.chaos.driver import Trial, life
from tests.acceptance.chaos.world import World
from tests.acceptance.hub_process import end_processes_below


def test_nothing_is_lost_half_changed_or_wedged_by_random_kills(tmp_path: Path) -> None:
    world = World(tmp_path / "world", size=600, pause=0.05)
    trial = Trial(world, seed=20, share=0.4)
    try:
        life(trial, rounds=2)
    finally:
        trial.end()
        end_processes_below(world.folder)
    assert trial.violations == []
    assert sum(trial.counts.values()) >= 5
