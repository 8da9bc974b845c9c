"""Making the environment of a list of requirements, once, with pip; never changing what the hub itself runs on.

pip is first asked what it would install beside the hub's packages, none of which may change. When that works, the
environment gets just those, and everything else comes from the hub. When the requirements contradict what the hub has,
the environment gets the whole of what they need, and its packages come before the hub's in the plugin's process.

Folders are named by a hash of the requirements and made under another name first, so that one is there whole or not at
all.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import json
import logging
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.dataload.errors import RequirementsError

FOLDER = "plugin_environments"  #: below ``HUB_HOME``
PIP_SECONDS = 900
_FACTS = "environment.json"
log = logging.getLogger("hub.plugins")


@dataclass(frozen=True)
class Environment:
    """One environment that is whole.

    Attributes:
        folder: where it is.
        requirements: what it was made for.
        installed: ``name==version`` of what it holds.
        extends: whether it only adds to the packages of the hub; else it also replaces some.
    """

    folder: Path
    requirements: tuple[str, ...]
    installed: tuple[str, ...]
    extends: bool

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def packages(self) -> Path:
        """Its folder of packages."""
        return _packages(self.folder)


class Environments:
    """All environments of a hub.

    Args:
        root: the folder they are in.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def of(cls, settings: Any) -> Environments:
        """Those below ``HUB_HOME``."""
        return cls(Path(settings.get("HUB_HOME", None) or "hub_data").absolute() / FOLDER)

    def find(self, requirements: Sequence[str]) -> Environment | None:
        """The environment of a list of requirements, if it has been made."""
        folder = self.root / _name(requirements)
        try:
            facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return Environment(folder, tuple(facts["requirements"]), tuple(facts["installed"]), bool(facts["extends"]))

    def make(self, plugin: str, requirements: Sequence[str]) -> Environment:
        """The environment of a list of requirements; made if it is not there. Blocks, minutes at worst.

        Args:
            plugin: named in messages.
            requirements: single requirements, as pip takes them.

        Raises:
            RequirementsError: pip failed; says what it said. Nothing was changed.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        name = _name(requirements)
        with _locked(self.root / f"{name}.lock"):
            found = self.find(requirements)
            if found is not None:
                return found
            partial = self.root / f"{name}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            shutil.rmtree(self.root / name, ignore_errors=True)
            try:
                self._make(_Pip(plugin, requirements), partial)
                partial.rename(self.root / name)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
        found = self.find(requirements)
        assert found is not None
        log.info(
            "Plugin %s: made an environment with %s",
            plugin,
            ", ".join(found.installed),
            extra={"action": "environment_made", "source": plugin, "folder": str(found.folder)},
        )
        return found

    def _make(self, pip: _Pip, folder: Path) -> None:
        plan, extends = pip.plan()
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", str(folder)],
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        if plan:
            pip.run("--python", str(folder / "bin" / "python"), "install", "--no-deps", *plan)
        lines = "".join(f"{path}\n" for path in _hub_paths())
        (_packages(folder) / "zz_hub.pth").write_text(lines, encoding="utf-8")
        facts = {"requirements": list(pip.requirements), "installed": plan, "extends": extends}
        (folder / _FACTS).write_text(json.dumps(facts), encoding="utf-8")


class _Pip:
    """Runs the hub's pip."""

    def __init__(self, plugin: str, requirements: Sequence[str]) -> None:
        self.plugin, self.requirements = plugin, tuple(requirements)

    def plan(self) -> tuple[list[str], bool]:
        """What to install, as ``name==version``, and whether that only adds to the hub's packages."""
        with tempfile.TemporaryDirectory(prefix="hub-pip-") as scratch:
            constraints, report = Path(scratch) / "constraints.txt", Path(scratch) / "report.json"
            constraints.write_text("".join(f"{line}\n" for line in _installed()), encoding="utf-8")
            ask = ("install", "--dry-run", "--quiet", "--report", str(report))
            done = self._call(*ask, "--constraint", str(constraints), *self.requirements)
            extends = done.returncode == 0
            if not extends:
                self.run(*ask, "--ignore-installed", *self.requirements)
            found = json.loads(report.read_text(encoding="utf-8"))
        return [_pin(item) for item in found["install"]], extends

    def run(self, *arguments: str) -> None:
        """Run pip.

        Raises:
            RequirementsError: it failed.
        """
        done = self._call(*arguments)
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines()
            errors = [line for line in lines if "error" in line.lower()] or lines
            text = shlex.join(["python", "-m", "pip", "install", *self.requirements])
            reason = f"pip failed: {errors[0] if errors else 'no message'}. Nothing was installed."
            raise RequirementsError(self.plugin, self.requirements, reason, text)

    def _call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
        log.info("Plugin %s: pip %s", self.plugin, shlex.join(arguments), extra={"action": "pip"})
        try:
            return subprocess.run(
                command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PIP_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, 1, "", f"ERROR: it took more than {PIP_SECONDS} seconds")


def _pin(item: dict[str, Any]) -> str:
    """One entry of pip's report, as exactly what it found."""
    name = str(item["metadata"]["name"])
    return (
        f"{name} @ {item['download_info']['url']}"
        if item.get("is_direct")
        else f"{name}=={item['metadata']['version']}"
    )


def _installed() -> list[str]:
    """What the hub runs on, as constraints."""
    found: dict[str, str] = {}
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(name.lower(), f"{name}=={distribution.version}")
    return sorted(found.values())


def _hub_paths() -> list[str]:
    """Where the hub and its packages are imported from."""
    hub = str(Path(__file__).resolve().parents[3])
    standard = {os.path.realpath(sysconfig.get_path(key)) for key in ("stdlib", "platstdlib")}
    folders = [path for path in sys.path if path and Path(path).is_dir()]
    libraries = [path for path in folders if Path(path).name in ("site-packages", "dist-packages")]
    return [path for path in dict.fromkeys([hub, *libraries]) if os.path.realpath(path) not in standard]


def _packages(folder: Path) -> Path:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return folder / "lib" / version / "site-packages"


def _name(requirements: Sequence[str]) -> str:
    text = "\n".join([sys.version, sys.executable, *sorted({r.strip() for r in requirements})])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
