"""What a merge does to one document: who may create it, and how a later source's part joins an earlier one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.databuild.errors import MergerError
from hub.dataload.merge import merge_struct
from hub.store.port import Document

UPSERT = "upsert"
MERGE_STRUCT = "merge_struct"
_STRUCT_KEYS = frozenset({"aslistofdict", "include", "exclude"})


@dataclass(frozen=True)
class MergeRule:
    """How the documents of one source take part in a merge. Picklable.

    Attributes:
        source: name of the source (``_id`` in ``src_master``).
        creates: whether it may create documents; otherwise it only adds to those that a former source created.
        mode: ``upsert`` (each key of the document replaces the stored one) or ``merge_struct`` (deep merge).
        kwargs: arguments of ``merge_struct``; giving any swaps the operands: the stored document joins the new one.
    """

    source: str
    creates: bool = True
    mode: str = UPSERT
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of_master(cls, source: str, master: Mapping[str, Any], *, creates: bool) -> MergeRule:
        """The rule that a ``src_master`` document asks for.

        Raises:
            MergerError: an unknown ``merger``, or ``merger_kwargs`` it does not take.
        """
        mode = master.get("merger") or UPSERT
        kwargs = master.get("merger_kwargs") or {}
        if mode not in (UPSERT, MERGE_STRUCT):
            raise MergerError(source, f"`merger` is {mode!r}; use `{UPSERT}` or `{MERGE_STRUCT}`.")
        if not isinstance(kwargs, Mapping):
            raise MergerError(source, f"`merger_kwargs` must be an object, not {kwargs!r}.")
        unknown = sorted(set(kwargs) - _STRUCT_KEYS) if mode == MERGE_STRUCT else []
        if unknown:
            known = ", ".join(sorted(_STRUCT_KEYS))
            raise MergerError(source, f"`merger_kwargs` has {', '.join(unknown)}; `merge_struct` takes {known}.")
        return cls(source, creates, mode, dict(kwargs) if mode == MERGE_STRUCT else {})

    def join(self, stored: Document, new: Document) -> Document:
        """The document after this source's part ``new`` was merged into ``stored`` (which may be changed)."""
        if self.mode == UPSERT:
            stored.update(new)
            return stored
        if self.kwargs:
            merged: Document = merge_struct(new, stored, **self.kwargs)
        else:
            merged = merge_struct(stored, new)
        return merged


def merge_parts(parts: Sequence[tuple[MergeRule, Document]]) -> Document | None:
    """One document from its parts in merge order, or None when no part may create it.

    Parts that come before the first that creates have nothing to update and are left out.
    """
    document: Document | None = None
    for rule, part in parts:
        if document is not None:
            document = rule.join(document, part)
        elif rule.creates:
            document = part
    return document
