"""The dumper of git repositories."""

from __future__ import annotations

import os
import subprocess
import tarfile
from pathlib import Path

from hub.dataload.dumper.errors import DumperException
from hub.dataload.dumper.making import MakingDumper
from hub.dataload.transport.names import masked

MIRROR = ".mirror.git"


class GitDumper(MakingDumper):
    """Takes the files of a branch, tag or commit. The release is the commit; its folder has no ``.git``.

    Attributes:
        GIT_REPO_URL: the repository; https, ssh, or a path.
        DEFAULT_BRANCH: branch, tag or commit; None for the repository's own branch.
    """

    GIT_REPO_URL: str | None = None
    DEFAULT_BRANCH: str | None = None

    @property
    def origin(self) -> str:
        """The repository's URL, without a password."""
        return masked(str(self.GIT_REPO_URL))

    @property
    def mirror(self) -> Path:
        """The copy of the repository that is kept beside the releases."""
        return Path(self.src_root_folder, MIRROR)

    def set_release(self) -> None:
        """Fetch what is new; the release is the commit, seven digits."""
        if not self.GIT_REPO_URL:
            raise DumperException(f"`{self.src_name}`: GIT_REPO_URL is not set. Set it in the class.")
        if self.mirror.is_dir():
            self._git("remote", "set-url", "origin", self.GIT_REPO_URL)
            self._git("remote", "update", "--prune")
        else:
            self.mirror.parent.mkdir(parents=True, exist_ok=True)
            self._run("clone", ["git", "clone", "--quiet", "--mirror", "--", self.GIT_REPO_URL, str(self.mirror)])
        self.commit = self._git("rev-parse", "--verify", f"{self.DEFAULT_BRANCH or 'HEAD'}^{{commit}}").strip()
        self.release = self.commit[:7]

    def make_files(self, folder: Path) -> None:
        """Write the files of the commit."""
        command = ["git", "--git-dir", str(self.mirror), "archive", "--format=tar", self.commit]
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE, env=_environment()) as archive,
            tarfile.open(fileobj=archive.stdout, mode="r|") as members,
        ):
            members.extractall(folder, filter="data")
        if archive.returncode:
            raise DumperException(f"`{self.src_name}`: git archive of {self.release} failed. Is the disk full?")

    def _git(self, *arguments: str) -> str:
        return self._run(arguments[0], ["git", "--git-dir", str(self.mirror), *arguments])

    def _run(self, what: str, command: list[str]) -> str:
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=_environment(), check=False
            )
        except FileNotFoundError:
            raise DumperException(f"`{self.src_name}`: the program git is not installed.") from None
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["no message"]
            raise DumperException(f"`{self.src_name}`: git {what} of {self.origin} failed: {masked(lines[-1])}")
        return done.stdout


def _environment() -> dict[str, str]:
    """Git that asks nobody for a password."""
    return {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}
