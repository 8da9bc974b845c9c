"""One person, or one script, at the console."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

from hub.accounts import CALLER, Accounts, Caller, Role
from hub.console import display
from hub.console.evaluate import INTERRUPTED, Evaluation, Outcome
from hub.console.jobs import StartedJob
from hub.console.names import Names
from hub.console.output import Output, route
from hub.console.source import Lines
from hub.console.threads import HubLoop

if TYPE_CHECKING:
    import asyncssh

GRACE = 2.0  #: seconds that an interrupted statement has to end before it is left to itself
AHEAD = 256 * 1024  #: characters sent before the reader is waited for
TYPED_AHEAD = 1000  #: pieces of input read before they are wanted


class Session:
    """What all sessions do: read, run statements, tell of jobs that ended, close when idle.

    Args:
        process: the SSH channel.
        names: the console's names.
        accounts: say whether the person may still be here; its audit hears of every statement.
        loop: the hub's loop.
        limit: characters that one statement may print.
        idle: seconds without input after which the session is closed; 0 for never.
    """

    def __init__(
        self,
        process: asyncssh.SSHServerProcess[str],
        names: Names,
        accounts: Accounts,
        loop: HubLoop,
        *,
        limit: int,
        idle: float,
    ) -> None:
        self.process, self.names, self._accounts, self.loop = process, names, accounts, loop
        self._limit, self._idle = limit, idle
        self.user = str(process.get_extra_info("username"))
        self.peer = str((process.get_extra_info("peername") or ("",))[0])
        self.namespace: dict[str, Any] = {"__name__": "__console__", "__builtins__": {}}
        self.jobs: list[StartedJob] = []
        self._news = asyncio.Event()
        self._evaluation: Evaluation | None = None
        self._gave_up = asyncio.Event()
        self._unsent = 0
        self._active_at = time.monotonic()

    # -- to be made by the kinds of sessions -------------------------------------------------------------------------

    async def work(self) -> int:
        """Serve; gives the exit code."""
        raise NotImplementedError

    async def received(self, data: str) -> None:
        """Input came."""

    async def input_ended(self) -> None:
        """No more input will come."""

    async def gone(self) -> None:
        """The connection is closed, or is about to be."""
        await self.input_ended()

    def resized(self) -> None:
        """The window has another size."""

    def tell(self, text: str) -> None:
        """Show a line at any time."""
        self.write(text + "\n")

    # -- running -----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Serve until the person leaves."""
        watchers = [asyncio.create_task(part) for part in (self._pump(), self._watch_idle(), self._watch_client())]
        code = 1
        try:
            code = await self.work()
        finally:
            for task in watchers:
                task.cancel()
            await asyncio.gather(*watchers, return_exceptions=True)
            if self._evaluation:
                self._evaluation.abandon()
            self.process.exit(code)

    async def evaluate(self, text: str) -> Outcome:
        """Run a statement on behalf of the person; it is audited first."""
        caller = self._accounts.refreshed(Caller(self.user, Role.CONSOLE, "console", self.peer))
        if caller is None or caller.role < Role.CONSOLE:
            return Outcome("You may not use the console any more.", exit_code=1)
        CALLER.set(caller)
        self._accounts.audit.write("statement", caller, text)
        self.names.fill(self.namespace["__builtins__"])
        streams = Output(self._send, self._limit), Output(self._send_error, self._limit)
        self._evaluation = Evaluation(text, self.namespace, lambda value: self._show(value, streams[0]), streams, self)
        self._gave_up.clear()
        route()
        running: asyncio.Future[Any] = asyncio.wrap_future(self._evaluation.start())
        waiting: asyncio.Future[Any] = asyncio.ensure_future(self._gave_up.wait())
        try:
            await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            evaluation, self._evaluation = self._evaluation, None
            self._active_at = time.monotonic()
            if not running.done():
                evaluation.abandon()
        if running.done():
            ended: Outcome = running.result()
            return ended
        return Outcome(f"{INTERRUPTED} What it waits for cannot be broken off; it ends by itself, unseen.")

    @property
    def is_busy(self) -> bool:
        """Whether a statement is at work."""
        return self._evaluation is not None

    def interrupt(self) -> None:
        """Ctrl-C."""
        if self._evaluation:
            self._evaluation.interrupt()
            asyncio.get_running_loop().call_later(GRACE, self._give_up, self._evaluation)

    def _give_up(self, evaluation: Evaluation) -> None:
        if self._evaluation is evaluation:
            self._gave_up.set()

    @property
    def look(self) -> display.Look:
        """How the other end shows text."""
        return display.Look()

    # -- jobs --------------------------------------------------------------------------------------------------------

    def follow(self, job: StartedJob) -> None:
        """A statement has started a job."""
        self.jobs.append(job)

    def ended(self, job: StartedJob) -> None:
        """A job that was started here has ended."""
        self._news.set()
        if not self.process.is_closing():
            self.tell(repr(job))

    async def all_jobs_ended(self) -> bool:
        """Wait for all jobs that were started here; gives whether they went well."""
        while not all(job.done for job in self.jobs):
            self._news.clear()
            await self._news.wait()
        await asyncio.sleep(0)  # their reports are written
        return not any(job.failed for job in self.jobs)

    # -- input and output --------------------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        """Send text; in the hub's loop."""
        with contextlib.suppress(OSError):
            self.process.stdout.write(text)

    def write_error(self, text: str) -> None:
        """Send text as standard error; in the hub's loop."""
        with contextlib.suppress(OSError):
            self.process.stderr.write(text)

    def _show(self, value: Any, out: Output) -> None:
        out.write(display.render(value, self.look))

    def _send(self, text: str) -> None:
        self.loop.loop.call_soon_threadsafe(self.write, text)
        self._unsent += len(text)
        if self._unsent > AHEAD:
            self._unsent = 0
            self.loop.run("print", self._drain)

    def _send_error(self, text: str) -> None:
        self.loop.loop.call_soon_threadsafe(self.write_error, text)

    async def _drain(self) -> None:
        with contextlib.suppress(OSError):
            await self.process.stdout.drain()

    async def _pump(self) -> None:
        import asyncssh

        while True:
            try:
                data = await self.process.stdin.read(65536)
            except asyncssh.TerminalSizeChanged:
                self.resized()
                continue
            except (asyncssh.BreakReceived, asyncssh.SignalReceived):
                self.interrupt()
                continue
            except (asyncssh.Error, OSError):
                data = ""
            if not data:
                await self.input_ended()
                return
            self._active_at = time.monotonic()
            await self.received(data)

    async def _watch_idle(self) -> None:
        while self._idle:
            left = self._idle - (time.monotonic() - self._active_at)
            if left <= 0 and not self.is_busy and all(job.done for job in self.jobs):
                await self.gone()
                self.write(f"\nClosed: nothing was typed for {self._idle / 60:.2g} minutes.\n")
                self.process.exit(1)
                return
            await asyncio.sleep(max(left, 1.0))

    async def _watch_client(self) -> None:
        await self.process.wait_closed()
        if self._evaluation:
            self._evaluation.abandon()
            self._gave_up.set()
        await self.gone()


