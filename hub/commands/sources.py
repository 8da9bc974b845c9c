"""Commands on sources: list, dump, upload."""

from __future__ import annotations

import asyncio
from typing import Any

from hub import errors
from hub.accounts.caller import signature
from hub.commands import page
from hub.commands.page import Page
from hub.commands.records import Results
from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.dataload import upkeep
from hub.dataload.lifecycle.plan import Wish

DUMP_STEPS = ("dump", "post")
UPLOAD_STEPS = ("data", "post", "master", "clean")


def _one_each(reports: list[Any]) -> list[None]:
    return [None] * len(reports)


@command(area="sources", role=Role.VIEWER, rest="GET /sources")
async def sources(
    hub: Services,
    id: str | None = None,  # noqa: A002 (the documented name)
    debug: bool = False,
    detailed: bool = False,
    limit: int = 0,
    offset: int = 0,
) -> Any:
    """All sources with their state, the broken plugins included; with ``id`` that one only.

    With ``limit`` so many of them, after ``offset`` others.

    ``detailed`` adds mapping, metadata and inspection results, ``debug`` shows the records as they are stored.
    """
    if id is not None:
        return hub.sources.record(id) if debug else hub.sources.info(id)
    page.check(offset, limit, all_allowed=True)
    if debug:
        records = hub.state.sources.all()
        return Page(page.part(records, offset, limit), len(records), offset, limit)
    names = hub.sources.names()
    wanted = page.part(names, offset, limit)
    views = (
        [hub.sources.info(name) for name in wanted]
        if detailed
        else hub.sources.list(wanted if limit or offset else None)
    )
    return Page(views, len(names), offset, limit)


@command(area="sources", role=Role.VIEWER, rest="GET /source/{name}")
async def source_info(hub: Services, name: str, debug: bool = False) -> dict[str, Any]:
    """Everything known of one source: download, uploads, mapping, metadata.

    With ``main.sub`` only that sub-source of it is told; ``debug`` shows the record as it is stored.
    """
    return hub.sources.record(name) if debug else hub.sources.info(name)


@command(area="sources", role=Role.OPERATOR, rest="POST /source/{name}/reset")
async def source_reset(hub: Services, name: str, key: str = "upload", subkey: str | None = None) -> None:
    """Forget what is known of the ``upload``, ``inspect``, ``validate`` or ``download`` of a source or its ``subkey``.

    Documents and files stay.
    """
    upkeep.reset(hub.sources, name, key, subkey)


@command(area="sources", role=Role.OPERATOR, rest="PUT /source/{src}/mark_dump_success")
async def mark_dump_success(hub: Services, src: str, dry_run: bool = True) -> list[dict[str, Any]]:
    """Say of the last download of a source that it is good, for example after its files were corrected by hand.

    With ``dry_run`` (the default) only tell what would be recorded. No upload is started.
    """
    return upkeep.mark_downloaded(hub.sources, src, dry_run=dry_run)


@command(area="sources", role=Role.OPERATOR, rest="PUT /source/{src}/update_source_meta", starts_job=True)
async def update_source_meta(hub: Services, src: str, dry: bool = False) -> Results:
    """Register metadata and mapping of a source again as its code has them now, without an upload.

    Answers for each sub-source what was and what is new, or nothing when nothing has changed. With ``dry`` nothing is
    written.
    """
    return Results(await upkeep.update_meta(hub.sources, src, dry=dry, owner="command"))


@command(area="sources", role=Role.OPERATOR, rest="PUT /source/{name}/mapping")
async def source_save_mapping(
    hub: Services,
    name: str,
    mapping: dict[str, Any],
    dest: str = "master",
    mode: str = "mapping",
    who: str = "",
    note: str = "",
) -> None:
    """Commit the mapping of a sub-source (``dest`` is ``master``), or replace the inspected one (``inspect``).

    ``name`` is the sub-source, ``main.sub``, or a source that has one only. What was committed before stays in
    ``source_mapping_history``; ``who`` and ``note`` are kept beside it.
    """
    upkeep.save_mapping(hub.sources, name, mapping, dest, mode, by=signature(who), note=note)


@command(area="sources", role=Role.VIEWER, rest="GET /source/{name}/mapping/history")
async def source_mapping_history(hub: Services, name: str) -> list[dict[str, Any]]:
    """Versions of the committed mapping of a sub-source, newest first: what, when, by whom and why."""
    return upkeep.mapping_history(hub.sources, name)


