"""The SSH console and the hooks: Python inside the hub, for people and for files.

Code of both runs in threads of its own, never in the hub's loop: a statement that blocks holds nobody else up.
"""

from hub.console.console import Console

__all__ = ["Console"]
