"""The far side of a worker process: runs one function and reports through a pipe. Imports nothing heavy.

Messages to the hub are tuples that begin with their kind: ``("progress", done, total, unit, note)``,
``("log", level, logger, text, created)``, ``("event", name, data)``, and last ``("done", pickled result)`` or
``("error", Failure)``. The hub sends ``"cancel"``; when its end of the pipe closes, the worker ends as well.
"""

from __future__ import annotations

import ctypes
import linecache
import logging
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TextIO

from hub import loglines
from hub.errors import HubError, Passing, of_machine
from hub.jobs.errors import JobCancelledError, UnsendableError

_PROGRESS_SECONDS = 0.1
_LOGS_A_SECOND = 50
_LONGEST_ERROR = 10_000  #: characters of an error that travels to the hub
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Task:
    """What a worker gets.

    Attributes:
        job_id: the job.
        call: pickled ``(fn, args)``.
        logfile: file that output and log records are added to; "" for none.
        log_format: ``text`` or ``json``.
        request: id of the request that the job was started by, or "".
        what: what it does, in words, for a log that says when it began and ended; "" for none.
    """

    job_id: str
    call: bytes
    logfile: str = ""
    log_format: str = "text"
    request: str = ""
    what: str = ""


@dataclass(frozen=True)
class Failure:
    """An error on its way to the hub.

    Attributes:
        type_name: class name.
        message: its text.
        where: ``file.py, line 12`` of the innermost line outside the hub, or "".
        passing: whether another try may help.
        parts: named parts, as far as they can be pickled.
        pickled: the error itself when its class belongs to Python or the hub.
    """

    type_name: str
    message: str
    where: str = ""
    passing: bool = False
    parts: Mapping[str, Any] = field(default_factory=dict)
    pickled: bytes | None = None


class ReportingContext:
    """The `JobContext` of a running function: sends reports, knows whether it is cancelled.

    Args:
        job_id: the job.
        send: takes the messages described above; called from any thread.
    """

    def __init__(self, job_id: str, send: Callable[[tuple[Any, ...]], None]) -> None:
        self.job_id = job_id
        self.logger = logging.getLogger("hub.job")
        self.cancelled = threading.Event()
        self._send = send
        self._next_at = 0.0
        self._held: tuple[Any, ...] | None = None

    def progress(self, done: int, total: int | None = None, *, unit: str = "", note: str = "") -> None:
        """Report progress; sent at most ten times a second, the last one always."""
        message = ("progress", done, total, unit, note)
        now = time.monotonic()
        if now < self._next_at:
            self._held = message
            return
        self._next_at, self._held = now + _PROGRESS_SECONDS, None
        self._send(message)

    def check(self) -> None:
        """Raise `JobCancelledError` when the job is to stop."""
        if self.cancelled.is_set():
            raise JobCancelledError(self.job_id)

    def emit(self, event: str, **data: Any) -> None:
        """Send an event."""
        self.flush()
        self._send(("event", event, data))

    def flush(self) -> None:
        """Send the progress that was held back."""
        if (held := self._held) is not None:
            self._held = None
            self._send(held)


class ForwardingHandler(logging.Handler):
    """Sends records to the hub, not more than 50 a second; the log file has them all."""

    def __init__(self, send: Callable[[tuple[Any, ...]], None]) -> None:
        super().__init__(logging.INFO)
        self._send = send
        self._second, self._count = 0, 0

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        second = int(record.created)
        self._count = self._count + 1 if second == self._second else 1
        self._second = second
        if self._count <= _LOGS_A_SECOND:
            self._send(("log", record.levelno, record.name, shortened(record.getMessage(), 2_000), record.created))


def main(pipe: Connection, task: Task) -> None:
    """Run one task in this process and end."""
    _die_with_the_hub()
    _adopt_orphans()
    _leave_the_terminal()
    _open_log(task)
    lock = threading.Lock()

    def send(message: tuple[Any, ...]) -> None:
        with lock:
            pipe.send(message)

    context = ReportingContext(task.job_id, send)
    logging.getLogger().addHandler(ForwardingHandler(send))
    threading.Thread(target=_listen, args=(pipe, context), name="hub-listener", daemon=True).start()
    outcome = run(task, context)
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # a full disk, a stream that the function closed
            stream.flush()
    _end_children()
    send(outcome)
    os._exit(0)  # not held up by threads of the function


def run(task: Task, context: ReportingContext) -> tuple[Any, ...]:
    """Run the function; the last message to send. Errors are written to standard error with their traceback."""
    try:
        fn, args = pickle.loads(task.call)
        with told(context.logger, task.what):
            result = fn(context, *args)
        context.flush()
        return ("done", _pickled_result(fn, result))
    except BaseException as error:
        context.flush()
        if not isinstance(error, JobCancelledError):
            with suppress(Exception):  # a full disk must not hide what went wrong
                traceback.print_exc()
        return ("error", failure_of(of_machine(error) or error))


