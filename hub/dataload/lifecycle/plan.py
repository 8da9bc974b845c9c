"""What an update has to run: everything, or what is left of the last run. Pure functions on run records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.dataload.lifecycle.declared import Block, Steps
from hub.dataload.lifecycle.errors import ResumeError
from hub.dataload.lifecycle.names import ORDER, Step, step_named
from hub.errors import BadArgument, NotFound

Record = Mapping[str, Any]
UNFINISHED = frozenset({"failed", "canceled", "interrupted", "stopped"})


@dataclass(frozen=True)
class Wish:
    """What was asked for.

    Attributes:
        from_scratch: forget what the last run left, and fetch everything.
        force: fetch everything.
        from_step: begin with this step of the last run.
        process: of the steps ``pre`` or ``post``, begin with this process, sequence or block.
        stop_after: end after this step.
        stop_before: end before this step.
    """

    from_scratch: bool = False
    force: bool = False
    from_step: str | None = None
    process: str | None = None
    stop_after: str | None = None
    stop_before: str | None = None


@dataclass(frozen=True)
class Plan:
    """What is to be run; picklable.

    Attributes:
        first: the first step that is run.
        last: the step after which it ends.
        force: fetch everything.
        discard: forget partial downloads.
        run: id of the run that is gone on with; None for a new one.
        folder: path of the release that run has made; empty before.
        done: names of the processes that are not run again, by phase.
    """

    first: Step = Step.CHECK
    last: Step = Step.CLEAN
    force: bool = False
    discard: bool = False
    run: int | None = None
    folder: str = ""
    done: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def runs(self, step: Step) -> bool:
        """Whether a step is run."""
        return self.first.number <= step.number <= self.last.number


def make_plan(source: str, wish: Wish, last: Record | None, steps: Steps) -> Plan:
    """What has to be run.

    Args:
        source: for messages.
        wish: what was asked for.
        last: record of the last run of the source, or None.
        steps: what the source declares now.

    Raises:
        UnknownStepError: a name that is no step.
        hub.errors.BadArgument: wishes that contradict each other.
        ResumeError: the last run is not as far as that.
    """
    end = _end(wish)
    if wish.process and wish.from_step not in (Step.PRE, Step.POST):
        raise BadArgument("`process` needs `from_step`, which is `pre` or `post`.")
    if wish.from_scratch and wish.from_step:
        raise BadArgument("`from_scratch` runs all steps: leave `from_step` out.")
    if wish.from_step:
        return _from(source, step_named(wish.from_step), end, wish, last, steps)
    if wish.from_scratch or wish.force:
        return Plan(last=end, force=True, discard=wish.from_scratch)
    if last is None or last.get("state") not in UNFINISHED:
        return Plan(last=end)
    return _resumed(last, end, steps)


def _end(wish: Wish) -> Step:
    if wish.stop_after and wish.stop_before:
        raise BadArgument("give `stop_after` or `stop_before`, not both.")
    if wish.stop_before:
        step = step_named(wish.stop_before)
        if step is ORDER[0]:
            raise BadArgument(f"`{step}` is the first step: nothing comes before it.")
        return ORDER[step.number - 1]
    return step_named(wish.stop_after) if wish.stop_after else ORDER[-1]


def _resumed(last: Record, end: Step, steps: Steps) -> Plan:
    first = next((s for s in ORDER if not _done(last, s)), ORDER[-1])
    if Step.RELEASE.number < first.number < Step.POST.number:
        first = Step.RELEASE  # what was downloaded is taken; whether it is still right has to be asked
    folder = str(last.get("data_folder") or "")
    if first.number >= Step.POST.number and not folder:
        return Plan(last=end)
    done = {phase: _finished(last, phase, getattr(steps, phase)) for phase in ("pre", "post")}
    return Plan(first, end, run=last["_id"], folder=folder if first.number >= Step.POST.number else "", done=done)


def _from(source: str, first: Step, end: Step, wish: Wish, last: Record | None, steps: Steps) -> Plan:
    if end.number < first.number:
        raise BadArgument(f"step `{end}`, after which it should end, comes before `{first}`.")
    if first.number < Step.PRE.number:
        return Plan(last=end)
    if last is None:
        raise ResumeError(source, first, "there is no run yet. Leave `from_step` out.")
    missing = [s for s in ORDER[: first.number] if not _done(last, s)]
    if missing:
        raise ResumeError(source, first, f"step `{missing[0]}` of the last run is not done. Begin there.")
    folder = str(last.get("data_folder") or "")
    if first.number < Step.POST.number:
        if first in (Step.UNPACK, Step.VERIFY):
            raise ResumeError(source, first, "the release is complete on disk. Use `download` to fetch it again.")
        done = _before(source, last, "pre", steps.pre, wish.process) if first is Step.PRE else frozenset()
        return Plan(first, end, force=first is Step.DOWNLOAD, run=last["_id"], done={"pre": done})
    if not folder:
        raise ResumeError(source, first, "the last run made no release. Leave `from_step` out.")
    done = _before(source, last, "post", steps.post, wish.process) if first is Step.POST else frozenset()
    return Plan(first, end, run=last["_id"], folder=folder, done={"post": done})


def _done(last: Record, step: Step) -> bool:
    return (last.get("steps") or {}).get(step, {}).get("state") in ("done", "skipped")


def _finished(last: Record, phase: str, blocks: tuple[Block, ...]) -> frozenset[str]:
    """Processes that have ended well and are still declared as they were then."""
    known = (last.get("processes") or {}).get(phase) or {}
    found: set[str] = set()
    for block in blocks:
        for sequence in block.sequences:
            for process in sequence.processes:
                record = known.get(process.name) or {}
                if record.get("state") != "done" or record.get("digest") != process.digest:
                    break  # what comes after it in the sequence works on what it makes
                found.add(process.name)
        if any(process.name not in found for process in block.processes()):
            break
    return frozenset(found)


def _before(source: str, last: Record, phase: str, blocks: tuple[Block, ...], name: str | None) -> frozenset[str]:
    """Processes that are left alone when one begins with a process, sequence or block; none without a name."""
    if name is None:
        return frozenset()
    done: set[str] = set()
    for block in blocks:
        named = {block.name, *(s.name for s in block.sequences), *(p.name for p in block.processes())}
        if name not in named:
            done |= {p.name for p in block.processes()}
            continue
        for sequence in block.sequences:
            done |= _left_alone(name, block, [p.name for p in sequence.processes], sequence.name)
        unfinished = done - _finished(last, phase, blocks)
        if unfinished:
            raise ResumeError(source, phase, f"`{min(unfinished)}`, which comes before, is not done. Begin there.")
        return frozenset(done)
    known = [n for b in blocks for n in (b.name, *(s.name for s in b.sequences), *(p.name for p in b.processes()))]
    raise NotFound(f"process of step {phase}", name, known)


def _left_alone(name: str, block: Block, processes: list[str], sequence: str) -> set[str]:
    if name in (block.name, sequence):
        return set()
    return set(processes[: processes.index(name)]) if name in processes else set(processes)
