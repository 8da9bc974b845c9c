"""Uploaders: what turns the files of one release into the documents of one collection.

An instance lives in the process that parses. Plugins made of classes derive from these; manifests get generated
subclasses (`hub.dataload.uploader.generated`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from hub.dataload.known import StateCollection
from hub.dataload.uploader.database import PluginCollection, PluginDatabase
from hub.dataload.uploader.storages import (
    BaseStorage,
    BasicStorage,
    IgnoreDuplicatedStorage,
    MergerStorage,
    NoBatchIgnoreDuplicatedStorage,
    NoStorage,
)
from hub.store.port import DocumentStore


class ResourceError(Exception):
    """For plugin code: something that an upload needs is not there."""


class BaseSourceUploader:
    """One collection from one download.

    Args:
        db_conn_info: not used by the hub; kept so that subclasses can pass it on.
        collection_name: another collection than ``name``.
        log_folder: not used by the hub.

    Attributes:
        name: sub-source and collection name; None marks a base class.
        main_source: the source that owns the download; None means ``name``.
        regex_name: name in the metadata, where data are split over several collections.
        storage_class: storage, or a tuple of storages to combine.
        keep_archive: replaced collections to keep.
        CHECKS: rules for the documents; see `hub.dataload.checks`.
        ON_ERROR: ``fail`` or ``quarantine``: what happens to documents that can not be stored; None: the setting.
        MAX_ERRORS: bad documents that go to quarantine before the upload fails, ``100`` or ``"1%"``; None: the setting.
        TIME_LIMIT: seconds that each job of an upload may take; None: the setting `UPLOAD_TIME_LIMIT`.
        auto_validate: validate after each upload.
        idconverter: decorator for ``load_data``, or None.
        __metadata__: ``{"src_meta": {...}}``.
        data_folder: folder of the release that is parsed.
        src_doc: what is known of the download: ``{"download": {"release", "data_folder", "status"}}``.
        db: the source store.
        temp_collection_name: collection that is written, until it replaces ``collection_name``.
        logger: the job's log.
    """

    name: ClassVar[str | None] = None
    main_source: ClassVar[str | None] = None
    regex_name: ClassVar[str | None] = None
    storage_class: ClassVar[type[BaseStorage] | tuple[type[BaseStorage], ...]] = BasicStorage
    keep_archive: ClassVar[int] = 10
    auto_validate: ClassVar[bool] = False
    CHECKS: ClassVar[Mapping[str, Any]] = {}
    ON_ERROR: ClassVar[str | None] = None
    MAX_ERRORS: ClassVar[int | str | None] = None
    TIME_LIMIT: ClassVar[float | None] = None
    idconverter: ClassVar[Callable[..., Any] | None] = None
    __metadata__: ClassVar[dict[str, Any]] = {}

    def __init__(
        self, db_conn_info: Any = None, collection_name: str | None = None, log_folder: Any = None, **kwargs: Any
    ) -> None:
        self.collection_name: str = collection_name or self.name or ""
        self.temp_collection_name: str = ""
        self.data_folder: str = ""
        self.src_doc: dict[str, Any] = {}
        self.logger: logging.Logger = logging.getLogger(f"hub.upload.{self.name}")
        self._db: DocumentStore | None = None

    @classmethod
    def create(cls, db_conn_info: Any = None, *args: Any, **kwargs: Any) -> BaseSourceUploader:
        """Make an instance."""
        return cls(db_conn_info, *args, **kwargs)

    @property
    def fullname(self) -> str:
        """``main.name``, or ``name`` when it is its own main source."""
        return (
            f"{self.main_source}.{self.name}" if self.main_source and self.main_source != self.name else self.name or ""
        )

    @property
    def db(self) -> PluginDatabase:
        """The source store, with the names of pymongo that plugins use."""
        if self._db is None:
            raise ResourceError(f"`{self.fullname}`: the store is only there while an upload runs")
        return PluginDatabase(self._db)

    @property
    def collection(self) -> PluginCollection:
        """The collection that is being written, or the published one."""
        return self.db[self.temp_collection_name or self.collection_name]

    @property
    def src_dump(self) -> StateCollection:
        """What is known of all sources. To read only."""
        return StateCollection("DATA_SRC_DUMP_COLLECTION", "src_dump")

    @property
    def src_master(self) -> StateCollection:
        """Mapping and metadata of all sub-sources. To read only."""
        return StateCollection("DATA_SRC_MASTER_COLLECTION", "src_master")

    def get_pinfo(self) -> dict[str, Any]:
        """A description for job lists."""
        return {"category": "uploader", "source": self.fullname, "step": None, "description": None}

    def unprepare(self) -> None:
        """Nothing to do: an instance lives in the process that parses."""

    def attach(
        self,
        *,
        db: DocumentStore,
        data_folder: str,
        release: str,
        temp_collection: str,
        logger: logging.Logger,
    ) -> None:
        """Prepare for one upload.

        Args:
            db: the source store.
            data_folder: folder of the release.
            release: its release.
            temp_collection: collection to write.
            logger: the job's log.
        """
        self._db, self.data_folder, self.temp_collection_name, self.logger = db, data_folder, temp_collection, logger
        self.src_doc = {"download": {"release": release, "data_folder": data_folder, "status": "success"}}

    def load_data(self, data_folder: str) -> Iterable[dict[str, Any]]:
        """Parse the files.

        Args:
            data_folder: folder of the release.

        Returns:
            Documents with a text ``_id``: a generator, list, or dict ``{_id: document}``.
        """
        raise ResourceError(f"`{type(self).__name__}` does not say how to parse: define `load_data(self, data_folder)`")

    @classmethod
    def get_mapping(cls) -> dict[str, Any]:
        """Elasticsearch properties of the documents; empty when the mapping is inferred."""
        return {}

    def post_update_data(
        self, steps: Sequence[str], force: bool, batch_size: int, job_manager: Any, **kwargs: Any
    ) -> Any:
        """Called when all documents are stored, before they are published; e.g. to create indexes."""


class IgnoreDuplicatedSourceUploader(BaseSourceUploader):
    """The first document of an ``_id`` stays."""

    storage_class = IgnoreDuplicatedStorage


class NoBatchIgnoreDuplicatedSourceUploader(BaseSourceUploader):
    """The first document of an ``_id`` stays."""

    storage_class = NoBatchIgnoreDuplicatedStorage


class MergerSourceUploader(BaseSourceUploader):
    """Documents of one ``_id`` are merged."""

    storage_class = MergerStorage


class ParallelizedSourceUploader(BaseSourceUploader):
    """Several calls of the parser, each a job of its own, into one collection.

    Attributes:
        MAX_PARALLEL_UPLOAD: calls at one time; None for as many as there are workers.
    """

    MAX_PARALLEL_UPLOAD: ClassVar[int | None] = None

    def jobs(self) -> list[tuple[Any, ...]]:
        """The calls: one tuple of arguments for ``load_data`` each; picklable."""
        raise ResourceError(f"`{type(self).__name__}` does not say what to run in parallel: define `jobs(self)`")


class NoDataSourceUploader(BaseSourceUploader):
    """Registers a mapping and metadata; stores no documents."""

    storage_class = NoStorage


class DummySourceUploader(BaseSourceUploader):
    """The documents are in the collection already; only registers them."""
