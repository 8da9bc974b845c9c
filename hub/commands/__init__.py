"""The one command registry: console, REST, command line and studio are doors to what is registered here."""

from hub.commands.registry import Command, Role, all_commands, command, find

__all__ = ["Command", "Role", "all_commands", "command", "find", "load_builtin"]


def load_builtin() -> None:
    """Import the modules that register the built-in commands. Doing it twice is no error."""
    from hub.commands import (  # noqa: F401
        accounts,
        all_sources,
        apis,
        builds,
        cleaning,
        comparing,
        credentials,
        diffs,
        documents,
        gates,
        hub_state,
        id_lists,
        indices,
        inspection,
        jobs,
        keeping,
        machine,
        plugin_files,
        plugin_sources,
        publishing,
        quarantine,
        quick_index,
        releases,
        schedules,
        sources,
        standalone,
    )
