"""``biothings.hub.dataload.uploader``."""

from hub.dataload.uploader import (
    BaseSourceUploader,
    DummySourceUploader,
    IgnoreDuplicatedSourceUploader,
    MergerSourceUploader,
    NoBatchIgnoreDuplicatedSourceUploader,
    NoDataSourceUploader,
    ParallelizedSourceUploader,
    ResourceError,
)

__all__ = [
    "BaseSourceUploader",
    "DummySourceUploader",
    "IgnoreDuplicatedSourceUploader",
    "MergerSourceUploader",
    "NoBatchIgnoreDuplicatedSourceUploader",
    "NoDataSourceUploader",
    "ParallelizedSourceUploader",
    "ResourceError",
]
