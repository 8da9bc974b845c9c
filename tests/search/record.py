"""Record what a real Elasticsearch answers to the contract's queries:

python -m tests.search.record http://127.0.0.1:9200 > tests/search/expected.json
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import orjson

from hub.errors import HubError
from hub.search import open_engine
from hub.search.elastic.settings import ANALYSIS
from hub.search.errors import MappingError
from hub.search.port import Facet, IndexConfig, SearchEngine, SearchRequest, SearchSpec
from tests.search.corpus import PROPERTIES, QUERIES, documents

INDEX = "contract-record"


def answer(engine: SearchEngine, index: str, request: SearchRequest) -> dict[str, Any]:
    """A comparable answer: ids (in order when sorted), total, facets; or the status of the error."""
    try:
        result = engine.search(index, request)
    except HubError as error:
        return {"status": error.status}
    ids = [hit.id for hit in result.hits]
    found: dict[str, Any] = {"total": result.total, "ids": ids if request.sort else sorted(ids)}
    if request.facets:
        found["facets"] = {name: _facet(facet) for name, facet in result.facets.items()}
    return found


def _facet(facet: Facet) -> dict[str, Any]:
    terms = [
        [term.term, term.count, {name: _facet(inner) for name, inner in term.facets.items()}] for term in facet.terms
    ]
    return {"terms": terms, "other": facet.other, "missing": facet.missing, "total": facet.total}


def create(engine: SearchEngine, index: str, config: IndexConfig) -> None:
    """Create an index, on a server that may lack the module `analysis-common`.

    Elasticsearch's integration-test distribution comes without it, so without the tokenizers of the documented
    analyzers `string_lowercase` and `whitespace_lowercase`. There the index is created with the documented normalizer
    alone.
    """
    try:
        engine.create(index, config)
    except MappingError as error:
        if "failed to find tokenizer" not in error.reason:
            raise
        engine.create(index, replace(config, extra_settings={"analysis": {"normalizer": ANALYSIS["normalizer"]}}))


def load(engine: SearchEngine, index: str) -> None:
    """A fresh index with the contract's documents."""
    engine.delete(index)
    create(engine, index, IndexConfig(PROPERTIES))
    report = engine.bulk(index, documents())
    assert not report.rejected, report.rejected
    engine.finish(index)


def main() -> None:
    """Print expected.json."""
    engine = open_engine(SearchSpec("elastic", sys.argv[1]))
    load(engine, INDEX)
    table = {name: answer(engine, INDEX, request) for name, request in QUERIES.items()}
    engine.delete(INDEX)
    engine.close()
    sys.stdout.buffer.write(orjson.dumps(table, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main()
