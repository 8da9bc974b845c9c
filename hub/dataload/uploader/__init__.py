"""From files to documents: uploader classes (`base`), their generation from manifests (`generated`), the job functions
(`work`), and the path of a document: `documents` (check, encode), `pipe` (to the writing process), `writing`, `combine`
(parts of a parallel upload)."""

from hub.dataload.uploader.base import (
    BaseSourceUploader,
    DummySourceUploader,
    IgnoreDuplicatedSourceUploader,
    MergerSourceUploader,
    NoBatchIgnoreDuplicatedSourceUploader,
    NoDataSourceUploader,
    ParallelizedSourceUploader,
    ResourceError,
)
from hub.dataload.uploader.generated import manifest_uploaders

__all__ = [
    "BaseSourceUploader",
    "DummySourceUploader",
    "IgnoreDuplicatedSourceUploader",
    "MergerSourceUploader",
    "NoBatchIgnoreDuplicatedSourceUploader",
    "NoDataSourceUploader",
    "ParallelizedSourceUploader",
    "ResourceError",
    "manifest_uploaders",
]
