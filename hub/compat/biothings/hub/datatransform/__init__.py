"""``biothings.hub.datatransform``: the names by which applications build their graphs of identifiers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from hub.compat.identifiers import CIIDStruct, IDStruct, nested_lookup
from hub.datatransform.edges import Edge, RegexEdge, StoreEdge
from hub.datatransform.lookup import KeyLookup
from hub.datatransform.services import BioThingsEdge

log = logging.getLogger("hub.keylookup")


class DataTransformEdge(Edge):
    """One translation. Subclasses define `edge_lookup`, or `lookup` as the hub's own edges do.

    Args:
        label: name in messages and statistics.
        weight: the less, the sooner it is tried.
    """

    def __init__(self, label: str | None = None, weight: float = 1) -> None:
        Edge.__init__(self, weight, label or "")
        self.prepared, self.logger = True, log

    def prepare(self, state: Any = None) -> None:
        """Nothing to prepare."""

    def edge_lookup(self, keylookup_obj: Any, id_strct: IDStruct, debug: Any = False) -> IDStruct:
        """The pairs with each current identifier replaced by what it leads to.

        Args:
            keylookup_obj: gives the class of the answer, ``idstruct_class``.
            id_strct: pairs of an original and a current identifier.
            debug: ignored.
        """
        known = self.lookup([str(id_) for id_ in id_strct.id_lst])
        found: IDStruct = keylookup_obj.idstruct_class()
        for original, current in id_strct:
            found.add(original, known.get(str(current), []))
        return found

    def lookup(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """The new identifiers of each of ``ids`` that is known."""
        if type(self).edge_lookup is DataTransformEdge.edge_lookup:
            raise NotImplementedError(f"`{type(self).__name__}` defines neither `edge_lookup` nor `lookup`")
        pairs = IDStruct()
        for id_ in ids:
            pairs.add(id_, id_)
        found: dict[str, list[str]] = {}
        for original, new in self.edge_lookup(_Asking, pairs):
            found.setdefault(str(original), []).append(str(new))
        return found


class _Asking:
    """What an edge of an application may ask of the key lookup that it works for."""

    idstruct_class = IDStruct
    logger = log


class DataTransform(KeyLookup):
    """Replaces ``_id`` by an identifier of another type; see `hub.datatransform.lookup.KeyLookup`.

    Args:
        graph: a ``networkx.DiGraph`` with edges in the attribute ``object``.
        input_types: a type, or ``(type, dotted field)`` pairs.
        output_types: types in order of preference.
        idstruct_class: an `IDStruct` that takes the identifiers of documents its own way.
        kwargs: as `KeyLookup` takes them.
    """

    def __init__(
        self,
        graph: Any,
        input_types: Any,
        output_types: Any,
        *args: Any,
        idstruct_class: type[IDStruct] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(graph, input_types, output_types, *args, **kwargs)
        self.idstruct_class = idstruct_class or IDStruct

    def _values(self, document: dict[str, Any], field: str) -> list[str]:
        if self.idstruct_class is IDStruct:
            return super()._values(document, field)
        return list(dict.fromkeys(str(current) for _, current in self.idstruct_class(field, [document])))


class DataTransformMDB(DataTransform):
    """The same, by the name that applications with MongoDB use."""


class RegExEdge(RegexEdge, DataTransformEdge):
    """Rewrites the text of identifiers: ``RegExEdge(r"^MONDO:(.*)", r"mondo_\\1")``.

    Args:
        from_regex: regular expression that an identifier must begin with; others are not known.
        to_regex: what stands in its place.
        weight: the less, the sooner it is tried.
        label: name in messages.
    """

    def __init__(self, from_regex: str, to_regex: str, weight: float = 1, label: str | None = None) -> None:
        RegexEdge.__init__(self, from_regex, to_regex, weight, label or "")


class MongoDBEdge(StoreEdge, DataTransformEdge):
    """Looks up a field of a collection of the source database.

    Args:
        collection_name: the collection.
        lookup: field that holds the old identifier.
        field: field that holds the new one.
        weight: the less, the sooner it is tried.
        label: name in messages.
        check_index: accepted; no index is needed.
    """

    ignores_case = False

    def __init__(
        self,
        collection_name: str,
        lookup: str,
        field: str,
        weight: float = 1,
        label: str | None = None,
        check_index: bool = True,
    ) -> None:
        StoreEdge.__init__(self, collection_name, lookup, field, weight, label or "", ignore_case=self.ignores_case)


class CIMongoDBEdge(MongoDBEdge):
    """The same without telling upper and lower case apart."""

    ignores_case = True


class BiothingsAPIEdge(BioThingsEdge, DataTransformEdge):
    """Looks up a field through a data API.

    Args:
        lookup: field, or list of fields, that holds the old identifier.
        fields: field that holds the new one.
        weight: the less, the sooner it is tried.
        label: name in messages.
        url: address of the query endpoint.
    """

    service = ""

    def __init__(
        self,
        lookup: str | Sequence[str],
        fields: str | Sequence[str],
        weight: float = 1,
        label: str | None = None,
        url: str | None = None,
    ) -> None:
        scopes = lookup if isinstance(lookup, str) else ",".join(lookup)
        field = fields if isinstance(fields, str) else next(iter(fields))
        more: dict[str, Any] = {"label": label} if label else {}
        BioThingsEdge.__init__(self, url or self.service, scopes, field, weight=weight, **more)


class MyGeneInfoEdge(BiothingsAPIEdge):
    """Through MyGene.info."""

    service = "https://mygene.info/v3/query"


class MyChemInfoEdge(BiothingsAPIEdge):
    """Through MyChem.info."""

    service = "https://mychem.info/v1/query"


__all__ = [
    "BiothingsAPIEdge",
    "CIIDStruct",
    "CIMongoDBEdge",
    "DataTransform",
    "DataTransformEdge",
    "DataTransformMDB",
    "IDStruct",
    "MongoDBEdge",
    "MyChemInfoEdge",
    "MyGeneInfoEdge",
    "RegExEdge",
    "nested_lookup",
]
