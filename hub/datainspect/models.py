"""Validation models as Python text, made from a mapping."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from typing import Any

_KINDS = {
    **dict.fromkeys(("text", "keyword", "constant_keyword", "wildcard", "ip", "version"), "str"),
    **dict.fromkeys(("long", "integer", "short", "byte", "unsigned_long"), "int"),
    **dict.fromkeys(("double", "float", "half_float", "scaled_float"), "float"),
    **dict.fromkeys(("date", "date_nanos"), "Date"),
    **dict.fromkeys(("integer_range", "float_range", "long_range", "double_range", "date_range", "ip_range"), "Range"),
    "boolean": "bool",
    "binary": "bytes",
}
#: attributes that a pydantic model has already, so that a field needs another name in Python
_TAKEN = frozenset({"copy", "dict", "json", "schema", "construct", "validate", "fields", "id_", "parse_obj"})
_FILE = '''"""What the documents of `{name}` look like, made from their mapping.

Refine it as you like: what is required, which values are allowed. The hub never writes this file again; delete it to
have it made anew. `validate("{name}")` checks every document against `{root}`.
"""

from __future__ import annotations

from pydantic import Field

from hub.datainspect.model_fields import Any, Date, Object, Range, Values

__all__ = ["Any", "Date", "Range", "{root}"]

'''


def class_name(name: str) -> str:
    """The class of the documents of a sub-source: its name in lower case, as an identifier."""
    return _identifier(name.casefold())


def model_source(name: str, properties: Mapping[str, Any]) -> str:
    """The text of a module with one class for each level of objects.

    Args:
        name: the sub-source.
        properties: its mapping.
    """
    root = class_name(name)
    used = {root}
    classes = list(_classes(root, properties, used, top=True))
    return _FILE.format(name=name, root=root) + "\n\n" + "\n\n\n".join(classes) + "\n"


def _classes(name: str, properties: Mapping[str, Any], used: set[str], *, top: bool = False) -> Iterator[str]:
    """The classes below first, so that each is there before it is used."""
    lines = ['    id_: str = Field(alias="_id", min_length=1)'] if top else []
    for field, entry in properties.items():
        kind = _KINDS.get(str(entry.get("type")), "Any") if isinstance(entry, Mapping) else "Any"
        inner = entry.get("properties") if isinstance(entry, Mapping) else None
        if inner:
            kind = _unique(f"{name}_{_identifier(str(field)).capitalize()}", used)
            yield from _classes(kind, inner, used)
        lines.append(_field(str(field), kind))
    yield "\n".join([f"class {name}(Object):", *(lines or ["    pass"])])


def _field(name: str, kind: str) -> str:
    python = _identifier(name)
    if python != name:
        return f"    {python}: Values[{kind}] = Field(default=None, alias={name!r})"
    return f"    {python}: Values[{kind}] = None"


def _identifier(name: str) -> str:
    """A Python name that pydantic takes for a field."""
    found = re.sub(r"\W", "_", name, flags=re.ASCII).lstrip("_") or "field"
    if found[0].isdigit() or keyword.iskeyword(found) or found in _TAKEN or found.startswith("model_"):
        return f"field_{found}"
    return found


def _unique(name: str, used: set[str]) -> str:
    number, found = 1, name
    while found in used:
        number += 1
        found = f"{name}{number}"
    used.add(found)
    return found
