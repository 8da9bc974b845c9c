"""Commands on builds and indices."""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Hashable
from typing import Any

from hub import errors
from hub.accounts.caller import signature
from hub.commands import page
from hub.commands.page import Page
from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.config.describe import patch
from hub.databuild.configs import OWN_MARKS
from hub.databuild.making import MERGE_STEPS

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}")


def _revision(hub: Services) -> Hashable | None:
    return hub.builds.revision()


@command(area="builds", role=Role.VIEWER, rest="GET /builds", revision=_revision)
async def builds(
    hub: Services,
    id: str | None = None,  # noqa: A002 (the documented name)
    conf_name: str | None = None,
    fields: Any = None,
    only_archived: bool = False,
    status: str | None = None,
    limit: int = 0,
    offset: int = 0,
) -> Any:
    """Builds, newest first, of all configurations or of one; those with one ``status``, or the archived ones.

    With ``id`` everything that is known of that one, as ``build`` tells it. With ``limit`` so many of them, after
    ``offset`` others. ``fields`` is taken for the sake of existing clients.
    """
    if id is not None:
        return hub.builds.info(id)
    page.check(offset, limit, all_allowed=True)
    look = functools.partial(hub.builds.page, only_archived=only_archived, status=status)
    found, total = await asyncio.to_thread(look, conf_name, offset=offset, limit=limit)
    return Page(found, total, offset, limit)


@command(area="builds", role=Role.VIEWER, rest="GET /build/{id}")
async def build(hub: Services, id: str) -> dict[str, Any]:  # noqa: A002 (the documented name)
    """One build with its sources, statistics, mapping and metadata."""
    return hub.builds.info(id)


@command(area="builds", role=Role.VIEWER, rest="GET /build/{build_name}/explain")
async def explain(hub: Services, build_name: str, id: str) -> dict[str, Any]:  # noqa: A002 (what documents call it)
    """How a document of a build came about: for each value the sources and releases it is from, the rule, what lost."""
    return await asyncio.to_thread(hub.builds.explain, build_name, id)


@command(area="builds", role=Role.VIEWER, rest="GET /build/{build_name}/provenance")
async def build_provenance(hub: Services, build_name: str) -> dict[str, Any]:
    """The sources of a build in merge order, and for each field those that have it with the rule that joins them."""
    return await asyncio.to_thread(hub.builds.provenance, build_name)


@command(area="builds", role=Role.VIEWER, rest="GET /build_manager")
async def build_config_info(hub: Services) -> dict[str, Any]:
    """Build configurations and builder classes."""
    return hub.builds.config_info()


@command(area="builds", role=Role.OPERATOR, rest="DELETE /build/{merge_name}")
async def rmmerge(hub: Services, merge_name: str) -> None:
    """Delete a build: its documents and its record. Its indices stay."""
    await asyncio.to_thread(hub.builds.delete_merge, merge_name)


@command(area="builds", role=Role.OPERATOR, rest="POST /build/{merge_name}/archive")
async def archive(hub: Services, merge_name: str) -> None:
    """Drop the documents of a build and keep its record."""
    await asyncio.to_thread(hub.builds.archive_merge, merge_name)


@command(area="builds", role=Role.OPERATOR, rest="POST /auto_archive", yields=True)
async def auto_archive(hub: Services, build_config_name: str, days: float, dryrun: bool = True) -> list[str]:
    """Archive the builds of a configuration that are older than ``days``; answers their names, oldest first.

    With ``dryrun`` (the default) only tell which.
    """
    return await asyncio.to_thread(hub.builds.archive_older, build_config_name, days, dry_run=dryrun)


@command(area="builds", role=Role.OPERATOR, rest="PUT /build/{name}/mapping")
async def build_save_mapping(
    hub: Services,
    name: str,
    mapping: dict[str, Any],
    dest: str = "build",
    mode: str = "mapping",
    who: str = "",
    note: str = "",
) -> None:
    """Replace the mapping of a build (``dest`` is ``build``), or the one that was inspected (``inspect``).

    What was there before stays in ``build_mapping_history``; ``who`` and ``note`` are kept beside it.
    """
    hub.builds.save_mapping(name, mapping, dest=dest, mode=mode, by=signature(who), note=note)


@command(area="builds", role=Role.VIEWER, rest="GET /build/{name}/mapping/history")
async def build_mapping_history(hub: Services, name: str) -> list[dict[str, Any]]:
    """Versions of the mapping of a build, newest first: what, when, by whom and why."""
    return hub.builds.mapping_history(name)


@command(area="builds", role=Role.OPERATOR, rest="PUT /build/{name}/mapping/restore")
async def build_restore_mapping(hub: Services, name: str, version: int, who: str = "", note: str = "") -> None:
    """Commit an earlier version of the mapping of a build again; that makes a new version."""
    hub.builds.restore_mapping(name, version, by=signature(who), note=note)


@command(area="builds", role=Role.OPERATOR, rest="POST /buildconf")
async def create_build_conf(
    hub: Services,
    name: str,
    doc_type: str,
    sources: list[str],
    roots: list[str] | None = None,
    builder_class: str | None = None,
    params: dict[str, Any] | None = None,
    archived: bool = False,
) -> None:
    """Create a build configuration. ``params`` holds whatever else it has: ``num_shards``, ``build_version``, ..."""
    _check_name(name)
    create = hub.builds.create_build_configuration
    create(name, doc_type, sources, roots, builder_class, _params(params), archived)