@command(area="sources", role=Role.OPERATOR, rest="PUT /source/{name}/mapping/restore")
async def source_restore_mapping(
    hub: Services, name: str, version: int, who: str = "", note: str = ""
) -> dict[str, Any]:
    """Commit an earlier version of the mapping of a sub-source again; that makes a new version."""
    made = upkeep.restore_mapping(hub.sources, name, version, by=signature(who), note=note)
    return {"source": name, "version": made}


@command(area="sources", role=Role.VIEWER, rest="GET /source/{name}/validations")
async def source_validations(hub: Services, name: str) -> list[str]:
    """Files of the validation models of a source or sub-source, by name."""
    return await asyncio.to_thread(hub.sources.validations.files, name)


@command(area="sources", role=Role.OPERATOR, rest="PUT /source/{name}/create_validation")
async def source_save_pydantic_model(hub: Services, name: str) -> None:
    """Write a validation model for the documents of a source, made from its mapping; one that is there stays.

    It is a Python file in the folder ``validation`` of the plugin, to be refined by hand: ``SUB_model.py`` for each
    sub-source.
    """
    await asyncio.to_thread(hub.sources.validations.create, name)


@command(area="sources", role=Role.OPERATOR, rest="POST /source/{name}/validate", starts_job=True, results=_one_each)
async def source_pydantic_validation(hub: Services, name: str, model_file: str | None = None) -> list[dict[str, Any]]:
    """Check every document of a source against its validation model; answers one report for each sub-source.

    ``model_file`` is one of ``source_validations``; by default ``SUB_model.py``, which is written first when it is not
    there. What was found is kept beside the source; its documents stay as they are.
    """
    return await hub.sources.validations.validate(name, model_file, owner="command")


@command(area="sources", role=Role.VIEWER, rest="GET /dump_manager")
async def dump_info(hub: Services) -> dict[str, list[str]]:
    """Class of the dumper of each source."""
    classes = {name: plugin.dumper_class for name, plugin in sorted(hub.sources.plugins.items())}
    return {name: [_class_name(cls)] for name, cls in classes.items() if cls is not None}


@command(area="sources", role=Role.VIEWER, rest="GET /upload_manager")
async def upload_info(hub: Services) -> dict[str, list[str]]:
    """Classes of the uploaders of each source."""
    plugins = sorted(hub.sources.plugins.items())
    return {
        name: [_class_name(cls) for cls in plugin.uploader_classes.values()]
        for name, plugin in plugins
        if plugin.uploader_classes
    }


def _class_name(cls: type[Any]) -> str:
    return cls.__name__


def _told(report: dict[str, Any]) -> list[Any]:
    """What clients find of a dump: nothing, or that there was nothing to do; of a check the release."""
    if not report["changed"]:
        return [report.get("skipped", "Nothing to dump")]
    return [report["release"] if report["data_folder"] is None else None]


@command(area="sources", role=Role.OPERATOR, rest="PUT /source/{src}/dump", starts_job=True, results=_told)
async def dump(
    hub: Services,
    src: str,
    force: bool = False,
    skip_manual: bool = False,
    schedule: bool = False,
    check_only: bool = False,
    path: str | None = None,
    release: str | None = None,
    steps: list[str] | None = None,
    from_scratch: bool = False,
    from_step: str | None = None,
    process: str | None = None,
    stop_after: str | None = None,
    stop_before: str | None = None,
) -> dict[str, Any]:
    """Download the current release of a source, when it is new, after those of the sources that it depends on.

    With ``force`` it is downloaded in any case; with ``check_only`` nothing is downloaded and the new release is told;
    with ``schedule`` neither, but its schedule is switched on. ``skip_manual`` leaves a source alone that is dumped by
    hand. A source that is dumped by hand takes the folder ``path`` (in the source's own folder, or absolute) as
    ``release`` (the folder's name, unless given).

    A run that failed or was stopped is gone on with at its first step that is not done. ``from_scratch`` runs all steps
    instead, ``from_step`` begins with a step, and with ``process`` in the middle of ``pre`` or ``post``; ``stop_after``
    and ``stop_before`` end early. ``steps`` names ``dump``, ``post`` or both in the way of existing clients. The steps
    are check, depends, pre, release, download, unpack, verify, post, metadata,
    promote, clean.
    """
    if skip_manual and hub.sources.is_manual(src):
        return _untouched(src, "It is dumped by hand")
    if schedule:
        return _untouched(src, f"It is dumped next at {_next_run(hub, src)}")
    if steps is not None:
        from_step, stop_before = _step_names(steps, from_step, stop_before)
    wish = Wish(from_scratch, force, from_step, process, stop_after, stop_before)
    arguments = {"path": path, "release": release}
    if check_only:
        report = await hub.sources.dump(src, force=force, check_only=True, arguments=arguments).result()
    else:
        report = await hub.sources.update(src, wish=wish, arguments=arguments, owner="command")
    return {
        "source": src,
        "release": report.release,
        "changed": report.changed,
        "stopped": report.stopped,
        "data_folder": str(report.data_folder) if report.data_folder else None,
        "files": len(report.files),
    }


