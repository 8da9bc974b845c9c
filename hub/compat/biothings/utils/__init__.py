"""``biothings.utils``."""