class OneStatement(Session):
    """``ssh host 'statement'``: its output, its jobs' reports, its exit code."""

    async def work(self) -> int:
        """Run the text of the request."""
        outcome = await self.evaluate(self.process.command or "")
        if outcome.error:
            self.write_error(outcome.error + "\n")
        if outcome.exit_code is not None:
            return outcome.exit_code
        went_well = await self.all_jobs_ended()
        return 0 if went_well and not outcome.error else 1


class Script(Session):
    """Lines without a terminal: a piped script. It stops at the first error."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._input: asyncio.Queue[str | None] = asyncio.Queue(TYPED_AHEAD)

    async def work(self) -> int:
        """Run statement after statement."""
        lines, partial = Lines(), ""
        while (data := await self._input.get()) is not None:
            *whole, partial = (partial + data).split("\n")
            for line in whole:
                for statement in lines.add(line.rstrip("\r")):
                    if (code := await self._statement(statement)) is not None:
                        return code
        for statement in [*lines.add(partial), lines.rest()]:
            if statement.strip() and (code := await self._statement(statement)) is not None:
                return code
        return 0 if await self.all_jobs_ended() else 1

    async def received(self, data: str) -> None:
        """Keep the piece for `work`."""
        await self._input.put(data)

    async def input_ended(self) -> None:
        """Let `work` come to its end."""
        await self._input.put(None)

    async def _statement(self, text: str) -> int | None:
        """Run one; gives the exit code when the script ends here."""
        outcome = await self.evaluate(text)
        if outcome.error:
            self.write_error(outcome.error + "\n")
            await self.all_jobs_ended()
            return 1
        return outcome.exit_code
