"""Functions that the tests run as jobs. They wait for files and pipes, never for time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from hub.errors import HubError, NotFound, Passing
from hub.jobs.port import JobContext


class FlakyError(HubError, Passing):
    """Goes away by itself."""

    def __init__(self, attempt: int) -> None:
        self.attempt = attempt
        super().__init__(f"try {attempt} failed")


class OurOwnError(Exception):
    """An error type that only the plugin knows."""


def add(ctx: JobContext, a: int, b: int) -> int:
    return a + b


def describe(ctx: JobContext) -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "job": ctx.job_id,
        "main": sys.modules["__main__"].__name__,
        "modules": sorted(sys.modules),
    }


def count(ctx: JobContext, total: int) -> int:
    for done in range(total + 1):
        ctx.progress(done, total, unit="documents", note="counting")
    return total


def talk(ctx: JobContext) -> None:
    print("said on standard output")
    print("said on standard error", file=sys.stderr)
    ctx.logger.info("said in the log")
    subprocess.run(["/bin/echo", "said by a child"], check=True)


def talk_and_fail(ctx: JobContext) -> None:
    ctx.logger.info("said in the log")
    sys.stdout.write("said without an end of line, so that it waits to be written")
    not_found(ctx)


def tell(ctx: JobContext, names: list[str]) -> None:
    for name in names:
        ctx.emit(name, value=name.upper())


class PanicError(BaseException):
    """As compiled libraries raise it: not an `Exception`."""


class UntellableError(Exception):
    """Its text cannot be had."""

    def __str__(self) -> str:
        raise ValueError("no text")


def end_program(ctx: JobContext, kind: type[BaseException]) -> None:
    raise kind("said by the function")


def not_found(ctx: JobContext) -> None:
    raise NotFound("source", "hpoo", ["hpo", "go"])


def own_error(ctx: JobContext) -> None:
    raise OurOwnError("only here")


def key_error(ctx: JobContext) -> None:
    {}["absent"]


def unsendable(ctx: JobContext) -> Any:
    return lambda: None


def die(ctx: JobContext, number: int) -> None:
    os.kill(os.getpid(), number)
    signal.pause()


def leave(ctx: JobContext, code: int) -> None:
    os._exit(code)


def flaky(ctx: JobContext, file: str, good_at: int) -> int:
    """Fails with a passing error until its `good_at`-th try."""
    path = Path(file)
    attempt = len(path.read_text()) + 1 if path.exists() else 1
    path.write_text("x" * attempt)
    if attempt < good_at:
        raise FlakyError(attempt)
    return attempt


def lost_once(ctx: JobContext, file: str) -> str:
    path = Path(file)
    if path.exists():
        return "second try"
    path.write_text("x")
    os.kill(os.getpid(), signal.SIGKILL)
    return "never"


def wait_for(ctx: JobContext, fifo: str) -> str:
    """Tell that it runs, then wait for a line in a named pipe."""
    ctx.emit("waiting")
    with Path(fifo).open(encoding="utf-8") as pipe:
        return pipe.readline().strip()


def until_cancelled(ctx: JobContext) -> None:
    ctx.emit("waiting")
    while True:
        ctx.check()


def deaf(ctx: JobContext) -> None:
    """Cannot be asked to stop, and ignores the polite signal."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ctx.emit("waiting")
    while True:
        signal.pause()


def with_child(ctx: JobContext) -> None:
    """Starts a program that would outlive it."""
    child = subprocess.Popen(["/bin/sleep", "1000"])
    ctx.emit("waiting", child=child.pid)
    while True:
        signal.pause()


def runaway_child(ctx: JobContext, fifo: str, end: str) -> None:
    """Starts a process that leaves the session and whose parent ends at once, as daemons do."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            Path(fifo).write_text(f"{os.getpid()}\n")
            while True:
                signal.pause()
        os._exit(0)
    if end == "cancel":
        while True:
            signal.pause()


def eat_memory(ctx: JobContext, child: bool) -> None:
    if child and os.fork() > 0:
        while True:
            signal.pause()
    eaten = []
    while True:
        eaten.append(os.urandom(1024**2))
        if len(eaten) > 2000:
            os._exit(9)  # nobody stopped it


def talk_for_ever(ctx: JobContext, fifo: str, megabytes: int) -> int:
    """Fills its log, then waits for a line in a named pipe."""
    line = "x" * 1023
    for _ in range(megabytes * 1024):
        print(line)
    print(line * 5000)
    ctx.logger.info("y" * 5_000_000)
    with Path(fifo).open(encoding="utf-8") as pipe:
        pipe.readline()
    raise ValueError("z" * 5_000_000)


def allocate(ctx: JobContext, size: int) -> int:
    return len(bytes(size))


def big_result(ctx: JobContext, size: int) -> bytes:
    return b"x" * size


def say(ctx: JobContext, text: str) -> None:
    print(text, end="")


def tell_the_log(ctx: JobContext) -> None:
    ctx.logger.info("said in the log")
