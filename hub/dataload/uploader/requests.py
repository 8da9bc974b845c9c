"""What goes to the job functions of an upload and what comes back: frozen, picklable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.dataload.plugin import PluginRef
from hub.store.port import StoreSpec


@dataclass(frozen=True)
class UploadRequest:
    """One upload of one sub-source.

    Attributes:
        plugin: the plugin.
        sub: sub-source name.
        settings: snapshot of the configuration.
        store: the source store.
        release: release of the data.
        data_folder: their folder.
        temp_collection: collection to write; it must not exist.
        content: what stands for the published documents (`hub.dataload.content`); empty when nothing does.
    """

    plugin: PluginRef
    sub: str
    settings: Mapping[str, Any]
    store: StoreSpec
    release: str
    data_folder: str
    temp_collection: str
    content: str = ""


@dataclass(frozen=True)
class UploadReport:
    """What an upload made.

    Attributes:
        sub: sub-source name.
        count: documents in the collection.
        duplicates: documents whose ``_id`` had come before.
        temp_collection: where they are.
        mapping: Elasticsearch properties, empty when the plugin declares none.
        metadata: for the master record: ``{"src_meta": {...}}``.
        seconds: time taken.
        dropped: items of the parser that were None, empty, or dropped by the storage.
        rejected: bad documents that are in quarantine, by reason.
        content: what stands for these documents and how they differ from those before (`hub.dataload.content`).
    """

    sub: str
    count: int
    duplicates: int
    temp_collection: str
    mapping: Mapping[str, Any]
    metadata: Mapping[str, Any]
    seconds: float
    dropped: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """Some calls of the parser that run one after the other.

    Attributes:
        calls: the arguments of each call.
        label: for people: ``part 2 of 8 (chr2.tsv)``.
    """

    calls: Sequence[tuple[Any, ...]]
    label: str


@dataclass(frozen=True)
class UploadPlan:
    """The parts of a parallel upload, in order.

    Attributes:
        request: the upload.
        parts: what each `PartRequest` takes.
        max_parallel: parts that may run at one time; None for no limit of its own.
        seconds: time taken to plan.
    """

    request: UploadRequest
    parts: Sequence[Part]
    max_parallel: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class PartRequest:
    """One part of a parallel upload.

    Attributes:
        request: the upload.
        number: position of the part in the plan, from 0.
        part: the part.
    """

    request: UploadRequest
    number: int
    part: Part

    @property
    def collection(self) -> str:
        """The collection this part writes."""
        return f"{self.request.temp_collection}_part_{self.number:04d}"


@dataclass(frozen=True)
class PartReport:
    """What a part made.

    Attributes:
        number: position of the part, from 0.
        label: for people.
        collection: where its documents are.
        count: documents stored.
        duplicates: documents whose ``_id`` had come before in this part.
        dropped: items that were dropped.
        seconds: time taken.
        seen: documents that the parser gave, the bad ones included.
        rejected: bad documents that are in quarantine, by reason.
    """

    number: int
    label: str
    collection: str
    count: int
    duplicates: int
    dropped: int
    seconds: float
    seen: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class CombineRequest:
    """All parts are there; make the collection.

    Attributes:
        request: the upload.
        parts: reports of the parts, in any order.
    """

    request: UploadRequest
    parts: Sequence[PartReport] = field(default_factory=list)
