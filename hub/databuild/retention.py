"""How long builds keep their documents: ``AUTO_ARCHIVE_CONFIG`` read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.config import Settings
from hub.databuild.errors import RetentionError

DAILY = "0 0 * * *"


@dataclass(frozen=True)
class ArchiveRule:
    """When old builds of a configuration are archived (cron text), and how many days old they are then."""

    schedule: str
    days: float


def rules(settings: Settings) -> dict[str, ArchiveRule]:
    """The rule of each build configuration that ``AUTO_ARCHIVE_CONFIG`` names.

    Raises:
        RetentionError: what is wrong with the setting.
    """
    found = {}
    for conf, written in (settings.get("AUTO_ARCHIVE_CONFIG") or {}).items():
        if not isinstance(written, Mapping):
            raise RetentionError(conf, f'must be an object such as {{"schedule": "{DAILY}", "days": 30}}')
        days, schedule = written.get("days"), written.get("schedule") or DAILY
        if isinstance(days, bool) or not isinstance(days, int | float) or days <= 0:
            raise RetentionError(conf, f"`days` must be a number above 0, not {days!r}")
        strange = sorted(set(written) - {"days", "schedule"})
        if strange:
            raise RetentionError(conf, f"`{strange[0]}` is not known; there are `days` and `schedule`")
        found[str(conf)] = ArchiveRule(str(schedule), float(days))
    return found
