"""A dump in a process that may be killed. Imports nothing but what it needs: it starts beside a busy test run."""

from __future__ import annotations

from hub.dataload.dumper.work import DumpRequest, dump_source
from hub.jobs.port import NullContext


def dump_in_child(request: DumpRequest) -> None:
    """Dump, forget the report."""
    dump_source(NullContext(), request)
