"""What can go wrong in a dump besides the transfer itself (see `hub.dataload.transport.errors`)."""

from __future__ import annotations

from pathlib import Path

from hub.dataload.errors import DataloadError
from hub.dataload.transport.errors import DiskFullError
from hub.dataload.transport.partial import FULL
from hub.errors import HubError, Passing, Permanent


class DumperException(DataloadError, Permanent):
    """Root of the dump errors; Python dumpers may raise it themselves with any text."""


class NoReleaseError(DumperException):
    """Nothing tells the release of a source."""

    def __init__(self, source: str, url: str) -> None:
        self.source, self.url = source, url
        super().__init__(
            f"`{source}`: the server of `{url}` tells neither a change date nor an ETag, so the release is unknown. "
            'Add a function to the manifest: `"release": "version:get_release"` in its `dumper` section.'
        )


class ReleaseFunctionError(DumperException):
    """The release function of a plugin failed or gave nothing usable."""

    def __init__(self, source: str, function: str, why: str, file: str = "", line: int = 0) -> None:
        self.source, self.function, self.why, self.file, self.line = source, function, why, file, line
        where = f" ({file}:{line})" if file else ""
        super().__init__(f"`{source}`: the release function `{function}` failed{where}: {why}. Nothing was downloaded.")


class DumperCodeError(DumperException):
    """Code of a plugin's dumper raised. ``step`` is the method that ran."""

    def __init__(self, source: str, step: str, why: str, file: str = "", line: int = 0) -> None:
        self.source, self.step, self.why, self.file, self.line = source, step, why, file, line
        where = f" ({file}:{line})" if file else ""
        super().__init__(
            f"`{source}`: `{step}` of its dumper failed{where}: {why}. Correct the plugin, then dump again."
        )


class ContainerError(DataloadError, Passing):
    """A container, its command or its engine failed. The next dump tries again."""

    def __init__(self, source: str, why: str) -> None:
        self.source, self.why = source, why
        super().__init__(f"`{source}`: {why}. Nothing was taken; the release before stays.")


class NoUrlsError(DumperException):
    """A dumper without anything to download."""

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(f"`{source}`: no URL to download. Set `data_url` in the manifest, or SRC_URLS in the class.")


class NoSecretError(DumperException):
    """A manifest or class names a secret that the configuration does not have."""

    def __init__(self, source: str, name: str, known: list[str]) -> None:
        self.source, self.name, self.known = source, name, known
        there = f"There are: {', '.join(known)}." if known else "There are none."
        super().__init__(
            f"`{source}`: there is no secret `{name}` in the setting SECRETS. {there} Add it to config.py: "
            f'SECRETS = {{"{name}": "user:password"}}.'
        )


class TimeoutKeyError(DumperException):
    """A dumper class has a time limit that does not exist."""

    def __init__(self, source: str, key: str, known: list[str]) -> None:
        self.source, self.key, self.known = source, key, known
        super().__init__(f"`{source}`: TIMEOUT has no `{key}`; there are {', '.join(known)}.")


class ChecksumError(DumperException):
    """The bytes of a file are not those that its checksum was published for, also when fetched again."""

    def __init__(self, source: str, name: str, url: str, algorithm: str, expected: str, found: str, by: str) -> None:
        self.source, self.name, self.url, self.by = source, name, url, by
        self.algorithm, self.expected, self.found = algorithm, expected, found
        super().__init__(
            f"`{source}`: `{name}` from `{url}` has the {algorithm} {found}, {by} says {expected}. It was fetched "
            "twice and left out; the last good release is untouched. Dump again later, or ask the provider."
        )


class NoChecksumError(DumperException):
    """``checksum: required``, and nothing is published for a file."""

    def __init__(self, source: str, name: str, url: str, looked: list[str]) -> None:
        self.source, self.name, self.url, self.looked = source, name, url, looked
        super().__init__(
            f"`{source}`: no checksum is published for `{name}` from `{url}`; looked for {', '.join(looked)}. Set "
            "`checksum` to `auto` to do without."
        )


