"""The one command registry: console, REST, command line and studio are doors to what is registered here."""

from hub.commands.registry import Command, Role, all_commands, command, find

__all__ = ["Command", "Role", "all_commands", "command", "find", "load_builtin"]


def load_builtin() -> None:
    """Import the modules that register the built-in commands. Doing it twice is no error."""
    from hub.commands import (  # noqa: F401
        apis,
        builds,
        cleaning,
        comparing,
        documents,
        hub_state,
        inspection,
        jobs,
        later,
        machine,
        plugin_files,
        plugin_sources,
        quarantine,
        quick_index,
        releases,
        sources,
    )
