"""``biothings.hub.dataload.dumper``."""

from hub.dataload.dumper import *  # noqa: F403 - the same names
from hub.dataload.dumper import __all__ as __all__
