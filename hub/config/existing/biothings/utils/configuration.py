"""``biothings.utils.configuration``: how values are given that are worked out later, or must be set."""

from hub.config.values import ConfigurationDefault, ConfigurationError, ConfigurationValue, set_default_folder

__all__ = ["ConfigurationDefault", "ConfigurationError", "ConfigurationValue", "set_default_folder"]
