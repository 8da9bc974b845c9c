"""Commands that look into documents: types, statistics, proposed mapping."""

from __future__ import annotations

from typing import Any

from hub.commands.registry import Role, command
from hub.commands.services import Services


def _one_each(found: dict[str, Any]) -> list[None]:
    return [None] * len(found)


@command(area="inspection", role=Role.OPERATOR, rest="PUT /inspect", starts_job=True, results=_one_each)
async def inspect(
    hub: Services,
    data_provider: Any,
    mode: list[str] | None = None,
    batch_size: int = 10_000,
    limit: int | None = None,
    sample: float | None = None,
) -> dict[str, Any]:
    """Look into the documents of a source or a build, and record what is found beside it.

    ``data_provider`` is ``["src", name]`` with a source, ``main.sub`` or sub-source, or the name of a build (a source
    when no build has that name). Modes: ``type``, ``stats``, ``deepstats``, ``mapping``, ``jsonschema``,
    ``identifiers``; ``type`` when none is given. ``limit`` looks at so many documents only, ``sample`` at a share of
    them (0.1 is a tenth). ``batch_size`` is accepted and not used: documents are read as a stream.
    """
    found = await hub.inspector.inspect(data_provider, mode or ["type"], limit=limit, sample=sample, owner="command")
    return {name: results["__metadata__"] for name, results in found.items()}


@command(area="inspection", role=Role.VIEWER, rest="PUT /flatten_inspection_data")
async def flatten_inspection_data(
    hub: Services, data_provider: Any, mode: list[str] | None = None, do_validate: bool = True
) -> dict[str, Any]:
    """Recorded types and statistics as rows, one a field, with warnings about names and types.

    Modes: ``type`` and ``stats`` unless others are given; ``do_validate`` false leaves the warnings out.
    """
    return hub.inspector.flattened(data_provider, mode or ["type", "stats"], warn=do_validate)
