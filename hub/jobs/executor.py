"""Where jobs run: one worker process for each process job, and a pool of threads.

Processes are forked from a small server process that has the light modules loaded (`multiprocessing`'s forkserver), so
that one starts in about ten milliseconds, sees no open file or lock of the hub, and the idle hub holds none.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any, Protocol

from hub import loglines
from hub.errors import of_machine
from hub.jobs import worker
from hub.jobs.errors import JobCancelledError, RemoteError, RemotePassingError, UnsendableError, WorkerLostError
from hub.jobs.guard import Guard
from hub.jobs.port import JobSpec

_PRELOAD = [
    "hub.jobs.worker",
    "hub.jobs.undertaker",
    "hub.jobs.port",
    "hub.loglines",
    "hub.config",
    "hub.store.port",
    "hub.search.port",
    "logging.handlers",
]
_TERM_SECONDS = 2.0  #: between the polite and the final signal

Report = Callable[[tuple[Any, ...]], None]


class Run(Protocol):
    """One started function."""

    pid: int | None
    name: str
    guard: Guard | None  #: looks at what it uses; None when it has no process of its own here

    async def outcome(self) -> Any:
        """The result; raises the function's error, `JobCancelledError` or `WorkerLostError`. Ends when all is over."""
        ...

    async def cancel(self, grace: float) -> None:
        """Ask it to stop; after ``grace`` seconds end its process. Returns when it is over or must be waited for."""
        ...


class Executor(Protocol):
    """What the job manager needs of a place to run jobs."""

    async def start(self) -> None:
        """Get ready."""
        ...

    async def stop(self) -> None:
        """Release everything; no run is left."""
        ...

    def run(self, job_id: str, spec: JobSpec, logfile: str, report: Report) -> Run:
        """Start a function; ``report`` is called in the loop with each message of `hub.jobs.worker`.

        Raises:
            UnsendableError: function or arguments cannot be pickled.
        """
        ...


class LocalExecutor:
    """Processes and threads of this machine.

    Args:
        threads: size of the thread pool.
        preload: modules that worker processes find imported, so that each job need not import them anew.
        log_format: ``text`` or ``json``.
    """

    def __init__(self, threads: int = 4, preload: Sequence[str] = (), log_format: str = "text") -> None:
        self._log_format = log_format
        self._preload = [*_PRELOAD, *preload]
        self._context = multiprocessing.get_context("forkserver")
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="hub-thread")

    async def start(self) -> None:
        """Start the server process that workers are forked from."""
        from multiprocessing import forkserver

        self._context.set_forkserver_preload(self._preload)
        with _hidden_main():
            await asyncio.to_thread(forkserver.ensure_running)

    async def stop(self) -> None:
        """Let the threads end."""
        await asyncio.to_thread(self._threads.shutdown, True, cancel_futures=True)

    def run(self, job_id: str, spec: JobSpec, logfile: str, report: Report) -> Run:
        """Start a function in a process or a thread."""
        if spec.where == "thread":
            return ThreadRun(job_id, spec, _handler(logfile, self._log_format), report, self._threads)
        task = worker.Task(job_id, pickled_call(spec), logfile, self._log_format, loglines.REQUEST.get(), told_of(spec))
        return ProcessRun(self._context, task, report)


