"""One statement: run in a thread of its own, its output caught, ended by Ctrl-C."""

from __future__ import annotations

import ast
import asyncio
import concurrent.futures
import ctypes
import inspect
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hub
from hub.console import source
from hub.console.jobs import FOLLOWER, Follower
from hub.console.output import STREAMS, Output
from hub.console.threads import spawn
from hub.errors import HubError, suggest

INTERRUPTED = "Interrupted."

_PACKAGE = str(Path(hub.__file__).parent)


@dataclass(frozen=True)
class Outcome:
    """How a statement ended.

    Attributes:
        error: what to tell the person; "" when it went well.
        exit_code: of ``exit(...)``, which ends the session; otherwise None.
    """

    error: str = ""
    exit_code: int | None = None


class Evaluation:
    """A statement at work.

    Args:
        text: what was typed.
        namespace: the session's variables; ``__builtins__`` holds the console's names.
        show: called with the value of each expression statement that is not None.
        streams: where standard output and error go.
        follower: hears of jobs that the statement starts.
    """

    def __init__(
        self,
        text: str,
        namespace: dict[str, Any],
        show: Callable[[Any], None],
        streams: tuple[Output, Output],
        follower: Follower | None = None,
    ) -> None:
        self._text, self._namespace, self._show = text, namespace, show
        self._streams, self._follower = streams, follower
        self._lock = threading.Lock()
        self._thread: int | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._is_awaiting = self._is_interrupted = False

    def start(self) -> concurrent.futures.Future[Outcome]:
        """Run it in a thread; the future never raises."""
        return spawn("hub-console-statement", self._run)

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the statement. A call that blocks outside of Python ends first."""
        with self._lock:
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)
            elif self._is_awaiting:  # its loop is being made, or taken down
                self._is_interrupted = True
            elif self._thread is not None:
                _raise_in(self._thread, KeyboardInterrupt)

    def abandon(self) -> None:
        """Interrupt it and let it print nothing any more."""
        for stream in self._streams:
            stream.cut()
        self.interrupt()

    def _run(self) -> Outcome:
        STREAMS.set(self._streams)
        FOLLOWER.set(self._follower)
        try:
            with self._lock:
                self._thread = threading.get_ident()
            try:
                outcome = self._evaluate()
            finally:
                with self._lock:
                    self._thread = None
        except KeyboardInterrupt:  # it came between two lines of this function
            self._thread = None
            return Outcome(INTERRUPTED)
        return outcome

    def _evaluate(self) -> Outcome:
        try:
            for node in source.parse(self._text).body:
                self._statement(node)
        except KeyboardInterrupt:
            return Outcome(INTERRUPTED)
        except SystemExit as leaving:
            return Outcome(exit_code=_exit_code(leaving))
        except BaseException as error:
            self._namespace["_error"] = error
            return Outcome(explain(error) + self._meant(error))
        return Outcome()

    def _meant(self, error: BaseException) -> str:
        """The nearest name, for one that is not there."""
        if not isinstance(error, NameError) or not error.name or error.__traceback__ is None:
            return ""
        builtin = self._namespace.get("__builtins__", {})
        known = {*self._namespace, *(builtin if isinstance(builtin, dict) else vars(builtin))}
        hint = "" if error.name in known else suggest(error.name, known)
        return f". {hint}" if hint.startswith("Did you mean") else ""

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Expr):
            expression = ast.Expression(node.value)
            value = self._execute(compile(expression, "<console>", "eval", flags=source.FLAGS, dont_inherit=True))
            if value is not None:
                self._namespace["_"] = value
                self._show(value)
        else:
            module = ast.Module([node], type_ignores=[])
            self._execute(compile(module, "<console>", "exec", flags=source.FLAGS, dont_inherit=True))

    def _execute(self, code: Any) -> Any:
        outcome = eval(code, self._namespace)
        if code.co_flags & inspect.CO_COROUTINE:
            return self._await(outcome)
        return outcome

    def _await(self, coroutine: Any) -> Any:
        with self._lock:
            self._is_awaiting = True
        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            task = loop.create_task(coroutine)
            with self._lock:
                self._loop, self._task = loop, task
                if self._is_interrupted:
                    task.cancel()
            try:
                return loop.run_until_complete(task)
            except asyncio.CancelledError:
                raise KeyboardInterrupt from None
            finally:
                with self._lock:
                    self._loop = self._task = None
                    self._is_awaiting = self._is_interrupted = False


def _raise_in(thread: int, error: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def _exit_code(leaving: SystemExit) -> int:
    if leaving.code is None:
        return 0
    return leaving.code & 0xFF if isinstance(leaving.code, int) else 1


def explain(error: BaseException) -> str:
    """A short text: kind and message, and the place when it is in code that was not typed."""
    if isinstance(error, HubError):
        return str(error)
    told = "".join(traceback.format_exception_only(error)).strip()
    if len(told) > 2000:
        told = f"{told[:2000]}..."
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not _is_ours(f.filename)]
    places = [f"  at {f.filename}:{f.lineno} in {f.name}" for f in frames[-3:] if f.filename != "<console>"]
    return "\n".join([told, *places])


def _is_ours(filename: str) -> bool:
    return filename.startswith((_PACKAGE, "<frozen"))
