"""The git repositories that the hub's code and the application's come from: their version, news, and upgrades."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hub
from hub.config.secret import hide_credentials
from hub.errors import of_machine
from hub.maintenance.errors import NoCodeBaseError, UpgradeError

APPLICATION, HUB = "application", "biothings_sdk"  #: the names of the code bases that clients know
SECONDS = 120.0
MOST_COMMITS = 10
_FIELDS = "%h%x1f%cI%x1f%s"


@dataclass(frozen=True)
class CodeBase:
    """Code in a folder.

    Attributes:
        name: `APPLICATION` or `HUB`.
        folder: a folder of the repository.
    """

    name: str
    folder: Path

    def version(self) -> dict[str, str] | None:
        """``{"branch", "commit", "date", "giturl"}`` of the code that is there; None when it is in no repository."""
        if not self._is_own():
            return None
        commit = self._maybe("log", "-1", "--format=%h%x1f%cI")
        if not commit:
            return None
        short, _, date = commit.partition("\x1f")
        branch = self._maybe("symbolic-ref", "--short", "-q", "HEAD") or "(detached)"
        url = hide_credentials(self._maybe("remote", "get-url", "origin") or "")
        return {"branch": branch, "commit": short, "date": date, "giturl": url}

    def news(self) -> dict[str, Any] | None:
        """Commits of the upstream branch that are not here, after asking it; None when there are none.

        Returns:
            ``{"latest", "total", "commits": [{"hash", "date", "message", "url"}]}``, the newest `MOST_COMMITS`.

        Raises:
            NoCodeBaseError: nothing to ask.
            UpgradeError: git failed, for example because the remote does not answer.
        """
        self._require_upstream()
        self._run("fetch", "--quiet")
        lines = self._run("log", f"--format={_FIELDS}", "HEAD..@{upstream}").splitlines()
        if not lines:
            return None
        commits = [dict(zip(("hash", "date", "message"), line.split("\x1f"), strict=True)) for line in lines]
        return {
            "latest": commits[0]["hash"],
            "total": len(commits),
            "commits": [{**c, "url": None} for c in commits[:MOST_COMMITS]],
        }

    def upgrade(self) -> dict[str, Any]:
        """Bring the code to the state of its upstream branch, if it follows it without own commits or changes.

        Returns:
            ``{"code_base", "old", "new", "commits"}``: the commits before and after, and how many came.

        Raises:
            NoCodeBaseError: there is no upstream.
            UpgradeError: changed files, own commits, or git failed.
        """
        self._require_upstream()
        changed = self._run("status", "--porcelain", "--untracked-files=no").split("\n")[0].strip()
        if changed:
            raise UpgradeError(self.name, self.folder, f"files were changed here (`{changed}`)")
        old = self._run("rev-parse", "--short", "HEAD").strip()
        self._run("fetch", "--quiet")
        count = int(self._run("rev-list", "--count", "HEAD..@{upstream}"))
        if int(self._run("rev-list", "--count", "@{upstream}..HEAD")):
            raise UpgradeError(self.name, self.folder, "it has commits that its upstream branch does not have")
        if count:
            self._run("merge", "--ff-only", "--quiet", "@{upstream}")
        new = self._run("rev-parse", "--short", "HEAD").strip()
        return {"code_base": self.name, "old": old, "new": new, "commits": count}

    def _is_own(self) -> bool:
        """Whether git keeps this folder, and does not only ignore it, as it does the packages of an environment."""
        return (
            self._maybe("ls-files", "--error-unmatch", ".") is not None and self._maybe("rev-parse", "HEAD") is not None
        )

    def _require_upstream(self) -> None:
        if not self._is_own():
            hint = (
                "Put your plugins and config.py under git, with a remote."
                if self.name == APPLICATION
                else "It was installed as a package: upgrade it as you installed it (`pip install --upgrade entrepot`)."
            )
            raise NoCodeBaseError(self.name, self.folder, "it is in no git repository", hint)
        if self._maybe("rev-parse", "--abbrev-ref", "@{upstream}") is None:
            hint = "Set one with `git branch --set-upstream-to=origin/BRANCH`."
            raise NoCodeBaseError(self.name, self.folder, "its branch follows no other (no upstream branch)", hint)

    def _run(self, *arguments: str) -> str:
        try:
            done = subprocess.run(
                ["git", "--no-optional-locks", "-C", str(self.folder), *arguments],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
                stdin=subprocess.DEVNULL,
                env=_environment(),
                check=False,
            )
        except FileNotFoundError:
            raise UpgradeError(self.name, self.folder, "the program `git` is not installed") from None
        except subprocess.TimeoutExpired:
            raise UpgradeError(self.name, self.folder, f"git took more than {SECONDS:g} seconds") from None
        except OSError as error:
            if refused := of_machine(error):  # too many open files, no memory for a process
                raise refused from None
            raise UpgradeError(self.name, self.folder, f"git can not be run ({error.strerror})") from None
        if done.returncode:
            told = next((line for line in done.stderr.splitlines() if line.strip()), "it failed")
            raise UpgradeError(self.name, self.folder, f"git {arguments[0]}: {hide_credentials(told.strip())[:300]}")
        return done.stdout

    def _maybe(self, *arguments: str) -> str | None:
        try:
            return self._run(*arguments).strip()
        except UpgradeError:
            return None


def code_bases(home: Path) -> Mapping[str, CodeBase]:
    """The code bases by name.

    Args:
        home: folder of the application: its ``config.py`` and plugins.
    """
    return {APPLICATION: CodeBase(APPLICATION, home), HUB: CodeBase(HUB, Path(hub.__file__).resolve().parent)}


def _environment() -> dict[str, str]:
    """The person's own git settings hold; nothing ever asks for a password."""
    return {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "true", "SSH_ASKPASS": "true", "LC_ALL": "C"}
