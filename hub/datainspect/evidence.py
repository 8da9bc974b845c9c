"""Why a field was given its mapping: what was seen in it, in words and with examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hub.datainspect.mapping import InferredMapping
from hub.datainspect.profile import Leaf, Node

JsonDict = dict[str, Any]


def evidence(root: Node, inferred: InferredMapping) -> list[JsonDict]:
    """One row for each mapped field: ``{field, type, because, kinds: [{kind, count, examples}]}``.

    Args:
        root: what was seen.
        inferred: the mapping made of it.
    """
    return [
        {"field": path, "type": mapping["type"], "because": _because(mapping["type"], kinds), "kinds": _rows(kinds)}
        for path, mapping, kinds in _leaves(root, inferred.properties, "")
    ]


def conflicts(root: Node, inferred: InferredMapping) -> list[JsonDict]:
    """One row for each field with values of several kinds: ``{field, type, proposal, kinds}``; ``type`` may be None."""
    found = []
    for conflict in inferred.conflicts:
        node = _at(root, conflict.field)
        kinds = _kinds(node) if node else {}
        rows = _rows(kinds)
        if node is not None and (node.fields or (node.items and node.items.fields)):
            objects = node.objects or (node.items.objects if node.items else None)
            rows.append({"kind": "object", "count": objects.count if objects else 0, "examples": ["{...}"]})
        proposal = (
            f"searched as {conflict.type}"
            if conflict.type
            else "not searched: give the object or the other value a field of its own"
        )
        found.append({"field": conflict.field, "type": conflict.type, "proposal": proposal, "kinds": rows})
    return found


def _leaves(
    node: Node, properties: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, Mapping[str, Any], dict[str, Leaf]]]:
    for name, mapping in properties.items():
        child = _child(node, name)
        if child is None:
            continue
        if "type" in mapping:
            yield f"{prefix}{name}", mapping, _kinds(child)
        else:
            yield from _leaves(child, mapping.get("properties", {}), f"{prefix}{name}.")


def _child(node: Node, name: str) -> Node | None:
    """A field of an object, or of the objects of a list."""
    found = node.fields.get(name)
    if found is None and node.items is not None:
        return _child(node.items, name)
    return found


def _at(root: Node, path: str) -> Node | None:
    node: Node | None = root
    for part in path.split("."):
        node = _child(node, part) if node is not None else None
    return node


def _kinds(node: Node) -> dict[str, Leaf]:
    """Values by type, those of lists included."""
    inner = _kinds(node.items) if node.items is not None else {}
    found = dict(node.kinds)
    for kind, leaf in inner.items():
        found[f"list of {kind}" if kind in found else kind] = leaf
    return found


def _rows(kinds: Mapping[str, Leaf]) -> list[JsonDict]:
    return [{"kind": kind, "count": leaf.count, "examples": list(leaf.examples)} for kind, leaf in kinds.items()]


def _because(type_: str, kinds: Mapping[str, Leaf]) -> str:
    count = sum(leaf.count for leaf in kinds.values())
    lows = [leaf.low for leaf in kinds.values() if leaf.low is not None]
    highs = [leaf.high for leaf in kinds.values() if leaf.high is not None]
    if not lows:
        return "no value"
    if type_ in ("long", "double") and not any(isinstance(v, str) for v in lows):
        what = "whole numbers" if type_ == "long" else "numbers, some with fractions or beyond 64 bits"
        return f"{count:,} {what} from {min(lows)} to {max(highs)}"
    told = {
        "boolean": "values are true or false",
        "date": "values are dates, or texts in the form of ISO dates",
        "keyword": "values, each one word",
        "text": "values, some of several words",
    }.get(type_, "values")
    sizes = [v for v in highs if isinstance(v, int) and not isinstance(v, bool)]
    longest = (
        f", up to {max(sizes):,} characters" if type_ in ("keyword", "text") and sizes and set(kinds) == {"str"} else ""
    )
    return f"{count:,} {told}{longest}"
