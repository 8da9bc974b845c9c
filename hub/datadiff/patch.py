"""JSON patches (RFC 6902) between two documents, and their application.

A list is never changed in part: when its members change it is replaced. Two lists of the same members in another order
are equal unless ``ordered``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hub.datadiff.errors import PatchError
from hub.store.digest import canonical

Patch = list[dict[str, Any]]


def make_patch(old: Mapping[str, Any], new: Mapping[str, Any], *, ordered: bool = False) -> Patch:
    """Operations that make ``new`` of ``old``.

    Args:
        old: a document.
        new: another one.
        ordered: the order of lists counts.
    """
    operations: Patch = []
    _compare("", old, new, ordered, operations)
    return operations


def same(old: Any, new: Any, *, ordered: bool = False) -> bool:
    """Whether two values say the same. 1, 1.0 and true are three values."""
    if type(old) is not type(new):
        return False
    if isinstance(old, dict):
        return old.keys() == new.keys() and all(same(value, new[key], ordered=ordered) for key, value in old.items())
    if isinstance(old, list):
        if len(old) != len(new):
            return False
        if ordered:
            return all(same(a, b, ordered=True) for a, b in zip(old, new, strict=True))
        return (_only_text(old) and old == new) or canonical(old) == canonical(new)
    return bool(old == new)


def _only_text(values: list[Any]) -> bool:
    return all(type(value) is str for value in values)


def _compare(path: str, old: Mapping[str, Any], new: Mapping[str, Any], ordered: bool, operations: Patch) -> None:
    for key in old:
        if key not in new:
            operations.append({"op": "remove", "path": f"{path}/{_escaped(key)}"})
    for key, value in new.items():
        place = f"{path}/{_escaped(key)}"
        if key not in old:
            operations.append({"op": "add", "path": place, "value": value})
            continue
        before = old[key]
        if type(before) is dict and type(value) is dict:
            _compare(place, before, value, ordered, operations)
        elif not same(before, value, ordered=ordered):
            operations.append({"op": "replace", "path": place, "value": value})


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def pointer(path: Any) -> list[str]:
    """The keys of a JSON pointer.

    Raises:
        PatchError: it is none.
    """
    if not isinstance(path, str) or (path and not path.startswith("/")):
        raise PatchError(str(path), "it is no JSON pointer")
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def apply_patch(document: Mapping[str, Any], operations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The document with a patch applied; the given one is not changed.

    Raises:
        PatchError: an operation that does not fit.
    """
    made: Any = _copied(dict(document))
    for operation in operations:
        if not isinstance(operation, Mapping):
            raise PatchError("", "an operation must be an object")
        made = _apply(made, operation)
    if not isinstance(made, dict):
        raise PatchError("", "the result is no document")
    return made


def _copied(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        return {key: _copied(member) for key, member in value.items()}
    return [_copied(member) for member in value] if kind is list else value


def _apply(document: Any, operation: Mapping[str, Any]) -> Any:
    kind, path = operation.get("op"), pointer(operation.get("path"))
    if kind in ("add", "replace", "test") and "value" not in operation:
        raise PatchError(str(operation.get("path")), f"`{kind}` has no `value`")
    if kind == "add":
        return _add(document, path, _copied(operation["value"]))
    if kind == "remove":
        return _take(document, path)[0]
    if kind == "replace":
        if not path:
            return _copied(operation["value"])
        holder = _holder(document, path)
        holder[_member(holder, path, there=True)] = _copied(operation["value"])
        return document
    if kind == "move":
        document, value = _take(document, pointer(operation.get("from")))
        return _add(document, path, value)
    if kind == "copy":
        return _add(document, path, _copied(_find(document, pointer(operation.get("from")))))
    if kind == "test":
        if not same(_find(document, path), operation["value"], ordered=True):
            raise PatchError(str(operation.get("path")), "the value there is another one than it was made for")
        return document
    raise PatchError(str(operation.get("path")), f"`{kind}` is no operation of a JSON patch")


def _add(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    holder = _holder(document, path)
    member = _member(holder, path, there=False)
    if isinstance(holder, list):
        holder.insert(member, value)
    else:
        holder[member] = value
    return document


def _take(document: Any, path: list[str]) -> tuple[Any, Any]:
    if not path:
        raise PatchError("", "the whole document can not be removed")
    holder = _holder(document, path)
    return document, holder.pop(_member(holder, path, there=True))


def _find(document: Any, path: list[str]) -> Any:
    if not path:
        return document
    holder = _holder(document, path)
    return holder[_member(holder, path, there=True)]


def _holder(document: Any, path: list[str]) -> Any:
    for number in range(len(path) - 1):
        document = document[_member(document, path[: number + 1], there=True)]
    return document


def _member(holder: Any, path: list[str], *, there: bool) -> Any:
    key, shown = path[-1], "/" + "/".join(path)
    if isinstance(holder, dict):
        if there and key not in holder:
            raise PatchError(shown, "nothing is there")
        return key
    if isinstance(holder, list):
        if key == "-" and not there:
            return len(holder)
        # Digits of other scripts are digits to Python, not to JSON pointers.
        if key.isascii() and key.isdigit() and (key == "0" or key[0] != "0"):
            position = int(key) if len(key) < 10 else len(holder) + 1
            if position < len(holder) + (0 if there else 1):
                return position
        raise PatchError(shown, "there is no such place in the list")
    raise PatchError(shown, "it leads through a value that holds nothing")