@contextmanager
def told(logger: logging.Logger, what: str) -> Iterator[None]:
    """Lines in the log where some work begins and where it has come to its end.

    Args:
        logger: where they go.
        what: the work, in words; "" for no lines.
    """
    if what:
        logger.info("%s", what)
    begin = time.monotonic()
    yield
    if what:
        logger.info("%s: done in %.2f s", what, time.monotonic() - begin)


def failure_of(error: BaseException) -> Failure:
    """The error in a form that can travel."""
    parts = error.parts() if isinstance(error, HubError) else {}
    text = text_of(error)
    # What ends a program (`SystemExit`, `KeyboardInterrupt`) is meant for this process; raised in the hub it ends that.
    ours = isinstance(error, Exception) and type(error).__module__.partition(".")[0] in ("hub", "builtins")
    return Failure(
        type_name=type(error).__name__,
        message=shortened(text),
        where=_where(error),
        passing=isinstance(error, Passing),
        parts={name: value for name, value in parts.items() if _try_pickle(value)},
        pickled=_try_pickle(error) if ours and len(text) <= _LONGEST_ERROR else None,
    )


def text_of(error: BaseException) -> str:
    """What an error says; that of a plugin may fail at saying it."""
    try:
        return str(error)
    except Exception as second:
        return f"(its text cannot be told: {type(second).__name__})"


def shortened(text: str, longest: int = _LONGEST_ERROR) -> str:
    """The text, cut when it is long: what a plugin says must not fill the hub's memory."""
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text):,} characters)"


def _where(error: BaseException) -> str:
    """The innermost line that is not the hub's own and not the library's, else the innermost one."""
    own = str(Path(__file__).resolve().parents[1]) + os.sep
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith("<")]
    outside = [
        f for f in frames if not f.filename.startswith((own, sys.base_prefix)) and "site-packages" not in f.filename
    ]
    linecache.clearcache()
    chosen = outside or frames
    return f"{Path(chosen[-1].filename).name}, line {chosen[-1].lineno}" if chosen else ""


def _try_pickle(value: Any) -> bytes | None:
    try:
        pickled = pickle.dumps(value)
        pickle.loads(pickled)
    except Exception:
        return None
    return pickled


def _pickled_result(fn: Any, result: Any) -> bytes:
    try:
        return pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        raise UnsendableError("the result", getattr(fn, "__qualname__", str(fn)), str(error)) from None


def _listen(pipe: Connection, context: ReportingContext) -> None:
    """Wait for word from the hub; without a hub there is nothing left to do."""
    while True:
        try:
            message = pipe.recv()
        except (EOFError, OSError):
            os.killpg(0, signal.SIGKILL)
        else:
            if message == "cancel":
                context.cancelled.set()


def _die_with_the_hub() -> None:
    """On Linux the kernel kills this process when the one that forked it dies, whatever this process is doing.

    The fork server ends when nobody holds its "alive" pipe any more. `multiprocessing` gives each worker a copy of it;
    a worker that kept it would keep the server alive after the hub, and so would never get that signal.
    """
    _let_go_of_the_fork_server()
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _let_go_of_the_fork_server() -> None:
    server = getattr(forkserver, "_forkserver", None)
    alive = getattr(server, "_forkserver_alive_fd", None)
    if isinstance(alive, int):
        os.close(alive)
        setattr(server, "_forkserver_alive_fd", None)  # noqa: B010 - no public name for it


def _end_children() -> None:
    """Kill what the function started and left running, also what has moved to a session of its own.

    This process adopts the children of its children (`_adopt_orphans`), so all of them can be found below it.
    """
    if not _has_children():
        return
    import psutil

    for _ in range(10):  # killed parents leave children, which are ours then
        children = [p for p in psutil.Process().children(recursive=True) if p.status() != psutil.STATUS_ZOMBIE]
        if not children:
            return
        for child in children:
            with suppress(psutil.Error):
                child.kill()
        psutil.wait_procs(children, timeout=1)


def _has_children() -> bool:
    """Whether there is any; True where it can not be told quickly."""
    try:
        return any((task / "children").read_text() for task in Path("/proc/self/task").iterdir())
    except OSError:
        return True


def _adopt_orphans() -> None:
    """On Linux, children of children that end become children of this process, not of the machine's first one."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _leave_the_terminal() -> None:
    """An own session: Ctrl-C at the hub's terminal reaches the hub only, and children of the function end with it."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _text(file: int) -> TextIO:
    """A text stream on a file descriptor that stays open."""
    return os.fdopen(file, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def _open_log(task: Task) -> None:
    if task.logfile:
        Path(task.logfile).parent.mkdir(parents=True, exist_ok=True)
        file = os.open(task.logfile, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(file, 1)
        os.dup2(file, 2)
        os.close(file)
        sys.stdout, sys.stderr = _text(1), _text(2)
    loglines.JOB.set(task.job_id)
    loglines.REQUEST.set(task.request)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(loglines.formatter(task.log_format, None))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("urllib3", "elastic_transport", "pymongo"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
