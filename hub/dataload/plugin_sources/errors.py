"""Errors of fetching and placing the code of plugins."""

from __future__ import annotations

from collections.abc import Iterable

from hub.dataload.errors import DataloadError, PluginError
from hub.errors import BadArgument, Conflict, HubError, Passing, Permanent, Refused, suggest


class BadAddressError(BadArgument):
    """An address that names no plugin.

    Args:
        url: what was given, without user and password.
        reason: what is wrong, and what to write instead.
    """

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(f"`{url}` is no address of a plugin: {reason}")


class HostRefusedError(Refused):
    """A repository that the configuration does not allow.

    Args:
        url: its address, without user and password.
        reason: the rule that forbids it.
    """

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(f"code may not be fetched from `{url}`: {reason}. The setting `PLUGIN_HOSTS` lists what may.")


class GitError(DataloadError, Permanent):
    """Git failed.

    Args:
        what: what it was doing.
        reason: what it said, without user and password.
    """

    status = 422

    def __init__(self, what: str, reason: str) -> None:
        self.what, self.reason = what, reason
        super().__init__(f"git could not {what}: {reason}. Nothing was changed.")


class GitUnreachableError(HubError, Passing):
    """The host of a repository does not answer.

    Args:
        what: what git was doing.
        reason: what it said.
    """

    status = 502

    def __init__(self, what: str, reason: str) -> None:
        self.what, self.reason = what, reason
        super().__init__(f"git could not {what}: {reason}. Nothing was changed. Check the address, or try again later.")


class GitLimitError(DataloadError, Permanent):
    """Git took too long, or the repository is too large.

    Args:
        what: what it was doing.
        reason: the limit.
        setting: where the limit is set.
    """

    status = 422

    def __init__(self, what: str, reason: str, setting: str) -> None:
        self.what, self.reason, self.setting = what, reason, setting
        super().__init__(
            f"git was stopped while it tried to {what}: {reason} (setting `{setting}`). Nothing was changed."
        )


class NoSuchReleaseError(BadArgument):
    """A branch, tag or commit that the repository does not have.

    Args:
        url: the repository.
        release: what was asked for.
        known: its branches and tags.
    """

    def __init__(self, url: str, release: str, known: Iterable[str] = ()) -> None:
        self.url, self.release, self.known = url, release, sorted(known)
        super().__init__(f"`{url}` has no branch, tag or commit `{release}`. {suggest(release, self.known)}")


class FetchedCodeError(PluginError):
    """Code that was fetched and does not load. What was there before stays.

    Args:
        url: where it came from.
        release: branch, tag or commit, and commit.
        reason: why it does not load.
    """

    def __init__(self, url: str, release: str, reason: str) -> None:
        self.url, self.release, self.reason = url, release, reason
        which = f" at {release}" if release else ""
        super().__init__(f"the plugin of `{url}`{which} does not load, nothing was changed: {reason}")


class FolderTakenError(Conflict):
    """The folder that a plugin would get belongs to another one.

    Args:
        url: the new plugin.
        folder: name of the folder.
        owner: address of what is there.
    """

    def __init__(self, url: str, folder: str, owner: str) -> None:
        self.url, self.folder, self.owner = url, folder, owner
        super().__init__(
            f"`{url}` would be the plugin folder `{folder}`, which is there already ({owner}). Unregister that plugin, "
            "or move its folder away, first."
        )


class LocalChangesError(Conflict):
    """Files of a plugin were changed by hand; fetching its code again would lose that.

    Args:
        name: the plugin.
        changes: the files, or what else is there.
    """

    def __init__(self, name: str, changes: Iterable[str]) -> None:
        self.name, self.changes = name, list(changes)
        shown = ", ".join(self.changes[:5]) + (f" and {len(self.changes) - 5} more" if len(self.changes) > 5 else "")
        super().__init__(
            f"the code of `{name}` was changed here and would be lost: {shown}. Put the changes into its repository, "
            "or repeat with `force` to drop them."
        )


class NotRegisteredError(HubError, Permanent):
    """No plugin of that name or address.

    Args:
        wanted: what was given.
        known: the names that are registered.
    """

    status = 404
    exit_code = 2

    def __init__(self, wanted: str, known: Iterable[str]) -> None:
        self.wanted, self.known = wanted, sorted(known)
        super().__init__(f"no plugin `{wanted}` is registered. {suggest(wanted, self.known)}")
