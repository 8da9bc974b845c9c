"""``biothings.utils.mongo``: the hub's stores, whatever holds them."""

from hub.compat.stores import *  # noqa: F403 - the same names
from hub.compat.stores import __all__ as __all__
