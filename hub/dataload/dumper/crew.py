"""Threads that work for one dumper, each with a copy of it that keeps its connections from file to file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from hub.dataload.dumper.base import BaseDumper

Result = TypeVar("Result")


class Crew:
    """A pool of threads.

    Args:
        dumper: whose copies are used.
        size: how many threads.
    """

    def __init__(self, dumper: BaseDumper, size: int) -> None:
        self.dumper = dumper
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="download")
        self._own = threading.local()
        self._twins: list[BaseDumper] = []

    def submit(self, work: Callable[[Any, Any], Result], item: object) -> Future[Result]:
        """Have ``work(copy of the dumper, item)`` done."""
        return self._pool.submit(lambda: work(self._twin(), item))

    def map(self, work: Callable[[Any, Any], Result], items: Iterable[object]) -> Iterator[Result]:
        """The results of ``work`` for each item, in order. After an error what has not begun is left."""
        futures = [self.submit(work, item) for item in items]
        try:
            for future in futures:
                yield future.result()
        finally:
            for future in futures:
                future.cancel()

    def _twin(self) -> BaseDumper:
        twin: BaseDumper | None = getattr(self._own, "twin", None)
        if twin is None:
            twin = self._own.twin = self.dumper.for_thread()
            self._twins.append(twin)
        return twin

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if error is not None:
            self.dumper.env.watch.stop()
        self._pool.shutdown(cancel_futures=error is not None)
        for twin in self._twins:
            twin.unprepare()
