"""Runs declared processes: in order, side by side, with a log, a time limit and no shell."""

from __future__ import annotations

import json
import shutil
import string
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import psutil

import hub
from hub.dataload.lifecycle import metadata
from hub.dataload.lifecycle.declared import Block, Process, Sequence, Steps
from hub.dataload.lifecycle.environment import Place, environment
from hub.dataload.lifecycle.errors import ProcessError
from hub.errors import suggest
from hub.jobs.port import JobContext

LOG_BYTES = 20 * 1024**2  #: of a log; what comes after is not kept
_LOOK_SECONDS = 0.1
_LINE_BYTES = 1024**2
_DRAIN_SECONDS = 5.0


@dataclass
class Outcome:
    """What became of one process.

    Attributes:
        name: of the process.
        digest: of its declaration.
        state: ``running``, ``done`` or ``failed``.
        started_at, ended_at: times, UTC.
        exit_code: of the program.
        error: why it failed.
        log: path of its log.
        files: groups of files it told of.
    """

    name: str
    digest: str
    state: str = "running"
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended_at: datetime | None = None
    exit_code: int | None = None
    error: str = ""
    log: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)


class Runner:
    """Runs the processes of one run of a source.

    Args:
        ctx: the job.
        place: where they work.
        report: told of each change, from any thread: phase and outcome.
        threads: sequences of a block that run at once.
        python_paths: folders with modules for functions.
    """

    def __init__(
        self,
        ctx: JobContext,
        place: Place,
        report: Callable[[str, Outcome], None],
        threads: int = 2,
        python_paths: Collection[str] = (),
    ) -> None:
        self.ctx, self.place, self.report = ctx, place, report
        self.threads, self.python_paths = max(1, threads), list(python_paths)

    def check(self, steps: Steps) -> None:
        """See that every program is there.

        Raises:
            ProcessError: one is not.
        """
        for phase, process in steps.processes():
            if process.argv and "$" not in process.argv[0]:
                self._program(phase, process, process.argv[0], environment(self.place, phase, "", Path(), process.env))

    def run(self, phase: str, blocks: Iterable[Block], done: Collection[str] = ()) -> None:
        """Run blocks, one after the other.

        Args:
            phase: ``pre``, ``post`` or ``remove``.
            blocks: what to run.
            done: names of processes that are not run again.

        Raises:
            ProcessError: the first that failed. Its block was run to the end as far as it does not come after it.
        """
        for block in blocks:
            todo = [s for s in block.sequences if any(p.name not in done for p in s.processes)]
            if len(todo) == 1:
                failed = [self._sequence(phase, todo[0], done)]
            else:
                with ThreadPoolExecutor(self.threads, thread_name_prefix="step") as pool:
                    failed = list(pool.map(lambda s: self._sequence(phase, s, done), todo))
            self.ctx.check()
            for error in failed:
                if error is not None:
                    raise error

    def _sequence(self, phase: str, sequence: Sequence, done: Collection[str]) -> BaseException | None:
        for process in sequence.processes:
            if process.name in done:
                continue
            try:
                self._process(phase, process)
            except Exception as error:
                return error
        return None

    def _process(self, phase: str, process: Process) -> None:
        log = self.place.logs / f"{phase}_{process.name}.log"
        outcome = Outcome(process.name, process.digest, log=str(log))
        self.report(phase, outcome)
        try:
            self._execute(phase, process, log, outcome)
        except Exception as error:
            outcome.state, outcome.error = "failed", str(error)
            raise
        else:
            outcome.state = "done"
        finally:
            outcome.ended_at = datetime.now(UTC)
            self.report(phase, outcome)

    def _execute(self, phase: str, process: Process, log: Path, outcome: Outcome) -> None:
        variables = environment(self.place, phase, process.name, log, process.env)
        argv = self._argv(phase, process, variables)
        folder = self.place.data_folder if self.place.folder else self.place.plugin
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as out:
            out.write(f"$ {json.dumps(argv)}\n".encode())
            out.flush()
            try:
                child = subprocess.Popen(
                    argv, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                )  # fmt: skip
            except OSError as error:
                raise ProcessError(self.place.source, phase, process.name, f"could not be started: {error}") from None
            lines = _Lines(child.stdout, out, process)
            try:
                why = self._wait(child, process)
            finally:
                _end(child)
                lines.join()
        outcome.exit_code, outcome.files = child.returncode, lines.files
        if why or child.returncode:
            raise ProcessError(
                self.place.source, phase, process.name, why or _ending(child.returncode, lines), str(log)
            )
        if not outcome.files and process.produces:
            outcome.files = [metadata.group(process.produces)]

    def _argv(self, phase: str, process: Process, variables: dict[str, str]) -> list[str]:
        if process.function:
            call = {
                "plugin": str(self.place.plugin),
                "function": process.function,
                "paths": self.python_paths,
                "phase": phase,
            }
            if self.place.python == sys.executable:  # that of an environment finds the hub, after its own packages
                variables["PYTHONPATH"] = str(Path(hub.__file__).resolve().parents[1])
            variables["PYTHONUNBUFFERED"] = "1"
            return [self.place.python, "-P", "-m", "hub.dataload.lifecycle.call", json.dumps(call)]
        argv = [self._filled(phase, process, text, variables) for text in process.argv]
        return [self._program(phase, process, argv[0], variables), *argv[1:]]

    def _filled(self, phase: str, process: Process, text: str, variables: dict[str, str]) -> str:
        try:
            return string.Template(text).substitute(variables)
        except KeyError as error:
            name = str(error.args[0])
            why = f"names the variable `${{{name}}}`, which does not exist. {suggest(name, variables)}".rstrip(".")
        except ValueError:
            why = f"has a `$` in `{text}` that starts no variable: write `$$` for the character"
        raise ProcessError(self.place.source, phase, process.name, why)

    def _program(self, phase: str, process: Process, name: str, variables: dict[str, str]) -> str:
        if "/" in name:
            path = self.place.plugin / name  # an absolute name stays what it is
            found = str(path) if shutil.which(str(path)) else None
        else:
            found = shutil.which(name, path=variables["PATH"])
        if found is None:
            where = "PATH and in the folder of the plugin" if "/" not in name else str(self.place.plugin)
            why = f"needs the program `{name}`, which is not there or may not be executed (looked in {where})"
            raise ProcessError(self.place.source, phase, process.name, why)
        return found

    def _wait(self, child: subprocess.Popen[bytes], process: Process) -> str:
        """Wait for the end; why it was ended by us, or nothing."""
        until = time.monotonic() + process.timeout if process.timeout else None
        while True:
            try:
                child.wait(_LOOK_SECONDS)
                return ""
            except subprocess.TimeoutExpired:
                self.ctx.check()
                if until is not None and time.monotonic() > until:
                    return f"was ended after its limit of {process.timeout:g} seconds"