class FileListError(DumperException):
    """A JSON list of files (``files_from``) cannot be used."""

    def __init__(self, source: str, place: str, why: str) -> None:
        self.source, self.place, self.why = source, place, why
        super().__init__(
            f"`{source}`: the list of files `{place}` {why}. Each record has `name`, and may have `root`, `url`, "
            "`size`, `mtime`, `save_as`."
        )


class SameLocalNameError(DumperException):
    """Two remote files would be saved under one name."""

    def __init__(self, source: str, name: str, first: str, second: str) -> None:
        self.source, self.name, self.first, self.second = source, name, first, second
        super().__init__(
            f"`{source}`: `{first}` and `{second}` would both be saved as `{name}`. Nothing was downloaded. Use a "
            "Python dumper that names the local files, or two sources."
        )


class LocalPathError(DumperException):
    """A dumper wants to write outside the folder of the release."""

    def __init__(self, source: str, path: str, folder: str) -> None:
        self.source, self.path, self.folder = source, path, folder
        super().__init__(f"`{source}`: `{path}` is not inside the release folder {folder}. Use `self.new_data_folder`.")


class NoSpaceError(DumperException, Passing):
    """Less room on the disk than the files need."""

    status = 507

    def __init__(self, source: str, folder: str, needed: int, free: int) -> None:
        self.source, self.folder, self.needed, self.free = source, folder, needed, free
        super().__init__(
            f"`{source}` needs {needed:,} bytes, {folder} has {free:,} free. Make room or move DATA_ARCHIVE_ROOT."
        )


class FolderError(DumperException):
    """The folder of a source cannot be used."""

    def __init__(self, source: str, path: str, why: str) -> None:
        self.source, self.path, self.why = source, path, why
        super().__init__(f"`{source}`: cannot use `{path}`: {why}. Check its owner and rights, or DATA_ARCHIVE_ROOT.")


def disk_error(source: str, folder: Path, error: OSError) -> HubError:
    """The error of the operating system in the hub's words."""
    path, why = str(error.filename or folder), error.strerror or str(error)
    return DiskFullError(path, why) if error.errno in FULL else FolderError(source, path, why)


class BadContentError(DumperException):
    """A file came whole, but it is not data. ``name`` is the local name, ``url`` the masked URL."""

    def __init__(self, source: str, name: str, url: str, why: str) -> None:
        self.source, self.name, self.url, self.why = source, name, url, why
        super().__init__(f"`{source}`: `{name}` from `{url}` {why}. The last good release is untouched.")


class EmptyFileError(BadContentError):
    """A file of no bytes."""

    def __init__(self, source: str, name: str, url: str) -> None:
        super().__init__(source, name, url, "is empty; check the URL, or set ALLOW_EMPTY_FILES in a Python dumper")


class UnexpectedHtmlError(BadContentError):
    """A web page (mostly an error or a log-in page) where data was expected. ``start``: its first characters."""

    def __init__(self, source: str, name: str, url: str, start: str) -> None:
        self.start = start
        super().__init__(source, name, url, f"is a web page, not data (it begins `{start[:60]}`); open the URL by hand")


class MissingFileError(BadContentError):
    """A dumper's ``download`` returned, and the file is not there."""

    def __init__(self, source: str, name: str, url: str) -> None:
        super().__init__(source, name, url, "is not there after its download")


class TooFewLinesError(DumperException):
    """A check of ``to_check`` failed."""

    def __init__(self, source: str, path: str, minimum: int, found: int) -> None:
        self.source, self.path, self.minimum, self.found = source, path, minimum, found
        super().__init__(f"`{source}`: `{path}` has {found} lines or entries, at least {minimum} are expected.")


class DumperClassError(DumperException):
    """`dumper.class` of a manifest names no dumper class."""

    def __init__(self, source: str, path: str, why: str) -> None:
        self.source, self.path, self.why = source, path, why
        super().__init__(f"`{source}`: `dumper.class` is `{path}`: {why}. Name a class derived from BaseDumper.")
