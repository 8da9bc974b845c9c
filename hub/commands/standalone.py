"""Commands on releases of other hubs: what they offer, what is installed here, installing and going back."""

from __future__ import annotations

import builtins
from typing import Any

from hub.commands.registry import Role, command
from hub.commands.services import Services


@command(area="standalone", role=Role.VIEWER, rest="GET /standalone/list")
async def list(hub: Services) -> builtins.list[dict[str, Any]]:  # noqa: A001 (the documented name)
    """Releases of others that can be installed (``VERSION_URLS``)."""
    return hub.standalone.list()


@command(area="standalone", role=Role.VIEWER, rest="GET /standalone/{src}/versions", starts_job=True)
async def versions(hub: Services, src: str, method_name: str | None = None) -> builtins.list[dict[str, Any]]:
    """Versions that were published, oldest first."""
    return await hub.standalone.versions(src)


@command(area="standalone", role=Role.VIEWER, rest="GET /standalone/{src}/check", starts_job=True)
async def check(hub: Services, src: str, force: bool = False) -> str:
    """The newest version, or ``Nothing to dump`` when it is installed. ``force`` is taken for the sake of clients."""
    return await hub.standalone.check(src)


@command(area="standalone", role=Role.VIEWER, rest="GET /standalone/{src}/info", starts_job=True)
async def info(hub: Services, src: str, version: str = "latest") -> dict[str, Any]:
    """Metadata and release note of a version."""
    return await hub.standalone.info(src, version)


@command(area="standalone", role=Role.VIEWER, rest="GET /standalone/{src}/backend", starts_job=True)
async def backend(hub: Services, src: str) -> dict[str, Any]:
    """What is installed: host, index, alias, version and number of documents."""
    return await hub.standalone.backend(src)


@command(area="standalone", role=Role.OPERATOR, rest="DELETE /standalone/{src}/backend", starts_job=True)
async def reset_backend(hub: Services, src: str) -> None:
    """Remove everything that was installed of a release."""
    await hub.standalone.reset_backend(src)


@command(area="standalone", role=Role.OPERATOR, rest="POST /standalone/{src}/download", starts_job=True)
async def download(
    hub: Services, src: str, force: bool = False, version: str = "latest", dry: bool = False
) -> builtins.list[str] | None:
    """Fetch what leads to a version, to install it with ``apply``; answers the releases."""
    return await hub.standalone.download(src, version, force=force, dry=dry, owner="command")


@command(area="standalone", role=Role.OPERATOR, rest="POST /standalone/{src}/apply", starts_job=True)
async def apply(hub: Services, src: str, validate: bool = False, force: bool = False) -> int:
    """Install what was downloaded; answers the number of documents.

    ``validate`` and ``force`` are taken for the sake of existing clients: what is installed is always verified.
    """
    return await hub.standalone.apply(src, owner="command")


@command(area="standalone", role=Role.OPERATOR, rest="POST /standalone/{src_name}/install", starts_job=True)
async def install(
    hub: Services,
    src_name: str,
    version: str = "latest",
    dry: bool = False,
    force: bool = False,
    use_no_downtime_method: bool = True,
) -> builtins.list[str] | None:
    """Install a version, incrementally where that leads there, and serve it; answers the releases on the way.

    With ``dry`` only tell them. ``force`` installs an older version, or the same one anew. The present version is
    served until the new one is whole and verified; without ``use_no_downtime_method`` its index is changed in place.
    """
    return await hub.standalone.install(
        src_name,
        version,
        dry=dry,
        force=force,
        use_no_downtime_method=use_no_downtime_method,
        owner="command",
    )


@command(area="standalone", role=Role.OPERATOR, rest="POST /standalone/{src}/rollback", starts_job=True)
async def rollback(hub: Services, src: str) -> dict[str, Any]:
    """Serve the version that was installed before; schedules leave the one that was rolled back alone."""
    return await hub.standalone.rollback(src, owner="command")
