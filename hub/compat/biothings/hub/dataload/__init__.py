"""``biothings.hub.dataload``."""
