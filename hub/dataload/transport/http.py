"""``http:`` and ``https:`` on requests: ranged resume, redirects held to the allow-list, honest lengths."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from hub.dataload.transport import http_errors, index_page, index_rules, listing
from hub.dataload.transport.errors import BadUrlError, ChangedError, UrlRefusedError
from hub.dataload.transport.http_session import new_session
from hub.dataload.transport.names import check_url, disposition_name, host_of, scheme_of
from hub.dataload.transport.port import RemoteFile, TransportOptions
from hub.dataload.transport.stream import CHUNK, Body, StreamTransport

if TYPE_CHECKING:
    import requests

MAX_REDIRECTS = 20
_HEAD_IS_REFUSED = {400, 401, 403, 404, 405, 406, 410, 501}
_CONTENT_RANGE = re.compile(r"bytes\s+(?:(\d+)-(\d+)|\*)/(\d+|\*)")
_STORED_PACKED = (".gz", ".tgz", ".bz2", ".xz", ".zst", ".zip")


class HttpTransport(StreamTransport):
    """Files of web servers.

    Args:
        options: limits and rules.
        session: gives the session to use, so that a dumper's own client (its log-in, its headers) is honoured.
    """

    def __init__(
        self, options: TransportOptions | None = None, session: Callable[[], requests.Session] | None = None
    ) -> None:
        super().__init__(options)
        self._given = session
        self._own: requests.Session | None = None
        self._found: dict[tuple[Any, ...], dict[str, Any]] = {}

    @property
    def session(self) -> requests.Session:
        """The session in use."""
        if self._given is not None:
            return self._given()
        if self._own is None:
            self._own = new_session(self.options.verify, self.options)
        return self._own

    def close(self) -> None:
        """Close the connections of its own session; a given one belongs to its owner."""
        if self._own is not None:
            self._own.close()
            self._own = None

    def stat(self, url: str) -> RemoteFile:
        """``HEAD``; where a server refuses that, a ``GET`` of the first byte. Nothing is told of answers to forms."""
        if not self.options.request.plain:
            self._permit(url)
            return RemoteFile(url, effective_url=url)
        with self._send("HEAD", url, {}) as answer:
            if answer.status_code < 300:
                return self._describe(url, answer, _length(answer))
            if answer.status_code not in _HEAD_IS_REFUSED:
                raise http_errors.of_status(url, answer)
        with self._send("GET", url, {"Range": "bytes=0-0"}) as answer:
            if answer.status_code in (206, 416):
                return self._describe(url, answer, _content_range(answer)[1])
            if answer.status_code >= 300:
                raise http_errors.of_status(url, answer)
            return self._describe(url, answer, _length(answer))

    def listdir(self, url: str) -> Iterator[RemoteFile]:
        """The index page that the server makes of a folder; see `hub.dataload.transport.index_page`."""
        asked = url if "?" in url else listing.folder_url(url)
        with self._send("GET", asked, {"Accept": "application/json, text/html;q=0.9, */*;q=0.1"}) as answer:
            if answer.status_code >= 300:
                raise http_errors.of_status(url, answer)
            with http_errors.translated(url, self.options.stall):
                page = answer.raw.read(index_page.MAX_BYTES + 1, decode_content=True)
            base, kind = _base(asked, answer.url), answer.headers.get("Content-Type", "")
            rules = self.options.index_rules
            if rules is not None:
                entries = index_rules.entries(base, page, answer.encoding or "", rules)
            else:
                entries = index_page.entries(base, page, kind)
        yield from entries

    def open(self, url: str, known: RemoteFile | None, offset: int) -> Body:
        """``GET``, with ``Range`` and ``If-Range`` when there is something to go on from."""
        request = self.options.request
        if not request.plain:
            known, offset = None, 0
        answer = self._send(request.method, url, _resume_headers(known, offset))
        try:
            return self._body(url, answer, known, offset)
        except BaseException:
            answer.close()
            raise

    def _body(self, url: str, answer: requests.Response, known: RemoteFile | None, offset: int) -> Body:
        if answer.status_code == 416 and known is not None:
            raise ChangedError(url)
        if answer.status_code == 206 and known is not None:
            start, total = _content_range(answer)
            remote = self._describe(url, answer, total)
            if start != offset or answer.headers.get("Content-Encoding") or not _same(remote, known):
                raise ChangedError(url)
        elif answer.status_code == 200:
            offset, remote = 0, self._describe(url, answer, _length(answer))
        else:
            raise http_errors.of_status(url, answer)
        decode = _must_decode(url, remote, answer)
        return Body(remote, offset, self._chunks(url, answer, decode), answer.close, lambda: _abort(answer))

    def _chunks(self, url: str, answer: requests.Response, decode: bool) -> Generator[bytes, None, None]:
        with http_errors.translated(url, self.options.stall):
            while chunk := answer.raw.read1(CHUNK, decode_content=decode):
                yield chunk

    def _describe(self, url: str, answer: requests.Response, size: int | None) -> RemoteFile:
        headers = answer.headers
        return RemoteFile(
            url=url,
            size=size,
            mtime=_date(headers.get(self.options.last_modified_header)),
            etag=headers.get(self.options.etag_header, "").strip(),
            name=disposition_name(headers.get("Content-Disposition")),
            effective_url=url,
            ranges={"bytes": True, "none": False}.get(headers.get("Accept-Ranges", "").lower()),
        )

    def _send(self, method: str, url: str, headers: dict[str, str]) -> requests.Response:
        """Send and follow redirects, each of which must pass the allow-list."""
        import requests

        self._permit(url)
        session, timeout = self.session, (self.options.connect, self.options.stall)
        request, private = self.options.request, self.options.request.own_headers()
        headers = {"Accept-Encoding": "identity", **private, **headers}
        data, auth = (request.data if method == "POST" else None), request.user_and_password()
        with http_errors.translated(url, self.options.stall):
            prepared = session.prepare_request(requests.Request(method, url, headers=headers, data=data, auth=auth))
            for _ in range(MAX_REDIRECTS):
                answer = session.send(
                    prepared, allow_redirects=False, timeout=timeout, **self._connection(session, str(prepared.url))
                )
                if not answer.is_redirect or answer.next is None or not self.options.allow_redirections:
                    return answer
                prepared = answer.next
                answer.close()
                self._permit(str(prepared.url), via=url)
                if host_of(str(prepared.url)) != host_of(url):
                    for name in private:  # a key for one host is no business of another
                        prepared.headers.pop(name, None)
        raise BadUrlError(url, f"it redirects more than {MAX_REDIRECTS} times")

    def _connection(self, session: requests.Session, url: str) -> dict[str, Any]:
        """Proxy and certificates for one request; found once for each host, as it reads the whole environment."""
        verify = None if session.verify is True else session.verify  # the environment speaks for True only
        key = (scheme_of(url), host_of(url), verify, session.cert, session.trust_env, *session.proxies.items())
        if key not in self._found:
            proxies = self.options.proxy.of(url) or {}
            self._found[key] = dict(session.merge_environment_settings(url, proxies, True, verify, None))
        return self._found[key]

    def _permit(self, url: str, via: str = "") -> None:
        if via and not url.lower().startswith(("http://", "https://")):
            raise UrlRefusedError(url, "a redirect may only lead to http or https", via)
        check_url(url)
        try:
            self.options.check(url)
        except UrlRefusedError as error:
            raise UrlRefusedError(url, error.why, via) from None


def _base(asked: str, answered: str) -> str:
    """The URL that the links of an index page are relative to, with the log-in of the URL asked for."""
    ours, theirs = urlsplit(asked), urlsplit(answered)
    if (ours.scheme, ours.hostname, ours.port) == (theirs.scheme, theirs.hostname, theirs.port):
        theirs = theirs._replace(netloc=ours.netloc)
    return theirs.geturl()


def _resume_headers(known: RemoteFile | None, offset: int) -> dict[str, str]:
    if known is None:
        return {}
    validator = known.strong_etag
    if not validator and known.mtime is not None:
        validator = format_datetime(known.mtime.replace(microsecond=0), usegmt=True)
    return {"Range": f"bytes={offset}-", "If-Range": validator}


def _same(remote: RemoteFile, known: RemoteFile) -> bool:
    """Whether a partial answer belongs to what is there; servers may leave a validator out of it."""
    if remote.size is not None and known.size is not None and remote.size != known.size:
        return False
    if remote.etag and known.etag:
        return remote.etag == known.etag
    return remote.mtime is None or known.mtime is None or remote.mtime == known.mtime


def _must_decode(url: str, remote: RemoteFile, answer: requests.Response) -> bool:
    """Whether the bytes are packed for the transfer only. A file stored packed (``x.gz``) is kept as it is."""
    if answer.headers.get("Content-Encoding", "identity").lower() in ("", "identity"):
        return False
    name = remote.name or url.split("?", 1)[0]
    return not name.lower().endswith(_STORED_PACKED)


def _length(answer: requests.Response) -> int | None:
    """Length of the file in bytes; None when unknown or when the length sent is that of a packed transfer."""
    text = answer.headers.get("Content-Length", "")
    packed = answer.headers.get("Content-Encoding", "identity").lower() not in ("", "identity")
    if packed and _must_decode(answer.url, RemoteFile(answer.url), answer):
        return None
    return int(text) if text.isdigit() and "Transfer-Encoding" not in answer.headers else None


def _content_range(answer: requests.Response) -> tuple[int | None, int | None]:
    found = _CONTENT_RANGE.match(answer.headers.get("Content-Range", ""))
    if not found:
        return None, None
    start, _, total = found.groups()
    return (int(start) if start is not None else None), (int(total) if total != "*" else None)


def _date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)


def _abort(answer: requests.Response) -> None:
    with contextlib.suppress(Exception):  # the answer may end at this very moment, in whatever state
        answer.raw.shutdown()
