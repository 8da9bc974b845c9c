"""What plugin code gets as ``self.collection`` and ``self.db``: the part of pymongo's interface that plugins use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub.store.port import Collection, Document, DocumentStore

Keys = str | Sequence[tuple[str, Any]] | Sequence[str]


class PluginCollection:
    """One collection of the hub's store.

    Reading and indexing only: documents come and go through uploads. What is not here is asked of the hub's own
    collection (`hub.store.port.Collection`).
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self.name = collection.name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._collection, name)

    def create_index(self, keys: Keys, **options: Any) -> str:
        """Make look-ups by a field fast.

        Args:
            keys: a dotted field, or several as pymongo takes them; each gets an index of its own.
            options: ignored (``background``, ``name``, ...).

        Returns:
            The name that MongoDB gives such an index.
        """
        fields = [keys] if isinstance(keys, str) else [key if isinstance(key, str) else key[0] for key in keys]
        for field in fields:
            self._collection.create_index(field)
        return "_".join(f"{field}_1" for field in fields)

    ensure_index = create_index

    def find(
        self,
        filter: Mapping[str, Any] | None = None,  # noqa: A002 - as pymongo names it
        projection: Any = None,
        **options: Any,
    ) -> Iterator[Document]:
        """Documents that match.

        Args:
            filter: as MongoDB takes it.
            projection: fields to read, as a list or as ``{field: 1}``; None for all.
            options: ``skip``, ``limit``, ``sort``; others are ignored.
        """
        known = {key: options[key] for key in ("skip", "limit", "sort") if options.get(key)}
        return self._collection.find(filter, fields=_fields(projection), **known)

    def find_one(self, filter: Any = None, projection: Any = None, **options: Any) -> Document | None:  # noqa: A002
        """The first document that matches a filter, or that has the given ``_id``."""
        query = filter if filter is None or isinstance(filter, Mapping) else {"_id": filter}
        return next(iter(self.find(query, projection, **{**options, "limit": 1})), None)

    def count_documents(self, filter: Mapping[str, Any] | None = None, **options: Any) -> int:  # noqa: A002
        """Number of documents that match."""
        return self._collection.count(filter or None)

    def estimated_document_count(self) -> int:
        """Number of documents."""
        return self._collection.count()

    def distinct(self, key: str, filter: Mapping[str, Any] | None = None) -> list[Any]:  # noqa: A002
        """The different values of a field, in order of first appearance."""
        found: list[Any] = []
        for document in self._collection.find(filter, fields=[key]):
            for value in _values(document, key.split(".")):
                if value not in found:
                    found.append(value)
        return found


class PluginDatabase:
    """The source store; ``db["name"]`` and ``db.name`` are collections."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.name = store.spec.database

    def __getitem__(self, name: str) -> PluginCollection:
        return PluginCollection(self._store.collection(name))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = getattr(self._store, name, None)
        return found if found is not None else self[name]

    def get_collection(self, name: str) -> PluginCollection:
        """A collection, existing or not."""
        return self[name]

    def list_collection_names(self) -> list[str]:
        """Names of the existing collections."""
        return self._store.names()

    collection_names = list_collection_names


def _fields(projection: Any) -> list[str] | None:
    if not projection:
        return None
    if isinstance(projection, Mapping):
        wanted = [field for field, on in projection.items() if on and field != "_id"]
        return wanted or None
    return list(projection)


def _values(value: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _values(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _values(value[path[0]], path[1:])