@command(area="builds", role=Role.OPERATOR, rest="PUT /buildconf")
async def update_build_conf(
    hub: Services,
    name: str,
    doc_type: str,
    sources: list[str],
    roots: list[str] | None = None,
    builder_class: str | None = None,
    params: dict[str, Any] | None = None,
    archived: bool = False,
) -> None:
    """Replace a build configuration as a whole; it is created when there is none of that name."""
    _check_name(name)
    known = hub.state.build_configs.get(name) is not None
    put = hub.builds.update_build_configuration if known else hub.builds.create_build_configuration
    put(name, doc_type, sources, roots, builder_class, _params(params), archived)


@command(area="builds", role=Role.OPERATOR, rest="DELETE /buildconf")
async def delete_build_conf(hub: Services, name: str) -> None:
    """Forget a build configuration. Its builds stay."""
    hub.builds.delete_build_configuration(name)


@command(area="builds", role=Role.VIEWER, rest="GET /buildconf/{name}/mapping")
async def build_conf_mapping(hub: Services, name: str) -> dict[str, Any]:
    """The mapping that a build of a configuration would get, before it is built.

    ``conflicts`` lists the fields that sources declare differently, with the types, examples of the last inspections
    and a proposal; ``notes`` what is settled by itself; ``unknown`` the sources that have no mapping yet.
    """
    return await asyncio.to_thread(hub.builds.preview_mapping, name)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise errors.BadArgument(
            f"{name[:100]!r} can not be the name of a build configuration: it names collections and files. Take up to "
            "80 letters, digits, `_` or `-`, with a letter or `_` first."
        )


def _params(params: dict[str, Any] | None) -> dict[str, Any]:
    """What a configuration holds besides; what the hub marks it with is not for others to say."""
    return {key: value for key, value in (params or {}).items() if key not in OWN_MARKS}


@command(area="builds", role=Role.VIEWER, rest="GET /whatsnew")
async def whatsnew(hub: Services, build_name: str | None = None, old: str | None = None) -> dict[str, Any]:
    """Sources that are newer than in the latest build, by build configuration.

    With ``build_name``, a configuration, that one is told in any case, compared with its build ``old`` where given.
    """
    return hub.builds.whatsnew(build_name, old)


@command(area="builds", role=Role.OPERATOR, rest="PUT /build/{build_name}/new", starts_job=True)
async def merge(
    hub: Services,
    build_name: str,
    sources: list[str] | None = None,
    target_name: str | None = None,
    force: bool = False,
    ids: list[str] | None = None,
    steps: list[str] | None = None,
    batch_size: int | None = None,
    full: bool = False,
) -> str:
    """Merge the sources of a build configuration into a new build; answers its name.

    ``steps`` are some of ``merge``, ``post``, ``metadata``: without ``post`` the builder's ``post_merge`` is not
    called; a build is not whole without the other two. ``batch_size`` is taken for the sake of existing clients:
    documents are merged as a stream.

    Where that comes to the same, only the documents that changed since the last build are merged again; with ``full``
    all are. When the configuration has ``gates``, the build is checked against them (``gate_report``). ``force`` takes
    the last good data of sources that are not ready, and replaces a build of the name ``target_name``.
    """
    made = await hub.builds.merge(
        build_name,
        sources=sources,
        target_name=target_name,
        force=force,
        ids=ids,
        full=full,
        steps=MERGE_STEPS if steps is None else steps,
    )
    await hub.gates.check(made, owner="command")
    return made


@command(area="builds", role=Role.OPERATOR, rest="PUT /index", starts_job=True, also={"target_name": "build_name"})
async def index(
    hub: Services,
    indexer_env: str,
    build_name: str,
    index_name: str | None = None,
    ids: list[str] | None = None,
    mode: str = "index",
    alias: str | None = None,
    steps: list[str] | None = None,
    batch_size: int = 2000,
    sample_first: int = 0,
) -> dict[str, Any]:
    """Index a build; with ``alias`` the alias moves to the new index when it is complete.

    Modes: ``index`` makes a new index, ``purge`` deletes it first, ``resume`` adds what is missing, ``merge`` joins
    documents with those that are there. ``ids`` takes only these documents; ``steps`` are some of ``pre``, ``index``,
    ``post``; ``batch_size`` is 500 to 10,000. With ``sample_first`` so many documents are tried in a scratch index
    before, and nothing is begun when they are refused.
    """
    report = await hub.indices.index(
        indexer_env,
        build_name,
        index_name,
        mode=mode,
        alias=alias,
        ids=ids,
        steps=steps or ("pre", "index", "post"),
        batch_size=batch_size,
        sample_first=sample_first,
        owner="command",
    )
    return report.as_dict()


@command(area="builds", role=Role.VIEWER, rest="GET /index_manager")
async def index_info(hub: Services, remote: bool = False) -> dict[str, Any]:
    """Index environments; with ``remote`` each tells its indices."""
    return await asyncio.to_thread(hub.indices.index_info, remote)


@command(area="builds", role=Role.VIEWER, rest="GET /indexes_by_name")
async def indexes_by_name(
    hub: Services, index_name: str = "*", env_name: str | None = None, limit: int = 10
) -> list[dict[str, Any]]:
    """Indices by name or pattern, several joined by commas, newest first; ``limit`` 0 shows all."""
    return await asyncio.to_thread(hub.indices.get_indexes_by_name, index_name, env_name, max(0, limit))


@command(area="builds", role=Role.OPERATOR, rest="POST /mapping/validate")
async def validate_mapping(hub: Services, mapping: dict[str, Any], env: str) -> dict[str, Any]:
    """Whether the search engine of an environment takes a mapping: a scratch index is made of it and deleted."""
    return await asyncio.to_thread(hub.indices.validate_mapping, mapping, env)


@command(area="builds", role=Role.VIEWER, rest="POST /jsondiff")
async def jsondiff(hub: Services, src: dict[str, Any], dst: dict[str, Any]) -> list[dict[str, Any]]:
    """What makes ``dst`` of ``src``, as a JSON patch."""
    return patch(src, dst)
