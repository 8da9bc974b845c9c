"""The known-hosts file of OpenSSH and what it says of a server's key.

===================== ======= ======== ================
the file says         reject  accept   add
===================== ======= ======== ================
same key              connect connect  connect
another key           refuse  refuse   refuse
key is revoked        refuse  refuse   refuse
nothing, or no file   refuse  connect  connect, note it
===================== ======= ======== ================
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hub.dataload.transport.ssh_errors import ChangedHostKeyError, RevokedHostKeyError, UnknownHostKeyError

if TYPE_CHECKING:
    import asyncssh

NEW_HOSTS = ("reject", "accept", "add")
DEFAULT_FILE = "~/.ssh/known_hosts"


@dataclass(frozen=True)
class Line:
    """A line of the file that is about one server: its number, and the keys it trusts, revokes or lets sign others."""

    number: int
    trusted: tuple[asyncssh.SSHKey, ...]
    authorities: tuple[asyncssh.SSHKey, ...]
    revoked: tuple[asyncssh.SSHKey, ...]


@dataclass(frozen=True)
class HostKeys:
    """What the file says of one server.

    Attributes:
        path: the file; it need not exist.
        host, port: the server.
        lines: those about it, hashed ones and ``host key`` for a server on another port included.
    """

    path: Path
    host: str
    port: int
    lines: tuple[Line, ...]

    @classmethod
    def read(cls, path: str, host: str, port: int) -> HostKeys:
        """Read the file. Lines that OpenSSH would not understand say nothing."""
        place = Path(path or DEFAULT_FILE).expanduser()
        try:
            text = place.read_text("utf-8", "replace")
        except FileNotFoundError:
            text = ""
        lines = [_line(number, line, host, port) for number, line in enumerate(text.splitlines(), 1)]
        return cls(place, host, port, tuple(line for line in lines if line is not None))

    @property
    def trusted(self) -> list[tuple[int, asyncssh.SSHKey]]:
        """Keys with the numbers of their lines."""
        return [(line.number, key) for line in self.lines for key in line.trusted]

    @property
    def authorities(self) -> list[asyncssh.SSHKey]:
        """Keys that may vouch for the server's."""
        return [key for line in self.lines for key in line.authorities]

    @property
    def revoked(self) -> list[asyncssh.SSHKey]:
        """Keys that must not be used by it."""
        return [key for line in self.lines for key in line.revoked]

    def decide(self, url: str, key: asyncssh.SSHKey, new_host: str) -> None:
        """Accept the server's key, or say why not; ``add`` notes it.

        Raises:
            RevokedHostKeyError, ChangedHostKeyError, UnknownHostKeyError: as in the table above.
        """
        shown = described(key)
        for line in self.lines:
            if key in line.revoked:
                raise RevokedHostKeyError(url, shown, str(self.path), line.number)
        known = self.trusted
        if any(key == other for _, other in known):
            return
        if known or self.authorities:
            places = [(number, described(other)) for number, other in known]
            places += [(line.number, "an authority") for line in self.lines if line.authorities]
            raise ChangedHostKeyError(url, shown, str(self.path), places)
        if new_host == "add":
            self._add(key)
        elif new_host != "accept":
            raise UnknownHostKeyError(url, shown, str(self.path), self.line_for(key))

    def line_for(self, key: asyncssh.SSHKey) -> str:
        """The line that makes the key known."""
        name = self.host if self.port == 22 else f"[{self.host}]:{self.port}"
        kind, data = key.export_public_key("openssh").decode("ascii").split()[:2]
        return f"{name} {kind} {data}"

    def _add(self, key: asyncssh.SSHKey) -> None:
        """Append the line once, also when several downloads of a server begin together."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+", encoding="utf-8", errors="replace") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            text, line = file.read(), self.line_for(key)
            if line not in text.splitlines():
                file.seek(0, os.SEEK_END)
                file.write(("\n" if text and not text.endswith("\n") else "") + line + "\n")


def described(key: asyncssh.SSHKey) -> str:
    """Kind and fingerprint, as ``ssh-keygen -l`` prints them."""
    return f"{key.get_algorithm()} {key.get_fingerprint()}"


def _line(number: int, text: str, host: str, port: int) -> Line | None:
    import asyncssh

    marker, _, rest = text.strip().partition(" ")
    is_revoked = marker == "@revoked"  # asyncssh forgets such a line when it looks for the host without its port
    try:
        trusted, authorities, *_ = asyncssh.import_known_hosts(rest if is_revoked else text).match(host, "", port)
    except ValueError:
        return None
    if not trusted and not authorities:
        return None
    return Line(number, () if is_revoked else tuple(trusted), tuple(authorities), tuple(trusted) if is_revoked else ())
