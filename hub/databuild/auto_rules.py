"""What a build configuration wants to happen by itself: ``autobuild``, ``autopublish``, ``autorelease``.

"autobuild": {"schedule": "0 3 * * *", "type": ["diff", "snapshot"], "env": "localhub"},
"autopublish": {"env": "s3", "note": true},
"autorelease": {"schedule": "0 0 * * 1", "type": "full"}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.databuild.errors import BuildConfigError
from hub.errors import suggest
from hub.jobs.errors import BadScheduleError
from hub.jobs.schedule import seconds_first

DIFF, SNAPSHOT, NOTE, PUBLISH, INSTALL = "diff", "snapshot", "release_note", "publish", "install"
FLAGS = (DIFF, SNAPSHOT, NOTE, PUBLISH, INSTALL)  #: what may be pending for a build, in the order in which it is done
_TYPES = {"diff": DIFF, "incremental": DIFF, "snapshot": SNAPSHOT, "full": SNAPSHOT}


@dataclass(frozen=True)
class AutoRules:
    """What happens by itself.

    Attributes:
        schedule: cron text by which sources with news are built; empty for never.
        types: what is made of each build: ``diff``, ``snapshot``.
        index_env: environment of the index that a snapshot is made of, or empty.
        snapshot_env: environment of the snapshot, or empty.
        publish_env: environment that releases are published to; empty for none.
        publish_types: what is published, of what is made: ``diff``, ``snapshot``.
        note: whether a release note is made before.
        installs: whether releases of it are installed on this hub.
        release_schedule: cron text by which they are; empty for after each publication.
        release_types: which ones, by what they are made of: ``diff`` (incremental), ``snapshot`` (full).
    """

    schedule: str = ""
    types: tuple[str, ...] = ()
    index_env: str = ""
    snapshot_env: str = ""
    publish_env: str = ""
    publish_types: tuple[str, ...] = (SNAPSHOT, DIFF)
    note: bool = False
    installs: bool = False
    release_schedule: str = ""
    release_types: tuple[str, ...] = (SNAPSHOT, DIFF)

    @classmethod
    def of(cls, config: str, params: Mapping[str, Any]) -> AutoRules:
        """The rules of a configuration.

        Raises:
            BuildConfigError: a value that can not be used.
        """
        build = _object(config, "autobuild", params.get("autobuild"), ("schedule", "type", "env"))
        publish = _object(config, "autopublish", params.get("autopublish"), ("type", "env", "note"))
        release = _object(config, "autorelease", params.get("autorelease"), ("schedule", "type"))
        for key, found in (("autobuild", build), ("autorelease", release)):
            _check_cron(config, key, found.get("schedule"))
        installed = tuple(_types(config, "autorelease", release.get("type")))
        schedule, types = str(build.get("schedule") or ""), _types(config, "autobuild", build.get("type"))
        index_env, snapshot_env = _environments(config, build.get("env"))
        wanted = {t for t, due in ((DIFF, not types and schedule), (SNAPSHOT, index_env)) if due} | set(types)
        return cls(
            schedule=schedule,
            types=tuple(flag for flag in FLAGS if flag in wanted),
            index_env=index_env,
            snapshot_env=snapshot_env,
            publish_env=str(publish.get("env") or ""),
            publish_types=tuple(_types(config, "autopublish", publish.get("type"))) or (SNAPSHOT, DIFF),
            note=bool(publish.get("note") or publish.get("env")),
            installs=bool(release.get("schedule") or installed),
            release_schedule=str(release.get("schedule") or ""),
            release_types=installed or (SNAPSHOT, DIFF),
        )

    def pending(self, *, has_previous: bool) -> list[str]:
        """What is to be done with a build that went through its gates; a first build has nothing to differ from."""
        flags = [t for t in self.types if t != DIFF or has_previous]
        if flags and self.note:
            flags.append(NOTE)
        if flags and self.publish_env:
            flags.append(PUBLISH)
            if self.installs and not self.release_schedule:
                flags.append(INSTALL)
        return flags


def _object(config: str, key: str, value: Any, known: Sequence[str]) -> Mapping[str, Any]:
    if not value:
        return {}
    if not isinstance(value, Mapping):
        raise BuildConfigError(config, key, f"must be an object with {', '.join(known)}, not {value!r:.80}.")
    for name in value:
        if name not in known:
            raise BuildConfigError(config, key, f"has no key `{name}`. {suggest(str(name), known)}")
    return value


def _check_cron(config: str, key: str, value: Any) -> None:
    if not value:
        return
    try:
        seconds_first(config, str(value))
    except BadScheduleError as error:
        raise BuildConfigError(config, f"{key}.schedule", str(error)) from None


def _types(config: str, key: str, value: Any) -> list[str]:
    given = [value] if isinstance(value, str) else list(value or [])
    for name in given:
        if name not in _TYPES:
            raise BuildConfigError(config, f"{key}.type", f"knows no `{name}`. {suggest(str(name), _TYPES)}")
    return [_TYPES[name] for name in given]


def _environments(config: str, value: Any) -> tuple[str, str]:
    """Environments of the index and of the snapshot: one name for both, or a pair."""
    if not value:
        return "", ""
    if isinstance(value, str):
        return value, value
    if isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(v, str) and v for v in value):
        return value[0], value[1]
    raise BuildConfigError(config, "autobuild.env", f"must be a name or a pair of names, not {value!r:.80}.")
