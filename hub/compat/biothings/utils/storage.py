"""``biothings.utils.storage``."""

from hub.dataload.storage import *  # noqa: F403 - the same names
from hub.dataload.storage import __all__ as __all__
