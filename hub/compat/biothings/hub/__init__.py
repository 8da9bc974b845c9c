"""``biothings.hub``."""

from hub.compat import parts

__getattr__ = parts.of(__name__)
