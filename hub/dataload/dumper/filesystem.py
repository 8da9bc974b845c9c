"""Dumpers of files that other programs or disks of this machine hold, and of URLs of any kind."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from hub.dataload.dumper.base import BaseDumper
from hub.dataload.dumper.errors import DumperException


class FilesystemDumper(BaseDumper):
    """Takes files of this machine; ``to_dump`` holds their paths as ``remote``.

    Attributes:
        FS_OP: ``cp`` to copy, ``mv`` to move, ``ln`` for hard links (copies where the disk differs).
    """

    FS_OP: str = "cp"

    def url_of(self, remote: Any) -> str:
        """The path as URL."""
        return Path(remote).absolute().as_uri()

    def remote_is_better(self, remotefile: Any, localfile: Any) -> bool:
        """Whether the file is newer, or of another size."""
        local = Path(localfile)
        if not local.is_file():
            return True
        here, there = local.stat(), Path(remotefile).stat()
        return there.st_mtime > here.st_mtime or there.st_size != here.st_size

    def download(self, remotefile: Any, localfile: str) -> None:
        """Copy, move or link one file.

        Raises:
            DumperException: it is not there, or FS_OP is none of the three.
        """
        path, sink = Path(remotefile), self._sink(localfile)
        if not path.is_file():
            raise DumperException(f"`{self.src_name}`: there is no file {path}.")
        sink.unlink(missing_ok=True)
        if self.FS_OP == "ln":
            try:
                os.link(path, sink)
            except OSError:
                shutil.copy2(path, sink)
        elif self.FS_OP in ("cp", "mv"):
            shutil.copy2(path, sink)
        else:
            raise DumperException(f"`{self.src_name}`: FS_OP is `{self.FS_OP}`; it can be cp, mv or ln.")
        self.prepare_local_folders(localfile)
        sink.replace(localfile)
        if self.FS_OP == "mv":
            path.unlink()


class WgetDumper(BaseDumper):
    """Downloads what ``to_dump`` names, over any protocol the hub speaks. No other program is needed."""
