"""What can go wrong while a file is fetched. URLs are kept and shown with their password masked."""

from __future__ import annotations

from hub.dataload.transport.names import masked
from hub.errors import HubError, Passing, Permanent, Refused


class TransportError(HubError):
    """Root of the download errors. ``url`` is the masked URL."""

    status = 502


class BadUrlError(TransportError, Permanent):
    """A URL cannot be used as it is written."""

    status = 400

    def __init__(self, url: str, why: str) -> None:
        self.url, self.why = masked(url), why
        super().__init__(f"the URL `{self.url}` cannot be used: {why}.")


class UnknownSchemeError(TransportError, Permanent):
    """No transport is registered for the scheme of a URL."""

    status = 400

    def __init__(self, url: str, scheme: str, known: list[str]) -> None:
        self.url, self.scheme, self.known = masked(url), scheme, known
        super().__init__(f"`{self.url}`: no transport for `{scheme}:` URLs. There are: {', '.join(known)}.")


class UrlRefusedError(TransportError, Refused):
    """The allow-list forbids a URL. ``via`` is the URL that redirected to it, empty when it was asked for directly."""

    def __init__(self, url: str, why: str, via: str = "") -> None:
        self.url, self.why, self.via = masked(url), why, masked(via)
        origin = f" (redirected from `{self.via}`)" if via else ""
        super().__init__(f"`{self.url}`{origin} may not be fetched: {why}. Add its host to ALLOWED_URLS to allow it.")


class RemoteNotFoundError(TransportError, Permanent):
    """The server says that the file does not exist (404, 410, FTP 550)."""

    def __init__(self, url: str, answer: str) -> None:
        self.url, self.answer = masked(url), answer
        super().__init__(f"`{self.url}` does not exist: the server answered `{answer}`. Correct the URL of the source.")


class ListingError(TransportError, Permanent):
    """A folder cannot be listed, or its listing cannot be read."""

    def __init__(self, url: str, why: str, hint: str = "Name its files one by one instead.") -> None:
        self.url, self.why, self.hint = masked(url), why, hint
        super().__init__(f"the folder `{self.url}` cannot be listed: {why}. {hint}")


class AccessDeniedError(TransportError, Permanent):
    """The server refuses access (401, 403, FTP 530)."""

    def __init__(self, url: str, answer: str) -> None:
        self.url, self.answer = masked(url), answer
        super().__init__(
            f"`{self.url}` refused access: the server answered `{answer}`. "
            "Check the user and the password, or that the file is public."
        )


class RemoteAnswerError(TransportError, Permanent):
    """The server gave an answer that trying again does not change. ``code`` is the HTTP status, 0 for FTP."""

    def __init__(self, url: str, answer: str, code: int = 0) -> None:
        self.url, self.answer, self.code = masked(url), answer, code
        super().__init__(f"`{self.url}`: the server answered `{answer}`. Open the URL by hand to see what it wants.")


class RemoteBusyError(TransportError, Passing):
    """The server cannot answer now (408, 429, 5xx, FTP 4xx). ``retry_after``: seconds it asked to wait, if any."""

    def __init__(self, url: str, answer: str, retry_after: float | None = None, code: int = 0) -> None:
        self.url, self.answer, self.retry_after, self.code = masked(url), answer, retry_after, code
        wait = f" and asks to wait {retry_after:.0f} s" if retry_after else ""
        super().__init__(f"`{self.url}`: the server answered `{answer}`{wait}. Try again later.")


class ConnectionLostError(TransportError, Passing):
    """No connection, or it broke. What came is kept and the next try goes on from there."""

    def __init__(self, url: str, why: str) -> None:
        self.url, self.why = masked(url), why
        super().__init__(f"the connection for `{self.url}` failed: {why}. Check the network and the name of the host.")


class StalledError(TransportError, Passing):
    """No byte came for the time allowed."""

    def __init__(self, url: str, seconds: float) -> None:
        self.url, self.seconds = masked(url), seconds
        super().__init__(
            f"`{self.url}`: not one byte came for {seconds:g} s. The next dump goes on from where this one stopped; "
            "raise DOWNLOAD_TIMEOUTS['stall'] if the server is that slow."
        )


class TotalTimeError(TransportError, Passing):
    """One file took longer than allowed, all tries together; it is not tried again within this dump."""

    def __init__(self, url: str, seconds: float) -> None:
        self.url, self.seconds = masked(url), seconds
        super().__init__(
            f"`{self.url}` took more than {seconds:g} s. The next dump goes on from where this one stopped; "
            "raise DOWNLOAD_TIMEOUTS['total'], or set it to 0 for no limit."
        )


class CertificateError(TransportError, Permanent):
    """The server's certificate is not trusted, or its TLS cannot be spoken."""

    def __init__(self, url: str, why: str) -> None:
        self.url, self.why = masked(url), why
        super().__init__(
            f"`{self.url}` has no trustworthy certificate: {why}. Check the host name; for a private authority set "
            "REQUESTS_CA_BUNDLE to its certificate."
        )


class HostDownError(TransportError, Passing):
    """A host failed so often in a row that it is left alone for a while. ``last`` is its last error."""

    def __init__(self, url: str, host: str, failures: int, seconds: float, last: str) -> None:
        self.url, self.host, self.failures, self.seconds, self.last = masked(url), host, failures, seconds, last
        super().__init__(
            f"`{self.url}` was not asked for: {failures} files of {host} failed one after the other, so it is left "
            f"alone for {seconds:.0f} s more. The last error: {last} Dump again then."
        )


class IncompleteError(TransportError, Passing):
    """Fewer or more bytes came than announced."""

    def __init__(self, url: str, expected: int, got: int) -> None:
        self.url, self.expected, self.got = masked(url), expected, got
        super().__init__(f"`{self.url}`: {got} bytes came, {expected} were announced. Try again.")


class ChangedError(TransportError, Passing):
    """The remote file changed while it was being resumed; it is fetched again from its beginning."""

    def __init__(self, url: str) -> None:
        self.url = masked(url)
        super().__init__(f"`{self.url}` changed on the server while it was downloaded. It is fetched again.")


class DiskFullError(TransportError, Permanent):
    """The file cannot be written: disk full, quota, or a limit on file sizes."""

    status = 507

    def __init__(self, path: str, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"cannot write `{path}`: {why}. Make room or move DATA_ARCHIVE_ROOT, then dump again.")


class LocalFileError(TransportError, Permanent):
    """A ``file:`` URL names something that is no readable file."""

    def __init__(self, url: str, path: str, why: str) -> None:
        self.url, self.path, self.why = masked(url), path, why
        super().__init__(f"`{self.url}`: `{path}` {why}. Correct the URL or DATA_URL_REWRITES.")


class StoppedError(TransportError, Permanent):
    """The transfer was stopped because the dump was cancelled or another of its files failed."""

    def __init__(self, url: str) -> None:
        self.url = masked(url)
        super().__init__(f"the download of `{self.url}` was stopped. The next dump goes on from there.")
