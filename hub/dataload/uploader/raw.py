"""What a parser itself gives, before any check or storage; for people who write parsers."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from hub.dataload.uploader.base import ParallelizedSourceUploader
from hub.dataload.uploader.documents import flatten
from hub.store.port import DocumentStore

if TYPE_CHECKING:
    from hub.dataload.plugin import Plugin


def raw_documents(plugin: Plugin, sub: str, data_folder: str, release: str, store: DocumentStore) -> Iterator[Any]:
    """The documents of one sub-source as its parser yields them, job after job.

    Args:
        plugin: the plugin.
        sub: its sub-source.
        data_folder: folder of the release.
        release: the release.
        store: source store, for parsers that look at it.

    Raises:
        hub.dataload.uploader.documents.ParserResultError: the parser returned no documents' container.
    """
    uploader = plugin.uploader_classes[sub].create()
    log = logging.getLogger(f"hub.upload.{sub}")
    uploader.attach(db=store, data_folder=data_folder, release=release, temp_collection="", logger=log)
    for arguments in _calls(uploader, data_folder):
        result = uploader.load_data(*arguments)
        yield from flatten(uploader.fullname, result)


def _calls(uploader: Any, data_folder: str) -> Iterable[tuple[Any, ...]]:
    if isinstance(uploader, ParallelizedSourceUploader):
        return uploader.jobs()
    return [(data_folder,)]
