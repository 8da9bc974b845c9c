"""The job that fetches the code of a plugin into a folder of its own and tries whether it loads.

It runs in a worker process: code that loops, exits or crashes while it is imported takes nothing down, and the hub only
puts into place what has loaded here.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.config.secret import Secret
from hub.config.settings import Settings
from hub.dataload.loader import load_plugin
from hub.dataload.plugin_sources.errors import FetchedCodeError, GitError, LocalChangesError, NoSuchReleaseError
from hub.dataload.plugin_sources.git import Git, Remote, changes
from hub.errors import HubError
from hub.jobs.port import JobContext

HEAD = "HEAD"  #: the repository's own branch
_COMMIT = re.compile(r"^[0-9a-fA-F]{4,64}$")


@dataclass(frozen=True)
class FetchRequest:
    """What to fetch; picklable.

    Attributes:
        url: address as recorded.
        folder: name of the plugin folder.
        staging: folder to work in; it must be on the disk of the plugins. Empty for code that is there already.
        release: branch, tag or commit; ``HEAD`` for the repository's own branch.
        userinfo: ``user:password``.
        addresses: permitted IP addresses of the host.
        current: the plugin folder whose code is replaced, or empty.
        commit: commit that was checked out there.
        force: replace it even when it was changed by hand.
        settings: snapshot of the configuration.
    """

    url: str
    folder: str
    staging: str = ""
    release: str = HEAD
    userinfo: Secret | None = field(default=None, repr=False)
    addresses: tuple[str, ...] = ()
    current: str = ""
    commit: str = ""
    force: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FetchReport:
    """What was fetched and loads.

    Attributes:
        folder: where it is now: below the staging folder, or where it always was.
        name: source name.
        subs: its sub-sources.
        release: what was asked for, as it is followed from now on.
        commit: the commit, in full; empty for code that is no repository.
        warnings: for the author of the plugin.
        seconds: time taken.
    """

    folder: str
    name: str
    subs: tuple[str, ...]
    release: str = ""
    commit: str = ""
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def label(self) -> str:
        """``HEAD 89f0d63``."""
        return f"{self.release} {self.commit[:7]}".strip()


def fetch_code(ctx: JobContext, request: FetchRequest) -> FetchReport:
    """Fetch and try the code of a plugin. Runs in a worker process.

    Raises:
        hub.errors.HubError: why not; the staging folder is gone, what was there before is untouched.
    """
    started = time.monotonic()
    settings = Settings.from_snapshot(dict(request.settings))
    if request.current and request.commit and not request.force:
        found = changes(Path(request.current), request.commit)
        if found:
            raise LocalChangesError(request.folder, found)
    staging = Path(request.staging)
    try:
        folder, commit = _clone(ctx, request, staging, settings)
        ctx.progress(1, 2, unit="steps", note="try the code")
        label = f"{request.release} {commit[:7]}"
        plugin = _tried(folder, request.url, label, settings)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    ctx.progress(2, 2, unit="steps")
    return FetchReport(
        str(folder),
        plugin.name,
        tuple(plugin.uploader_classes),
        request.release,
        commit,
        tuple(plugin.warnings),
        time.monotonic() - started,
    )


def try_code(ctx: JobContext, request: FetchRequest) -> FetchReport:
    """Try the code of a plugin that is on this machine already. Runs in a worker process.

    Raises:
        FetchedCodeError: it does not load.
    """
    started = time.monotonic()
    plugin = _tried(Path(request.current), request.url, "", Settings.from_snapshot(dict(request.settings)))
    seconds = time.monotonic() - started
    return FetchReport(request.current, plugin.name, tuple(plugin.uploader_classes), seconds=seconds)


def _tried(folder: Path, url: str, label: str, settings: Settings) -> Any:
    try:
        return load_plugin(folder, settings)
    except HubError as error:
        raise FetchedCodeError(url, label, str(error).replace(f"{folder.parent}/", "")) from error
    except (Exception, SystemExit) as error:
        raise FetchedCodeError(url, label, f"{type(error).__name__}: {error}") from error


# -- git -------------------------------------------------------------------------------------------------------------


def _clone(ctx: JobContext, request: FetchRequest, staging: Path, settings: Settings) -> tuple[Path, str]:
    """Clone into ``staging/<folder>`` and check out the release; returns that folder and the commit."""
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    remote = Remote(request.url, request.addresses, request.userinfo)
    limits: dict[str, Any] = {
        "watch": ctx,
        "seconds": float(settings["PLUGIN_GIT_SECONDS"]),
        "max_bytes": int(settings["PLUGIN_MAX_BYTES"]),
    }
    what = f"clone {request.url}"
    ctx.progress(0, 2, unit="steps", note=what)
    outside = Git(staging, remote, **limits)
    options = ("--quiet", "--no-checkout", "--template=", "--no-recurse-submodules", "--no-hardlinks")
    outside.run(what, "clone", *options, "--", request.url, request.folder)
    outside.check_size(what)
    folder = staging / request.folder
    git = Git(folder, None, **limits)
    commit = _check_out(git, request.url, request.release)
    outside.check_size(what)
    return folder, commit


def _check_out(git: Git, url: str, release: str) -> str:
    """Check out a branch (as a branch, so that it can be followed), tag or commit; returns the commit."""
    branch = _own_branch(git, url) if release == HEAD else release
    ref = f"refs/remotes/origin/{branch}"
    commit = _commit(git, ref) if _is_plain(git, branch) else None
    if commit:
        git.run(f"check out {branch}", "checkout", "--quiet", "--force", "-B", branch, commit)
        git.maybe("branch", "--quiet", f"--set-upstream-to=origin/{branch}", branch)
        return commit
    commit = (_commit(git, f"refs/tags/{release}") if _is_plain(git, release) else None) or (
        _commit(git, release.lower()) if _COMMIT.match(release) else None
    )
    if commit is None:
        raise NoSuchReleaseError(url, release, _releases(git))
    git.run(f"check out {release}", "checkout", "--quiet", "--force", "--detach", commit)
    return commit


def _own_branch(git: Git, url: str) -> str:
    prefix = "refs/remotes/origin/"
    head = git.maybe("symbolic-ref", "--quiet", f"{prefix}HEAD")
    if head and _commit(git, head):
        return str(head).removeprefix(prefix)
    names = _releases(git, "refs/remotes/origin")
    usual: list[str] = ["main", "master", *(names if len(names) == 1 else [])]
    for name in usual:
        if name in names:
            return name
    raise GitError(f"find the branch of {url}", "it is empty" if not names else f"choose one of {', '.join(names)}")


def _is_plain(git: Git, name: str) -> bool:
    """Whether git takes the text as the name of a branch or tag, and as nothing else."""
    return bool(name) and not name.startswith("-") and git.maybe("check-ref-format", f"refs/heads/{name}") is not None


def _commit(git: Git, ref: str) -> str | None:
    return git.maybe("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")


def _releases(git: Git, *under: str) -> list[str]:
    listed = git.maybe("for-each-ref", "--format=%(refname)", *(under or ("refs/remotes/origin", "refs/tags"))) or ""
    names = [re.sub(r"^refs/(remotes/origin|tags)/", "", line) for line in listed.splitlines()]
    return [name for name in names if name != "HEAD"]
