"""Everything that can go wrong with stored documents and the hub's own records."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hub.errors import BadArgument, Conflict, HubError, NotFound, Passing, Permanent


class StoreError(HubError):
    """Root of the store's errors."""


class UnstorableValueError(StoreError, Permanent):
    """A document holds a value that no store can keep.

    Args:
        path: dotted path of the value inside the document.
        type_name: name of the value's type.
        hint: what to do about it.
        id: ``_id`` of the document, when known.
    """

    status = 422

    def __init__(self, path: str, type_name: str, hint: str, id: Any = None) -> None:  # noqa: A002
        self.path, self.type_name, self.hint, self.id = path, type_name, hint, id
        super().__init__(f"{_which(id)}`{path}` holds a `{type_name}` that cannot be stored. {hint}")


class UnstorableKeyError(UnstorableValueError):
    """A document holds a key that no store can keep.

    Args:
        path: dotted path of the object that holds the key.
        key: the key.
        reason: what is wrong with it.
        id: ``_id`` of the document, when known.
    """

    def __init__(self, path: str, key: Any, reason: str, id: Any = None) -> None:  # noqa: A002
        super().__init__(path, type(key).__name__, reason, id)
        self.key = key
        place = f"in `{path}` " if path else ""
        self.args = (
            f"{_which(id)}the key {key!r} {place}{reason}. Rename it in the parser, or set `INVALID_KEYS` = 'replace'.",
        )


class BadIdError(StoreError, Permanent):
    """An ``_id`` that no store can keep: not a string, empty, too long, or with a NUL.

    Args:
        value: the ``_id`` that was given.
        reason: what is wrong with it and what to do.
    """

    status = 422

    def __init__(self, value: Any, reason: str) -> None:
        self.value, self.reason = value, reason
        shown = repr(value)
        super().__init__(f"`_id` {shown if len(shown) <= 80 else shown[:77] + '...'} {reason}")


class DocumentTooLargeError(StoreError, Permanent):
    """One document is larger than `MAX_DOCUMENT_BYTES`.

    Args:
        id: ``_id`` of the document.
        size: its encoded size in bytes.
        limit: the largest size in bytes.
    """

    status = 422

    def __init__(self, id: Any, size: int, limit: int) -> None:  # noqa: A002
        self.id, self.size, self.limit = id, size, limit
        super().__init__(
            f"{_which(id)}{size:,} bytes are more than the {limit:,} of `MAX_DOCUMENT_BYTES`. "
            "Split it into several documents in the parser, or raise the setting (MongoDB takes 16 MiB at most)."
        )


class BadFilterError(BadArgument):
    """A Mongo-style filter that the stores do not know.

    Args:
        reason: what is wrong with it.
        operators: the operators there are, for an unknown one.
    """

    def __init__(self, reason: str, operators: Iterable[str] = ()) -> None:
        self.reason, self.operators = reason, sorted(operators)
        known = f" Operators: {', '.join(self.operators)}." if self.operators else ""
        super().__init__(f"bad filter: {reason}.{known}")


class CollectionNotFoundError(NotFound):
    """There is no such collection.

    Args:
        name: the collection looked for.
        known: the collections there are.
    """

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        super().__init__("collection", name, known)


class CollectionExistsError(Conflict):
    """The name is taken.

    Args:
        name: the collection that exists.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"there is already a collection `{name}`. Drop it, or choose another name.")


class BadCollectionNameError(BadArgument):
    """A name that cannot be a collection.

    Args:
        name: the name that was given.
        reason: what is wrong with it.
    """

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"`{name[:80]}` cannot be the name of a collection: {reason}.")


class CollectionChangedError(StoreError, Passing):
    """A collection was written to or swapped while it was being scanned.

    Args:
        name: the collection.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"collection `{name}` changed while it was read. Read it again once the writer is done.")


