"""Commands on builds and indices."""

from __future__ import annotations

import asyncio
import functools
import re
from typing import Any

from hub import errors
from hub.commands import page
from hub.commands.page import Page
from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.config.describe import patch
from hub.databuild.configs import OWN_MARKS

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}")


@command(area="builds", role=Role.VIEWER, rest="GET /builds")
async def builds(
    hub: Services,
    id: str | None = None,  # noqa: A002 (the documented name)
    conf_name: str | None = None,
    only_archived: bool = False,
    status: str | None = None,
    limit: int = 0,
    offset: int = 0,
) -> Page:
    """Builds, newest first, of all configurations or of one; those with one ``status``, or the archived ones.

    With ``limit`` so many of them, after ``offset`` others.
    """
    page.check(offset, limit, all_allowed=True)
    look = functools.partial(hub.builds.page, only_archived=only_archived, status=status, id_=id)
    found, total = await asyncio.to_thread(look, conf_name, offset=offset, limit=limit)
    return Page(found, total, offset, limit)


@command(area="builds", role=Role.VIEWER, rest="GET /build/{id}")
async def build(hub: Services, id: str) -> dict[str, Any]:  # noqa: A002 (the documented name)
    """One build with its sources, statistics, mapping and metadata."""
    return hub.builds.info(id)


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
    hub: Services, name: str, mapping: dict[str, Any], dest: str = "build", mode: str = "mapping"
) -> None:
    """Replace the mapping of a build (``dest`` is ``build``), or the one that was inspected (``inspect``)."""
    hub.builds.save_mapping(name, mapping, dest=dest, mode=mode)


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
) -> str:
    """Merge the sources of a build configuration into a new build; answers its name."""
    return await hub.builds.merge(build_name, sources=sources, target_name=target_name, force=force, ids=ids)


@command(area="builds", role=Role.OPERATOR, rest="PUT /index", starts_job=True)
async def index(
    hub: Services,
    indexer_env: str,
    build_name: str,
    index_name: str | None = None,
    mode: str = "index",
    alias: str | None = None,
) -> dict[str, Any]:
    """Index a build; with ``alias`` the alias moves to the new index when it is complete."""
    report = await hub.indices.index(indexer_env, build_name, index_name, mode=mode, alias=alias)
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
