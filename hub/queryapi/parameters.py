"""The table of request parameters: each exists once, with names, type, default, limits, where it applies and help.

The option parser, the OpenAPI document, the page ``/<version>/docs`` and the test of ``docs/data-api.md`` read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

Kind = Literal["bool", "int", "text", "list", "tree"]


class Endpoint(Enum):
    """The kinds of requests that take parameters."""

    ANNOTATE = "GET /<type>/<id>"  #: one document
    ANNOTATE_MANY = "POST /<type>"  #: documents of many ids
    QUERY = "GET /query"  #: one search
    QUERY_MANY = "POST /query"  #: many terms
    METADATA = "GET /metadata"  #: what is served
    FIELDS = "GET /metadata/fields"  #: which fields there are
    STATUS = "GET /status"  #: health


DOCUMENTS = frozenset({Endpoint.ANNOTATE, Endpoint.ANNOTATE_MANY, Endpoint.QUERY, Endpoint.QUERY_MANY})
QUERIES = frozenset({Endpoint.QUERY, Endpoint.QUERY_MANY})
SEARCH = frozenset({Endpoint.QUERY})
BATCH = frozenset({Endpoint.QUERY_MANY})
ABOUT = frozenset({Endpoint.METADATA, Endpoint.FIELDS})
FORMATS = ("json", "yaml", "html", "msgpack")


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    Attributes:
        name: first name, used as ``keyword`` in errors.
        attribute: attribute of `hub.queryapi.options.Options` that holds the value.
        kind: ``tree`` is a list whose items may be lists.
        where: requests it applies to; elsewhere it is ignored.
        help: one sentence for people.
        aliases: other names, tried after the first.
        default: value when the request does not give it.
        minimum: smallest number.
        maximum: largest number, or most items of a list.
        choices: allowed texts; empty for any.
        required: its absence is a 400.
        strict: in JSON a list must be given as a list, not as one text.
    """

    name: str
    attribute: str
    kind: Kind
    where: frozenset[Endpoint]
    help: str
    aliases: tuple[str, ...] = ()
    default: Any = None
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    required: bool = False
    strict: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The first name, then the aliases."""
        return (self.name, *self.aliases)


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("id", "id", "text", frozenset({Endpoint.ANNOTATE}), "Id of the document, in the path.", required=True),
    Parameter(
        "id",
        "ids",
        "list",
        frozenset({Endpoint.ANNOTATE_MANY}),
        "Ids of the documents.",
        aliases=("ids",),
        maximum=1000,
        required=True,
    ),
    Parameter(
        "q",
        "q",
        "text",
        SEARCH,
        "Query string (Lucene syntax, words are combined with AND). `__all__` or absent: every document; "
        "`__any__`: random documents; empty: none.",
    ),
    Parameter(
        "q",
        "terms",
        "tree",
        BATCH,
        "Terms to look up; a list of lists combines its parts with AND, each with its own scopes.",
        maximum=1000,
        required=True,
    ),
    Parameter(
        "scopes",
        "scopes",
        "tree",
        BATCH,
        "Fields the terms are looked up in; an empty JSON list makes each term a query string.",
        default=("_id",),
        maximum=1000,
    ),
    Parameter(
        "_source",
        "fields",
        "list",
        DOCUMENTS,
        "Fields to return, `*` allowed; `-x` leaves one out; `all` among them returns everything.",
        aliases=("fields", "field"),
        maximum=1000,
    ),
    Parameter(
        "size",
        "size",
        "int",
        DOCUMENTS,
        "Hits to return (for each term in a batch); the default is 10. Without effect on annotation.",
        aliases=("limit",),
        minimum=0,
        maximum=1000,
    ),
    Parameter(
        "from", "start", "int", QUERIES, "Hits to skip.", aliases=("skip",), default=0, minimum=0, maximum=10_000
    ),
    Parameter(
        "sort",
        "sort",
        "list",
        QUERIES,
        "Fields to sort by, `-f` descending; the default is by score.",
        default=(),
        maximum=10,
        strict=True,
    ),
    Parameter("filter", "filter", "text", QUERIES, "Query string that restricts hits and facets without scoring."),
    Parameter("post_filter", "post_filter", "text", QUERIES, "Query string that restricts hits after the facets."),
    Parameter(
        "aggs",
        "facets",
        "list",
        SEARCH,
        "Fields whose terms are counted; `a(b)` nests where the server allows it.",
        aliases=("facets",),
        default=(),
        maximum=1000,
        strict=True,
    ),
    Parameter("facet_size", "facet_size", "int", SEARCH, "Terms of each facet.", default=10, minimum=1, maximum=1000),
    Parameter(
        "userquery", "userquery", "text", SEARCH, "Name of a query or filter stored on the server.", ("userfilter",)
    ),
    Parameter("explain", "explain", "bool", SEARCH, "Adds `_explanation` of the score to each hit.", default=False),
    Parameter(
        "fetch_all",
        "fetch_all",
        "bool",
        SEARCH,
        "Everything that matches, in pages of 1000; `size`, `from` and `sort` have no effect. The answer has "
        "`_scroll_id` for the next page, valid for one minute.",
        default=False,
    ),
    Parameter("scroll_id", "scroll_id", "text", SEARCH, "Next page of a `fetch_all` query."),
    Parameter(
        "with_total",
        "with_total",
        "bool",
        BATCH,
        "Puts the list under `hits` beside `max_total`, the largest number of hits of a term.",
        default=False,
    ),
    Parameter("analyzer", "analyzer", "text", BATCH, "Analyzer for the terms (Elasticsearch only)."),
    Parameter("dotfield", "dotfield", "bool", DOCUMENTS, 'Flattens documents to `{"a.b": value}`.', default=False),
    Parameter("_sorted", "sorted", "bool", DOCUMENTS, "Sorts the keys of every object.", default=True),
    Parameter(
        "always_list",
        "always_list",
        "list",
        DOCUMENTS,
        "Fields whose single value is returned as a list, null as an empty one.",
        default=(),
        maximum=1000,
    ),
    Parameter(
        "allow_null",
        "allow_null",
        "list",
        DOCUMENTS,
        "Fields that are null when their object lacks them.",
        default=(),
        maximum=1000,
    ),
    Parameter(
        "jmespath",
        "jmespath",
        "text",
        DOCUMENTS,
        "`<target>|<expression>`: the JMESPath result replaces the target field; `.` is the document. "
        "Functions `unique` and `unique_count` are added.",
    ),
    Parameter(
        "jmespath_exclude_empty",
        "jmespath_exclude_empty",
        "bool",
        DOCUMENTS,
        "Leaves out hits whose JMESPath result is empty.",
        default=False,
    ),
    Parameter("raw", "raw", "bool", DOCUMENTS | ABOUT, "The search engine's own answer.", default=False),
    Parameter(
        "provenance",
        "provenance",
        "bool",
        DOCUMENTS,
        "Adds `_provenance` to each document: for every value the sources and releases it is from, and the rule that "
        "decided.",
        default=False,
    ),
    Parameter("rawquery", "rawquery", "bool", DOCUMENTS, "The query sent to the search engine.", default=False),
    Parameter(
        "format",
        "format",
        "text",
        DOCUMENTS | ABOUT,
        "Format of the answer.",
        default="json",
        choices=FORMATS,
    ),
    Parameter("search", "search", "text", frozenset({Endpoint.FIELDS}), "Only fields whose name contains it."),
    Parameter("prefix", "prefix", "text", frozenset({Endpoint.FIELDS}), "Only fields whose name begins with it."),
    Parameter(
        "dev",
        "dev",
        "bool",
        frozenset({Endpoint.METADATA, Endpoint.STATUS}),
        "Shows hidden keys, versions of software and details of health.",
        default=False,
    ),
)


def parameters_of(endpoint: Endpoint) -> list[Parameter]:
    """The parameters that apply to a kind of request, in the order of the table."""
    return _BY_ENDPOINT[endpoint]


_BY_ENDPOINT = {endpoint: [entry for entry in PARAMETERS if endpoint in entry.where] for endpoint in Endpoint}
