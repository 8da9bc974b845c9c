"""Host keys that are not trusted, and programs and packages that are not there."""

from __future__ import annotations

from hub.dataload.transport.errors import TransportError
from hub.dataload.transport.names import masked
from hub.errors import Permanent, Refused


class UnknownHostKeyError(TransportError, Refused):
    """The known-hosts file says nothing of a server, and unknown servers are rejected."""

    def __init__(self, url: str, fingerprint: str, hosts_file: str, line: str) -> None:
        self.url, self.fingerprint, self.hosts_file, self.line = masked(url), fingerprint, hosts_file, line
        super().__init__(
            f"`{self.url}`: the server is not in `{hosts_file}`. Its key is {fingerprint}. Compare that with what its "
            f"owner publishes, then add the line `{line}`, or set the option ssh_new_host to `add`."
        )


class ChangedHostKeyError(TransportError, Refused):
    """A server shows another key than the known-hosts file has."""

    def __init__(self, url: str, fingerprint: str, hosts_file: str, known: list[tuple[int, str]]) -> None:
        self.url, self.fingerprint, self.hosts_file, self.known = masked(url), fingerprint, hosts_file, known
        places = ", ".join(f"line {number} ({text})" for number, text in known)
        super().__init__(
            f"`{self.url}`: the host key changed. The server shows {fingerprint}; `{hosts_file}` has {places}. "
            "Somebody may be reading along. If its owner confirms the new key, remove those lines and add the new one."
        )


class RevokedHostKeyError(TransportError, Refused):
    """A server shows a key that the known-hosts file marks as revoked."""

    def __init__(self, url: str, fingerprint: str, hosts_file: str, number: int) -> None:
        self.url, self.fingerprint, self.hosts_file, self.number = masked(url), fingerprint, hosts_file, number
        super().__init__(
            f"`{self.url}`: the server shows the key {fingerprint}, which line {number} of `{hosts_file}` revokes. "
            "Ask its owner for the new key."
        )


class ServerKeyError(TransportError, Refused):
    """The ssh program refuses the key of a server."""

    def __init__(self, url: str, why: str, hosts_file: str) -> None:
        self.url, self.why, self.hosts_file = masked(url), why, hosts_file
        super().__init__(
            f"`{self.url}`: the key of the server is not the one in `{hosts_file}`, or is not there: {why}. Compare it "
            "with what its owner publishes, then correct that file, or set the option ssh_new_host to `add`."
        )


class KeyFileError(TransportError, Permanent):
    """A file of keys cannot be read."""

    def __init__(self, url: str, path: str, why: str) -> None:
        self.url, self.path, self.why = masked(url), path, why
        super().__init__(f"`{self.url}`: the key file `{path}` cannot be used: {why}. Correct the path or the file.")


class MissingPackageError(TransportError, Permanent):
    """A protocol needs a package that is not installed."""

    def __init__(self, url: str, package: str, extra: str) -> None:
        self.url, self.package, self.extra = masked(url), package, extra
        super().__init__(f"`{self.url}` needs the package {package}: `pip install 'entrepot[{extra}]'`.")


class MissingProgramError(TransportError, Permanent):
    """A protocol needs a program that is not installed."""

    def __init__(self, url: str, program: str) -> None:
        self.url, self.program = masked(url), program
        super().__init__(f"`{self.url}` needs the program `{program}`. Install it with the packages of the system.")
