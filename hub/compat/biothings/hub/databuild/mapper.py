"""``biothings.hub.databuild.mapper``: mappers as applications write them; see `hub.databuild.mappers`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Documents = Iterator[dict[str, Any]]


class BaseMapper:
    """What documents of a source go through before they are merged; subclasses define `load` and `process`.

    Args:
        name: what ``__metadata__["mapper"]`` of a source refers to.
    """

    def __init__(self, name: str | None = None, *args: Any, **kwargs: Any) -> None:
        self.name = name

    def load(self) -> None:
        """Read what is needed; called once, in the process that maps."""

    def process(self, docs: Iterable[dict[str, Any]]) -> Documents:
        """The documents to merge."""
        raise NotImplementedError(f"`{type(self).__name__}` does not say what becomes of documents: define `process`")


class TransparentMapper(BaseMapper):
    """Leaves documents as they are."""

    def process(self, docs: Iterable[dict[str, Any]], *args: Any, **kwargs: Any) -> Documents:
        """The same documents."""
        return iter(docs)


class IDBaseMapper(BaseMapper):
    """Translates ids by the table ``self.map`` of old id to one or several new ones, which `load` fills.

    Args:
        name: see `BaseMapper`.
        convert_func: applied to an id before it is looked up.
    """

    def __init__(
        self, name: str | None = None, convert_func: Callable[[Any], Any] | None = None, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(name, *args, **kwargs)
        self.map: dict[Any, Any] | None = None
        self.convert_func = convert_func

    def need_load(self) -> bool:
        """Whether the table still has to be read."""
        return self.map is None

    def translate(self, _id: Any, transparent: bool = False) -> Any:
        """What the table has for an id: an id or a list of them; None, or with ``transparent`` the id, when nothing."""
        key = self.convert_func(_id) if self.convert_func else _id
        return (self.map or {}).get(key, key if transparent else None)

    def __contains__(self, _id: Any) -> bool:
        return _id in (self.map or {})

    def __len__(self) -> int:
        return len(self.map or {})

    def process(
        self, docs: Iterable[dict[str, Any]], key_to_convert: str = "_id", transparent: bool = True
    ) -> Documents:
        """The documents under their new ids, one for each.

        Args:
            docs: documents.
            key_to_convert: the key that holds the id.
            transparent: let documents with unknown ids pass; otherwise they are left out.
        """
        if self.need_load():
            self.load()
        for doc in docs:
            found = self.translate(doc.get(key_to_convert), transparent)
            for new in found if isinstance(found, list | tuple | set) else [] if found is None else [found]:
                yield {**doc, key_to_convert: str(new)}


__all__ = ["BaseMapper", "IDBaseMapper", "TransparentMapper"]
