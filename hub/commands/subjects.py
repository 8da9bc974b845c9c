"""Which sources and builds a command works on, so that groups can be granted some of them.

Only commands in `SUBJECTS` can be granted: all others need the role on the hub as a whole. A command belongs here when
it changes nothing but what the named arguments say; each argument that names what it may write to has to be listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub import errors
from hub.accounts import Subject
from hub.commands.registry import Command
from hub.commands.services import Services
from hub.dataload import upkeep

#: Arguments by command, and what they name: a source, a build or build configuration (or a list of them), or a target,
#: a build that may be new.
SUBJECTS: Mapping[str, Mapping[str, str]] = {
    # sources
    "dump": {"src": "source"},
    "upload": {"src": "source"},
    "source_reset": {"name": "source"},
    "mark_dump_success": {"src": "source"},
    "update_source_meta": {"src": "source"},
    "source_save_mapping": {"name": "source"},
    "source_restore_mapping": {"name": "source"},
    "promote": {"src": "source"},
    "unpromote": {"src": "source"},
    "freeze": {"src": "source"},
    "unfreeze": {"src": "source"},
    "remove_release": {"src": "source"},
    "remove_releases": {"src": "source"},
    "prune": {"src": "source"},
    "quarantine_replay": {"src": "source"},
    "quarantine_discard": {"src": "source"},
    "dataupload": {"src": "source"},
    # builds
    "merge": {"build_name": "build", "target_name": "target"},
    "index": {"build_name": "build", "index_name": "build", "alias": "build"},
    "rmmerge": {"merge_name": "build"},
    "archive": {"merge_name": "build"},
    "auto_archive": {"build_config_name": "build"},
    "build_save_mapping": {"name": "build"},
    "build_restore_mapping": {"name": "build"},
    "check_gates": {"build_name": "build"},
    "approve_build": {"build_name": "build"},
    "reject_build": {"build_name": "build"},
    "create_release_note": {"new": "build"},
    "create_build_conf": {"name": "build"},
    "update_build_conf": {"name": "build"},
    "delete_build_conf": {"name": "build"},
    "delete_mongo_builds": {"build_ids": "build"},
}


def subjects_of(hub: Services, command: Command, values: Mapping[str, Any]) -> list[Subject]:
    """The things that a call works on; none when it is about the hub as a whole.

    Args:
        hub: looks up what they belong to.
        command: which one.
        values: its arguments.
    """
    return subjects(hub, SUBJECTS.get(command.name, {}), values)


def subjects(hub: Services, kinds: Mapping[str, str], values: Mapping[str, Any]) -> list[Subject]:
    """The same for arguments whose kinds are given."""
    found: list[Subject] = []
    for argument, kind in kinds.items():
        value = values.get(argument)
        for name in value if isinstance(value, list) else [value]:
            if isinstance(name, str) and name and not (kind == "target" and hub.state.builds.get(name) is None):
                found.append(_source(hub, name) if kind == "source" else _build(hub, name))
    return found


def _source(hub: Services, name: str) -> Subject:
    """A source; a sub-source counts by the name of its source, whatever its own is."""
    try:
        main, sub = upkeep.resolve(hub.sources, name)
    except errors.NotFound:
        return Subject("source", (name,))
    return Subject("source", (main, f"{main}.{sub}") if sub else (main,))


def _build(hub: Services, name: str) -> Subject:
    """A build configuration; a build that exists counts by the name of its configuration, whatever its own is."""
    config = (hub.state.builds.get(name) or {}).get("build_config") or {}
    return Subject("build", (str(config.get("_id") or name),))
