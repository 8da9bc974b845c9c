"""Where the code of a plugin comes from: the commit of the git repository that holds it (``src_meta.code``)."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

_SECONDS = 10.0  #: longest that git may take; a repository on a slow disk must not stop an upload
_HOSTS_WITH_TREES = ("github.com", "gitlab.com")


def code_origin(folder: Path, file: Path | None = None) -> dict[str, str] | None:
    """The repository, commit and branch of a plugin's code.

    Args:
        folder: the plugin folder.
        file: the module of a class written by hand; None for classes made from a manifest.

    Returns:
        ``{"repo", "commit" (7 characters), "branch", "folder" or "file", "url"}``; what is not known is left out. None
        when the code is in no repository, is not committed, or there is no git here.
    """
    place = file or folder
    top = _git(folder, "rev-parse", "--show-toplevel")
    commit = _git(folder, "log", "-1", "--format=%H", "--", str(place)) if top else None
    if not top or not commit:
        return None
    found = {"commit": commit[:7]}
    path = place.resolve().relative_to(Path(top).resolve()).as_posix()
    found["file" if file else "folder"] = path
    if branch := _git(folder, "symbolic-ref", "--short", "-q", "HEAD"):
        found["branch"] = branch
    if repo := _web_address(_git(folder, "remote", "get-url", "origin") or ""):
        found["repo"] = repo
        if any(host in repo for host in _HOSTS_WITH_TREES):
            found["url"] = f"{repo}/{'blob' if file else 'tree'}/{commit}/{path}".removesuffix("/.")
    return found


def _git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def _web_address(remote: str) -> str:
    """The https address of a remote, never with a user or a password in it; empty for a local one."""
    ssh = re.fullmatch(r"(?:ssh://)?[\w.-]+@([\w.-]+)(?::\d+/|[:/])(.+)", remote)
    web = re.fullmatch(r"https?://(?:[^@/]*@)?(.+)", remote)
    address = f"{ssh[1]}/{ssh[2]}" if ssh else web[1] if web else ""
    return f"https://{address.removesuffix('/').removesuffix('.git')}" if address else ""
