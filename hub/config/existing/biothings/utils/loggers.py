"""``biothings.utils.loggers``: loggers by name. The hub itself says where their lines go."""

import logging
from typing import Any


def setup_default_log(default_logger_name: str, log_folder: Any, level: int = logging.DEBUG) -> logging.Logger:
    """The logger of that name; folder and level are those of the hub."""
    return logging.getLogger(default_logger_name)


def get_logger(logger_name: str, log_folder: Any = None, **kwargs: Any) -> tuple[logging.Logger, str]:
    """The logger of that name, and an empty text where the name of its file was."""
    return logging.getLogger(logger_name), ""
