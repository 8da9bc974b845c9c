"""Commands on diffs: what changed between two builds, sources or indices, and its application elsewhere."""

from __future__ import annotations

import asyncio
from typing import Any

from hub.commands.registry import REQUIRED, Role, command
from hub.commands.services import Services
from hub.datadiff.applying import STEPS as SYNC_STEPS
from hub.datadiff.manager import EXCLUDE, STEPS


@command(area="publishing", role=Role.VIEWER, rest="GET /diff_manager")
async def diff_info(hub: Services) -> dict[str, Any]:
    """Kinds of diffs that can be made."""
    return hub.diffs.diff_info()


@command(area="publishing", role=Role.OPERATOR, rest="PUT /diff", starts_job=True)
async def diff(
    hub: Services,
    diff_type: str,
    old: Any = None,
    new: Any = REQUIRED,
    batch_size: int | None = None,
    steps: list[str] | None = None,
    mode: str | None = None,
    exclude: list[str] | None = None,
) -> dict[str, Any]:
    """Compare two builds and write the files of their difference; answers the counts.

    ``old`` and ``new`` are builds, or ``src:COLLECTION``, ``target:COLLECTION``, ``index:ENVIRONMENT/NAME``; without
    ``old`` it is the build before. A diff that was interrupted is continued; ``mode`` ``purge`` makes a finished one
    anew. ``exclude`` are root keys that do not count. ``batch_size`` is taken for the sake of existing clients.
    """
    found = await hub.diffs.diff(
        diff_type,
        old,
        new,
        steps=STEPS if steps is None else steps,
        mode=mode,
        exclude=EXCLUDE if exclude is None else exclude,
        owner="command",
    )
    return dict(found["diff"]["stats"])


@command(area="publishing", role=Role.VIEWER, rest="GET /diff_summary")
async def diff_summary(hub: Services, old: str, new: str) -> dict[str, Any]:
    """A diff as data: counts and samples, by source and by field."""
    return await asyncio.to_thread(hub.diffs.summary, old, new)


@command(area="publishing", role=Role.VIEWER, rest="GET /diff_report")
async def report(
    hub: Services,
    old_db_col_names: Any,
    new_db_col_names: Any,
    report_filename: str | None = None,
    format: str = "txt",  # noqa: A002 (the documented name)
    detailed: bool = True,
    max_reported_ids: int | None = None,
    max_randomly_picked: int | None = None,
    mode: str | None = None,
) -> str:
    """A report on a diff, as ``txt``, ``json`` or ``html``; kept in its folder and made anew by ``mode`` ``purge``."""
    return await asyncio.to_thread(
        hub.diffs.diff_report,
        old_db_col_names,
        new_db_col_names,
        report_filename=report_filename,
        format=format,
        detailed=detailed,
        max_reported_ids=max_reported_ids,
        max_randomly_picked=max_randomly_picked,
        mode=mode,
    )


@command(area="publishing", role=Role.OPERATOR, rest="PUT /diff_export", starts_job=True)
async def export_diff(hub: Services, old: Any, new: Any) -> dict[str, Any]:
    """Write a diff in the documented form, Python pickles, for existing consumers; answers where the files are."""
    return await hub.diffs.export(old, new)


@command(area="publishing", role=Role.OPERATOR, rest="POST /sync", starts_job=True)
async def sync(
    hub: Services,
    backend_type: str,
    old_db_col_names: Any,
    new_db_col_names: Any,
    diff_folder: str | None = None,
    batch_size: int | None = None,
    mode: str | None = None,
    target_backend: Any = None,
    steps: list[str] | None = None,
    debug: bool = False,
    force: bool = False,
) -> dict[str, Any]:
    """Apply a diff to an index (``backend_type`` ``es``) or a collection (``mongo``) of any engine; safe to do twice.

    ``target_backend`` is ``[host or environment, index, ...]`` or the name of an index; or ``[database, collection]``.
    The target is verified by count and digest at the end. It is left alone when it is not what the diff was made
    against, unless ``force`` is given. ``diff_folder``, ``mode`` and ``debug`` are taken for the sake of existing
    clients.
    """
    found = await hub.syncs.sync(
        backend_type,
        old_db_col_names,
        new_db_col_names,
        target=target_backend,
        batch_size=batch_size,
        steps=SYNC_STEPS if steps is None else steps,
        force=force,
        owner="command",
    )
    return {key: getattr(found, key) for key in ("added", "updated", "deleted", "skipped", "verified")}


@command(area="publishing", role=Role.OPERATOR, rest="PUT /release_manager/reset_synced/{old}/{new}")
async def reset_synced(hub: Services, old: str, new: str) -> int:
    """Forget which files of a diff were applied; answers how many targets were known."""
    return await asyncio.to_thread(hub.syncs.reset_synced, old, new)
