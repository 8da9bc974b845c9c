"""Routes that are added and taken away while the hub runs: the endpoints that hooks expose."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import tornado.routing
import tornado.web

from hub.api.app import CommandHandler, route_pattern
from hub.commands import Command


def publish(apps: Sequence[tornado.web.Application], command: Command) -> Callable[[], None]:
    """Make a route for a command; existing routes come first.

    Args:
        apps: applications that get it; read-only ones only when the command reads.
        command: what to publish.

    Returns:
        A function that takes the route away; call it once.
    """
    pattern = route_pattern(command.path)
    added: list[tuple[tornado.web.Application, tornado.routing.Rule]] = []
    for app in apps:
        if app.settings["readonly"] and command.method != "GET":
            continue
        target = {"commands": {command.method: command}}
        rule = tornado.routing.URLSpec(pattern, CommandHandler, target)
        app.wildcard_router.add_rules([rule])
        added.append((app, app.wildcard_router.rules[-1]))

    def remove() -> None:
        for app, rule in added:
            app.wildcard_router.rules.remove(rule)

    return remove
