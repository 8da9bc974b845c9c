"""Dumpers: from a source's URLs to complete, verified release folders.

The classes carry the names and members that existing dumper plugins use; see ``docs/dumpers.md``.
"""

from hub.dataload.dumper.base import BaseDumper
from hub.dataload.dumper.errors import DumperException
from hub.dataload.dumper.file import LastModifiedFileDumper
from hub.dataload.dumper.ftp import FTPDumper, LastModifiedFTPDumper
from hub.dataload.dumper.http import HTTPDumper, LastModifiedHTTPDumper
from hub.dataload.dumper.lastmodified import LastModifiedDumper
from hub.dataload.dumper.manifest import manifest_dumper

__all__ = [
    "BaseDumper",
    "DumperException",
    "FTPDumper",
    "HTTPDumper",
    "LastModifiedDumper",
    "LastModifiedFTPDumper",
    "LastModifiedFileDumper",
    "LastModifiedHTTPDumper",
    "manifest_dumper",
]
