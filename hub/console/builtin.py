"""Functions that only the console has: help, history, jobs at work, and short names that existing hooks call."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from hub import commands
from hub.commands.hub_state import command_info
from hub.commands.services import Services
from hub.console.commands import ConsoleCommand
from hub.console.display import Listing, Text
from hub.console.errors import NoInputError, ShellCommandError
from hub.console.jobs import StartedJob
from hub.console.managers import Manager
from hub.console.threads import LOOK, HubLoop
from hub.errors import NotFound
from hub.jobs.port import JobState

PENDING, DONE = "pending", "done"
_FULL_LINE = 85  #: characters; a shorter line of a docstring ends where its writer wanted


class Functions:
    """The functions.

    Args:
        services: the hub.
        loop: the hub's loop.
        managers: by short name.
        names: gives all names of the console, for `help`.
        own_names: gives those that hooks made.
    """

    def __init__(
        self,
        services: Services,
        loop: HubLoop,
        managers: Mapping[str, Manager],
        names: Callable[[], Mapping[str, Any]],
        own_names: Callable[[], Mapping[str, Any]],
    ) -> None:
        self._services, self._loop, self._managers = services, loop, managers
        self._names, self._hook_names = names, own_names

    def help(self, func: Any = None) -> Text:
        """What there is, or what one thing does: ``help()``, ``help(dump)``, ``help("dump")``; also ``dump?``.

        Args:
            func: a command, function, anything, or its name.
        """
        if func is None:
            return Text(self._overview())
        target = self._names().get(func, func) if isinstance(func, str) else func
        if isinstance(target, str):
            raise NotFound("command", target, [c.name for c in commands.all_commands()])
        name = getattr(target, "__name__", "")
        if isinstance(target, ConsoleCommand) or inspect.isroutine(target):
            try:
                signature = str(inspect.signature(target))
            except (TypeError, ValueError):
                signature = "(...)"
            return Text(f"{name}{signature}\n\n{_paragraphs(inspect.getdoc(target) or 'No description.')}")
        return Text(pydoc.render_doc(target, renderer=pydoc.plaintext))  # type: ignore[attr-defined]

    def _overview(self) -> str:
        groups: dict[str, list[tuple[str, str]]] = {}
        for command in commands.all_commands():
            groups.setdefault(command.area, []).append((command.name, command.summary))
        groups["console"] = [(n, _summary(f)) for n, f in sorted(self.all().items()) if callable(f)]
        groups["hooks"] = [(n, _summary(f)) for n, f in sorted(self._hook_names().items()) if callable(f)]
        width = max(len(name) for group in groups.values() for name, _ in group)
        lines: list[str] = []
        for area, group in groups.items():
            if group:
                lines += ["", area, *(f"  {name:<{width}}  {summary}" for name, summary in group)]
        lines += ["", f"Managers: {', '.join(self._managers)}. `name?` explains a name, `!program` runs a program."]
        return "\n".join(lines[1:])

    def commands(
        self,
        id: int | None = None,  # noqa: A002 (the documented name)
        running: bool | None = None,
        failed: bool | None = None,
        limit: int = 100,
    ) -> Any:
        """Long commands that were started through any door, newest first.

        Args:
            id: that one, as `command` tells it.
            running: True keeps those at work, False those that have ended.
            failed: True keeps those that failed, False the others.
            limit: at most so many.
        """
        if id is not None:
            return self.command(id)
        records = self._loop.run("commands", self._services.records.recent, limit, running=running, failed=failed)
        return Listing(records, _history)

    def command(self, id: int) -> dict[str, Any]:  # noqa: A002 (the documented name)
        """One long command: whether it is done, and its result or error.

        Args:
            id: its number.
        """
        found: dict[str, Any] = self._loop.run("command", command_info, self._services, id)
        return found

    def top(self, action: str = "summary") -> Text | Listing:
        """Jobs at work now; ``top(pending)`` those that wait, ``top(done)`` the last that ended.

        Args:
            action: summary, pending or done.
        """
        states = {
            "summary": [JobState.RUNNING],
            PENDING: [JobState.QUEUED],
            DONE: [state for state in JobState if state.ended],
        }
        if action not in states:
            raise NotFound("view of jobs", action, states)
        found = self._loop.run("top", self._services.jobs.list, states[action])
        listing = Listing([_job(job) for job in found])
        if action != "summary":
            return listing
        waiting = len(self._loop.run("top", self._services.jobs.list, [JobState.QUEUED]))
        counts = f"{len(found)} running job(s)\n{waiting} pending job(s)"
        print("" if not found else _table(listing), end="")
        return Text(counts + (", type 'top(pending)' for more" if waiting else ""))

    def sch(self) -> Listing:
        """Schedules, the next due first."""
        entries = self._loop.run("sch", self._services.scheduler.list)
        rows = [
            {
                "schedule": e.name,
                "cron": e.cron,
                "next run": f"{e.next_run:%Y-%m-%d %H:%M:%S}" if e.next_run else "off",
                "last run": f"{e.last_run:%Y-%m-%d %H:%M:%S}" if e.last_run else None,
                "problem": e.last_error or None,
            }
            for e in entries
        ]
        return Listing(rows)

    def lsmerge(self, build_config: str | None = None, only_archived: bool = False) -> Any:
        """Names of the builds of a configuration, or by configuration.

        Args:
            build_config: name of a build configuration.
            only_archived: only those that are archived.
        """
        found = self._managers["bm"].list_merge(build_config, only_archived=only_archived)
        return found if build_config is None else found.get(build_config, [])

    def shell(self, line: str) -> None:
        """Run a program on the machine of the hub; ``!df -h`` for short.

        Args:
            line: what a shell would be given.
        """
        with subprocess.Popen(
            line, shell=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            code = _follow(process)
        if code:
            raise ShellCommandError(code)

    def chain(self, *calls: Callable[[], Any]) -> Any:
        """Calls, one after the other, each when the one before has succeeded; ``a() && b()`` for short.

        Args:
            *calls: functions without arguments.
        """
        last: Any = None
        for each in calls:
            last = each()
            if isinstance(last, StartedJob):
                last.result()
        return last

    def _and(self, *calls: Callable[[], Any]) -> Any:
        """The same as `chain`, under the name that existing hooks call it by.

        Args:
            *calls: functions without arguments.
        """
        return self.chain(*calls)

    def exit(self, code: int = 0) -> NoReturn:
        """Leave the console; the hub goes on.

        Args:
            code: exit code of the session.
        """
        raise SystemExit(code)

    def input(self, prompt: str = "") -> NoReturn:
        """Not at the console."""
        raise NoInputError

    def all(self) -> dict[str, Any]:
        """The functions by name."""
        made: dict[str, Any] = {n: getattr(self, n) for n in ("help", "commands", "command", "top", "sch")}
        made |= {n: getattr(self, n) for n in ("lsmerge", "shell", "chain", "_and", "exit", "input")}
        return made | {"quit": self.exit, "pending": PENDING, "done": DONE}


def _paragraphs(doc: str) -> str:
    """A docstring whose lines, full ones of the source, are joined again: the terminal breaks them where it ends."""
    told: list[str] = []
    full = False
    for line in doc.split("\n"):
        if full and line and not line.startswith((" ", "-", "*")):
            told[-1] += f" {line}"
        else:
            told.append(line)
        full = len(line) > _FULL_LINE
    return "\n".join(told)


def _summary(function: Any) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0]


def _history(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def state(record: dict[str, Any]) -> str:
        if not record["is_done"]:
            return "RUN"
        return "ERR" if record.get("failed") else "OK"

    return [
        {
            "id": str(r["id"]),
            "state": state(r),
            "command": r["cmd"],
            "started": time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(r["started_at"])),
            "duration": r.get("duration"),
            "problem": str(r["results"][0]).partition("\n")[0] if r.get("failed") else None,
        }
        for r in records
    ]


def _job(job: Any) -> dict[str, Any]:
    import psutil

    memory: str | None = None
    cpu: str | None = None
    if job.pid and job.state is JobState.RUNNING:
        try:
            process = psutil.Process(job.pid)
            memory = f"{process.memory_info().rss / 2**20:.1f}MiB"
            cpu = f"{process.cpu_percent():.1f}%"
        except psutil.Error:
            memory = None
    return {
        "PID": str(job.pid) if job.pid else None,
        "SOURCE": job.subject,
        "CATEGORY": job.kind,
        "STEP": job.progress.note or None,
        "DESCRIPTION": job.waiting_for or job.description or None,
        "MEM": memory,
        "CPU": cpu,
        "STARTED_AT": f"{job.started_at.astimezone():%Y/%m/%d %H:%M:%S}" if job.started_at else None,
        "DURATION": f"{job.duration:.1f}s" if job.duration is not None else None,
    }


def _table(listing: Listing) -> str:
    from hub.console.display import Look, render

    return render(listing, Look())


def _follow(process: subprocess.Popen[bytes]) -> int:
    """Print what a program prints; Ctrl-C ends it."""
    import os
    import select

    assert process.stdout is not None
    number = process.stdout.fileno()
    try:
        while True:
            if not select.select([number], [], [], LOOK)[0]:
                continue
            piece = os.read(number, 65536)
            if not piece:
                return process.wait()
            print(piece.decode("utf-8", "replace"), end="")
    except BaseException:
        process.kill()
        raise
