"""Updates of sources with dependencies and steps: real files, real child processes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from hub.dataload.dumper.work import DumpReport
from hub.dataload.lifecycle.errors import CycleError, DependencyError, ProcessError, ResumeError, UnknownStepError
from hub.dataload.lifecycle.plan import Wish
from tests.dataload.lifecycle.desk import Desk

CODE = """
import pathlib

def release(dumper):
    return pathlib.Path(dumper.SRC_URLS[0].removeprefix("file://") + ".release").read_text()

def load(folder):
    yield {"_id": "1"}

def make(step):
    assert (step.phase, step.source) == ("post", "derived")
    (step.data_folder / "made.txt").write_text(f"made of {step.release}")
    print("a line of its log")
    return {"format": "text", "files": ["made.txt"], "tags": {"n": 2}}

def fails_once(step):
    flag = pathlib.Path(step.environ["FLAG"])
    if flag.exists():
        flag.unlink()
        raise ValueError("the flag was there")
"""


class Lab:
    """Plugins over files in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk: Desk
        self.flag = folder / "flag"

    def plugin(self, name: str, **dumper: Any) -> None:
        folder = self.folder / "home" / "plugins" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "parts.py").write_text(CODE)
        manifest = {"version": "1", "dumper": dumper, "uploader": {"parser": "parts:load"}}
        (folder / "manifest.json").write_text(json.dumps(manifest))

    def upstream(self, release: str, body: str, name: str = "base") -> str:
        file = self.folder / f"{name}.tsv"
        file.write_text(body)
        file.with_name(f"{name}.tsv.release").write_text(release)
        return f"file://{file}"

    def open(self, **flags: Any) -> Desk:
        self.desk = Desk(self.folder / "home", demo=False, **flags)
        return self.desk

    def update(self, name: str, **wish: Any) -> DumpReport:
        return asyncio.run(self.desk.sources.update(name, wish=Wish(**wish)))

    def run(self, name: str) -> dict[str, Any]:
        found = self.desk.state.runs.last(name)
        assert found is not None
        return found

    def states(self, name: str) -> dict[str, str]:
        return {step: part["state"] for step, part in self.run(name)["steps"].items()}


@pytest.fixture
def lab(tmp_path: Path):
    made = Lab(tmp_path)
    yield made
    made.desk.close()


STEPS = {
    "pre": [{"name": "hello", "run": ["env"]}],
    "post": [
        [{"name": "make", "run": "parts:make"}, [{"name": "one", "run": ["echo", "${HUB_RELEASE}"]},
                                                {"name": "two", "run": "parts:fails_once", "env": {"FLAG": "flag"}}]],
        {"name": "last", "run": ["echo", "##BIOMAJ#fasta#protein,dna#k:v#a.fa,b.fa"]},
    ],
    "remove": [{"name": "bye", "run": ["touch", "../bye-${removedrelease}"]}],
}  # fmt: skip


def derived(lab: Lab, **dumper: Any) -> None:
    lab.plugin("base", data_url=lab.upstream("r1", "1\n"), release="parts:release")
    steps = json.loads(json.dumps(STEPS).replace('"FLAG": "flag"', json.dumps({"FLAG": str(lab.flag)})[1:-1]))
    lab.plugin("derived", depends_on=["base"], copy_from={"base": [r".*\.tsv"]}, steps=steps, **dumper)


