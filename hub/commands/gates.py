"""Commands on release gates: what a build broke, and letting it go on or not."""

from __future__ import annotations

from typing import Any

from hub.accounts.caller import signature
from hub.commands.registry import Role, command
from hub.commands.services import Services


@command(area="gates", role=Role.VIEWER, rest="GET /gates")
async def gates_waiting(hub: Services) -> list[dict[str, Any]]:
    """Builds that broke a rule of their release gates and wait for a decision, newest first."""
    return hub.gates.waiting()


@command(area="gates", role=Role.VIEWER, rest="GET /build/{build_name}/gate")
async def gate_report(hub: Services, build_name: str) -> dict[str, Any]:
    """What the release gates found of a build: each rule with what was found, and who decided what.

    ``state`` is ``passed``, ``waiting``, ``approved``, ``rejected``, ``superseded``, ``unchecked``, or ``none`` when
    the build configuration has no ``gates``.
    """
    return hub.gates.report(build_name)


@command(area="gates", role=Role.OPERATOR, rest="PUT /build/{build_name}/gate", starts_job=True)
async def check_gates(hub: Services, build_name: str) -> dict[str, Any]:
    """Check a build against the ``gates`` that its configuration has now; former decisions on it do not count then."""
    return await hub.gates.check(build_name, owner="command")


@command(area="gates", role=Role.OPERATOR, rest="POST /build/{build_name}/approve")
async def approve_build(hub: Services, build_name: str, who: str = "", note: str = "") -> dict[str, Any]:
    """Let a build go on although it broke rules; an automatic one is then indexed and served.

    ``who`` (by default the account that asks) and ``note`` are kept with the report.
    """
    return hub.gates.approve(build_name, signature(who), note)


@command(area="gates", role=Role.OPERATOR, rest="POST /build/{build_name}/reject")
async def reject_build(hub: Services, build_name: str, who: str = "", note: str = "") -> dict[str, Any]:
    """Hold a build back for good: it is not served, and later builds are compared with the one before it.

    Refused for a build that an alias serves; ``rollback_alias`` comes first then.
    """
    return hub.gates.reject(build_name, signature(who), note)