class CollectionDamagedError(StoreError, Permanent):
    """A collection's file cannot be read.

    Args:
        name: the collection.
        path: its file.
        reason: the engine's words.
    """

    def __init__(self, name: str, path: Path, reason: str) -> None:
        self.name, self.path, self.reason = name, path, reason
        super().__init__(
            f"collection `{name}` cannot be read ({reason}): `{path}` is damaged or was cut off by a crash. "
            "Drop it and upload or build it again, or put a backup in its place."
        )


class StoreFileError(StoreError, Permanent):
    """A collection's file cannot be opened, read or written.

    Args:
        name: the collection.
        path: its file.
        reason: the engine's words.
    """

    def __init__(self, name: str, path: Path, reason: str) -> None:
        self.name, self.path, self.reason = name, path, reason
        super().__init__(
            f"collection `{name}`: `{path}` cannot be used ({reason}). Check that the folder exists, that the hub's "
            "user may write there, and that the disk is sound."
        )


class StoreBusyError(StoreError, Passing):
    """Another process holds the lock for too long.

    Args:
        name: the collection or database.
        seconds: how long was waited.
    """

    status = 503

    def __init__(self, name: str, seconds: float) -> None:
        self.name, self.seconds = name, seconds
        super().__init__(f"`{name}` is locked by another process; waited {seconds:g} s. It is tried again later.")


class StoreClosedError(StoreError, Permanent):
    """A store was used after `close`.

    Args:
        database: its database.
    """

    def __init__(self, database: str) -> None:
        self.database = database
        super().__init__(f"the store `{database}` is closed: the hub or the job is ending. Open it again.")


class StoreUnavailableError(StoreError, Passing):
    """The database server does not answer.

    Args:
        server: host and port, without credentials.
        reason: the driver's words.
    """

    status = 503

    def __init__(self, server: str, reason: str) -> None:
        self.server, self.reason = server, reason
        super().__init__(
            f"the database server `{server}` does not answer ({reason}). Is it running? "
            "Check `DATA_SRC_SERVER`, `DATA_TARGET_SERVER` and `HUB_DB_BACKEND`."
        )


class StoreServerError(StoreError, Permanent):
    """The database server reports an error.

    Args:
        server: host and port, without credentials.
        reason: the server's words.
    """

    def __init__(self, server: str, reason: str) -> None:
        self.server, self.reason = server, reason
        super().__init__(f"the database server `{server}` reports: {reason}. Its own log may say more.")


class StoreAccessError(StoreError, Permanent):
    """The database server refuses us.

    Args:
        server: host and port, without credentials.
        reason: the driver's words.
    """

    status = 500

    def __init__(self, server: str, reason: str) -> None:
        self.server, self.reason = server, reason
        super().__init__(
            f"the database server `{server}` refused the request: authentication or permission failed ({reason}). "
            "Check user name, password and roles (`DATA_SRC_SERVER_USERNAME`, ..., or the URI)."
        )


class DiskFullError(StoreError, Permanent):
    """No room is left where documents are kept. What was stored before stays intact.

    Args:
        folder: the folder on the full disk, or the server.
        free: bytes left, when known.
    """

    status = 507

    def __init__(self, folder: str, free: int | None = None) -> None:
        self.folder, self.free = folder, free
        left = "" if free is None else f" ({free:,} bytes free)"
        super().__init__(
            f"the disk of `{folder}` is full{left}. Free space: delete old releases in `DATA_ARCHIVE_ROOT`, archived "
            "collections (`KEEP_ARCHIVE`) and old builds, then start the job again."
        )


class UpdateError(BadArgument):
    """An update of a hub record that does not fit the record.

    Args:
        path: dotted path of the field.
        reason: why it cannot be changed that way.
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"cannot update `{path}`: {reason}.")


class StoreSettingError(BadArgument):
    """A setting of the stores that cannot be used.

    Args:
        setting: name of the setting.
        reason: what is wrong and what it may be.
    """

    def __init__(self, setting: str, reason: str) -> None:
        self.setting, self.reason = setting, reason
        super().__init__(f"`{setting}`: {reason}")


def _which(id_: Any) -> str:
    if id_ is None:
        return ""
    shown = repr(id_)
    return f"document {shown if len(shown) <= 80 else shown[:77] + '...'}: "
