"""From what the places give to one checked value."""

from __future__ import annotations

import os
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hub.config import environment, kinds, rewrites
from hub.config.definitions import Definition
from hub.config.environment import Given
from hub.config.errors import SettingMissingError, SettingTypeError, SettingValueError
from hub.config.secret import STARS
from hub.config.values import ConfigurationDefault, ConfigurationError, ConfigurationValue


class Resolver:
    """Finds the value of each setting.

    Args:
        definitions: what is known about each setting.
        given: for each setting what the places give, the weakest first.
        namespace: names that `ConfigurationValue` texts may use besides the settings.
        config_file: the user's file, for messages and relative folders.
        folder: working directory, for relative folders of other places.
    """

    def __init__(
        self,
        definitions: Mapping[str, Definition],
        given: Mapping[str, Sequence[Given]],
        namespace: Mapping[str, Any],
        config_file: Path | None,
        folder: Path,
    ) -> None:
        self.definitions, self.given, self._namespace = definitions, given, namespace
        self._config_file, self._folder = config_file, folder
        self._done: dict[str, Any] = {}
        self._doing: list[str] = []

    def origin(self, name: str) -> str:
        """The strongest place that gives the setting, with the places of nested values."""
        whole = [g for g in self.given[name] if not g.path]
        nested = [g for g in self.given[name] if g.path]
        first = [whole[-1].origin] if whole else []
        return ", ".join(first + [g.origin for g in nested])

    def value(self, name: str) -> Any:
        """The resolved, checked value.

        Raises:
            SettingMissingError, SettingTypeError, SettingValueError: it has none, or it is wrong.
        """
        if name in self._done:
            return self._done[name]
        if name in self._doing:
            chain = " -> ".join([*self._doing[self._doing.index(name) :], name])
            raise SettingValueError(name, f"depends on itself: {chain}", self.origin(name))
        self._doing.append(name)
        try:
            self._done[name] = self._resolve(name)
        finally:
            self._doing.pop()
        return self._done[name]

    def _resolve(self, name: str) -> Any:
        given, definition = list(self.given[name]), self.definitions[name]
        base = next((g for g in reversed(given) if not g.path), Given({}, "nowhere"))
        value = self._read(name, base) if base.is_text else self._plain(name, base.value, base.origin)
        for nested in given:
            if nested.path:
                value = self._put(name, value, nested, nested.path, definition.kind)
        try:
            value = kinds.check(value, definition.kind)
        except kinds.Mismatch as wrong:
            raise self._type_error(name, wrong, self.origin(name)) from None
        if name == "DATA_URL_REWRITES":
            return rewrites.absolute(value, base.folder or self._folder)
        return self._absolute(value, base) if definition.is_folder else value

    def _plain(self, name: str, value: Any, origin: str) -> Any:
        """The value with all markers resolved, also those inside dicts and lists."""
        if isinstance(value, ConfigurationError):
            raise SettingMissingError(name, value.why, self._looked_in(name))
        if isinstance(value, ConfigurationDefault):
            return self._plain(name, value.default, origin)
        if isinstance(value, ConfigurationValue):
            return self._plain(name, self._evaluate(name, value.code, origin), origin)
        if type(value) is dict:
            return {k: self._plain(name, v, origin) for k, v in value.items()}
        if type(value) in (list, tuple):
            return type(value)(self._plain(name, v, origin) for v in value)
        return value

    def _evaluate(self, name: str, text: str, origin: str) -> Any:
        try:
            try:
                code = compile(text, f"<{name}>", "eval")
            except SyntaxError:
                code = compile(text, f"<{name}>", "exec")
        except SyntaxError as error:
            raise SettingValueError(name, f"`{text}` is not Python: {error.msg}", origin) from None
        names = dict(self._namespace)
        names |= {used: self.value(used) for used in _names(code) if used in self.given and used != name}
        is_statement = names.pop(name, None) is not None and not _is_expression(text)
        try:
            result = eval(code, names)
        except Exception as error:
            raise SettingValueError(name, f"`{text}` failed: {type(error).__name__}: {error}", origin) from None
        if not is_statement:
            return result
        if name not in names:
            raise SettingValueError(name, f"`{text}` does not set {name}", origin)
        return names[name]

    def _put(self, name: str, value: Any, nested: Given, path: tuple[str, ...], kind: Any) -> Any:
        """A copy of the dict ``value`` with the nested value in its place; keys match whatever their case."""
        if not path:
            try:
                return kinds.from_text(nested.value, kinds.of_value(value) if kind is Any else kind)
            except kinds.Mismatch as wrong:
                raise self._type_error(name, wrong, nested.origin) from None
        if value is not None and not isinstance(value, dict):
            raise SettingValueError(name, f"is no dict, key `{path[0].lower()}` cannot be set in it", nested.origin)
        held = dict(value or {})
        key = next((k for k in held if isinstance(k, str) and k.lower() == path[0].lower()), path[0].lower())
        inner = kinds.of_items(kind)
        held[key] = self._put(name, held.get(key, {} if len(path) > 1 else None), nested, path[1:], inner)
        return held

    def _read(self, name: str, given: Given) -> Any:
        try:
            return kinds.from_text(given.value, self.definitions[name].kind)
        except kinds.Mismatch as wrong:
            raise self._type_error(name, wrong, given.origin) from None

    def _type_error(self, name: str, wrong: kinds.Mismatch, origin: str) -> SettingTypeError:
        definition = self.definitions[name]
        secret = definition.hidden or kinds.accepts_secret(definition.kind)
        where = f"{name}: `{wrong.path}`" if wrong.path else name
        return SettingTypeError(where, wrong.expected, STARS if secret else _short(wrong.value), origin)

    def _absolute(self, value: Any, base: Given) -> Any:
        if not isinstance(value, str):
            return value
        return os.path.abspath((base.folder or self._folder) / Path(value).expanduser())  # noqa: PTH100 - links are kept

    def _looked_in(self, name: str) -> list[str]:
        """The places, the strongest first."""
        places = ["command line (absent)"]
        places += [f"{variable} (environment, absent)" for variable in environment.variables(name)]
        holder = self.given[name][-1].origin
        if self._config_file is None:
            places.append(f"{self._folder / 'config.py'} (no such file)")
        elif not holder.startswith(str(self._config_file)):
            places.append(f"{self._config_file} (file found, name absent)")
        places.append(f"{holder} (says it must be set)")
        return places


def _is_expression(text: str) -> bool:
    try:
        compile(text, "<value>", "eval")
    except SyntaxError:
        return False
    return True


def _names(code: types.CodeType) -> set[str]:
    """All names a piece of code uses, also in its inner functions."""
    inner = [const for const in code.co_consts if isinstance(const, types.CodeType)]
    return set(code.co_names).union(*(_names(const) for const in inner))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