def pickled_call(spec: JobSpec) -> bytes:
    """Function and arguments as bytes.

    Raises:
        UnsendableError: they cannot be pickled.
    """
    try:
        return pickle.dumps((spec.fn, tuple(spec.args)), protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        raise UnsendableError("the arguments", getattr(spec.fn, "__qualname__", str(spec.fn)), str(error)) from None


class ProcessRun:
    """A function in a process of its own. A thread reads its pipe, so that a large result does not hold up the loop."""

    def __init__(self, context: multiprocessing.context.ForkServerContext, task: worker.Task, report: Report) -> None:
        self._loop = asyncio.get_running_loop()
        self._job_id, self._report = task.job_id, report
        self._over: asyncio.Future[tuple[Any, ...] | None] = self._loop.create_future()
        self._cancelling = False
        self._pipe, far = context.Pipe()
        self._process = context.Process(target=worker.main, args=(far, task), name=f"job-{task.job_id}", daemon=True)
        try:
            with _hidden_main():
                self._process.start()
        except (EOFError, ConnectionError, BrokenPipeError):  # the fork server was killed meanwhile
            raise WorkerLostError(task.job_id, None) from None
        finally:
            far.close()
        self.pid, self.name = self._process.pid, self._process.name
        self.guard = Guard(self.pid, task.logfile) if self.pid is not None else None
        threading.Thread(target=self._read, args=(self._pipe,), name=f"hub-pipe-{task.job_id}", daemon=True).start()

    async def outcome(self) -> Any:
        """The result, or the error it ended with."""
        last = await asyncio.shield(self._over)
        if last is None:
            if self._cancelling:
                raise JobCancelledError(self._job_id)
            raise WorkerLostError(self._job_id, self._process.exitcode)
        return opened(last)

    async def cancel(self, grace: float) -> None:
        """Ask, then terminate, then kill the process and everything it started."""
        if self._over.done():
            return
        self._cancelling = True
        with suppress(OSError, ValueError):
            self._pipe.send("cancel")
        for signal_number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, _TERM_SECONDS)):
            done, _ = await asyncio.wait({self._over}, timeout=seconds)
            if done:
                return
            await asyncio.to_thread(self._end_family, ended=False)
            self._signal(signal_number)
        await asyncio.wait({self._over})

    def _end_family(self, *, ended: bool) -> None:
        """End also what has left the group."""
        if self.guard is not None:
            self.guard.end_descendants(ended=ended)

    def _signal(self, number: signal.Signals) -> None:
        self._signal_group(number)
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _signal_group(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def _read(self, pipe: Connection) -> None:
        """In a thread: hand messages to the loop until the last one or the end of the pipe."""
        last: tuple[Any, ...] | None = None
        while last is None:
            try:
                message = pipe.recv()
            except (EOFError, OSError):
                break
            except Exception as error:  # a message that cannot be read back
                last = ("error", worker.failure_of(error))
                break
            if message[0] in ("done", "error"):
                last = message
            else:
                self._tell(self._report, message)
        self._process.join()
        self._signal_group(signal.SIGKILL)  # what the function started and left behind
        self._end_family(ended=True)
        self._tell(self._finish, last)

    def _finish(self, last: tuple[Any, ...] | None) -> None:
        self._pipe.close()
        self._over.set_result(last)

    def _tell(self, fn: Callable[..., None], *args: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            self._loop.call_soon_threadsafe(fn, *args)


class ThreadRun:
    """A function in a thread. It can be asked to stop, not made to."""

    def __init__(
        self, job_id: str, spec: JobSpec, log: logging.Handler, report: Report, threads: ThreadPoolExecutor
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._report = report
        self._context = worker.ReportingContext(job_id, self._send)
        self._spec, self._log = spec, log
        self.pid: int | None = None
        self.name = ""
        self.guard: Guard | None = None
        self._future = self._loop.run_in_executor(threads, contextvars.copy_context().run, self._work)

    async def outcome(self) -> Any:
        """The result, or the error of the function."""
        return await asyncio.shield(self._future)

    async def cancel(self, grace: float) -> None:
        """Ask it to stop."""
        self._context.cancelled.set()

    def _send(self, message: tuple[Any, ...]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            self._loop.call_soon_threadsafe(self._report, message)

    def _work(self) -> Any:
        self.name = threading.current_thread().name
        logger = logging.getLogger(f"hub.job.{self._context.job_id}")
        logger.addHandler(self._log)
        logger.setLevel(logging.INFO)
        self._context.logger = logger
        try:
            self._context.check()
            with worker.told(logger, told_of(self._spec)):
                result = self._spec.fn(self._context, *self._spec.args)
            self._context.flush()
            return result
        except JobCancelledError:
            raise
        except Exception as error:
            logger.exception("Job failed", extra={"action": "job_failed"})
            if refused := of_machine(error):
                raise refused from error
            raise
        except BaseException as error:  # `SystemExit` and the like are the function's, and not to end the hub
            logger.exception("Job failed", extra={"action": "job_failed"})
            failure = worker.failure_of(error)
            raise RemoteError(failure.type_name, failure.message, failure.where, failure.parts) from None
        finally:
            logger.removeHandler(self._log)
            self._log.close()
            logging.Logger.manager.loggerDict.pop(logger.name, None)


def told_of(spec: JobSpec) -> str:
    """What the log says of when a job began and ended: the logs of builds are read by people, and say little else."""
    return spec.description or spec.kind if spec.log or spec.kind == "build" else ""


def opened(last: tuple[Any, ...]) -> Any:
    """The result in the last message of a worker, or its error, raised."""
    if last[0] == "done":
        try:
            return pickle.loads(last[1])
        except Exception as error:
            raise UnsendableError("the result", "the job", str(error)) from None
    failure: worker.Failure = last[1]
    if failure.pickled is not None:
        original: BaseException = pickle.loads(failure.pickled)
        if failure.where:
            original.add_note(failure.where)
        raise original
    kind = RemotePassingError if failure.passing else RemoteError
    raise kind(failure.type_name, failure.message, failure.where, failure.parts)


def _handler(logfile: str, log_format: str) -> logging.Handler:
    if not logfile:
        return logging.NullHandler()
    handler = logging.FileHandler(logfile, encoding="utf-8", delay=True)
    handler.setFormatter(loglines.formatter(log_format, None))
    return handler


@contextmanager
def _hidden_main() -> Iterator[None]:
    """Keep `multiprocessing` from importing the hub's main program, with all it imports, into each worker."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
