"""Dumpers: from a source's URLs to complete, verified release folders.

The classes carry the names and members that existing dumper plugins use; see ``docs/dumpers.md``.
"""

from hub.dataload.dumper.base import BaseDumper
from hub.dataload.dumper.container import DockerContainerDumper
from hub.dataload.dumper.errors import DumperException
from hub.dataload.dumper.file import LastModifiedFileDumper
from hub.dataload.dumper.filesystem import FilesystemDumper, WgetDumper
from hub.dataload.dumper.ftp import FTPDumper, LastModifiedFTPDumper
from hub.dataload.dumper.git import GitDumper
from hub.dataload.dumper.googledrive import GoogleDriveDumper
from hub.dataload.dumper.http import HTTPDumper, LastModifiedHTTPDumper
from hub.dataload.dumper.lastmodified import LastModifiedDumper
from hub.dataload.dumper.making import APIDumper, DummyDumper, MakingDumper
from hub.dataload.dumper.manifest import manifest_dumper
from hub.dataload.dumper.manual import ManualDumper

__all__ = [
    "APIDumper",
    "BaseDumper",
    "DockerContainerDumper",
    "DummyDumper",
    "DumperException",
    "FTPDumper",
    "FilesystemDumper",
    "GitDumper",
    "GoogleDriveDumper",
    "HTTPDumper",
    "LastModifiedDumper",
    "LastModifiedFTPDumper",
    "LastModifiedFileDumper",
    "LastModifiedHTTPDumper",
    "MakingDumper",
    "ManualDumper",
    "WgetDumper",
    "manifest_dumper",
]