def _untouched(src: str, why: str) -> dict[str, Any]:
    return {"source": src, "release": None, "changed": False, "data_folder": None, "files": 0, "skipped": why}


def _next_run(hub: Services, src: str) -> str:
    name = f"dump:{hub.sources.plugin(src).name}"
    if name not in {entry.name for entry in hub.scheduler.list()}:
        raise errors.Conflict(f"`{src}` has no schedule: give its dumper one, or leave `schedule` out.")
    return f"{hub.scheduler.enable(name).next_run:%Y-%m-%d %H:%M:%S}"


def _step_names(steps: list[str], from_step: str | None, stop_before: str | None) -> tuple[str | None, str | None]:
    """Where a dump begins and ends; to existing clients it has two steps."""
    for step in steps:
        if step not in DUMP_STEPS:
            raise errors.NotFound("step of a dump", step, DUMP_STEPS)
    if from_step or stop_before or not steps:
        raise errors.BadArgument("give `steps`, with `dump`, `post` or both, or `from_step` and `stop_before`.")
    return (None if "dump" in steps else "post"), (None if "post" in steps else "post")


@command(area="sources", role=Role.OPERATOR, rest="PUT /source/{src}/upload", starts_job=True, results=_one_each)
async def upload(
    hub: Services,
    src: str,
    validate: bool = False,
    release: str | None = None,
    steps: list[str] | None = None,
    force: bool = False,
    batch_size: int | None = None,
) -> list[dict[str, Any]]:
    """Parse and store the downloaded release of a source, or of one sub-source (``main.sub``).

    ``release`` is for a source whose documents come in another way (a dummy uploader): that is what they are from. For
    any other source it may only name the current one.

    With ``validate`` the documents are checked against their validation models afterwards; what that finds is kept
    beside the source (``source_info``) and takes nothing back.

    ``steps`` are ``data``, ``post``, ``master`` and ``clean``, and all of them unless ``data`` is left out: then only
    metadata and mapping are registered anew (``master``). ``force`` and ``batch_size`` are taken for the sake of
    existing clients: an upload is done whenever it is asked for, in pieces of a size that suits the documents.
    """
    if not _has_data(steps):
        await upkeep.update_meta(hub.sources, src, dry=False, owner="command")
        return []
    reports = await hub.sources.upload(src, owner="command", validate=validate, release=release)
    return [
        {"sub": r.sub, "count": r.count, "duplicates": r.duplicates, "seconds": r.seconds}
        | ({"quarantined": dict(r.rejected)} if r.rejected else {})
        for r in reports
    ]


def _has_data(steps: list[str] | None) -> bool:
    for step in steps or ():
        if step not in UPLOAD_STEPS:
            raise errors.NotFound("step of an upload", step, UPLOAD_STEPS)
    if steps is not None and not {"data", "master"} & set(steps):
        raise errors.BadArgument("`steps` of an upload hold `data`, or at least `master`.")
    return steps is None or "data" in steps


@command(area="sources", role=Role.OPERATOR, rest="PUT /plugins/reload")
async def reload_plugins(hub: Services) -> dict[str, Any]:
    """Read all plugin folders again."""
    hub.sources.load(fatal=await asyncio.to_thread(hub.sources.fatal))
    return {
        "plugins": sorted(hub.sources.plugins),
        "broken": {b.name: str(b.error) for b in hub.sources.broken},
    }
