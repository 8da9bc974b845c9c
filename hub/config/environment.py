"""Settings given by environment variables.

``HUB_X`` sets ``HUB_X`` or, when there is no such setting, ``X``; the bare name ``X`` works as well and ``HUB_X`` wins.
``HUB_X__Y`` (also ``HUB_X.Y``, and ``HUB_X_Y`` when ``Y`` is a key of the default) sets key ``Y`` of the dict ``X``.
``NAME_FILE`` names a file that holds a secret.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub import errors
from hub.config.definitions import Definition
from hub.config.errors import SecretFileError, SecretGivenTwiceError
from hub.config.kinds import accepts_secret

#: Variables that are read elsewhere and are no settings.
NOT_SETTINGS = frozenset({"HUB_CONFIG", "HUB_VERBOSE", "HUB_URL", "HUB_API_KEY", "HUB_CPU_COUNT"})


@dataclass(frozen=True)
class Given:
    """A value given by some place.

    Attributes:
        value: the value; a text still to be read when ``is_text``.
        origin: the place, in words.
        path: keys that lead into a dict setting; empty for the whole value.
        is_text: the value is text to be read by the type of the setting.
        folder: what a relative path is read from; None for the working directory.
    """

    value: Any
    origin: str
    path: tuple[str, ...] = ()
    is_text: bool = False
    folder: Path | None = None


def read(
    environ: Mapping[str, str], definitions: Mapping[str, Definition], defaults: Mapping[str, Any]
) -> tuple[dict[str, list[Given]], list[str]]:
    """What the environment sets, and warnings.

    Args:
        environ: the environment.
        definitions: known settings.
        defaults: values of the lower places, for the keys of dicts.

    Returns:
        Values by setting, whole values before nested ones; and warnings for people.

    Raises:
        SecretGivenTwiceError: ``NAME`` and ``NAME_FILE`` are both set.
        SecretFileError: the file cannot be read.
    """
    found: dict[str, list[Given]] = {}
    warnings: list[str] = []
    for variable in sorted(environ, key=lambda v: (v.endswith("_FILE"), v.startswith("HUB_"), v)):
        name, path = _target(variable, definitions, defaults)
        if name:
            given = Given(environ[variable], f"environment: {variable}", path, is_text=True)
            found.setdefault(name, []).append(given)
        elif (secret := _secret_of(variable, definitions)) is not None:
            if secret in found and any(not given.path for given in found[secret]):
                raise SecretGivenTwiceError(variable.removesuffix("_FILE"))
            text, warning = _read_secret(variable, environ[variable])
            found[secret] = [Given(text, f"file named by environment: {variable}", is_text=True)]
            warnings += warning
        elif variable.startswith("HUB_") and variable not in NOT_SETTINGS:
            warnings.append(f"environment: {variable} is no setting. {errors.suggest(variable, definitions)}")
    for values in found.values():
        values.sort(key=lambda given: bool(given.path))
    return found, warnings


def variables(name: str) -> tuple[str, ...]:
    """The variables that set a setting, the strongest first."""
    return (name,) if name.startswith("HUB_") else (f"HUB_{name}", name)


def _target(
    variable: str, definitions: Mapping[str, Definition], defaults: Mapping[str, Any]
) -> tuple[str, tuple[str, ...]]:
    """The setting a variable names, and the keys into it; ``("", ())`` for none."""
    head, *keys = variable.replace(".", "__").split("__")
    for name in (head, head.removeprefix("HUB_")):
        if name in definitions and head in variables(name):
            return name, tuple(keys)
    if keys or not head.startswith("HUB_"):
        return "", ()
    return next(_by_known_keys(head, defaults), ("", ()))


def _by_known_keys(head: str, defaults: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """``HUB_DOWNLOAD_TIMEOUTS_STALL``: a dict setting followed by one of its keys."""
    for name, value in defaults.items():
        for start in variables(name)[:1]:
            if isinstance(value, dict) and head.startswith(start + "_"):
                rest = head[len(start) + 1 :].lower()
                yield from ((name, (key,)) for key in value if isinstance(key, str) and key.lower() == rest)


def _secret_of(variable: str, definitions: Mapping[str, Definition]) -> str | None:
    if not variable.endswith("_FILE"):
        return None
    head = variable.removesuffix("_FILE")
    for name in (head, head.removeprefix("HUB_")):
        if name in definitions and (accepts_secret(definitions[name].kind) or definitions[name].hidden):
            return name
    return None


def _read_secret(variable: str, path: str) -> tuple[str, list[str]]:
    try:
        file = Path(path)
        text = file.read_text(encoding="utf-8").strip("\r\n")
        open_to_all = stat.S_IMODE(file.stat().st_mode) & 0o007
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not text"
        raise SecretFileError(variable, path, why) from None
    return text, [f"{path} (named by {variable}) can be read by everybody; give it mode 0600."] if open_to_all else []
