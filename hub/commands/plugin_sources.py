"""Commands on where plugins come from: register, update, unregister; and on writing them as Python code."""

from __future__ import annotations

from typing import Any

from hub.commands.records import without_result
from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.errors import BadArgument


@command(area="plugins", role=Role.ADMIN, rest="POST /dataplugin/register_url", starts_job=True)
async def register_url(hub: Services, url: str, release: str | None = None) -> dict[str, Any] | None:
    """Register a plugin and load it.

    ``url`` is a git repository (``https://host/group/name.git``; a branch, tag or commit may follow after ``#``, or is
    given as ``release``), a folder of the plugins (``local://name``), or the path of a plugin folder elsewhere, which
    is used in place. The plugin's code runs in the hub: register only what you trust. Without a result it was
    registered already.
    """
    return await hub.plugin_sources.register(url, release, owner="command")


@command(area="plugins", role=Role.ADMIN, rest="DELETE /dataplugin/unregister_url")
async def unregister_url(
    hub: Services, url: str | None = None, name: str | None = None, force: bool = False
) -> dict[str, Any]:
    """Forget a plugin, by its address or its name. Its data and what is known of its source stay.

    The folder of a plugin from git is deleted; if files in it were changed by hand it is kept aside, unless ``force``.
    A plugin that was on this machine keeps its folder.
    """
    return hub.plugin_sources.unregister(url, name, force=force)


@command(area="plugins", role=Role.ADMIN, rest="PUT /dataplugin/{src}/dump", starts_job=True, results=without_result)
async def dump_plugin(
    hub: Services,
    src: str,
    force: bool = False,
    skip_manual: bool = False,
    schedule: bool = False,
    check_only: bool = False,
    release: str | None = None,
) -> dict[str, Any]:
    """Fetch the code of a plugin again and load it.

    ``release`` is the branch, tag or commit to take and to follow from now on; ``HEAD`` is the repository's own branch.
    Without it the present one is followed. Files that were changed by hand are only overwritten with ``force``. When
    the new code does not load, the former stays in use. ``skip_manual`` is taken for the sake of existing clients;
    ``schedule`` and ``check_only`` are not: see ``upgrade`` and ``UPGRADE_CHECK_SCHEDULE``.
    """
    if schedule or check_only:
        raise BadArgument("code of plugins is fetched at once: leave `schedule` and `check_only` out.")
    return await hub.plugin_sources.update(src, release, force=force, owner="command")


@command(area="plugins", role=Role.ADMIN, rest="PUT /dataplugin/{plugin_name}/export")
async def export_plugin(
    hub: Services, plugin_name: str, folder: str | None = None, what: list[str] | None = None, purge: bool = False
) -> dict[str, Any]:
    """Write a manifest plugin as Python code that does the same.

    The code comes into ``folder/<folder of the plugin>``, by default in ``hub/dataload/sources`` of the working folder.
    ``what`` names the parts: ``dumper``, ``uploader``, ``mapping``. ``mapping`` adds the registered or inspected
    mapping to uploaders without one. ``purge`` replaces an earlier export.
    """
    return hub.plugin_sources.export(plugin_name, folder, what or ["dumper", "uploader", "mapping"], purge=purge)
