"""The Python packages a plugin asks for: are they there, and may they be installed."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import logging
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from hub.dataload.errors import RequirementsError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

OURS = frozenset({"biothings", "biothings-hub", "entrepot"})  #: what the hub itself stands in for
log = logging.getLogger("hub.plugins")


def missing(requirements: Iterable[str]) -> list[str]:
    """Those of the requirements that are not satisfied, one package each, in order.

    Args:
        requirements: as a manifest writes them: ``lxml``, ``lib==1.3``, ``a b==1``.
    """
    return [item for text in requirements for item in items(text) if not _is_satisfied(item)]


def ensure(plugin: str, requirements: Iterable[str], *, install: bool) -> None:
    """Check the requirements and install the missing ones where that is allowed.

    Args:
        plugin: named in messages.
        requirements: as a manifest writes them.
        install: the setting ``PLUGIN_REQUIRES_INSTALL``.

    Raises:
        RequirementsError: some are missing and were not or could not be installed.
    """
    wanted = missing(requirements)
    if not wanted:
        return
    command = [sys.executable, "-m", "pip", "install", *wanted]
    text = shlex.join(["python", *command[1:]])
    if not install:
        reason = "not installed, and `PLUGIN_REQUIRES_INSTALL` is off."
        raise RequirementsError(plugin, wanted, reason, text)
    log.info("Plugin %s: %s", plugin, text, extra={"action": "requires_install", "source": plugin})
    done = _pip(command)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        errors = [line for line in lines if "error" in line.lower()] or lines
        raise RequirementsError(plugin, wanted, f"pip failed: {errors[-1] if errors else 'no message'}.", text)
    importlib.invalidate_caches()


def _pip(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run pip so that it changes no package that is there."""
    with tempfile.TemporaryDirectory(prefix="hub-pip-") as folder:
        kept = Path(folder) / "constraints.txt"
        kept.write_text("".join(f"{line}\n" for line in _installed()), encoding="utf-8")
        full = [*command, "--constraint", str(kept)]
        return subprocess.run(full, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def _installed() -> list[str]:
    """What is installed, as constraints."""
    found: dict[str, str] = {}
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(name.lower(), f"{name}=={distribution.version}")
    return sorted(found.values())


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
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        # a name such as `bs4` is a module of a differently named distribution
        return not requirement.specifier and not requirement.url and _is_module(requirement.name)
    return requirement.specifier.contains(version, prereleases=True)


def _is_module(name: str) -> bool:
    try:
        return name.isidentifier() and importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
