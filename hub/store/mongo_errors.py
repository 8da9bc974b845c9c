"""pymongo's errors as the hub's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from pymongo import errors

from hub.store.errors import BadFilterError, DiskFullError, StoreAccessError, StoreServerError, StoreUnavailableError

_ACCESS = frozenset({13, 18})
_BAD_VALUE = frozenset({2, 9, 51091, 51108})
_OUT_OF_DISK = 14031


@contextlib.contextmanager
def translated(server: str) -> Iterator[None]:
    """Turn pymongo's errors into the hub's.

    Args:
        server: host and port, for the messages.
    """
    try:
        yield
    except errors.OperationFailure as error:
        reason = str((error.details or {}).get("errmsg") or error)
        if error.code in _ACCESS:
            raise StoreAccessError(server, reason) from error
        if error.code == _OUT_OF_DISK or "No space left" in reason:
            raise DiskFullError(server) from error
        if error.code in _BAD_VALUE:
            raise BadFilterError(reason) from error
        raise StoreServerError(server, reason) from error
    except errors.ConnectionFailure as error:
        raise StoreUnavailableError(server, _first_line(error)) from error
    except errors.PyMongoError as error:
        raise StoreServerError(server, _first_line(error)) from error


def server_name(uri: str) -> str:
    """Host and port of a URI, without user and password."""
    rest = uri.partition("://")[2] or uri
    return rest.partition("/")[0].rpartition("@")[2]


def _first_line(error: Exception) -> str:
    return str(error).partition(", Timeout:")[0].partition("\n")[0]
