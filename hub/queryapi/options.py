"""Parameters of one request: looked for in path, URL, form and body (in that order), typed and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.queryapi.errors import OptionError
from hub.queryapi.parameters import Endpoint, Parameter, parameters_of
from hub.queryapi.values import split_list, to_bool, to_int

Arguments = Mapping[str, Sequence[bytes]]
Tree = Sequence[Any]


@dataclass
class Options:
    """Typed parameters of one request; the meaning of each is in `hub.queryapi.parameters.PARAMETERS`."""

    id: str = ""
    ids: Sequence[str] = ()
    q: str | None = None
    terms: Tree = ()
    scopes: Tree = ("_id",)
    fields: Sequence[str] | None = None
    size: int | None = None
    start: int = 0
    sort: Sequence[str] = ()
    filter: str | None = None
    post_filter: str | None = None
    facets: Sequence[str] = ()
    facet_size: int = 10
    userquery: str | None = None
    explain: bool = False
    fetch_all: bool = False
    scroll_id: str | None = None
    with_total: bool = False
    analyzer: str | None = None
    dotfield: bool = False
    sorted: bool = True
    always_list: Sequence[str] = ()
    allow_null: Sequence[str] = ()
    jmespath: str | None = None
    jmespath_exclude_empty: bool = False
    raw: bool = False
    rawquery: bool = False
    format: str = "json"
    search: str | None = None
    prefix: str | None = None
    dev: bool = False
    provenance: bool = False


@dataclass(frozen=True)
class Given:
    """What one request gives, by place.

    Attributes:
        path: values taken from the path.
        url: arguments of the URL as Tornado has them (name to list of bytes).
        form: arguments of a form body, likewise.
        body: a JSON or YAML object.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    url: Arguments = field(default_factory=dict)
    form: Arguments = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)


def parse(endpoint: Endpoint, given: Given, *, default_scopes: Sequence[str] = ("_id",)) -> Options:
    """The options of a request; unknown parameters are ignored.

    Args:
        endpoint: kind of request.
        given: its values.
        default_scopes: scopes of a batch query that names none.

    Raises:
        OptionError: a required parameter is missing, or a value has the wrong type or is beyond its limit.
    """
    options = Options(scopes=default_scopes)
    for parameter in parameters_of(endpoint):
        value = _find(parameter, given)
        if value is None:
            if parameter.required:
                raise _missing(parameter)
            continue
        setattr(options, parameter.attribute, value)
    if options.fields is not None and (not options.fields or "all" in options.fields):
        options.fields = None
    return options


def _missing(parameter: Parameter) -> OptionError:
    details: dict[str, Any] = {"missing": parameter.name}
    if parameter.aliases:
        details["alias"] = list(parameter.aliases)
    return OptionError(parameter.name, **details)


def _find(parameter: Parameter, given: Given) -> Any:
    for name in parameter.names:
        if name in given.path:
            return _checked(parameter, _from_texts(parameter, [given.path[name]]))
    for place in (given.url, given.form):
        for name in parameter.names:
            if name in place:
                return _checked(parameter, _from_texts(parameter, [_text(parameter, raw) for raw in place[name]]))
    for name in parameter.names:
        if given.body.get(name) is not None:
            return _checked(parameter, _from_json(parameter, given.body[name]))
    return None


def _text(parameter: Parameter, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise OptionError(parameter.name, "must be UTF-8 text") from None


def _from_texts(parameter: Parameter, texts: Sequence[str]) -> Any:
    if parameter.kind in ("list", "tree"):
        brackets = parameter.attribute == "facets"
        return [item for text in texts for item in split_list(text, keep_brackets=brackets)]
    return _scalar(parameter, texts[-1])


def _from_json(parameter: Parameter, value: Any) -> Any:
    if parameter.kind not in ("list", "tree"):
        return _scalar(parameter, value)
    if isinstance(value, list):
        return [_item(parameter, item) for item in value]
    if parameter.strict or isinstance(value, (dict, bool)):
        raise OptionError(parameter.name, "must be a list")
    return _from_texts(parameter, [str(value)])


def _item(parameter: Parameter, item: Any, *, nested: bool = False) -> Any:
    if isinstance(item, list) and parameter.kind == "tree" and not nested:
        return [_item(parameter, inner, nested=True) for inner in item]
    if isinstance(item, str):
        return item
    if isinstance(item, (int, float)) and not isinstance(item, bool):
        return item if parameter.attribute == "terms" else str(item)
    raise OptionError(parameter.name, "must be a list of texts" + (" or of such lists" * (parameter.kind == "tree")))


def _scalar(parameter: Parameter, value: Any) -> Any:
    if parameter.kind == "bool":
        return to_bool(value)
    if isinstance(value, (dict, list)):
        raise OptionError(parameter.name, "must be one value")
    if parameter.kind == "text":
        return value if isinstance(value, str) else str(value)
    if value == "":
        return parameter.default
    try:
        return to_int(value)
    except (ValueError, TypeError):
        raise OptionError(parameter.name, f"must be a whole number, not `{value}`") from None


def _checked(parameter: Parameter, value: Any) -> Any:
    if isinstance(value, list):
        if parameter.maximum is not None and len(value) > parameter.maximum:
            raise OptionError(parameter.name, max=parameter.maximum, size=len(value))
        if parameter.required and not value:
            raise _missing(parameter)
    elif parameter.kind == "int" and value is not None:
        if parameter.maximum is not None and value > parameter.maximum:
            raise OptionError(parameter.name, max=parameter.maximum, num=value)
        if parameter.minimum is not None and value < parameter.minimum:
            raise OptionError(parameter.name, min=parameter.minimum, num=value)
    elif parameter.choices and value not in parameter.choices:
        raise OptionError(parameter.name, f"must be one of {', '.join(parameter.choices)}, not `{value}`")
    elif parameter.required and value == "":
        raise _missing(parameter)
    return value
