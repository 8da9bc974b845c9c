"""``biothings.hub.datatransform``: the names by which applications build their graphs of identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.datatransform.edges import Edge as DataTransformEdge
from hub.datatransform.edges import RegexEdge as RegExEdge
from hub.datatransform.edges import StoreEdge
from hub.datatransform.lookup import KeyLookup as DataTransform
from hub.datatransform.lookup import KeyLookup as DataTransformMDB
from hub.datatransform.services import BioThingsEdge


class MongoDBEdge(StoreEdge):
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
        super().__init__(collection_name, lookup, field, weight, label or "", ignore_case=self.ignores_case)


class CIMongoDBEdge(MongoDBEdge):
    """The same without telling upper and lower case apart."""

    ignores_case = True


class BiothingsAPIEdge(BioThingsEdge):
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
        super().__init__(url or self.service, scopes, field, weight=weight, **more)


class MyGeneInfoEdge(BiothingsAPIEdge):
    """Through MyGene.info."""

    service = "https://mygene.info/v3/query"


class MyChemInfoEdge(BiothingsAPIEdge):
    """Through MyChem.info."""

    service = "https://mychem.info/v1/query"


__all__ = [
    "BiothingsAPIEdge",
    "CIMongoDBEdge",
    "DataTransform",
    "DataTransformEdge",
    "DataTransformMDB",
    "MongoDBEdge",
    "MyChemInfoEdge",
    "MyGeneInfoEdge",
    "RegExEdge",
]
