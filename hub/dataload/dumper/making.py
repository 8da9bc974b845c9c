"""Dumpers that make the files of a release themselves instead of naming remote files to fetch."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from hub.dataload.dumper.base import BaseDumper
from hub.dataload.dumper.errors import DumperException


class MakingDumper(BaseDumper):
    """Base of the dumpers that fill the release folder in `make_files`. The folder is published when that has ended.

    Attributes:
        ALWAYS_NEW: each dump counts as a new one, except the look at the start of the hub.
    """

    ALWAYS_NEW: bool = False

    def make_files(self, folder: Path) -> None:
        """Write the files of the release into ``folder``."""

    def create_todump_list(self, force: bool = False, **kwargs: Any) -> Any:
        """Set the release; there is nothing to list."""
        self.set_release()

    @property
    def origin(self) -> str:
        """What the records of its files name as their URL."""
        return f"{type(self).__module__}.{type(self).__name__}"


class DummyDumper(MakingDumper):
    """Downloads nothing; for parsers that fetch their data themselves, and for data that came in some other way.

    There is one folder, ``latest``. A subclass may write files in `post_dump` and set ``self.release`` in ``__init__``
    or `set_release`; it is empty otherwise.
    """

    ARCHIVE = False
    ALWAYS_NEW = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.release = ""


class APIDumper(MakingDumper):
    """Takes objects from an API and writes them as NDJSON files.

    A subclass defines two static methods: ``get_release()``, quick, the release; and ``get_document()``, a generator of
    pairs of a file name and an object. Files appear when the generator has ended.
    """

    @staticmethod
    def get_release() -> str:
        """The release."""
        raise DumperException("An APIDumper needs a static method `get_release()` that returns the release.")

    @staticmethod
    def get_document() -> Any:
        """Pairs of a file name and an object."""
        raise DumperException("An APIDumper needs a static method `get_document()` that yields (file name, object).")

    def set_release(self) -> None:
        """Release from `get_release`."""
        self.release = str(self.get_release())

    def make_files(self, folder: Path) -> None:
        """Write each object as a line of its file.

        Raises:
            DumperException: a file name leads out of the folder; an object has no JSON form.
        """
        writer = _Lines(self.src_name, folder)
        try:
            documents = self.get_document()
            if not inspect.isgenerator(documents):
                documents = iter(documents)
            for count, (name, document) in enumerate(documents, 1):
                writer.write(str(name), document)
                if count % 1000 == 0:
                    self.env.ctx.progress(count, None, unit="objects")
                    self.env.ctx.check()
        finally:
            writer.close()


class _Lines:
    """NDJSON files by name, opened when first written to."""

    def __init__(self, source: str, folder: Path) -> None:
        self.source, self.folder = source, folder.resolve()
        self.files: dict[str, Any] = {}

    def write(self, name: str, document: Any) -> None:
        import orjson

        file = self.files.get(name)
        if file is None:
            file = self.files[name] = self._open(name)
        try:
            file.write(orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE))
        except TypeError as error:
            raise DumperException(f"`{self.source}`: an object for `{name}` has no JSON form: {error}.") from error

    def _open(self, name: str) -> Any:
        path = (self.folder / name).resolve()
        if self.folder not in path.parents:
            raise DumperException(f"`{self.source}`: get_document() names the file `{name}`, outside the data folder.")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb")

    def close(self) -> None:
        for file in self.files.values():
            file.close()