def test_a_source_is_made_of_another_with_its_steps(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HUB", "x")
    derived(lab)
    desk = lab.open()
    report = lab.update("derived")
    assert desk.jobs.submitted == ["dump base", "dump derived"]
    folder = Path(report.data_folder)
    assert (folder / "base" / "base.tsv").samefile(folder.parents[1] / "base" / "r1" / "base.tsv")
    assert (folder / "made.txt").read_text() == "made of r1"
    assert set(lab.states("derived").values()) == {"done"}
    run = lab.run("derived")
    assert {n: p["state"] for n, p in run["processes"]["post"].items()} == dict.fromkeys(
        ("make", "one", "two", "last"), "done"
    )
    hello = Path(run["processes"]["pre"]["hello"]["log"]).read_text()
    root, archive = folder.parent, folder.parents[1]
    for line in (
        "HUB_SOURCE=derived", "dbname=derived", "PP_WARNING=#", f"data.dir={archive}", "dirversion=derived",
        f"basesource={archive / 'base' / 'r1'}", f"HUB_DEPENDS_BASE={archive / 'base' / 'r1'}",
        f"HUB_SOURCE_FOLDER={root}",
    ):  # fmt: skip
        assert f"\n{line}\n" in hello
    assert "SECRET_OF_THE_HUB" not in hello
    (row,) = desk.state.releases.of("derived")
    assert row["depends"] == {"base": "r1"}
    assert row["state"] == "complete"
    assert row["formats"] == {
        "fasta": [{"types": ["protein", "dna"], "tags": {"k": "v"}, "files": ["a.fa", "b.fa"], "step": "last"}],
        "text": [{"types": [], "tags": {"n": "2"}, "files": ["made.txt"], "step": "make"}],
    }
    assert desk.releases.current("derived")["release"] == "r1"


def test_a_new_release_of_a_dependency_makes_the_dependent_due(lab: Lab) -> None:
    derived(lab)
    desk = lab.open()
    lab.update("derived")
    assert desk.sources.updates.due("derived") == []
    assert lab.update("derived").changed is False
    assert lab.states("derived")["post"] == "skipped"
    lab.upstream("r2", "2\n")
    lab.update("base")
    assert desk.sources.updates.due("derived") == ["`base` is at release `r2`, this was made from `r1`"]
    report = lab.update("derived")
    assert report.release == "r2"
    assert (Path(report.data_folder) / "base" / "base.tsv").read_text() == "2\n"


def test_a_release_that_another_was_made_from_is_kept(lab: Lab) -> None:
    derived(lab)
    desk = lab.open(KEEP_RELEASES=0)
    lab.update("derived")
    for release in ("r2", "r3"):
        lab.upstream(release, release)
        lab.update("base")
    assert [r["release"] for r in desk.state.releases.of("base")] == ["r1", "r3"]
    needed = {v["release"]: v["needed"] for v in desk.releases.views("base")}
    assert needed["r1"] == ["is what release `r1` of `derived` was made from"]


def test_a_failed_step_stops_the_run_and_only_what_is_left_is_run_again(lab: Lab) -> None:
    derived(lab)
    desk = lab.open()
    lab.flag.touch()
    with pytest.raises(ProcessError, match=r"step `two` \(post\) ended with exit code 1.*the flag was there"):
        lab.update("derived")
    run = lab.run("derived")
    assert {n: p["state"] for n, p in run["processes"]["post"].items()} == {
        "make": "done", "one": "done", "two": "failed",
    }  # fmt: skip
    assert lab.states("derived")["post"] == "failed"
    assert desk.releases.current("derived") is None
    assert [r["state"] for r in desk.state.releases.of("derived")] == ["made"]
    (Path(run["data_folder"]) / "made.txt").unlink()  # would come back if `make` ran again
    before = len(desk.jobs.submitted)
    report = lab.update("derived")
    assert desk.jobs.submitted[before:] == ["dump derived"]
    assert not (Path(report.data_folder) / "made.txt").exists()
    assert lab.run("derived")["_id"] == run["_id"]
    assert lab.run("derived")["attempt"] == 2
    assert set(lab.states("derived").values()) == {"done"}
    (row,) = desk.state.releases.of("derived")
    assert row["formats"].keys() == {"fasta", "text"}


def test_a_run_can_be_stopped_and_gone_on_with(lab: Lab) -> None:
    derived(lab)
    desk = lab.open()
    assert lab.update("derived", stop_before="post").stopped
    assert lab.run("derived")["state"] == "stopped"
    assert desk.releases.current("derived") is None
    assert not lab.run("derived")["processes"].get("post")
    desk.restart()
    lab.update("derived")
    assert lab.run("derived")["state"] == "done"
    assert desk.releases.current("derived")["release"] == "r1"


def test_one_can_begin_again_in_the_middle(lab: Lab) -> None:
    derived(lab)
    lab.open()
    folder = Path(lab.update("derived").data_folder)
    (folder / "made.txt").unlink()
    lab.update("derived", from_step="post", process="two")
    assert not (folder / "made.txt").exists()
    lab.update("derived", from_step="post")
    assert (folder / "made.txt").exists()
    with pytest.raises(UnknownStepError, match="Did you mean `post`"):
        lab.update("derived", from_step="pots")
    with pytest.raises(UnknownStepError):
        lab.update("derived", stop_after="nothing")
    with pytest.raises(Exception, match="no process of step post `tow`"):
        lab.update("derived", from_step="post", process="tow")
    with pytest.raises(ResumeError, match="complete on disk"):
        lab.update("derived", from_step="unpack")
    assert set(lab.states("derived").values()) == {"done"}


def test_from_scratch_runs_everything_again(lab: Lab) -> None:
    derived(lab)
    lab.open()
    folder = Path(lab.update("derived").data_folder)
    (folder / "made.txt").write_text("changed")
    report = lab.update("derived", from_scratch=True)
    assert Path(report.data_folder, "made.txt").read_text() == f"made of {report.release}"


def test_a_source_whose_dependency_fails_is_not_run_and_says_why(lab: Lab) -> None:
    derived(lab)
    desk = lab.open()
    (lab.folder / "base.tsv").unlink()
    with pytest.raises(DependencyError, match="`derived` was not run: it depends on `base`, which failed: "):
        lab.update("derived")
    assert desk.jobs.submitted == ["dump base"]
    assert lab.states("derived")["depends"] == "failed"
    assert "base.tsv" in lab.run("derived")["error"]
    lab.upstream("r1", "1\n")
    lab.update("derived")
    assert lab.run("derived")["state"] == "done"


def test_a_circle_is_told_with_its_chain(lab: Lab) -> None:
    for name, needs in (("a", "b"), ("b", "c"), ("c", "b")):
        lab.plugin(name, depends_on=[needs])
    lab.open()
    with pytest.raises(CycleError, match="b -> c -> b"):
        lab.update("a")


def test_a_program_that_is_not_there_is_told_before_anything_runs(lab: Lab) -> None:
    url = lab.upstream("r1", "1\n")
    steps = {"post": [{"name": "x", "run": ["no-such-program"]}]}
    lab.plugin("base", data_url=url, release="parts:release", steps=steps)
    lab.open()
    with pytest.raises(ProcessError, match="needs the program `no-such-program`"):
        lab.update("base")
    assert lab.states("base")["check"] == "failed"


def test_a_step_that_takes_too_long_is_ended_with_what_it_started(lab: Lab) -> None:
    url = lab.upstream("r1", "1\n")
    steps = {"post": [{"name": "slow", "run": ["sh", "-c", "sleep 1000 & echo $$!; wait"], "timeout": 0.5}]}
    lab.plugin("base", data_url=url, release="parts:release", steps=steps)
    lab.open()
    with pytest.raises(ProcessError, match=r"limit of 0\.5 seconds"):
        lab.update("base")
    child = int(Path(lab.run("base")["processes"]["post"]["slow"]["log"]).read_text().splitlines()[1])
    deadline = time.monotonic() + 300  # it is killed; a busy machine needs a moment to end it
    with contextlib.suppress(psutil.NoSuchProcess):
        while psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline


def test_arguments_reach_a_program_as_they_are(lab: Lab) -> None:
    url = lab.upstream("r1", "1\n")
    odd = "; touch x $(id) `id` 'a\" *"
    steps = {"post": [{"name": "odd", "run": ["printf", "%s|", odd.replace("$", "$$"), "${HUB_RELEASE}"]}]}
    lab.plugin("base", data_url=url, release="parts:release", steps=steps)
    lab.open()
    lab.update("base")
    log = Path(lab.run("base")["processes"]["post"]["odd"]["log"]).read_text()
    assert log.splitlines()[1] == f"{odd}|r1|"


def test_steps_of_a_removal_come_before_it_and_can_refuse_it(lab: Lab) -> None:
    derived(lab)
    desk = lab.open()
    folder = Path(lab.update("derived").data_folder)
    desk.releases.remove("derived", force=True)
    assert not folder.exists()
    assert (folder.parent / "bye-r1").exists()
    lab.update("derived")
    (folder.parent / "bye-r1").unlink()
    (folder.parent / "bye-r1").mkdir(0o000)
    steps = {"remove": [{"name": "no", "run": ["false"]}]}
    lab.plugin("derived", depends_on=["base"], steps=steps)
    desk.sources.load(record=False)
    with pytest.raises(ProcessError, match="step `no` \\(remove\\) ended with exit code 1"):
        desk.releases.remove("derived", force=True)
    assert folder.exists()
    assert [r["state"] for r in desk.state.releases.of("derived")] == ["complete"]


def test_without_promotion_uploads_read_the_old_release(lab: Lab) -> None:
    lab.plugin("base", data_url=lab.upstream("r1", "1\n"), release="parts:release", auto_promote=False)
    desk = lab.open()
    lab.update("base")
    assert desk.releases.current("base") is None
    assert "pending" not in desk.state.sources.get("base")
    desk.releases.promote("base")
    assert desk.releases.current("base")["release"] == "r1"
    assert desk.state.sources.get("base")["pending"] == ["upload"]


def test_check_only_writes_nothing_and_runs_no_steps(lab: Lab) -> None:
    derived(lab)
    desk = lab.open()
    lab.update("base")
    handle = desk.sources.dump("derived", check_only=True)
    assert asyncio.run(handle.result()).release == "r1"
    assert desk.state.runs.last("derived") is None
    assert desk.state.releases.of("derived") == []
