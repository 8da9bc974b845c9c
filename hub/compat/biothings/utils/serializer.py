"""``biothings.utils.serializer``: JSON."""

from typing import Any

import orjson

#: Dates as ISO text, keys of any scalar type.
_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_NAIVE_UTC | orjson.OPT_SERIALIZE_NUMPY


def json_loads(json_str: str | bytes | bytearray | memoryview) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is none.
    """
    return orjson.loads(json_str)


load_json = json_loads


def json_dumps(data: Any, indent: bool | int = False, sort_keys: bool = False) -> str:
    """JSON text of a value, with dates as ISO text and keys of any scalar type.

    Raises:
        TypeError: a value has no form in JSON.
    """
    options = _OPTIONS | (orjson.OPT_INDENT_2 if indent else 0) | (orjson.OPT_SORT_KEYS if sort_keys else 0)
    return orjson.dumps(data, option=options).decode()


to_json = json_dumps
