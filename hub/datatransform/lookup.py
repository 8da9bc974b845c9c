"""`KeyLookup`: gives documents the identifiers of another type, batch by batch."""

from __future__ import annotations

import copy
import functools
import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

from hub.datatransform.errors import LookupGraphError
from hub.datatransform.graph import IdGraph
from hub.datatransform.pairs import values_at

log = logging.getLogger("hub.keylookup")
Document = dict[str, Any]
Way = tuple[str, ...]
BATCH = 1000  #: documents and input types in one batch, multiplied


class KeyLookup:
    """Replaces ``_id`` by an identifier of another type.

    Used as a decorator of a parser, or called with documents. For each type of output, in order of preference, and for
    each type of input, the identifiers of a document are taken along the ways of the graph, the cheapest first; a
    document is done at the first pair that gives something. One that leads to several identifiers comes out once for
    each, the same identifier only once.

    Args:
        graph: an `IdGraph`, or a ``networkx.DiGraph`` with edges in the attribute ``object``.
        input_types: a type, or ``(type, dotted field)`` pairs; the field is ``_id`` unless given.
        output_types: types in order of preference.
        id_priority_list: types that go first, among input and output, in this order.
        skip_on_failure: leave out documents for which nothing was found; else they pass unchanged.
        skip_w_regex: documents whose ``_id`` begins so pass first, untouched.
        skip_on_success: leave out documents for which something was found.
        copy_from_doc: where input and output are the same type, take the value as it stands in the document.
        debug: True, or ids: only these documents are looked at, and each says in ``dt_debug`` how it was found.

    Attributes:
        statistics: ``{"documents", "found", "failed", "skipped"}`` and, under ``pairs``, what each pair found.
    """

    def __init__(
        self,
        graph: Any,
        input_types: str | Iterable[Any],
        output_types: str | Sequence[str],
        id_priority_list: Sequence[str] = (),
        skip_on_failure: bool = False,
        skip_w_regex: str | None = None,
        skip_on_success: bool = False,
        copy_from_doc: bool = False,
        debug: bool | Collection[str] = False,
        **unknown: Any,
    ) -> None:
        if unknown:
            raise LookupGraphError(f"unknown argument {', '.join(f'`{name}`' for name in sorted(unknown))}.")
        self.graph = IdGraph.of(graph)
        order = [name.lower() for name in id_priority_list]
        self.inputs = _by_priority(_inputs(input_types), order, lambda pair: pair[0])
        given = [output_types] if isinstance(output_types, str) else list(output_types)
        self.outputs = _by_priority([name.lower() for name in given], order, str)
        self.skip_on_failure, self.skip_on_success, self.copy_from_doc = skip_on_failure, skip_on_success, copy_from_doc
        self.debug = debug
        self._skip = _pattern(skip_w_regex)
        self._ways = self._checked_ways()
        self.statistics: dict[str, Any] = {}
        self._count: Counter[str] = Counter()
        self._pairs: dict[tuple[str, str], Counter[str]] = {}

    def _checked_ways(self) -> dict[tuple[str, str], list[list[str]]]:
        if not self.inputs or not self.outputs:
            raise LookupGraphError("name at least one input type and one output type.")
        ways: dict[tuple[str, str], list[list[str]]] = {}
        for output in self.outputs:
            for input_, _ in self.inputs:
                if input_ != output or not self.copy_from_doc:
                    self.graph.check(input_), self.graph.check(output)
                ways[input_, output] = self.graph.ways(input_, output) if input_ in self.graph.types() else []
        if not any(ways.values()) and not self._copies():
            pairs = ", ".join(f"{i} to {o}" for i, o in ways)
            raise LookupGraphError(f"no way of the graph leads from {pairs}. Add an edge, or name other types.")
        return ways

    def _copies(self) -> bool:
        return self.copy_from_doc and bool({name for name, _ in self.inputs} & set(self.outputs))

    # -- use -------------------------------------------------------------------------------------------------------

    def __call__(self, what: Any) -> Any:
        """Decorate a parser (a function or method), or take the documents of an iterable to their new identifiers."""
        if not callable(what):
            return self.documents(what)

        @functools.wraps(what)
        def parse(*args: Any, **kwargs: Any) -> Iterator[Document]:
            return self.documents(what(*args, **kwargs))

        return parse

    def documents(self, documents: Iterable[Document] | Mapping[str, Document]) -> Iterator[Document]:
        """The documents under their new identifiers; memory is bounded by the batch."""
        source = iter(_plain(documents))
        size = max(1, BATCH // len(self.inputs))
        self._count, self._pairs = Counter(), {}
        try:
            while batch := list(islice(source, size)):
                yield from self._batch(batch)
        finally:
            self.graph.close()
            self._tell()

    def _tell(self) -> None:
        pairs = {f"{i} -> {o}": dict(count) for (i, o), count in self._pairs.items()}
        self.statistics = {**{k: self._count[k] for k in ("documents", "found", "failed", "skipped")}, "pairs": pairs}
        log.info(
            "Key lookup: %d documents, %d found, %d not (%s)",
            self._count["documents"],
            self._count["found"],
            self._count["failed"],
            ", ".join(f"{pair}: {count.get('found', 0)}" for pair, count in pairs.items()),
            extra={"action": "keylookup_done"},
        )

    # -- one batch -------------------------------------------------------------------------------------------------

    def _batch(self, batch: list[Document]) -> Iterator[Document]:
        waiting = []
        for document in batch:
            if not self._chosen(document):
                continue
            self._count["documents"] += 1
            if self._skip is not None and self._skip.match(str(document.get("_id", ""))):
                self._count["skipped"] += 1
                yield document
            else:
                waiting.append(document)
        found = self._found(waiting)
        for position, document in enumerate(waiting):
            if position in found:
                self._count["found"] += 1
                if not self.skip_on_success:
                    yield from self._renamed(document, found[position])
            else:
                self._count["failed"] += 1
                if not self.skip_on_failure:
                    yield document

    def _chosen(self, document: Document) -> bool:
        if self.debug is False or self.debug is True:
            return True
        return str(document.get("_id")) in self.debug

    def _renamed(self, document: Document, found: _Found) -> Iterator[Document]:
        for id_ in found.ids:
            new = dict(document) if len(found.ids) == 1 else copy.deepcopy(document)
            new["_id"] = id_
            if self.debug is not False:
                new["dt_debug"] = found.told(document.get("_id"))
            yield new

    def _found(self, documents: list[Document]) -> dict[int, _Found]:
        """What was found, by position of the document."""
        found: dict[int, _Found] = {}
        for output in self.outputs:
            for input_, field in self.inputs:
                left = {n: d for n, d in enumerate(documents) if n not in found}
                if not left:
                    return found
                values = {n: self._values(d, field) for n, d in left.items()}
                values = {n: ids for n, ids in values.items() if ids}
                count = self._pairs.setdefault((input_, output), Counter())
                count["documents"] += len(values)
                new = self._pair(input_, output, values)
                count["found"] += len(new)
                found.update(new)
        return found

    def _values(self, document: Document, field: str) -> list[str]:
        """The identifiers of a document at a field."""
        return list(dict.fromkeys(values_at(document, field)))

    def _pair(self, input_: str, output: str, values: Mapping[int, list[str]]) -> dict[int, _Found]:
        ways = self._ways[input_, output]
        if not ways:
            copied = self.copy_from_doc and input_ == output
            return {n: _Found(ids, (input_,), ids) for n, ids in values.items()} if copied else {}
        found: dict[int, _Found] = {}
        for way in ways:
            wanted = list(dict.fromkeys(i for n, ids in values.items() if n not in found for i in ids))
            if not wanted:
                break
            answers = self._along(way, wanted)
            for n, ids in values.items():
                new = list(dict.fromkeys(one for i in ids for one in answers.get(i, [])))
                if new and n not in found:
                    found[n] = _Found(new, tuple(way), ids)
        return found

    def _along(self, way: Sequence[str], ids: list[str]) -> dict[str, list[str]]:
        """The last identifiers of each of the first ones, edge by edge, each asked once."""
        reached = {i: [i] for i in ids}
        for start, end in pairwise(way):
            asked = list(dict.fromkeys(one for ones in reached.values() for one in ones))
            if not asked:
                return {}
            answers = self.graph.edge(start, end).lookup(asked)
            reached = {
                i: list(dict.fromkeys(new for one in ones for new in answers.get(one, ())))
                for i, ones in reached.items()
            }
            reached = {i: ones for i, ones in reached.items() if ones}
        return reached


class _Found:
    """New identifiers of one document, and how they were found."""

    __slots__ = ("_from", "_way", "ids")

    def __init__(self, ids: list[str], way: Way, origin: list[str]) -> None:
        self.ids, self._way, self._from = ids, way, origin

    def told(self, before: Any) -> dict[str, Any]:
        return {"before": before, "from": self._from, "way": list(self._way)}


def _plain(documents: Iterable[Document] | Mapping[str, Document]) -> Iterable[Document]:
    if isinstance(documents, Mapping):
        return ({**document, "_id": id_} for id_, document in documents.items())
    return documents


def _inputs(given: str | Iterable[Any]) -> list[tuple[str, str]]:
    if isinstance(given, str):
        return [(given.lower(), "_id")]
    pairs = list(given)
    if len(pairs) == 2 and all(isinstance(part, str) for part in pairs) and isinstance(given, tuple):
        return [(pairs[0].lower(), pairs[1])]
    found = []
    for pair in pairs:
        name, field = (pair, "_id") if isinstance(pair, str) else pair if len(pair) == 2 else ("", "")
        if not isinstance(name, str) or not isinstance(field, str) or not name or not field:
            raise LookupGraphError(f"an input type is a name or a pair of name and field, not {pair!r}.")
        found.append((name.lower(), field))
    return found


def _by_priority(things: list[Any], order: Sequence[str], name: Callable[[Any], str]) -> list[Any]:
    return sorted(things, key=lambda thing: order.index(name(thing)) if name(thing) in order else len(order))


def _pattern(text: str | None) -> re.Pattern[str] | None:
    if text is None:
        return None
    try:
        return re.compile(text)
    except re.error as error:
        raise LookupGraphError(f"`skip_w_regex` {text!r} is no regular expression: {error}.") from None
