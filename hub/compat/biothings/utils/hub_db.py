"""``biothings.utils.hub_db``."""

from hub.compat.records import *  # noqa: F403 - the same names
from hub.compat.records import __all__ as __all__
