"""Running git on repositories of strangers: no shell, no questions, no hooks, no other transport than the one that was
checked, limits on time and size, and never a password in an argument or a message."""

from __future__ import annotations

import base64
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from hub.config.secret import Secret
from hub.dataload.plugin_sources.address import without_user
from hub.dataload.plugin_sources.errors import GitError, GitLimitError, GitUnreachableError

_LOOK = 0.2  #: seconds between two looks at a running git
_UNREACHABLE = (
    "could not resolve host",
    "couldn't connect",
    "failed to connect",
    "unable to connect",
    "connection refused",
    "connection timed out",
    "connection reset",
    "operation timed out",
    "operation too slow",
    "network is unreachable",
    "no route to host",
    "early eof",
    "hung up unexpectedly",
    "http 5",
    "returned error: 5",
)
#: Files stay as the repository has them: no hooks, no links out of the folder, no programs named by a configuration.
_SAFE = {
    "core.hooksPath": os.devnull,
    "core.symlinks": "false",
    "core.fsmonitor": "false",
    "core.autocrlf": "false",
    "submodule.recurse": "false",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "100",
    "http.lowSpeedTime": "60",
    "advice.detachedHead": "false",
    "gc.auto": "0",
    "protocol.version": "2",
}


class Checked(Protocol):
    """What tells that work has to stop."""

    def check(self) -> None:
        """Raise when it has."""
        ...


@dataclass(frozen=True)
class Remote:
    """The repository to speak to.

    Attributes:
        url: address without user and password.
        addresses: IP addresses that were checked; git connects to no other.
        userinfo: ``user:password`` for http(s).
    """

    url: str
    addresses: Sequence[str] = ()
    userinfo: Secret | None = None

    def settings(self) -> dict[str, str]:
        """Git settings that pin the host and log in."""
        parts = urlsplit(self.url)
        found: dict[str, str] = {}
        if parts.scheme in ("http", "https") and self.addresses:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            found["http.curloptResolve"] = f"{parts.hostname}:{port}:{self.addresses[0]}"
        if self.userinfo is not None:
            plain = unquote(self.userinfo.reveal())
            token = base64.b64encode((plain if ":" in plain else f"{plain}:").encode()).decode()
            found[f"http.{self.url}.extraHeader"] = f"Authorization: Basic {token}"
        return found


@dataclass(frozen=True)
class Git:
    """Git in one folder.

    Args:
        folder: where it runs.
        remote: the repository it may speak to; None for none.
        watch: stops it.
        seconds: longest time a command may take.
        max_bytes: largest size the folder may grow to; 0 for any.
    """

    folder: Path
    remote: Remote | None = None
    watch: Checked | None = None
    seconds: float = 300.0
    max_bytes: int = 0
    extra: Mapping[str, str] = field(default_factory=dict)

    def run(self, what: str, *arguments: str) -> str:
        """Run one command.

        Args:
            what: what it does, for messages: ``clone https://...``.
            arguments: after ``git``.

        Returns:
            What it printed.

        Raises:
            GitError: it failed.
            GitUnreachableError: the host does not answer.
            GitLimitError: it took too long or too much space.
        """
        try:
            process = subprocess.Popen(
                ["git", *arguments],
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except FileNotFoundError:
            raise GitError(what, "the program `git` is not installed") from None
        try:
            out, told = self._follow(process, what)
        finally:
            _end(process)
        if process.returncode:
            raise _failure(what, told)
        return out

    def maybe(self, *arguments: str) -> str | None:
        """What a command prints, without surrounding blanks; None when it fails."""
        try:
            return self.run(arguments[0], *arguments).strip()
        except GitError:
            return None

    def _follow(self, process: subprocess.Popen[str], what: str) -> tuple[str, str]:
        ends = time.monotonic() + self.seconds
        while True:
            try:
                return process.communicate(timeout=_LOOK)
            except subprocess.TimeoutExpired:
                pass
            if self.watch is not None:
                self.watch.check()
            if time.monotonic() > ends:
                raise GitLimitError(what, f"it took more than {self.seconds:g} seconds", "PLUGIN_GIT_SECONDS")
            if self.max_bytes and _size(self.folder) > self.max_bytes:
                raise GitLimitError(what, f"it is larger than {self.max_bytes:,} bytes", "PLUGIN_MAX_BYTES")

    def check_size(self, what: str) -> None:
        """Look at the size once more, after a command that was too quick to be watched.

        Raises:
            GitLimitError: the folder is too large.
        """
        if self.max_bytes and _size(self.folder) > self.max_bytes:
            raise GitLimitError(what, f"it is larger than {self.max_bytes:,} bytes", "PLUGIN_MAX_BYTES")

    def _environment(self) -> dict[str, str]:
        settings = _SAFE | (self.remote.settings() if self.remote else {}) | dict(self.extra)
        found = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        found |= {
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "true",
            "SSH_ASKPASS": "true",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ALLOW_PROTOCOL": urlsplit(self.remote.url).scheme if self.remote else "none",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "LC_ALL": "C",
            "GIT_CONFIG_COUNT": str(len(settings)),
        }
        for number, (name, value) in enumerate(settings.items()):
            found |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        return found


def changes(folder: Path, commit: str) -> list[str]:
    """What a person has changed in a checked-out repository since it was put there.

    Args:
        folder: the checkout.
        commit: the commit that was checked out.
    """
    git = Git(folder, seconds=30)
    if not (folder / ".git").is_dir():
        return ["it is no git repository any more"]
    listed = git.maybe("status", "--porcelain", "--untracked-files=all", "--no-renames")
    if listed is None:
        return ["git can not read it any more"]
    files = [line.split(None, 1)[-1] for line in listed.splitlines()]
    found = [name for name in files if "__pycache__/" not in name and not name.endswith(".pyc")]
    head = git.maybe("rev-parse", "HEAD")
    if commit and head != commit:
        found.append(f"commits up to {(head or '')[:7]}")
    return found


def _end(process: subprocess.Popen[str]) -> None:
    """End a git that still runs, with the helpers it has started."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def _failure(what: str, told: str) -> GitError | GitUnreachableError:
    lines = [line.strip() for line in without_user(told).splitlines() if line.strip()]
    fatal = [line.partition(": ")[2] for line in lines if line.startswith(("fatal: ", "error: ", "remote: "))]
    reason = "; ".join(dict.fromkeys(fatal)) or (lines[-1] if lines else "no message")
    reason = _explained(reason.rstrip("."))
    unreachable: Callable[[str], bool] = reason.lower().__contains__
    return (GitUnreachableError if any(map(unreachable, _UNREACHABLE)) else GitError)(what, reason[:600])


def _explained(reason: str) -> str:
    lower = reason.lower()
    if "could not read username" in lower or "terminal prompts disabled" in lower or "authentication failed" in lower:
        return f"{reason}. It is private or not there; give https://USER:TOKEN@host/... to log in"
    if "unable to update url base from redirection" in lower or "returned error: 30" in lower:
        return f"{reason}. It has moved; give its new address"
    return reason


def _size(folder: Path) -> int:
    total = 0
    for where, _folders, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(where, name)).st_size  # noqa: PTH118 - looked at often
            except OSError:
                continue
    return total
