"""Commands on documents that uploads refused."""

from __future__ import annotations

from typing import Any

from hub.commands.registry import Role, command
from hub.commands.services import Services


@command(area="quarantine", role=Role.VIEWER, rest="GET /quarantine")
async def quarantine(hub: Services, src: str | None = None) -> list[dict[str, Any]]:
    """Sub-sources with bad documents in quarantine, with their number by reason."""
    return hub.quarantine.list(src)


@command(area="quarantine", role=Role.VIEWER, rest="GET /quarantine/{src}")
async def quarantine_show(
    hub: Services, src: str, reason: str | None = None, start: int = 0, limit: int = 100
) -> list[dict[str, Any]]:
    """Bad documents of a source or sub-source (``main.sub``): what is wrong, where they come from, the document.

    ``reason`` keeps those with one reason; ``limit`` 0 shows all. The command line prints one JSON object a line.
    """
    return hub.quarantine.show(src, reason=reason or "", start=start, limit=limit)


@command(area="quarantine", role=Role.OPERATOR, rest="PUT /quarantine/{src}/export")
async def quarantine_export(
    hub: Services, src: str, path: str | None = None, reason: str | None = None
) -> dict[str, Any]:
    """Write bad documents to a file, one JSON object a line, for example to edit and replay them.

    ``path`` is a name or path inside ``DATA_EXPORT_FOLDER``; by default ``quarantine/<src>.ndjson``.
    """
    file, count = hub.quarantine.export(src, path or "", reason or "")
    return {"path": str(file), "count": count}


@command(area="quarantine", role=Role.OPERATOR, rest="PUT /quarantine/{src}/replay", starts_job=True)
async def quarantine_replay(
    hub: Services, src: str, path: str | None = None, reason: str | None = None
) -> dict[str, Any]:
    """Put bad documents through the upload again, after settings, rules or the documents themselves were corrected.

    Those that are good now join the collection under the uploader's own rule for duplicates; the others stay. ``path``
    is an export that was edited: in ``DATA_EXPORT_FOLDER`` or ``DATA_UPLOAD_FOLDER``, or absolute. Only its documents
    are replayed then; one whose ``document`` is null is discarded.
    """
    report = await hub.quarantine.replay(src, path=path or "", reason=reason or "", owner="command")
    return {
        "sub": report.sub,
        "stored": report.stored,
        "ignored": report.ignored,
        "remaining": dict(report.remaining),
        "count": report.count,
    }


@command(area="quarantine", role=Role.OPERATOR, rest="DELETE /quarantine/{src}")
async def quarantine_discard(hub: Services, src: str, reason: str | None = None) -> dict[str, Any]:
    """Forget bad documents of a source or sub-source, all of them or those with one reason."""
    return {"discarded": await hub.quarantine.discard(src, reason=reason or "", owner="command")}
