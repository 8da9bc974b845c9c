"""Releases of a build configuration that this hub installs by itself: ``autorelease`` of the configuration.

The hub follows them as it follows those of others: they are in ``VERSION_URLS``, under the name of the configuration,
or with the address that ``autopublish`` publishes to.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from hub.commands.services import Services
from hub.databuild.auto_rules import DIFF, SNAPSHOT, AutoRules
from hub.databuild.errors import BuildConfigError
from hub.datarelease.versions import FULL, INCREMENTAL
from hub.standalone.manager import SCHEDULE
from hub.standalone.subscriptions import URLS, subscriptions

log = logging.getLogger("hub.flow")

_KINDS = {SNAPSHOT: FULL, DIFF: INCREMENTAL}


class AutoRelease:
    """Installs what configurations published.

    Args:
        services: the hub's managers.
    """

    def __init__(self, services: Services) -> None:
        self._hub = services

    def rules(self, config: str) -> AutoRules:
        """What a configuration wants now."""
        return AutoRules.of(config, self._hub.state.build_configs.get(config) or {})

    def followed(self, config: str) -> list[str]:
        """Names of the followed releases that are those of a configuration: one for each host they are installed on.

        Raises:
            BuildConfigError: there is none.
        """
        known = subscriptions(self._hub.settings).values()
        found = [sub.name for sub in known if sub.release == config]
        if not found and (env := self.rules(config).publish_env):
            url = self._hub.releases.list_url(env, self._hub.state.builds.latest(config) or {}, datetime.now(UTC))
            found = [sub.name for sub in known if sub.url == url]
        if not found:
            raise BuildConfigError(
                config,
                "autorelease",
                f"can not be followed: {URLS} names no release `{config}`, nor the address that it is published to.",
            )
        return found

    async def install(self, config: str) -> None:
        """Install the newest release of a configuration, of the kinds that it wants; one that somebody rolled back
        from is left alone.

        Raises:
            hub.errors.HubError: it can not be installed; what is served stays.
        """
        rules = self.rules(config)
        kinds = frozenset(_KINDS[kind] for kind in rules.release_types)
        for name in self.followed(config):
            done = await self._hub.standalone.install(name, kinds=kinds, owner=SCHEDULE)
            if done:
                told = {"action": "auto_release_installed", "build_config": config, "release": name}
                log.info("release %s of %s installed: %s", name, config, ", ".join(done), extra=told)
