"""The port of the hub's own records: small documents that describe sources, builds, jobs, commands.

Engines: `hub.store.state_sqlite` (embedded) and `hub.store.state_mongo`. One contract suite,
``tests/contract/test_state.py``, runs on both. The records have the shapes that existing tools read.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Document = dict[str, Any]
Fields = Mapping[str, Any]

_log = logging.getLogger("hub.store")


@dataclass(frozen=True)
class Change:
    """One record was changed.

    Attributes:
        collection: name of its collection.
        entity: what it is, in the words of the web interface: ``source``, ``build``, ``build_config``, ``master``,
            ``data_plugin``, ``api``, ``command``, ``config``, ``event``; the collection's name for others.
        id: its ``_id``.
        op: ``save``, ``update_one`` or ``remove``.
        document: the record itself, for events only.
    """

    collection: str
    entity: str
    id: Any
    op: str
    document: Document | None = None


Subscriber = Callable[[Change], None]


class StateStore(Protocol):
    """Collections of records. Every write is atomic; threads and processes may share the database."""

    def get(self, collection: str, id: Any) -> Document | None:  # noqa: A002
        """One record, or None."""
        ...

    def find(
        self,
        collection: str,
        query: Fields | None = None,
        *,
        sort: Sequence[tuple[str, int]] | None = None,
        limit: int = 0,
        fields: Sequence[str] = (),
        without: Sequence[str] = (),
    ) -> list[Document]:
        """Records that match a Mongo-style filter; in ``_id`` order unless sorted, all when ``limit`` is 0.

        Args:
            collection: its collection.
            query: the filter.
            sort: fields with 1 or -1.
            limit: at most so many.
            fields: only these of the top level, and ``_id``; those that a record does not have, or that are None, are
                left out. Cheaper than whole records where these are long.
            without: leave out these of the top level.
        """
        ...

    def version(self) -> int | None:
        """A number that is another one after somebody else has written; None when that cannot be told."""
        ...

    def count(self, collection: str) -> int:
        """Number of records."""
        ...

    def put(self, collection: str, doc: Fields) -> None:
        """Insert or replace a whole record.

        Raises:
            hub.store.errors.BadIdError: it has no ``_id``.
        """
        ...

    def update(
        self,
        collection: str,
        id: Any,  # noqa: A002
        *,
        set: Fields | None = None,  # noqa: A002
        unset: Sequence[str] | None = None,
        add_to_set: Fields | None = None,
        pull: Fields | None = None,
        push: Fields | None = None,
        upsert: bool = False,
    ) -> bool:
        """Change fields of one record, named by dotted paths (a number is a position in a list).

        Args:
            collection: its collection.
            id: its ``_id``.
            set: values by path; missing objects on the way are made.
            unset: paths to remove.
            add_to_set: values to append to lists that do not hold them yet.
            pull: values to remove from lists.
            push: values to append to lists.
            upsert: make the record when there is none.

        Returns:
            Whether there was such a record, or it was made.

        Raises:
            hub.store.errors.UpdateError: a path leads through a value that is no object, or to one that is no list.
        """
        ...

    def delete(self, collection: str, id: Any) -> bool:  # noqa: A002
        """Remove a record; False when there was none."""
        ...

    def next_id(self, collection: str) -> int:
        """A whole number above every whole ``_id`` of the collection, never given twice."""
        ...

    def collections(self) -> list[str]:
        """Sorted names of the collections that hold something."""
        ...

    def subscribe(self, fn: Subscriber) -> Callable[[], None]:
        """Call ``fn`` after each change made through this object, in the thread that made it; returns the way out."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...


def present(document: Fields, fields: Sequence[str]) -> Document:
    """``_id`` and these fields of a record, as far as they are there and not None."""
    return {name: document[name] for name in ("_id", *fields) if document.get(name) is not None}


class Announcer:
    """Tells subscribers about changes. A subscriber that fails is logged and does not disturb the writer.

    Args:
        entities: entity name by collection name.
    """

    def __init__(self, entities: Mapping[str, str]) -> None:
        self._entities = dict(entities)
        self._subscribers: list[Subscriber] = []
        self._lock = threading.Lock()

    def subscribe(self, fn: Subscriber) -> Callable[[], None]:
        """Add a subscriber; returns the function that removes it."""
        with self._lock:
            self._subscribers.append(fn)

        def unsubscribe() -> None:
            with self._lock:
                if fn in self._subscribers:
                    self._subscribers.remove(fn)

        return unsubscribe

    def announce(self, collection: str, id_: Any, op: str, document: Document | None = None) -> None:
        """Tell everyone."""
        with self._lock:
            subscribers = list(self._subscribers)
        entity = self._entities.get(collection, collection)
        change = Change(collection, entity, id_, op, document if entity == "event" else None)
        for fn in subscribers:
            try:
                fn(change)
            except Exception:
                _log.exception("a subscriber of state changes failed", extra={"action": "state_subscriber_failed"})
