"""`compare_builds`: what two builds have that the other has not, and what differs in the documents of both."""

from __future__ import annotations

from typing import Any

from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.datadiff.comparing import compare


@command(area="builds", role=Role.VIEWER, rest="PUT /builds/compare", starts_job=True)
async def compare_builds(hub: Services, old: str, new: str) -> dict[str, Any]:
    """Compare the documents of two builds.

    Answers ``{"old", "new", "added", "removed", "changed", "same", "fields": {path: documents in which it differs},
    "examples": {"added": [_id], "removed": [_id], "changed": [_id]}}``. A diff of the two that is there answers
    at once; otherwise both are read, in order, and documents whose bytes are the same are not decoded.
    """
    return await compare(hub.diffs, old, new, owner="command")
