"""Published checksums: found beside the data, compared, and what happens to a file that is not what it should be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from hub.dataload.drafts import Draft
from hub.dataload.dumper.base import BaseDumper
from hub.dataload.dumper.errors import ChecksumError, NoChecksumError
from hub.dataload.dumper.parallel import Downloads, Wanted
from hub.dataload.file_specs import ALGORITHMS
from hub.dataload.releases import FileRecord
from hub.dataload.transport.errors import StoppedError, TransportError
from hub.dataload.transport.names import is_checksum_file, masked

SUFFIXES = (".sha256", ".sha512", ".sha1", ".md5")
LISTS = ("SHA256SUMS", "SHA512SUMS", "SHA1SUMS", "MD5SUMS", "sha256sum.txt", "md5sum.txt", "CHECKSUMS", "md5sums.txt")
MAX_BYTES = 64 * 1024 * 1024  # of a file of checksums
_OF_LENGTH = {length: name for name, length in ALGORITHMS.items()}
_BSD = re.compile(r"(?P<algorithm>[A-Za-z]+-?\d+)\s?\((?P<name>.+)\)\s?=\s*(?P<digits>[0-9A-Fa-f]{32,128})")
_GNU = re.compile(r"\\?(?P<digits>[0-9A-Fa-f]{32,128})(?:[ \t]+\*?(?P<name>\S.*))?")
_REVERSED = re.compile(r"(?P<name>\S.*?)(?::|[ \t])[ \t]*(?P<digits>[0-9A-Fa-f]{32,128})")


@dataclass(frozen=True)
class Published:
    """One checksum.

    Attributes:
        name: of the file, as written; empty for the file beside it.
        algorithm: ``md5``, ``sha256``, ...
        digits: hexadecimal, lower case.
        by: where it was found, for messages.
    """

    name: str
    algorithm: str
    digits: str
    by: str


def read(text: str, by: str) -> Iterator[Published]:
    """The checksums of a file: GNU style, BSD style, ``name: digits``, or digits alone. Other lines are passed over."""
    for line in text.splitlines():
        line = line.strip().removeprefix("\ufeff")
        found = _BSD.fullmatch(line) or _GNU.fullmatch(line) or _REVERSED.fullmatch(line)
        if not found:
            continue
        algorithm = _OF_LENGTH.get(len(found["digits"]))
        if algorithm:
            name = (found["name"] or "").strip()
            if line.startswith("\\"):
                name = name.replace("\\n", "\n").replace("\\\\", "\\")
            yield Published(name.removeprefix("./"), algorithm, found["digits"].lower(), by)


class Checksums:
    """The comparison after a download.

    Args:
        dumper: its CHECKSUM says how much is asked for.
        draft: the release in the making.
        wanted: the files that were to be fetched.
        records: those that were.
    """

    def __init__(self, dumper: BaseDumper, draft: Draft, wanted: list[Wanted], records: list[FileRecord]) -> None:
        self.dumper, self.draft, self.records = dumper, draft, records
        self.wanted = {w.name: w for w in wanted}
        self._remote: dict[str, dict[str, list[Published]]] = {}

    def verify(self) -> list[FileRecord]:
        """Compare, and fetch once more what is wrong.

        Returns:
            The records, those of files that were fetched again included.

        Raises:
            ChecksumError: a file is wrong again; it is left out, and what came is kept beside the draft.
            NoChecksumError: one is required and there is none.
        """
        bad = self._compare(self.records)
        if not bad:
            return self.records
        for record, published, found in bad:
            self._set_aside(record)
            self.dumper.logger.warning(
                "`%s`: `%s` has the %s %s, %s says %s. It is fetched again.",
                self.dumper.src_name, record.name, published.algorithm, found, published.by, published.digits,
                extra={"action": "checksum_mismatch"},
            )  # fmt: skip
        again = self._again(bad)
        self._remote = {}
        still = self._compare(again)
        for record, _, _ in still:
            self._set_aside(record)
        if still:
            record, published, found = still[0]
            name, url, expected = record.name, record.url, published.digits
            raise ChecksumError(
                self.dumper.src_name, name, url, published.algorithm, expected, found, f"`{published.by}`"
            )
        fresh = {r.name: r for r in again}
        return [fresh.get(r.name, r) for r in self.records]

    def _again(self, bad: list[tuple[FileRecord, Published, str]]) -> list[FileRecord]:
        """Fetch wrong files anew, with the files of checksums that speak of them: either may have been replaced."""
        names = {record.name for record, _, _ in bad} | {p.by for _, p, _ in bad if p.by in self.wanted}
        items = [item for name in sorted(names) if (item := self._item(name)) is not None]
        for item in items:
            self.draft.drop(item.name)
        return Downloads(self.dumper, self.draft, items).run()

    def _item(self, name: str) -> Wanted | None:
        """What was asked for when ``name`` came; the server may have named it otherwise."""
        if name in self.wanted:
            return self.wanted[name]
        record = next((r for r in self.records if r.name == name), None)
        if record is None:
            return None
        return next((w for w in self.wanted.values() if masked(self.dumper.url_of(w.remote)) == record.url), None)

    # -- comparing -------------------------------------------------------------------------------------------------

    def _compare(self, records: list[FileRecord]) -> list[tuple[FileRecord, Published, str]]:
        inline = {masked(url): spec.checksum for url, spec in self.dumper.FILE_SPECS.items() if spec.checksum}
        mode = self.dumper.CHECKSUM
        if mode == "off" and not inline:
            return []
        local = self._downloaded() if mode != "off" else {}
        bad = []
        for record in records:
            if is_checksum_file(PurePosixPath(record.name).name):
                continue
            published = self._published(record, inline, local, mode)
            if published is None:
                continue
            found = self._digits(record, published.algorithm)
            if found != published.digits:
                bad.append((record, published, found))
        return bad

    def _published(
        self, record: FileRecord, inline: dict[str, str], local: dict[str, Published], mode: str
    ) -> Published | None:
        if record.url in inline:
            algorithm, _, digits = inline[record.url].partition(":")
            return Published("", algorithm, digits, "the manifest")
        if mode == "off":
            return None
        found = local.get(record.name) or self._listed(record)
        if found is None and mode == "required":
            found = self._looked_for(record)
        return found

    def _digits(self, record: FileRecord, algorithm: str) -> str:
        if algorithm == "sha256" and record.sha256:
            return record.sha256
        digest = hashlib.new(algorithm, usedforsecurity=False)
        with (self.draft.folder / record.name).open("rb") as file:
            while chunk := file.read(1024 * 1024):
                self.dumper.env.ctx.check()
                digest.update(chunk)
        return digest.hexdigest()

    def _set_aside(self, record: FileRecord) -> None:
        """Move a wrong file out of the release, for a person to look at; the next run fetches it again."""
        folder = self.draft.work / "wrong"
        folder.mkdir(parents=True, exist_ok=True)
        path = self.draft.folder / record.name
        if path.exists():
            path.replace(folder / PurePosixPath(record.name).name)
        self.draft.drop(record.name)

    # -- finding ---------------------------------------------------------------------------------------------------

    def _downloaded(self) -> dict[str, Published]:
        """Checksums in files of the release itself, by the path that each speaks of."""
        found: dict[str, Published] = {}
        for name in sorted(self.draft.names()):
            path = PurePosixPath(name)
            if not is_checksum_file(path.name):
                continue
            for published in self._of_file(self.draft.folder / name, name):
                for target in _targets(path, published.name):
                    found.setdefault(target, published)
        return found

    def _listed(self, record: FileRecord) -> Published | None:
        """A checksum in a file that is listed beside the data on the server."""
        folder, name = _split(record.url)
        for url in self.dumper.checksum_files:
            beside, by = _split(masked(url))
            if beside == folder:
                found = self._ask(url, by, name)
                if found is not None:
                    return found
        return None

    def _looked_for(self, record: FileRecord) -> Published:
        """A checksum under one of the usual names.

        Raises:
            NoChecksumError: there is none.
        """
        item = self._item(record.name)
        url = self.dumper.url_of(item.remote).partition("#")[0].partition("?")[0] if item else record.url
        folder, name = _split(url)
        looked = [f"{name}{suffix}" for suffix in SUFFIXES] + list(LISTS)
        for by in looked:
            found = self._ask(f"{folder}/{by}", by, name)
            if found is not None:
                return found
        raise NoChecksumError(self.dumper.src_name, record.name, record.url, looked)

    def _ask(self, url: str, by: str, name: str) -> Published | None:
        """What the file of checksums at ``url`` says of ``name``; each is fetched once."""
        if url not in self._remote:
            self._remote[url] = self._fetched(url, by)
        said = self._remote[url]
        plain = unquote(name)
        for key in (plain, name):
            if said.get(key):
                return said[key][0]
        own = PurePosixPath(by).stem in (name, plain) and len(said) == 1
        return next(iter(said.values()))[0] if own else None

    def _fetched(self, url: str, by: str) -> dict[str, list[Published]]:
        sink = self.draft.work / "sums"
        try:
            self.dumper.transports.fetch(url, sink, self.dumper.env.watch)
        except StoppedError:
            raise
        except TransportError:
            return {}
        said: dict[str, list[Published]] = {}
        for published in self._of_file(sink, by):
            said.setdefault(PurePosixPath(published.name).name, []).append(published)
        sink.unlink(missing_ok=True)
        return said

    def _of_file(self, path: Path, by: str) -> list[Published]:
        if path.stat().st_size > MAX_BYTES:
            self.dumper.logger.warning("`%s`: `%s` is too long for checksums", self.dumper.src_name, by)
            return []
        return list(read(path.read_text("utf-8", "replace"), by))


def _targets(path: PurePosixPath, name: str) -> Iterator[str]:
    """The release's files that a line in the file of checksums ``path`` may speak of."""
    own = re.sub(r"(?i)\.(md5|sha\d+)(sums?)?(\.txt)?$", "", path.name)
    if own != path.name and (not name or PurePosixPath(name).name != own):
        yield str(path.with_name(own))  # `data.gz.md5` speaks of `data.gz`, whatever name stands in it
    if name:
        yield str(path.parent / name)
        yield str(path.parent / PurePosixPath(name).name)


def _split(url: str) -> tuple[str, str]:
    """Folder and name of a URL without query and fragment."""
    plain = url.partition("#")[0].partition("?")[0]
    folder, _, name = plain.rpartition("/")
    return folder, name if urlsplit(plain).scheme else plain
