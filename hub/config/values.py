"""What may stand for a value in a configuration file, and helpers for the text of a `ConfigurationValue`."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from hub.config.errors import ConfigError


class ConfigurationError(ConfigError):
    """As a value: the setting has no default and must be set. Reading it raises an error with ``why``."""

    def __init__(self, why: str = "must be set") -> None:
        self.why = why
        super().__init__(why)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfigurationError) and other.why == self.why

    def __hash__(self) -> int:
        return hash((ConfigurationError, self.why))


@dataclass(frozen=True)
class ConfigurationDefault:
    """As a value: optional, with a default, which may itself be a `ConfigurationValue`.

    Attributes:
        default: the value when nothing else is set.
        desc: one line for people; shown with the comment lines above the assignment.
    """

    default: Any = None
    desc: str = ""


@dataclass(frozen=True)
class ConfigurationValue:
    """As a value: Python text, evaluated when read, with all settings and all names of the file in sight.

    A text that is no expression is run as statements; the variable named as the setting is then its value.
    """

    code: str


def set_default_folder(root: str, sub: str) -> str:
    """Folder ``sub`` beside ``root`` when that is named ``datasources``, else inside it."""
    path = PurePath(root)
    return str((path.parent if path.name == "datasources" else path) / sub)


def usable_cores() -> int:
    """Cores this process may use: honours affinity and the quota of its control group."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        cores = os.cpu_count() or 1
    quota = _group_quota()
    return max(1, min(cores, math.ceil(quota))) if quota else cores


def _group_quota() -> float | None:
    """Cores allowed by control group version 2, or None without a limit."""
    try:
        limit, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return None if limit == "max" else int(limit) / int(period)
    except (OSError, ValueError):
        return None


def usable_workers(asked: int | None = None) -> int:
    """Number of worker processes: what was asked for, else all usable cores but one, and never less than one."""
    return max(1, asked if asked else usable_cores() - 1)
