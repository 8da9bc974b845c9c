"""The job function that reads the documents of a build for the gates: fields, values of several kinds, wanted ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from hub.datainspect.mapping import MappingInference
from hub.jobs.port import JobContext
from hub.store import StoreSpec, open_store

BATCH = 1000
MAX_FIELDS = 2_000  #: the fields of most documents; others are left out
SHOWN = 20  #: ids and fields that are named; all are counted


@dataclass(frozen=True)
class ScanRequest:
    """What `scan_build` needs.

    Attributes:
        store: the store.
        collection: its collection.
        fields: count the documents that have each field.
        conflicts: look for fields with values of several kinds.
        ids: ids that must be there.
    """

    store: StoreSpec
    collection: str
    fields: bool = True
    conflicts: bool = False
    ids: Sequence[str] = ()


@dataclass
class Scan:
    """What was found.

    Attributes:
        documents: how many there are.
        fields: documents that have each dotted field; None when they were not counted.
        conflicts: fields with values of several kinds, with examples, in words.
        missing: the first of the wanted ids that are not there.
        missing_count: how many are not.
    """

    documents: int = 0
    fields: dict[str, int] | None = None
    conflicts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    missing_count: int = 0


def scan_build(ctx: JobContext, request: ScanRequest) -> Scan:
    """Read a build."""
    scan = Scan()
    with closing(open_store(request.store)) as store:
        collection = store.collection(request.collection)
        scan.documents = collection.count()
        for start in range(0, len(request.ids), BATCH):
            asked = list(request.ids[start : start + BATCH])
            there = collection.get_many(asked)
            gone = [id_ for id_ in asked if id_ not in there]
            scan.missing_count += len(gone)
            scan.missing += gone[: SHOWN - len(scan.missing)]
            ctx.check()
        if not (request.fields or request.conflicts):
            return scan
        counts: Counter[str] = Counter()
        inference, decode = MappingInference(), store.codec.decode
        records, done = collection.scan(batch_size=BATCH), 0
        while batch := list(islice(records, BATCH)):
            for record in batch:
                document = decode(record.body)
                if request.conflicts:
                    inference.add(document)
                if request.fields:
                    counts.update(set(fields_of(document)))
            if len(counts) > MAX_FIELDS:
                counts = Counter(dict(counts.most_common(MAX_FIELDS)))
            done += len(batch)
            ctx.check()
            ctx.progress(done, scan.documents, unit="documents")
    scan.fields = dict(sorted(counts.items())) if request.fields else None
    scan.conflicts = [str(conflict) for conflict in inference.result().conflicts]
    return scan


def fields_of(value: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Dotted names of the fields of a document that hold something; objects are named as well."""
    for key, item in value.items():
        path = f"{prefix}{key}"
        filled = [one for one in (item if isinstance(item, list) else [item]) if one is not None]
        if not filled:
            continue
        yield path
        for one in filled:
            if isinstance(one, Mapping):
                yield from fields_of(one, f"{path}.")
