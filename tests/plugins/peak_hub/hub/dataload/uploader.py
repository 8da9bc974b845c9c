"""Base class of an application's uploaders, in a module that the hub has too."""

import biothings.hub.dataload.uploader as uploader


class BasePeakUploader(uploader.MergerSourceUploader):
    __metadata__ = {"src_meta": {"license": "CC0"}}


class BaseSourceUploader:
    """Never found: the hub's own class of that name comes first."""
