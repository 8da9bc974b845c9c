"""``biothings.utils.loggers``."""

import logging
from typing import Any


def get_logger(logger_name: str, log_folder: Any = None, **kwargs: Any) -> tuple[logging.Logger, str]:
    """A logger of that name. Its lines go to the hub's log and to the job's; there is no file of its own.

    Returns:
        The logger, and an empty text where the file's name was.
    """
    return logging.getLogger(logger_name), ""
