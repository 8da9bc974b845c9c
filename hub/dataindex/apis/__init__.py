"""Data APIs that people create: each a record (collection ``api``) and, while it runs, a process of its own."""

from hub.dataindex.apis.manager import ApiManager

__all__ = ["ApiManager"]
