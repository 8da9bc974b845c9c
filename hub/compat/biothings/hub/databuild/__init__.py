"""``biothings.hub.databuild``."""