class _Lines:
    """Writes the output of a child to its log, and picks out the lines that are meant for the hub."""

    def __init__(self, source: IO[bytes] | None, log: IO[bytes], process: Process) -> None:
        assert source is not None
        self.files: list[dict[str, Any]] = []
        self.last = ""
        self._source, self._log, self._process, self._written = source, log, process, 0
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def join(self) -> None:
        self._thread.join(_DRAIN_SECONDS)

    def _read(self) -> None:
        with self._source:
            for line in iter(lambda: self._source.readline(_LINE_BYTES), b""):
                text = line.decode("utf-8", "replace")
                if text.strip():
                    self.last = text.strip()[:300]
                if metadata.is_metadata(text):
                    self._take(text)
                self._write(line)

    def _take(self, text: str) -> None:
        try:
            self.files.append(metadata.read_line(text, self._process.produces))
        except ValueError as error:
            self._write(f"[hub] the next line is not understood: {error}\n".encode())

    def _write(self, line: bytes) -> None:
        if self._written > LOG_BYTES:
            return
        self._written += len(line)
        if self._written > LOG_BYTES:
            line = f"[hub] more than {LOG_BYTES // 1024**2} MiB: the rest is not kept\n".encode()
        if not self._log.closed:
            self._log.write(line)
            self._log.flush()


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child that is still there, with all that it started."""
    if child.poll() is not None:
        return
    try:
        family = [*psutil.Process(child.pid).children(recursive=True), psutil.Process(child.pid)]
    except psutil.NoSuchProcess:
        family = []
    for process in family:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    child.wait()


def _ending(code: int, lines: _Lines) -> str:
    how = f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}"
    return f"{how}; the last line it wrote is `{lines.last}`" if lines.last else how
