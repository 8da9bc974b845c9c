"""Types of settings: checking Python values, and reading values from text."""

from __future__ import annotations

import json
import os
import types
import typing
from typing import Any, Literal, Union

from hub.config.secret import Secret

_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
_WORDS = {int: "a whole number", float: "a number", bool: "true or false", str: "a text", Secret: "a text (secret)"}


class Mismatch(Exception):
    """A value does not fit. ``path`` leads to it inside a dict or list, ``""`` at the top."""

    def __init__(self, expected: str, value: Any, path: str = "") -> None:
        super().__init__(expected, path)
        self.expected, self.value, self.path = expected, value, path


def from_annotation(text: str) -> Any:
    """The type that the source text of an annotation means; Any when it uses names unknown here."""
    names = {"Any": Any, "Literal": Literal, "Secret": Secret, "__builtins__": {}}
    names |= {t.__name__: t for t in (int, float, bool, str, list, dict)}
    try:
        return eval(text, names)
    except Exception:
        return Any


def of_value(value: Any) -> Any:
    """The type to expect where only a default is known."""
    return type(value) if type(value) in (int, float, bool, str, list, dict, Secret) else Any


def describe(kind: Any) -> str:
    """The type in words, e.g. ``a whole number or None``."""
    if kind is Any:
        return "any value"
    if kind is None or kind is type(None):
        return "None"
    if kind in _WORDS:
        return _WORDS[kind]
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return " or ".join(describe(arg) for arg in args)
    if origin is Literal:
        return "one of " + ", ".join(repr(arg) for arg in args)
    if kind is list or origin is list:
        return f"a list of {_many(args[0])}" if args and args[0] is not Any else "a list"
    if kind is dict or origin is dict:
        return f"a dict of {_many(args[1])}" if args and args[1] is not Any else "a dict"
    return str(getattr(kind, "__name__", kind))


def _many(kind: Any) -> str:
    words = {int: "whole numbers", float: "numbers", str: "texts", int | float: "numbers"}
    return words.get(kind) or describe(kind).replace("a list", "lists", 1)


def check(value: Any, kind: Any, path: str = "") -> Any:
    """The value as its kind: tuples become lists, paths text, whole numbers floats, texts secrets where so declared.

    Raises:
        Mismatch: it does not fit.
    """
    if kind is Any:
        return value
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return _check_union(value, kind, args, path)
    if origin is Literal:
        if value in args:
            return value
    elif kind is list or origin is list:
        if isinstance(value, list | tuple | set | frozenset):
            inner = args[0] if args else Any
            return [check(v, inner, f"{path}[{i}]") for i, v in enumerate(value)]
    elif kind is dict or origin is dict:
        if isinstance(value, dict):
            inner = args[1] if args else Any
            return {k: check(v, inner, f"{path}.{k}" if path else str(k)) for k, v in value.items()}
    else:
        return _check_scalar(value, kind, path)
    raise Mismatch(describe(kind), value, path)


def _check_union(value: Any, kind: Any, args: tuple[Any, ...], path: str) -> Any:
    for arg in args:  # exact first, so that 1 in `float | int` stays 1
        if type(value) is arg:
            return value
    for arg in args:
        try:
            return check(value, arg, path)
        except Mismatch:
            continue
    raise Mismatch(describe(kind), value, path)


def _check_scalar(value: Any, kind: Any, path: str) -> Any:
    if kind is None or kind is type(None):
        if value is None:
            return None
    elif kind is Secret:
        if isinstance(value, str):
            return Secret(value)
    elif kind is bool:
        if isinstance(value, bool):
            return value
    elif kind is float:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    elif kind is int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    elif kind is str:
        if isinstance(value, str):
            return value
        if isinstance(value, os.PathLike):
            return os.fspath(value)
    elif not isinstance(kind, type) or isinstance(value, kind):
        return value
    raise Mismatch(describe(kind), value, path)


def from_text(text: str, kind: Any) -> Any:
    """Read a value from the text of an environment variable or a command line flag.

    Numbers and booleans are written as usual; lists as JSON or separated by commas; dicts as JSON; ``none``, ``null``
    or nothing mean None where that is allowed.

    Raises:
        Mismatch: the text does not fit.
    """
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return _union_from_text(text, kind, args)
    if kind is Any:
        return _json_or_text(text)
    if origin is Literal:
        return check(next((arg for arg in args if str(arg) == text), text), kind)
    if kind is list or origin is list:
        return _list_from_text(text, kind, args)
    if kind is dict or origin is dict:
        return check(_json(text, kind), kind)
    return _scalar_from_text(text, kind)


def _union_from_text(text: str, kind: Any, args: tuple[Any, ...]) -> Any:
    if type(None) in args and text.strip().lower() in ("", "none", "null"):
        return None
    for arg in sorted((a for a in args if a is not type(None)), key=lambda a: a is str):
        try:
            return from_text(text, arg)
        except Mismatch:
            continue
    raise Mismatch(describe(kind), text)


def _list_from_text(text: str, kind: Any, args: tuple[Any, ...]) -> Any:
    if text.lstrip().startswith("["):
        return check(_json(text, kind), kind)
    inner = args[0] if args else str
    return [from_text(part.strip(), inner) for part in text.split(",") if part.strip()]


def _scalar_from_text(text: str, kind: Any) -> Any:
    word = text.strip()
    try:
        if kind is bool:
            if word.lower() not in _TRUE | _FALSE:
                raise Mismatch(describe(kind), text)
            return word.lower() in _TRUE
        if kind is int or kind is float:
            return kind(word)
    except ValueError:
        raise Mismatch(describe(kind), text) from None
    return Secret(text) if kind is Secret else check(text, kind)


def _json(text: str, kind: Any) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Mismatch(describe(kind) + " as JSON", text) from None


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def accepts_secret(kind: Any) -> bool:
    """Whether the type is `Secret`, alone or among others."""
    return kind is Secret or Secret in typing.get_args(kind)


def of_items(kind: Any) -> Any:
    """The type of the values of a dict type; Any where it is not declared."""
    for option in (kind, *typing.get_args(kind)):
        if typing.get_origin(option) is dict:
            return typing.get_args(option)[1]
    return Any
