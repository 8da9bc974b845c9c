"""``POST /dataupload/<source>``: one file into ``DATA_UPLOAD_FOLDER/<source>``, written as it comes in.

The request is ``multipart/form-data`` with one part, a file of type ``application/octet-stream``. The file takes its
name when it is complete; until then, and when the connection breaks, nothing that was there is touched.
"""

from __future__ import annotations

import os
import secrets
import shutil
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import IO

from hub import errors
from hub.api.handler import BodyTooLargeError, BoundedHandler
from hub.commands import Role, calling
from hub.commands.services import Services
from hub.dataload import upkeep

MARGIN = 64 * 1024  #: bytes that the form may have beside the file
MAX_HEADER = 16 * 1024
LONGEST_NAME = 200


class UploadFormError(errors.BadArgument):
    """A request that is no upload of one file."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"{reason}. Send `multipart/form-data` with one part: a file with its `filename` and the type "
            "`application/octet-stream`."
        )


class FileNameError(errors.BadArgument):
    """A file name that must not be used."""

    def __init__(self, name: str) -> None:
        self.name = name[:LONGEST_NAME]
        super().__init__(
            f"{self.name!r} can not be the name of an uploaded file: it must be a plain name, without folders, that "
            "does not begin with a dot."
        )


class DiskFullError(errors.HubError, errors.Passing):
    """No room for the file."""

    status = 507

    def __init__(self, length: int, free: int) -> None:
        self.length, self.free = length, free
        super().__init__(f"the file has {length:,} bytes, and the disk of the hub has {free:,} bytes left.")


class PartReader:
    """Takes the one file out of a form, piece by piece.

    Args:
        boundary: between the parts of the form.

    Attributes:
        name: of the file; empty until its header has come.
        complete: the end of the form has come.
    """

    def __init__(self, boundary: bytes) -> None:
        self.name = ""
        self.complete = False
        self._delimiter = b"\r\n--" + boundary
        self._buffer = bytearray(b"\r\n")
        self._step = self._preamble
        self._out = bytearray()

    def feed(self, chunk: bytes) -> bytes:
        """Take a piece of the form; returns what it has of the file.

        Raises:
            UploadFormError: it is no form with one file.
        """
        self._buffer += chunk
        self._out = bytearray()
        while self._step():
            pass
        return bytes(self._out)

    def _preamble(self) -> bool:
        place = self._buffer.find(self._delimiter)
        if place < 0:
            if len(self._buffer) > MAX_HEADER:
                raise UploadFormError("the body does not begin with the boundary of the form")
            return False
        del self._buffer[: place + len(self._delimiter)]
        self._step = self._after_boundary
        return True

    def _after_boundary(self) -> bool:
        if len(self._buffer) < 2:
            return False
        if self._buffer.startswith(b"--"):
            if not self.name:
                raise UploadFormError("the form has no file")
            self.complete, self._step = True, self._epilogue
            return True
        if self.name:
            raise UploadFormError("the form has more than one part")
        if not self._buffer.startswith(b"\r\n"):
            raise UploadFormError("the boundary of the form is followed by something else")
        self._step = self._header
        return True

    def _header(self) -> bool:
        place = self._buffer.find(b"\r\n\r\n")
        if place < 0:
            if len(self._buffer) > MAX_HEADER:
                raise UploadFormError("the header of the file is too long")
            return False
        header = _header(bytes(self._buffer[2 : place + 4]))
        del self._buffer[: place + 4]
        name = header.get_filename()
        if not name:
            raise UploadFormError("the part of the form has no `filename`")
        if header.get_content_type() != "application/octet-stream":
            raise UploadFormError(f"the type of the file is `{header.get_content_type()[:100]}`")
        self.name = checked_name(name)
        self._step = self._content
        return True

    def _content(self) -> bool:
        place = self._buffer.find(self._delimiter)
        sure = place if place >= 0 else max(0, len(self._buffer) - len(self._delimiter) + 1)
        self._out += self._buffer[:sure]
        del self._buffer[:sure]
        if place < 0:
            return False
        del self._buffer[: len(self._delimiter)]
        self._step = self._after_boundary
        return True

    def _epilogue(self) -> bool:
        self._buffer.clear()
        return False


def checked_name(name: str) -> str:
    """The name of a file, when it is one and nothing else.

    Raises:
        FileNameError: it holds folders, is hidden, too long, or has characters that do not print.
    """
    plain = name == os.path.basename(name) and "\\" not in name and not name.startswith(".")  # noqa: PTH119
    try:
        short = len(name.encode()) <= LONGEST_NAME
    except UnicodeEncodeError:
        short = False
    if not (name and plain and short and name.strip() == name and name.isprintable()):
        raise FileNameError(name)
    return name


class DataUploadHandler(BoundedHandler):
    """Takes one file."""

    def initialize(self) -> None:
        """Nothing has come yet."""
        self._reader: PartReader | None = None
        self._fault: errors.HubError | None = None
        self._file: IO[bytes] | None = None
        self._place: Path | None = None
        self._count = 0

    def prepare(self) -> None:
        """Refuse what is not allowed, or has no room, before its body comes."""
        services: Services = self.settings["services"]
        self._limit = int(services.settings["DATA_UPLOAD_MAX_BYTES"])
        self.max_body = self._limit + MARGIN
        super().prepare()
        if self.request.method != "POST":
            return
        source = self.path_kwargs["src"]
        self._command = self.authorize("dataupload", Role.OPERATOR, src=source)
        upkeep.resolve(services.sources, source)
        kind, boundary = _form(self.request.headers.get("Content-Type", ""))
        if kind != "multipart/form-data" or not boundary:
            raise UploadFormError(f"the request is `{kind[:100] or 'of no type'}`")
        self._folder = Path(services.settings["DATA_UPLOAD_FOLDER"]) / source
        self._folder.mkdir(parents=True, exist_ok=True)
        length, free = int(self.request.headers.get("Content-Length") or 0), shutil.disk_usage(self._folder).free
        if length > free:
            raise DiskFullError(length, free)
        self._reader = PartReader(boundary)

    def data_received(self, chunk: bytes) -> None:
        """Write what has come. A fault is told when the body has ended: clients read the answer only then."""
        self.wait_for_more()
        if self._reader is None or self._fault is not None:
            return
        try:
            self._write(self._reader.feed(chunk))
        except errors.HubError as error:
            self._fault = error
        except OSError as error:
            self._fault = DiskFullError(self._count, 0) if error.errno == 28 else UploadFormError(str(error))
        if self._fault is not None:
            self._discard()

    def _write(self, content: bytes) -> None:
        assert self._reader is not None
        self._count += len(content)
        if self._count > self._limit:
            raise BodyTooLargeError(self._limit)
        if self._file is None and self._reader.name:
            self._place = self._folder / f".{secrets.token_hex(8)}.part"
            self._file = self._place.open("xb")
        if self._file is not None:
            self._file.write(content)

    async def post(self, src: str) -> None:
        """Give the file its name."""
        self.all_came()
        if self._fault is not None:
            raise self._fault
        if self._reader is None or not self._reader.complete or self._file is None or self._place is None:
            raise UploadFormError("the form is cut off")
        values = {"src": src, "file": self._reader.name, "bytes": self._count}
        with calling.calling(self.settings["services"], self._command, values, self.caller):
            self._file.close()
            self._place.replace(self._folder / self._reader.name)
            self._place = self._file = None
        self.reply("ok")

    def on_finish(self) -> None:
        """Leave nothing half written."""
        super().on_finish()
        self._discard()

    def on_connection_close(self) -> None:
        """The same when the client is gone."""
        super().on_connection_close()
        self._discard()

    def _discard(self) -> None:
        if self._file is not None:
            self._file.close()
        if self._place is not None:
            self._place.unlink(missing_ok=True)
        self._file = self._place = None


def _form(content_type: str) -> tuple[str, bytes]:
    """Type and boundary of a ``Content-Type`` header."""
    if not content_type:
        return "", b""
    header = _header(f"Content-Type: {content_type}\r\n\r\n".encode("utf-8", "replace"))
    return header.get_content_type(), str(header.get_boundary("")).encode()


def _header(text: bytes) -> Message:
    try:
        return HeaderParser().parsestr(text.decode())
    except UnicodeDecodeError:
        raise UploadFormError("the header of the file is not UTF-8") from None
