"""Commands on release notes, snapshots and published releases."""

from __future__ import annotations

import asyncio
from typing import Any

from hub.commands.records import without_result
from hub.commands.registry import REQUIRED, Role, command
from hub.commands.services import Services
from hub.datarelease.errors import SnapshotReplyError
from hub.datarelease.publisher import DIFF_STEPS, FULL_STEPS


@command(area="publishing", role=Role.VIEWER, rest="GET /snapshot_manager")
async def snapshot_info(hub: Services, env: str | None = None, remote: bool = False) -> dict[str, Any]:
    """Environments that snapshots can be made in."""
    return hub.snapshots.snapshot_info(env)


@command(area="publishing", role=Role.OPERATOR, rest="PUT /snapshot", starts_job=True)
async def snapshot(
    hub: Services, snapshot_env: str, index: str, snapshot: str | None = None, recreate_repo: bool = False
) -> dict[str, Any]:
    """Take a snapshot of an index of a build; one of its name is replaced.

    ``snapshot`` is its name, by default that of the index. ``recreate_repo`` makes a repository known anew that is not
    as the environment says.
    """
    hub.snapshots.checked(snapshot_env, index, snapshot)
    try:
        return await hub.snapshots.snapshot(snapshot_env, index, snapshot, recreate_repo=recreate_repo, owner="command")
    except Exception as error:  # clients parse the text, whatever the reason
        raise SnapshotReplyError(error) from error


@command(area="publishing", role=Role.OPERATOR, rest="PUT /build/{build_name}/snapshot", starts_job=True)
async def snapshot_build(hub: Services, build_name: str, snapshot_env: str | None = None) -> dict[str, Any]:
    """Take a snapshot of a build: of its newest index, or of one that is made for it."""
    return await hub.snapshots.snapshot_a_build(build_name, snapshot_env, owner="command")


@command(area="publishing", role=Role.VIEWER, rest="GET /list_snapshots")
async def list_snapshots(
    hub: Services,
    env: str | None = None,
    return_db_cols: bool = False,
    build_config: str | None = None,
    build_name: str | None = None,
    environment: str | None = None,
) -> list[dict[str, Any]]:
    """Snapshots by build configuration, oldest first."""
    return hub.snapshots.list(
        env,
        return_db_cols=return_db_cols,
        build_config=build_config,
        build_name=build_name,
        environment=environment,
    )


@command(area="publishing", role=Role.OPERATOR, rest="PUT /delete_snapshots", starts_job=True)
async def delete_snapshots(
    hub: Services,
    snapshots_data: dict[str, Any],
    ignoreErrors: bool = False,  # noqa: N803 (the documented name)
) -> dict[str, Any]:
    """Delete snapshots: ``{environment: [names]}``, ``__no_env__`` for those without one; answers the counts."""
    return await hub.snapshots.delete(snapshots_data, ignore_errors=ignoreErrors)


@command(area="publishing", role=Role.OPERATOR, rest="POST /validate_snapshots", starts_job=True)
async def validate_snapshots(hub: Services) -> dict[str, Any]:
    """Forget snapshots that are not in their repositories any more."""
    return await asyncio.to_thread(hub.snapshots.validate)


@command(area="publishing", role=Role.OPERATOR, rest="PUT /snapshot_cleanup", starts_job=True)
async def snapshot_cleanup(
    hub: Services,
    env: str | None = None,
    keep: int = 3,
    group_by: str = "build_config",
    dryrun: bool = True,
    ignoreErrors: bool = False,  # noqa: N803 (the documented name)
    build_config: str | None = None,
    build_name: str | None = None,
) -> dict[str, Any]:
    """Delete old snapshots but the newest ``keep`` of each group; with ``dryrun`` (the default) only tell which."""
    return await hub.snapshots.cleanup(
        env,
        keep,
        group_by=group_by,
        dryrun=dryrun,
        ignore_errors=ignoreErrors,
        build_config=build_config,
        build_name=build_name,
    )


@command(
    area="publishing",
    role=Role.OPERATOR,
    rest="PUT /release_note/create",
    starts_job=True,
    results=without_result,
)
async def create_release_note(
    hub: Services,
    old: str | None = None,
    new: str = REQUIRED,
    filename: str | None = None,
    note: str | None = None,
    format: str = "txt",  # noqa: A002 (the documented name)
) -> dict[str, Any]:
    """Write the release note of a build; ``old`` is the build before, ``none`` for a first release."""
    return await asyncio.to_thread(
        lambda: hub.releases.notes.create(old, new, filename=filename, note=note, format=format)
    )


@command(area="publishing", role=Role.VIEWER, rest="GET /release_note")
async def get_release_note(
    hub: Services,
    old: str,
    new: str,
    format: str = "txt",  # noqa: A002 (the documented name)
    prefix: str = "release_*",
) -> Any:
    """A release note, as ``txt`` or ``json``; ``new`` is a build or one of its indices."""
    return await asyncio.to_thread(lambda: hub.releases.notes.get(old, new, format=format, prefix=prefix))


@command(area="publishing", role=Role.VIEWER, rest="GET /release_manager")
async def release_info(hub: Services, env: str | None = None, remote: bool = False) -> dict[str, Any]:
    """Environments that releases can be published to."""
    return hub.releases.release_info(env)


@command(area="publishing", role=Role.OPERATOR, rest="POST /publish/incremental", starts_job=True)
async def publish_diff(
    hub: Services,
    publisher_env: str,
    build_name: str,
    previous_build: str | None = None,
    steps: list[str] | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Publish the diff of a build to the one before as an incremental release.

    ``force`` replaces a version that was published with other content, or goes back behind the latest one.
    """
    chosen = DIFF_STEPS if steps is None else steps
    return await hub.releases.publish_diff(
        publisher_env, build_name, previous_build, steps=chosen, force=force, owner="command"
    )


@command(area="publishing", role=Role.OPERATOR, rest="POST /publish/full", starts_job=True)
async def publish_snapshot(
    hub: Services,
    publisher_env: str,
    snapshot: str,
    build_name: str | None = None,
    previous_build: str | None = None,
    steps: list[str] | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Publish a snapshot as a full release, with the release note to ``previous_build``.

    ``force`` replaces a version that was published with other content, or goes back behind the latest one.
    """
    chosen = FULL_STEPS if steps is None else steps
    return await hub.releases.publish_snapshot(
        publisher_env, snapshot, build_name, previous_build, steps=chosen, force=force, owner="command"
    )


@command(area="publishing", role=Role.OPERATOR, rest="POST /publish", starts_job=True)
async def publish(hub: Services, publisher_env: str, snapshot_or_build_name: str) -> dict[str, Any]:
    """Publish a snapshot, or the diff of a build, whichever has that name."""
    return await hub.releases.publish(publisher_env, snapshot_or_build_name, owner="command")
