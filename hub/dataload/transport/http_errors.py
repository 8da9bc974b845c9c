"""From what requests, urllib3 and the status line tell to the errors of the hub."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from hub.dataload.transport.errors import (
    AccessDeniedError,
    BadUrlError,
    CertificateError,
    ConnectionLostError,
    RemoteAnswerError,
    RemoteBusyError,
    RemoteNotFoundError,
    StalledError,
    TransportError,
)

if TYPE_CHECKING:
    import requests

_PASSING = {408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524}


def of_status(url: str, answer: requests.Response) -> TransportError:
    """The error for an answer that is no success."""
    code, text = answer.status_code, f"{answer.status_code} {answer.reason or ''}".strip()
    if code in (404, 410):
        return RemoteNotFoundError(url, text)
    if code in (401, 403, 407):
        return AccessDeniedError(url, text)
    if code in _PASSING:
        return RemoteBusyError(url, text, retry_after(answer.headers.get("Retry-After")), code)
    return RemoteAnswerError(url, text, code)


def retry_after(text: str | None) -> float | None:
    """Seconds of a ``Retry-After`` header, which holds seconds or a date; None without one."""
    if not text:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


@contextlib.contextmanager
def translated(url: str, stall: float) -> Iterator[None]:
    """Turn the exceptions of requests and urllib3 into ours."""
    import requests
    import urllib3.exceptions as low

    try:
        yield
    except (requests.exceptions.SSLError, low.SSLError) as error:
        raise _tls(url, error) from error
    except (requests.exceptions.ReadTimeout, low.ReadTimeoutError) as error:
        raise StalledError(url, stall) from error
    except (
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidSchema,
        requests.exceptions.MissingSchema,
        low.LocationParseError,
    ) as error:
        raise BadUrlError(url, str(error)) from error
    except (requests.exceptions.RequestException, low.HTTPError, OSError) as error:
        if isinstance(error, requests.exceptions.ProxyError) and " 407 " in _reason(error):
            raise AccessDeniedError(url, f"the proxy: {_reason(error)}") from error
        raise ConnectionLostError(url, _reason(error)) from error


def _tls(url: str, error: BaseException) -> TransportError:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CertificateError(url, cause.verify_message or str(cause))
        if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return ConnectionLostError(url, "it was cut")
        if isinstance(cause, ssl.SSLError):
            return CertificateError(url, cause.reason or str(cause))
    return CertificateError(url, str(error))


def _reason(error: BaseException) -> str:
    """The innermost cause in words, without the object addresses that urllib3 prints."""
    last = list(_causes(error))[-1]
    text = getattr(last, "strerror", None) or str(last) or type(last).__name__
    return text.split(">: ")[-1]


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps: as its cause, its context, its first argument or its ``reason``."""
    seen: set[int] = set()
    queue: list[BaseException] = [error]
    while queue:
        item = queue.pop(0)
        if id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        inner = [item.__cause__, item.__context__, getattr(item, "reason", None), *item.args]
        queue += [i for i in inner if isinstance(i, BaseException)]
