"""Id mappers: what a source's documents go through before they are merged, to bring them to the ids of the build."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from hub.store.port import Document


class Mapper(Protocol):
    """What a build needs of a mapper. It is sent to a worker process, so it must survive pickling."""

    name: str | None

    def load(self) -> None:
        """Read what the translation needs; called once, in the worker, before the first document."""
        ...

    def process(
        self, docs: Iterable[Document], key_to_convert: str = "_id", transparent: bool = True
    ) -> Iterator[Document]:
        """The documents under their new ids."""
        ...


class TransparentMapper:
    """Leaves documents as they are."""

    name: str | None = None

    def load(self) -> None:
        """Nothing to read."""

    def process(
        self, docs: Iterable[Document], key_to_convert: str = "_id", transparent: bool = True
    ) -> Iterator[Document]:
        """The same documents."""
        return iter(docs)


class IDBaseMapper:
    """Translates ids by a table of old id to one or several new ids.

    Subclasses fill ``self.map`` in `load`, or the table is given.

    Args:
        name: the name that ``__metadata__["mapper"]`` of a source refers to; default: the class attribute ``name``.
        convert_func: applied to an id before it is looked up.
        map: the table, when it is known already.
    """

    name: str | None = None

    def __init__(
        self,
        name: str | None = None,
        convert_func: Callable[[Any], Any] | None = None,
        map: Mapping[str, str | list[str]] | None = None,  # noqa: A002 (the documented attribute)
    ) -> None:
        self.name = name or type(self).name
        self.convert_func = convert_func
        self.map: dict[str, Any] | None = None if map is None else dict(map)

    def need_load(self) -> bool:
        """Whether the table still has to be read."""
        return self.map is None

    def load(self) -> None:
        """Read the table; without a subclass's own version it is empty unless it was given."""
        if self.map is None:
            self.map = {}

    def translate(self, id_: Any, transparent: bool = False) -> list[str]:
        """New ids of an id; none when it is unknown, or itself with ``transparent``."""
        key = self.convert_func(id_) if self.convert_func else id_
        found = (self.map or {}).get(key)
        if found is None:
            return [key] if transparent else []
        return [found] if isinstance(found, str) else list(found)

    def process(
        self, docs: Iterable[Document], key_to_convert: str = "_id", transparent: bool = True
    ) -> Iterator[Document]:
        """The documents under their new ids: one document for each new id.

        Args:
            docs: documents.
            key_to_convert: the top-level key that holds the id.
            transparent: let documents with unknown ids pass; otherwise they are left out.
        """
        for doc in docs:
            for new in self.translate(doc.get(key_to_convert), transparent):
                yield {**doc, key_to_convert: new}
