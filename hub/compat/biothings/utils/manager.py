"""``biothings.utils.manager``: names that plugins use in type hints."""


class JobManager:
    """The job manager that methods of dumpers and uploaders are given. The hub passes None: it runs them itself."""
