"""The Python packages a plugin asks for: are they there, and may they be installed."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.dataload.environments.making import FOLDER, Environment, Environments
from hub.dataload.errors import RequirementsError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

OURS = frozenset({"biothings", "biothings-hub", "entrepot"})  #: what the hub itself stands in for


def missing(requirements: Iterable[str]) -> list[str]:
    """Those of the requirements that are not satisfied, one package each, in order.

    Args:
        requirements: as a manifest writes them: ``lxml``, ``lib==1.3``, ``a b==1``.
    """
    return [item for text in requirements for item in items(text) if not _is_satisfied(item)]


def provide(plugin: str, requirements: Iterable[str], settings: Any, *, install: bool = False) -> Environment | None:
    """The environment with what the hub does not have.

    Args:
        plugin: named in messages.
        requirements: as a manifest writes them.
        settings: configuration (``HUB_HOME``).
        install: the setting ``PLUGIN_REQUIRES_INSTALL``: make it when it is not there.

    Returns:
        None when the hub has everything.

    Raises:
        RequirementsError: some are missing and were not or could not be installed.
    """
    wanted = missing(requirements)
    if not wanted:
        return None
    environments = Environments.of(settings)
    found = environments.find(wanted)
    if found is not None or install:
        return found or environments.make(plugin, wanted)
    reason = (
        "not installed in that version, and `PLUGIN_REQUIRES_INSTALL` is off. With it the plugin gets an environment "
        "of its own."
    )
    raise RequirementsError(plugin, wanted, reason, shlex.join(["python", "-m", "pip", "install", *wanted]))


def listed_in(file: Path) -> list[str]:
    """The requirements of a ``requirements.txt``, without comments and options; none when there is no file."""
    if not file.is_file():
        return []
    lines = (line.partition(" #")[0].strip() for line in file.read_text(encoding="utf-8-sig").splitlines())
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def items(text: str) -> list[str]:
    """Split ``a b==1`` into single requirements; one that has blanks of its own stays whole."""
    text = text.strip()
    if not text:
        return []
    if _parse(text) is not None:
        return [text]
    return shlex.split(text)


def _parse(text: str) -> Requirement | None:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def _is_satisfied(text: str) -> bool:
    from packaging.utils import canonicalize_name

    requirement = _parse(text)
    if requirement is None:
        return text.startswith("-")  # an option for pip asks for nothing by itself
    name = canonicalize_name(requirement.name)
    if name in OURS or requirement.name in sys.stdlib_module_names:
        return True
    if requirement.marker is not None and not requirement.marker.evaluate():
        return True
    version = _version(requirement.name)
    if version is None:
        # a name such as `bs4` is a module of a differently named distribution
        return not requirement.specifier and not requirement.url and _is_module(requirement.name)
    return requirement.specifier.contains(version, prereleases=True)


def _version(name: str) -> str | None:
    """The version that the hub has; packages of environments that were added for plugins do not count."""
    path = [entry for entry in sys.path if FOLDER not in Path(entry).parts]
    found = next(iter(importlib.metadata.distributions(name=name, path=path)), None)
    return found.version if found else None


def _is_module(name: str) -> bool:
    try:
        return name.isidentifier() and importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
