"""The job function of an inspection: reads a collection in a worker process."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.datainspect.inspector import Inspection
from hub.jobs.port import JobContext
from hub.store import StoreSpec, open_store


@dataclass(frozen=True)
class InspectRequest:
    """What is inspected.

    Attributes:
        store: recipe of its store.
        collection: its collection.
        modes: see `hub.datainspect.inspector.MODES`.
        limit: at most this many documents; None for all.
        sample: share of the documents that are looked at, above 0 and up to 1; None for all.
        patterns: kinds of identifiers of a project.
    """

    store: StoreSpec
    collection: str
    modes: tuple[str, ...]
    limit: int | None = None
    sample: float | None = None
    patterns: Mapping[str, Any] = field(default_factory=dict)


def inspect_collection(ctx: JobContext, request: InspectRequest) -> dict[str, Any]:
    """The results of an inspection, see `Inspection.results`.

    Args:
        ctx: the job.
        request: what is inspected.
    """
    store = open_store(request.store)
    try:
        collection = store.collection(request.collection)
        inspection, decode = Inspection(request.modes, patterns=request.patterns), store.codec.decode
        total, chance = collection.count(), random.Random(1)
        for number, record in enumerate(collection.scan(), 1):
            if request.limit is not None and inspection.documents >= request.limit:
                break
            if request.sample is None or chance.random() < request.sample:
                inspection.add(decode(record.body))
            if not number % 1000:
                ctx.progress(number, total, unit="documents")
                ctx.check()
        ctx.progress(total, total, unit="documents")
        return inspection.results()
    finally:
        store.close()
