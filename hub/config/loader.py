"""Loading: defaults, the user's file, the environment, the command line, in this order."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub import errors
from hub.config import definitions as defs
from hub.config import environment, files
from hub.config.environment import Given
from hub.config.errors import ConfigError, ConfigNotFoundError, ConfigProblemsError
from hub.config.markup import is_setting_name
from hub.config.resolve import Resolver
from hub.config.settings import Settings

_log = logging.getLogger("hub.config")


def load(
    home: str | Path | None = None,
    *,
    config: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """Load and check all settings.

    Args:
        home: folder everything is written to; wins over `HUB_HOME` of any place.
        config: the user's file, as path or module name; else the variable ``HUB_CONFIG``, else ``config`` in the
            working directory, which may be absent.
        environ: the environment; the process's own by default.
        flags: values from the command line by setting; texts are read by the type of the setting.

    Returns:
        The settings; every value is resolved and has the declared type.

    Raises:
        ConfigFileError: a file is faulty; names file and line.
        ConfigNotFoundError: the configuration that was asked for is not there.
        SettingMissingError: a setting that must be set is not; lists the places.
        SettingTypeError: a value has the wrong type.
        ConfigProblemsError: several settings are wrong.
    """
    environ = os.environ if environ is None else environ
    folder = Path.cwd()
    defaults = files.run_defaults()
    user = _user_file(config or environ.get("HUB_CONFIG"), folder)
    given = {name: [_default(defaults, name)] for name in defaults.names if is_setting_name(name)}
    if user:
        for name, value in _set_by(user, defaults).items():
            given.setdefault(name, []).append(value)
    known = defs.combine(
        [*defaults.sources, *(user.sources if user else ())], {n: g[-1].value for n, g in given.items()}
    )
    warnings = _unknown_names(given, defaults)
    from_environment, remarks = environment.read(environ, known, {n: g[-1].value for n, g in given.items()})
    for name, values in from_environment.items():
        given.setdefault(name, []).extend(values)
    for name, value in _flags(flags or {}, home, known).items():
        given.setdefault(name, []).append(value)
    resolver = Resolver(known, given, _namespace(defaults, user), user.path if user else None, folder)
    resolved, origins = _resolve_all(resolver)
    for warning in warnings + remarks:
        _log.warning(warning, extra={"action": "config_warning"})
    return Settings(
        resolved,
        origins,
        definitions=known,
        config_file=user.path if user else None,
        extras=_extras(user),
        warnings=warnings + remarks,
    )


def _user_file(name: str | Path | None, folder: Path) -> files.ConfigFile | None:
    try:
        return files.run(files.find(name or "config", folder), folder)
    except ConfigNotFoundError:
        if name:
            raise
        return None


def _default(defaults: files.ConfigFile, name: str) -> Given:
    entry = defaults.sources[0].entries.get(name)
    return Given(defaults.names[name], f"default: config_hub.py:{entry.line}" if entry else "default: config_hub.py")


def _set_by(user: files.ConfigFile, defaults: files.ConfigFile) -> dict[str, Given]:
    """What the user's files set: assigned in them, or a default that they changed in place."""
    found = {}
    for name, value in user.names.items():
        if not is_setting_name(name):
            continue
        places = [(s, s.entries[name]) for s in user.sources if name in s.entries]
        if places:
            source, entry = places[-1]
            found[name] = Given(value, f"{source.path}:{entry.line}", folder=source.path.parent)
        elif name not in defaults.names or not _same(value, defaults.names[name]):
            found[name] = Given(value, str(user.path), folder=user.path.parent)
    return found


def _same(value: Any, default: Any) -> bool:
    try:
        return bool(value == default)
    except Exception:
        return False


def _flags(flags: Mapping[str, Any], home: str | Path | None, known: Mapping[str, Any]) -> dict[str, Given]:
    given = {name: value for name, value in flags.items() if value is not None}
    if home is not None:
        given["HUB_HOME"] = str(home)
    for name in given:
        if name not in known:
            raise errors.NotFound("setting", name, known)
    return {name: Given(v, "command line", is_text=isinstance(v, str)) for name, v in given.items()}


def _unknown_names(given: Mapping[str, Any], defaults: files.ConfigFile) -> list[str]:
    """Names of the user's file that look like a misspelt setting; other names are settings of the user's own."""
    known = [name for name in defaults.names if is_setting_name(name)]
    remarks = []
    for name, values in given.items():
        hint = "" if name in defaults.names else errors.suggest(name, known)
        if hint.startswith("Did you mean"):
            remarks.append(f"{values[-1].origin}: {name} is no setting of the hub. {hint}")
    return remarks


def _namespace(defaults: files.ConfigFile, user: files.ConfigFile | None) -> dict[str, Any]:
    return {**defaults.names, **(user.names if user else {})}


def _extras(user: files.ConfigFile | None) -> dict[str, Any]:
    """Other public names of the user's file (a logger, helper functions), readable as before but not shown."""
    names = user.names if user else {}
    return {n: v for n, v in names.items() if not n.startswith("_") and not is_setting_name(n)}


def _resolve_all(resolver: Resolver) -> tuple[dict[str, Any], dict[str, str]]:
    problems: list[ConfigError] = []
    values: dict[str, Any] = {}
    for name in resolver.given:
        try:
            values[name] = resolver.value(name)
        except ConfigError as error:
            if not any(str(error) == str(other) for other in problems):
                problems.append(error)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise ConfigProblemsError([str(problem) for problem in problems])
    return values, {name: resolver.origin(name) for name in resolver.given}
