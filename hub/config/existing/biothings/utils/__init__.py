"""``biothings.utils`` in a configuration file."""
