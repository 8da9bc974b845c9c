"""Current, frozen and removed releases, and what is left when the hub dies in between."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hub.dataload.lifecycle.errors import CurrentTakenError, ReleaseInUseError, ReleaseNotReadyError
from hub.errors import NotFound, Refused
from tests.dataload.lifecycle.desk import Desk
from tests.dataload.lifecycle.kills import ACTIONS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def desk(tmp_path: Path):
    made = Desk(tmp_path / "home", KEEP_RELEASES=2)
    for name in ("r1", "r2", "r3"):
        made.arrive(name)
    yield made
    made.check()
    made.close()


def test_a_new_release_is_the_current_one_and_the_link_leads_to_it(desk: Desk) -> None:
    assert desk.current() == desk.link() == "r3"
    assert (desk.root / "current" / "a").read_text() == "r3"
    view = desk.releases.views("demo")[0]
    assert (view["release"], view["current"], view["files"], view["size"]) == ("r3", True, 1, 2)


def test_more_releases_than_are_kept_go_but_never_those_in_use(desk: Desk) -> None:
    desk.releases.freeze("demo", "r1")
    for name in ("r4", "r5", "r6"):
        desk.arrive(name)
    assert desk.on_disk() == {"r1", "r4", "r5", "r6"}


def test_what_was_uploaded_or_is_being_uploaded_stays(desk: Desk) -> None:
    path = "upload.jobs.demo"
    collection = desk.state.sources.collection
    desk.state.store.update(collection, "demo", set={f"{path}.data_folder": str(desk.root / "r1")})
    desk.state.store.update(collection, "demo", set={f"{path}.uploading_folder": str(desk.root / "r2")})
    for name in ("r4", "r5", "r6"):
        desk.arrive(name)
    assert desk.on_disk() == {"r1", "r2", "r4", "r5", "r6"}
    with pytest.raises(ReleaseInUseError, match="is being uploaded as `demo`"):
        desk.releases.remove("demo", "r2")


def test_rolling_back_moves_the_link_and_wants_an_upload(desk: Desk) -> None:
    desk.state.sources.remove_pending("demo", "upload")
    assert desk.releases.promote("demo", "r1")["current"]
    assert desk.current() == desk.link() == "r1"
    assert desk.state.sources.get("demo")["pending"] == ["upload"]
    desk.arrive("r4")
    assert desk.current() == desk.link() == "r4"


def test_promoting_what_is_current_wants_nothing(desk: Desk) -> None:
    desk.state.sources.remove_pending("demo", "upload")
    desk.releases.promote("demo")
    assert desk.state.sources.get("demo")["pending"] == []


def test_unpromoted_means_no_current_release(desk: Desk) -> None:
    desk.releases.unpromote("demo")
    assert desk.current() is None
    assert desk.link() is None
    desk.restart()
    assert desk.link() is None


@pytest.mark.parametrize("release", ["r3", "r1"])
def test_removal_of_what_is_in_use_is_refused_unless_forced(desk: Desk, release: str) -> None:
    desk.releases.freeze("demo", "r1")
    with pytest.raises(ReleaseInUseError, match=f"release `{release}` is") as caught:
        desk.releases.remove("demo", release)
    assert isinstance(caught.value, Refused)
    assert caught.value.exit_code == 3
    desk.releases.remove("demo", release, force=True)
    assert desk.on_disk() == {"r1", "r2", "r3"} - {release}


def test_all_releases_go_together_or_not_at_all(desk: Desk) -> None:
    with pytest.raises(ReleaseInUseError):
        desk.releases.remove("demo")
    assert desk.on_disk() == {"r1", "r2", "r3"}
    desk.releases.remove("demo", force=True)
    assert desk.on_disk() == set()
    assert desk.current() is None
    assert "data_folder" not in desk.state.sources.get("demo")["download"]


def test_a_release_that_does_not_exist_is_named_with_the_nearest(desk: Desk) -> None:
    for call in (desk.releases.freeze, desk.releases.promote, desk.releases.remove):
        with pytest.raises(NotFound, match=r"no release `demo r33`\. Did you mean `demo r3`"):
            call("demo", "r33")
    with pytest.raises(NotFound, match=r"no source `demi`\. Did you mean `demo`"):
        desk.releases.of("demi")


def test_a_release_with_steps_to_run_is_not_promoted(desk: Desk) -> None:
    desk.state.releases.set_state("demo", "r1", "made")
    with pytest.raises(ReleaseNotReadyError, match="steps have not all been run"):
        desk.releases.promote("demo", "r1")
    desk.state.releases.set_state("demo", "r1", "complete")


def test_a_folder_with_the_name_of_the_link_is_left_alone(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "home")
    (desk.root / "current").mkdir(parents=True)
    desk.arrive("r1")
    assert desk.current() == "r1"
    with pytest.raises(CurrentTakenError, match="Move it away"):
        desk.releases.promote("demo", "r1")
    (desk.root / "current").rmdir()
    desk.restart()
    assert desk.link() == "r1"
    desk.close()


def test_a_release_named_current_gets_another_folder() -> None:
    from hub.dataload.releases import folder_name

    assert folder_name("current") == "_current"


def test_folders_that_may_not_be_written_to_go_too(desk: Desk) -> None:
    inner = desk.root / "r1" / "sealed"
    inner.mkdir()
    (inner / "x").write_text("x")
    inner.chmod(0o500)
    desk.releases.remove("demo", "r1")
    assert desk.on_disk() == {"r2", "r3"}


def test_a_release_that_somebody_deleted_is_forgotten_at_the_next_start(desk: Desk) -> None:
    shutil.rmtree(desk.root / "r3")
    desk.restart()
    assert desk.on_disk() == {"r1", "r2"}
    assert desk.current() is None


def test_a_missing_archive_forgets_nothing(desk: Desk) -> None:
    desk.root.rename(desk.root.with_name("unmounted"))
    desk.restart()
    assert set(desk.rows()) == {"r1", "r2", "r3"}
    desk.root.with_name("unmounted").rename(desk.root)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What a new start finds by action, after kill -9 at each of its changes; the last one was not killed."""
    command = [sys.executable, "-m", "tests.dataload.lifecycle.kills", str(tmp_path_factory.mktemp("killed"))]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=1200)
    return dict(json.loads(line) for line in done.stdout.splitlines())


@pytest.mark.parametrize("action", ACTIONS)
def test_records_and_disk_agree_after_kill_9_at_any_change(killed: Any, action: str) -> None:
    before = {"disk": ["r1", "r2", "r3"], "current": "r3", "frozen": []}
    outcomes = killed[action]
    assert len(outcomes) > 1
    assert outcomes[-1] != before
    if action == "arrive":  # the others write first what they are about to do
        assert outcomes[0] == before
    if action in ("promote", "freeze", "remove"):
        assert all(outcome in (before, outcomes[-1]) for outcome in outcomes)
