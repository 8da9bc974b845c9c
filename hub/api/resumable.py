"""Uploads that go on after a break, in the tus protocol (version 1.0.0: core, creation, termination).

``POST /dataupload/<source>/resumable`` with ``Upload-Length`` and the file's name in ``Upload-Metadata`` begins one and
answers its ``Location``; ``HEAD`` there tells how much has come, ``PATCH`` sends more, ``DELETE`` gives up. The file
takes its name in ``DATA_UPLOAD_FOLDER/<source>`` when its last byte is there. Clients exist for many languages
(https://tus.io).
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
import re
import secrets
import shutil
import time
from pathlib import Path
from typing import IO, ClassVar

from hub import errors
from hub.api.handler import BodyTooLargeError, BoundedHandler
from hub.api.uploads import DiskFullError, checked_name
from hub.commands import Role, calling
from hub.commands.services import Services
from hub.dataload import upkeep

VERSION = "1.0.0"
KEPT_SECONDS = 7 * 86_400.0  #: how long an upload that nobody goes on with is kept
TYPE = "application/offset+octet-stream"
EXPOSED = "Location, Upload-Offset, Upload-Length, Tus-Resumable, X-Request-ID"
ASKED = "Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset"
_PREFIX = ".resumable-"
_ID = re.compile(r"[0-9a-f]{32}")


class TusRequestError(errors.BadArgument):
    """A request that breaks the protocol."""

    def __init__(self, reason: str, status: int = 400) -> None:
        self.reason, self.status = reason, status
        super().__init__(f"{reason} (tus protocol {VERSION}, see docs/operating.md).")


class OffsetError(errors.Conflict):
    """A piece that does not begin where the last one ended."""

    def __init__(self, given: int, held: int) -> None:
        self.given, self.held = given, held
        super().__init__(f"the piece begins at byte {given:,}, and {held:,} have come. Ask with HEAD where to go on.")


class UploadBusyError(errors.Conflict):
    """Two connections send pieces of one upload."""

    status = 423

    def __init__(self) -> None:
        super().__init__("another connection sends to this upload right now.")


class Partial:
    """An upload that is not complete: its bytes, and a note of its length and name beside them.

    Args:
        folder: of the source's uploads.
        number: its id.
    """

    def __init__(self, folder: Path, number: str) -> None:
        self.number = number
        self.path = folder / f"{_PREFIX}{number}"
        self.note = folder / f"{_PREFIX}{number}.json"

    def begin(self, name: str, length: int) -> None:
        """Make both files."""
        self.note.write_text(json.dumps({"name": name, "length": length}), "utf-8")
        self.path.touch()

    def told(self) -> tuple[str, int]:
        """Name and length.

        Raises:
            hub.errors.NotFound: there is no such upload.
        """
        try:
            found = json.loads(self.note.read_text("utf-8"))
            return str(found["name"]), int(found["length"])
        except (OSError, ValueError, KeyError):
            raise errors.NotFound("upload that can be gone on with", self.number, ()) from None

    @property
    def held(self) -> int:
        """Bytes that have come."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def discard(self) -> None:
        """Remove both."""
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove uploads that nobody has gone on with for long."""
    for note in folder.glob(f"{_PREFIX}*.json"):
        partial = Partial(folder, note.name.removeprefix(_PREFIX).removesuffix(".json"))
        with contextlib.suppress(OSError):
            if time.time() - max(note.stat().st_mtime, partial.path.stat().st_mtime) > KEPT_SECONDS:
                partial.discard()


class TusHandler(BoundedHandler):
    """What requests of the protocol have in common."""

    SUPPORTED_METHODS = ("GET", "HEAD", "POST", "DELETE", "PATCH", "PUT", "OPTIONS")

    def set_default_headers(self) -> None:
        """Let web pages send and see the headers of the protocol, where they may send anything."""
        super().set_default_headers()
        self.set_header("Tus-Resumable", VERSION)
        if "Access-Control-Allow-Origin" in self._headers:
            asked = self._headers["Access-Control-Allow-Headers"]
            self.set_header("Access-Control-Allow-Headers", f"{asked},{ASKED}")
            self.set_header("Access-Control-Expose-Headers", EXPOSED)
            methods = self._headers["Access-Control-Allow-Methods"]
            self.set_header("Access-Control-Allow-Methods", f"{methods}, HEAD, PATCH" if "PUT" in methods else methods)

    def prepare(self) -> None:
        """Refuse who may not, and what is no request of the protocol."""
        services: Services = self.settings["services"]
        self.limit = int(services.settings["DATA_UPLOAD_MAX_BYTES"])
        self.max_body = self.limit
        super().prepare()
        if self.request.method == "OPTIONS":
            return
        source = self.path_kwargs["src"]
        self.command = self.authorize("dataupload", Role.OPERATOR, src=source)
        upkeep.resolve(services.sources, source)
        given = self.request.headers.get("Tus-Resumable", "")
        if given != VERSION:
            raise TusRequestError(f"the header `Tus-Resumable` must be {VERSION}, not {given[:20]!r}", 412)
        self.folder = Path(services.settings["DATA_UPLOAD_FOLDER"]) / source
        self.folder.mkdir(parents=True, exist_ok=True)

    def options(self, *args: str, **path: str) -> None:
        """What is spoken here."""
        self.set_header("Tus-Version", VERSION)
        self.set_header("Tus-Extension", "creation,termination")
        self.set_header("Tus-Max-Size", str(int(self.settings["services"].settings["DATA_UPLOAD_MAX_BYTES"])))
        self.set_status(204)

    def number_of(self, header: str) -> int:
        """A header that is a whole number."""
        text = self.request.headers.get(header, "")
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise TusRequestError(f"the header `{header}` must be a number of bytes, not {text[:30]!r}")
        return int(text)

    def complete(self, partial: Partial, src: str, name: str, length: int) -> None:
        """Give a file its name."""
        with calling.calling(
            self.settings["services"], self.command, {"src": src, "file": name, "bytes": length}, self.caller
        ):
            partial.path.replace(self.folder / name)
            partial.discard()


class TusCreationHandler(TusHandler):
    """Begins uploads."""

    async def post(self, src: str) -> None:
        """Make room for one; its address is in ``Location``."""
        self.all_came()
        length, name = self.number_of("Upload-Length"), _name(self.request.headers.get("Upload-Metadata", ""))
        if length > self.limit:
            raise BodyTooLargeError(self.limit)
        sweep(self.folder)
        free = shutil.disk_usage(self.folder).free
        if length > free:
            raise DiskFullError(length, free)
        partial = Partial(self.folder, secrets.token_hex(16))
        partial.begin(name, length)
        if not length:
            self.complete(partial, src, name, length)
        self.set_header("Location", f"{self.request.path.rstrip('/')}/{partial.number}")
        self.set_status(201)


class TusUploadHandler(TusHandler):
    """One upload."""

    busy: ClassVar[set[Path]] = set()
    _file: IO[bytes] | None = None
    _fault: errors.HubError | None = None
    _mine: Path | None = None

    def prepare(self) -> None:
        """Find it; open it before the first byte of a piece comes."""
        super().prepare()
        if self.request.method == "OPTIONS":
            return
        number = self.path_kwargs["number"]
        if not _ID.fullmatch(number):
            raise errors.NotFound("upload that can be gone on with", number[:100], ())
        self.partial = Partial(self.folder, number)
        self.name, self.length = self.partial.told()
        if self.request.method == "PATCH":
            self._begin_piece()

    def _begin_piece(self) -> None:
        if self.request.headers.get("Content-Type", "") != TYPE:
            raise TusRequestError(f"the type of a piece must be `{TYPE}`", 415)
        offset = self.number_of("Upload-Offset")
        if self.partial.path in self.busy:
            raise UploadBusyError
        if offset != self.partial.held:
            raise OffsetError(offset, self.partial.held)
        self._mine = self.partial.path
        self.busy.add(self._mine)
        self._file = self._mine.open("ab", buffering=0)

    def data_received(self, chunk: bytes) -> None:
        """Write what has come; it stays when the connection breaks."""
        self.wait_for_more()
        if self._file is None or self._fault is not None:
            return
        if self._file.tell() + len(chunk) > self.length:
            self._fault = TusRequestError(f"more bytes came than the {self.length:,} of `Upload-Length`")
            return
        try:
            self._file.write(chunk)
        except OSError as error:
            self._fault = DiskFullError(len(chunk), 0) if error.errno == 28 else TusRequestError(str(error))

    async def head(self, src: str, number: str) -> None:
        """How much has come."""
        self.all_came()
        self.set_header("Upload-Offset", str(self.partial.held))
        self.set_header("Upload-Length", str(self.length))
        self.set_header("Cache-Control", "no-store")

    async def patch(self, src: str, number: str) -> None:
        """A piece has come."""
        self.all_came()
        if self._fault is not None:
            raise self._fault
        held = self.partial.held
        if held == self.length:
            assert self._file is not None
            os.fsync(self._file.fileno())
            self.complete(self.partial, src, self.name, self.length)
        self.set_header("Upload-Offset", str(held))
        self.set_status(204)

    async def delete(self, src: str, number: str) -> None:
        """Give up."""
        self.all_came()
        if self.partial.path in self.busy:
            raise UploadBusyError
        self.partial.discard()
        self.set_status(204)

    def on_finish(self) -> None:
        """Somebody else may send now."""
        super().on_finish()
        self._leave()

    def on_connection_close(self) -> None:
        """The same when the client is gone."""
        super().on_connection_close()
        self._leave()

    def _leave(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._mine is not None:
            self.busy.discard(self._mine)
            self._mine = None


def _name(metadata: str) -> str:
    """The file's name: the value of ``filename``, in base64."""
    pairs: dict[str, str] = {}
    for item in metadata.split(","):
        key, _, value = item.strip().partition(" ")
        pairs[key] = value
    if "filename" not in pairs:
        raise TusRequestError("the header `Upload-Metadata` must hold `filename` and the name in base64")
    try:
        return checked_name(base64.b64decode(pairs["filename"], validate=True).decode())
    except (binascii.Error, UnicodeDecodeError):
        raise TusRequestError("`filename` in the header `Upload-Metadata` is no base64 of UTF-8") from None
