"""``biothings.utils.exclude_ids``."""

from hub.compat.helpers.reshaping import ExcludeFieldsById

__all__ = ["ExcludeFieldsById"]
