"""``biothings.hub``."""
