"""What can go wrong when releases are described, stored and published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from hub import errors


class ReleaseConfigError(errors.BadArgument):
    """An environment of ``SNAPSHOT_CONFIG`` or ``RELEASE_CONFIG`` that can not be used.

    Args:
        setting: which of the two.
        env: the environment.
        key: the key that is wrong.
        reason: what is wrong with it.
    """

    def __init__(self, setting: str, env: str, key: str, reason: str) -> None:
        self.setting, self.env, self.key, self.reason = setting, env, key, reason
        super().__init__(f"{setting}, environment `{env}`, `{key}`: {reason}")


class NoteMissingError(errors.HubError, errors.Permanent):
    """There is no release note."""

    status = 404
    exit_code = 2

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        super().__init__(f"there is no release note from `{old}` to `{new}`. Make it with `create_release_note`.")


class NotPublishableError(errors.Conflict):
    """Something that can not be published as it is.

    Args:
        what: the build, diff or snapshot.
        reason: why, and what to do.
    """

    def __init__(self, what: str, reason: str) -> None:
        self.what, self.reason = what, reason
        super().__init__(f"`{what}` can not be published: {reason}")


class PublishStepError(errors.HubError, errors.Permanent):
    """A step before or after publishing failed.

    Args:
        stage: ``pre`` or ``post``.
        number: of the step, from 1.
        action: what it does.
        reason: why it failed.
    """

    def __init__(self, stage: str, number: int, action: str, reason: str) -> None:
        self.stage, self.number, self.action, self.reason = stage, number, action, reason
        told = {
            "pre": "Nothing was published.",
            "post": "The release is published; publish it again to do the steps after it once more.",
        }
        super().__init__(f"publish.{stage}, step {number} (`{action}`): {reason.rstrip('.')}. {told[stage]}")


class VersionTakenError(errors.Conflict):
    """The version was published with other content."""

    def __init__(self, version: str, place: str) -> None:
        self.version, self.place = version, place
        super().__init__(
            f"version `{version}` was published at {place} with other content, and those who installed it would not "
            "follow. Build under another version (`build_version`), or use `force` to replace it."
        )


class GoesBackwardsError(errors.Conflict):
    """The release is older than the latest one."""

    def __init__(self, version: str, latest: str, place: str) -> None:
        self.version, self.latest, self.place = version, latest, place
        super().__init__(
            f"version `{version}` is older than `{latest}`, the latest at {place}. Publishing it would take those who "
            "follow back; use `force` if you want that."
        )


class PlaceError(errors.HubError, errors.Passing):
    """The place of a release or snapshot does not take or give files now.

    Args:
        place: folder or URL.
        action: what was tried.
        reason: what it said.
    """

    status = 503

    def __init__(self, place: str, action: str, reason: str) -> None:
        self.place, self.action, self.reason = place, action, reason
        super().__init__(f"{place}: {action} failed ({reason}). Nothing that was there before is lost; try again.")


class BadNameError(errors.BadArgument):
    """A name that can not be part of a file name or URL."""

    def __init__(self, what: str, name: str) -> None:
        self.what, self.name = what, name[: errors.LONGEST_NAME]
        super().__init__(
            f"{what} `{self.name}` can not be part of a file name: use letters, digits, `_`, `-` and single dots, at "
            "most 150 of them, none of them first a dot."
        )


class RepositoryError(errors.HubError, errors.Permanent):
    """A snapshot repository that is not as its environment says, or that the engine can not use.

    Args:
        repository: its name.
        reason: what is wrong.
        detail: what the engine said.
    """

    status = 409

    def __init__(self, repository: str, reason: str, detail: Any = None) -> None:
        self.repository, self.reason, self.detail = repository, reason, detail
        super().__init__(f"snapshot repository `{repository}`: {reason}")


class SnapshotFailedError(errors.HubError, errors.Permanent):
    """The engine did not complete a snapshot."""

    def __init__(self, snapshot: str, state: str, detail: Any = None) -> None:
        self.snapshot, self.state, self.detail = snapshot, state, detail
        super().__init__(f"snapshot `{snapshot}` was not completed: {state}. What there is of it was removed.")


class DamagedSnapshotError(errors.HubError, errors.Permanent):
    """A snapshot that is not what its description says."""

    status = 422

    def __init__(self, snapshot: str, reason: str) -> None:
        self.snapshot, self.reason = snapshot, reason
        super().__init__(f"snapshot `{snapshot}` {reason}. Take it again.")


class SnapshotReplyError(errors.HubError, errors.Permanent):
    """A failed snapshot in the words that existing clients parse: JSON text of ``[{"error", "detail"}]``."""

    def __init__(self, error: Exception) -> None:
        kind = "repository_verification_exception" if isinstance(error, RepositoryError) else type(error).__name__
        self.plain = str(error) or kind  # for people
        detail = {"reason": self.plain, "detail": getattr(error, "detail", None)}
        self.error, self.detail, self.status = kind, detail, getattr(error, "status", 500)
        super().__init__(orjson.dumps([{"error": kind, "detail": detail}], default=str).decode())


class AmbiguousError(errors.BadArgument):
    """A name that stands for several things."""

    def __init__(self, what: str, name: str, found: Sequence[str], hint: str) -> None:
        self.what, self.name, self.found = what, name, list(found)
        super().__init__(f"{what} `{name}` is found in {', '.join(f'`{f}`' for f in found)}. {hint}")
