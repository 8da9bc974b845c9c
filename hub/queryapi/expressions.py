"""JMESPath with the two added functions, and the ``<target>|<expression>`` form of the parameter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from hub.queryapi.errors import OptionError


@dataclass(frozen=True)
class Expression:
    """One compiled `jmespath` parameter.

    Attributes:
        target: dotted path of the field that is replaced; empty for the whole document.
        search: value to result.
    """

    target: str
    search: Callable[[Any], Any]


@lru_cache(maxsize=256)
def compile_expression(text: str) -> Expression:
    """Compile ``<target>|<expression>``.

    Raises:
        OptionError: there is no ``|``, or the expression is not JMESPath.
    """
    import jmespath.exceptions

    target, bar, source = text.partition("|")
    if not bar or not source.strip():
        raise OptionError("jmespath", "must be `<target field>|<expression>`; the target `.` is the whole document")
    try:
        compiled = jmespath.compile(source.strip())
    except jmespath.exceptions.JMESPathError as error:
        raise OptionError("jmespath", f"the expression cannot be parsed: {_first_line(error)}") from None
    options = _options()

    def search(value: Any) -> Any:
        try:
            return compiled.search(value, options=options)
        except (jmespath.exceptions.JMESPathError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
            raise OptionError("jmespath", f"the expression fails on a document: {_first_line(error)}") from None

    target = target.strip()
    return Expression("" if target == "." else target, search)


@lru_cache(maxsize=1)
def _options() -> Any:
    import jmespath.functions

    signature = jmespath.functions.signature

    class Functions(jmespath.functions.Functions):  # type: ignore[misc]  # untyped library
        @signature({"types": ["array"]})  # type: ignore[untyped-decorator]
        def _func_unique(self, values: list[Any]) -> list[Any]:
            return list(_distinct(values)[0].values())

        @signature({"types": ["array"]})  # type: ignore[untyped-decorator]
        def _func_unique_count(self, values: list[Any]) -> list[dict[str, Any]]:
            first, counts = _distinct(values)
            order = sorted(counts, key=lambda key: (-counts[key], key))
            return [{"value": first[key], "count": counts[key]} for key in order]

    return jmespath.Options(custom_functions=Functions())


def _distinct(values: list[Any]) -> tuple[dict[bytes, Any], dict[bytes, int]]:
    first: dict[bytes, Any] = {}
    counts: dict[bytes, int] = {}
    for value in values:
        key = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        first.setdefault(key, value)
        counts[key] = counts.get(key, 0) + 1
    return first, counts


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
