"""``rsync:`` (daemons) and ``rsync+ssh:`` by the ``rsync`` program, which is started without any shell.

What to fetch goes to the program's standard input, ended by NUL, so no name is an option or a pattern; a password goes
through its environment.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from hub.dataload.transport import listing, rsync_errors, rsync_ssh
from hub.dataload.transport.errors import (
    BadUrlError,
    IncompleteError,
    ListingError,
    RemoteAnswerError,
    RemoteNotFoundError,
    TotalTimeError,
)
from hub.dataload.transport.login import login_for
from hub.dataload.transport.names import check_url
from hub.dataload.transport.port import RemoteFile, TransportOptions, Watch
from hub.dataload.transport.ssh_errors import MissingProgramError

_LINE = re.compile(
    rb"(?P<kind>.)(?P<bits>[-rwxsStT]{9})\S?\s+(?P<size>\d+) (?P<date>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) (?P<name>.+)"
)
_ESCAPED = re.compile(rb"\\#([0-7]{3})")
_HOST = re.compile(r"[A-Za-z0-9_.:][-A-Za-z0-9_.:]*")
_USER = re.compile(r"[A-Za-z0-9_.][-\w.+]*")


class RsyncTransport:
    """Files of rsync servers. The path of a ``rsync:`` URL begins with the module."""

    def __init__(self, options: TransportOptions | None = None) -> None:
        self.options = options or TransportOptions()

    def stat(self, url: str) -> RemoteFile:
        """Size and change time of a regular file, links followed."""
        place = _Place(url, self.options)
        for entry in self._list(place, place.path.rstrip(b"/"), "--copy-links"):
            if entry.is_dir:
                raise RemoteAnswerError(url, "it is a folder, not a file")
            return replace(entry, url=url, effective_url=url, name=None, ranges=True)
        raise RemoteNotFoundError(url, "no such file")

    def listdir(self, url: str) -> Iterator[RemoteFile]:
        """What ``--list-only`` tells; where links lead is asked with a second call."""
        place = _Place(url, self.options)
        path = place.path.rstrip(b"/") + b"/" if place.path.strip(b"/") else b"./"
        entries = self._list(place, path, "--links")
        targets = {}
        if any(entry.is_link for entry in entries):
            targets = {e.name: e for e in self._list(place, path, "--copy-links", broken_links=True)}
        for entry in entries:
            target = targets.get(entry.name)
            yield replace(target, is_link=True) if entry.is_link and target else entry

    def fetch(self, url: str, sink: Path, watch: Watch) -> RemoteFile:
        """Fetch with ``--partial``: blocks that are here already are compared, not sent again."""
        watch.seconds(str(sink))
        remote = self.stat(url)
        place = _Place(url, self.options)
        folder = sink.with_name(sink.name + ".part.d")
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / os.fsdecode(place.path.rstrip(b"/").rpartition(b"/")[2])
        more = ["--copy-links", "--times", "--partial", "--inplace", "--no-whole-file", "--ignore-times"]
        with self._program(place, [*more, *place.source, f"{folder}/"]) as program:
            self._watch(program, url, place.path, part, watch, str(sink))
        if not part.is_file():
            raise RemoteNotFoundError(url, "nothing came")
        size = part.stat().st_size
        mtime = datetime.fromtimestamp(int(part.stat().st_mtime), UTC)
        if remote.mtime == mtime and size != remote.size:
            raise IncompleteError(url, remote.size or 0, size)
        with part.open("rb") as whole:
            os.fsync(whole.fileno())
        part.replace(sink)
        shutil.rmtree(folder)
        watch.at(str(sink), size)
        return replace(remote, size=size, mtime=mtime)

    def close(self) -> None:
        """Nothing is kept open."""

    def _watch(
        self, program: subprocess.Popen[bytes], url: str, path: bytes, part: Path, watch: Watch, key: str
    ) -> None:
        """Let the program end; say how far it is, stop it when asked to or when its time is over."""
        forget = watch.on_stop(program.terminate)
        given: bytes | None = path + b"\0"
        try:
            while True:
                try:
                    _, told = program.communicate(given, timeout=0.5)
                    break
                except subprocess.TimeoutExpired:
                    given = None
                    with contextlib.suppress(OSError):
                        watch.at(key, part.stat().st_size)
                    if self.options.total and watch.seconds(key) > self.options.total:
                        raise TotalTimeError(url, self.options.total) from None
        finally:
            forget()
        watch.check(url)
        rsync_errors.check(url, program.returncode, told, self.options)

    def _list(self, place: _Place, path: bytes, links: str, broken_links: bool = False) -> list[RemoteFile]:
        arguments = ["--list-only", "--8-bit-output", "--no-human-readable", links, *place.source, "/nonexistent/"]
        with self._program(place, arguments) as program:
            out, told = program.communicate(path + b"\0")
        if not (broken_links and program.returncode == 23):
            rsync_errors.check(place.url, program.returncode, told, self.options)
        return [entry for line in out.splitlines() for entry in _entry(place.url, line)]

    @contextlib.contextmanager
    def _program(self, place: _Place, arguments: list[str]) -> Iterator[subprocess.Popen[bytes]]:
        """The running program; it never outlives the block."""
        program = shutil.which("rsync")
        if program is None:
            raise MissingProgramError(place.url, "rsync")
        common = ["--from0", "--files-from=-", "--no-relative", "--dirs", "--no-motd"]
        common.append(f"--timeout={max(1, round(self.options.stall))}")
        with tempfile.TemporaryDirectory() as private:
            line = [program, *common, *place.connection(Path(private)), *arguments]
            running = subprocess.Popen(
                line,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=place.environment,
                start_new_session=True,
            )
            try:
                yield running
            finally:
                if running.poll() is None:
                    running.kill()
                running.communicate()


class _Place:
    """What a URL means to rsync."""

    def __init__(self, url: str, options: TransportOptions) -> None:
        options.check(url)
        check_url(url)
        self.url, self.options = url, options
        parts, login = urlsplit(url), login_for(url, options)
        self.ssh = parts.scheme.lower() == "rsync+ssh"
        host, path = parts.hostname or "", unquote_to_bytes(parts.path)
        if not _HOST.fullmatch(host) or (login.user and not _USER.fullmatch(login.user)):
            raise BadUrlError(url, "its host or user holds a character that rsync takes for something else")
        if b"\0" in path or b".." in path.split(b"/"):
            raise BadUrlError(url, "its path holds `..` or a NUL")
        name = f"[{host}]" if ":" in host else host
        self.host, self.port = host, parts.port or (22 if self.ssh else 873)
        at = f"{login.user}@" if login.user else ""
        if self.ssh:
            home = path.startswith(b"/~/")
            self.path = path.removeprefix(b"/~/") if home else path.removeprefix(b"/")
            self.source = [f"{at}{name}:{'' if home else '/'}"]
        else:
            module, _, self.path = path.removeprefix(b"/").partition(b"/")
            if not re.fullmatch(rb"[-\w. ]+", module) or module.startswith(b"-"):
                raise BadUrlError(url, "it names no module; write rsync://host/module/path")
            self.source = [f"rsync://{at}{name}:{self.port}/{module.decode()}/"]
        self.path = self.path or b"./"
        self.environment = {
            **{key: os.environ[key] for key in ("PATH", "HOME", "USER", "SSH_AUTH_SOCK") if key in os.environ},
            **({"RSYNC_PASSWORD": login.password} if login.password and not self.ssh else {}),
            "LC_ALL": "C",
            "TZ": "UTC",
        }

    def connection(self, private: Path) -> list[str]:
        """How to reach the server."""
        if not self.ssh:
            return [f"--contimeout={max(1, round(self.options.connect))}"]
        return ["--rsh", rsync_ssh.command(self.url, self.host, self.port, self.options, private)]


def _entry(folder: str, line: bytes) -> list[RemoteFile]:
    """A line of ``--list-only``."""
    found = _LINE.fullmatch(line)
    if not found:
        raise ListingError(folder, f"rsync tells of it in a line that is not understood, `{line[:80]!r}`")
    kind, name = found["kind"], found["name"]
    if kind == b"l":
        name = name.partition(b" -> ")[0]
    text = listing.decoded(_ESCAPED.sub(lambda m: bytes([int(m[1], 8)]), name))
    if kind not in (b"-", b"d", b"l") or text == ".":
        return []
    record = listing.found(folder, text, is_dir=kind == b"d")
    date = datetime.strptime(found["date"].decode(), "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC)
    return [
        replace(
            record,
            size=int(found["size"]) if kind == b"-" else None,
            mtime=date if kind != b"l" else None,
            is_link=kind == b"l",
            permissions=listing.mode_of(found["bits"].decode()) if kind != b"l" else None,
        )
    ]
