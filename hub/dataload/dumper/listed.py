"""Lists of files that a dumper takes from remote folders, or from a list in JSON, instead of naming each URL."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hub.dataload.dumper.errors import FileListError
from hub.dataload.file_specs import bad_path
from hub.dataload.transport import RemoteFile
from hub.dataload.transport.names import masked
from hub.dataload.transport.walk import Walk, Wanted

if TYPE_CHECKING:
    from hub.dataload.dumper.base import BaseDumper
    from hub.dataload.dumper.lastmodified import LastModifiedDumper

LONGEST_LIST = 64 * 1024 * 1024  # bytes of a list of files


@dataclass(frozen=True)
class Found:
    """One file of a list.

    Attributes:
        remote: what the list tells of it.
        local: path in the release folder.
    """

    remote: RemoteFile
    local: str


def in_folders(dumper: LastModifiedDumper, folders: Iterable[str]) -> list[Found]:
    """The files that FILES or FILES_GLOB of a dumper want, below each folder.

    Raises:
        TransportError: a folder cannot be listed, or has nothing that is wanted.
        PatternError: a pattern is no regular expression.
    """
    wanted = Wanted(
        files=tuple(dumper.FILES or dumper.FILES_GLOB),
        glob=not dumper.FILES,
        keep="structure" if dumper.KEEP_STRUCTURE else "flat",
        max_depth=dumper.MAX_DEPTH,
        follow_links=dumper.FOLLOW_LINKS,
    )
    found: dict[str, Found] = {}
    for folder in folders:
        walk = Walk(wanted, dumper.list_folder, dumper.logger, dumper.env.ctx.check)
        for item in walk.files(folder):
            found.setdefault(item.remote.url, Found(replace(item.remote, name=None), item.local))
        dumper.checksum_files += walk.checksum_files
    return list(found.values())


def in_list(dumper: BaseDumper, place: str, folders: Iterable[str]) -> list[Found]:
    """The files that a JSON list names.

    Args:
        dumper: whose list it is.
        place: URL of the list.
        folders: the first is where records without a URL of their own lie.

    Raises:
        FileListError: it is no such list; names the record.
    """
    with tempfile.TemporaryDirectory(prefix="hub-list-") as folder:
        sink = Path(folder, "list.json")
        dumper.transports.fetch(place, sink, dumper.env.watch)
        if sink.stat().st_size > LONGEST_LIST:
            raise FileListError(dumper.src_name, masked(place), f"is longer than {LONGEST_LIST:,} bytes")
        try:
            records = json.loads(sink.read_text("utf-8"))
        except ValueError as error:
            raise FileListError(dumper.src_name, masked(place), f"is not JSON ({error})") from None
    if not isinstance(records, list):
        raise FileListError(dumper.src_name, masked(place), "is not a JSON list of records")
    root = next(iter(folders), "")
    return [_of_record(dumper, masked(place), number, record, root) for number, record in enumerate(records)]


def _of_record(dumper: BaseDumper, place: str, number: int, record: Any, root: str) -> Found:
    def wrong(why: str) -> FileListError:
        return FileListError(dumper.src_name, place, f"has as record {number} something that {why}")

    if not isinstance(record, Mapping) or not isinstance(record.get("name", record.get("url")), str):
        raise wrong("is no object with `name` or `url`")
    name = str(record.get("name") or record["url"].rpartition("/")[2]).lstrip("/")
    url = record.get("url") or f"{record.get('root') or root}".rstrip("/") + "/" + quote(name)
    if "://" not in url:
        raise wrong("has no URL; give `root`, or the folder in `data_url`")
    local = str(record.get("save_as") or name)
    why = bad_path(local)
    if why:
        raise wrong(f"would be saved as `{local[:80]}`, which {why}")
    size = record.get("size")
    mtime = _date(record)
    told = isinstance(size, int) and not isinstance(size, bool) and size > 0
    exact = told and mtime is not None and "mtime" in record
    return Found(RemoteFile(url, size if told else None, mtime, exact=exact), local)


def _date(record: Mapping[str, Any]) -> datetime | None:
    try:
        if record.get("mtime"):
            date = datetime.fromisoformat(str(record["mtime"]))
            return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
        return datetime(int(record["year"]), int(record["month"]), int(record["day"]), tzinfo=UTC)
    except (KeyError, ValueError, TypeError):
        return None
