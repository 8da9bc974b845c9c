"""The dumper for data that a person puts in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hub.dataload.dumper.base import BaseDumper
from hub.dataload.dumper.errors import DumperException


class ManualDumper(BaseDumper):
    """Takes a folder that is there already, where it lies: ``dump("name", path="...", release="...")``.

    It is never dumped by a schedule or together with other sources.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._given: Path | None = None

    @property
    def new_data_folder(self) -> str:
        """The folder that was named."""
        if self._given is None:
            raise DumperException(f'`{self.src_name}` is dumped by hand: dump("{self.src_name}", path="FOLDER").')
        return str(self._given)

    def take(self, path: str | None, release: str | None) -> Path:
        """Take the folder and set the release.

        Args:
            path: absolute, or in the folder of the source; None or empty for that folder itself.
            release: release; None for the folder's name.

        Raises:
            DumperException: there is no such folder, or it is empty.
        """
        root = Path(self.src_root_folder)
        folder = (root / (path or "")).resolve()
        if not folder.is_dir():
            raise DumperException(f"`{self.src_name}`: there is no folder {folder}. Put the files there, or name it.")
        if not any(not entry.name.startswith(".") for entry in folder.iterdir()):
            raise DumperException(f"`{self.src_name}`: the folder {folder} is empty. Put the files there first.")
        self._given, self.release = folder, str(release or folder.name)
        return folder
