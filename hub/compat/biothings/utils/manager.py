"""``biothings.utils.manager``: names that plugins use in type hints."""

from hub.dataload.plugin_calls import InlineJobs as JobManager

__all__ = ["JobManager"]
