"""What can be wrong with a configuration."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hub.errors import HubError, NotFound, Permanent


class ConfigError(HubError, Permanent):
    """Root of the configuration errors; the hub does not start with one."""

    exit_code = 2


class ConfigFileError(ConfigError):
    """A configuration file cannot be read or run.

    Args:
        path: the file.
        line: line of the fault, when known.
        why: what Python said, in one line.
    """

    def __init__(self, path: Path, line: int | None, why: str) -> None:
        self.path, self.line, self.why = str(path), line, why
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {why}. Correct the file, or name another one with HUB_CONFIG.")


class ConfigNotFoundError(ConfigError):
    """The configuration that was asked for is not there. Lists the places looked in, in order."""

    def __init__(self, name: str, looked_in: Sequence[str]) -> None:
        self.name, self.looked_in = name, list(looked_in)
        super().__init__(f"no configuration `{name}`. Looked in: {'; '.join(looked_in)}.")


class SettingMissingError(ConfigError):
    """A setting without a default has no value. Lists the places looked in, in order.

    Args:
        name: the setting.
        why: the text of its `ConfigurationError` marker.
        looked_in: one phrase a place.
    """

    def __init__(self, name: str, why: str, looked_in: Sequence[str]) -> None:
        self.name, self.why, self.looked_in = name, why, list(looked_in)
        super().__init__(f"{name}: {why}. Looked in: {', '.join(looked_in)}.")


class SettingTypeError(ConfigError):
    """A value has the wrong type. ``got`` is stars for secrets and hidden settings."""

    def __init__(self, name: str, expected: str, got: str, origin: str) -> None:
        self.name, self.expected, self.got, self.origin = name, expected, got, origin
        super().__init__(f"{name} must be {expected}, not {got} (set by {origin}).")


class SettingValueError(ConfigError):
    """The Python text of a `ConfigurationValue` cannot be evaluated, or the value is refused."""

    def __init__(self, name: str, why: str, origin: str) -> None:
        self.name, self.why, self.origin = name, why, origin
        super().__init__(f"{name}: {why} (set by {origin}).")


class SecretGivenTwiceError(ConfigError):
    """A secret was given both as ``NAME`` and as ``NAME_FILE``: which one is meant cannot be told."""

    def __init__(self, variable: str) -> None:
        self.variable = variable
        super().__init__(f"both {variable} and {variable}_FILE are set in the environment. Remove one of them.")


class SecretFileError(ConfigError):
    """The file named by ``NAME_FILE`` cannot be read."""

    def __init__(self, variable: str, path: str, why: str) -> None:
        self.variable, self.path, self.why = variable, path, why
        super().__init__(f"{variable} names `{path}`, which cannot be read: {why}.")


class ConfigProblemsError(ConfigError):
    """Several settings are wrong; all are listed, so that one round of corrections is enough."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__(f"{len(problems)} settings are wrong:\n" + "\n".join(f"- {p}" for p in problems))


class UnknownSettingError(NotFound, AttributeError, KeyError):  # type: ignore[misc]  # `name` is a text in both
    """No setting of that name; suggests the nearest."""

    def __str__(self) -> str:
        return str(self.args[0])
