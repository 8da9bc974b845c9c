"""The storages, under the name by which plugins know this module; see `hub.dataload.uploader.storages`."""

from hub.dataload.uploader.storages import (
    BaseStorage,
    BasicStorage,
    CheckSizeStorage,
    IgnoreDuplicatedStorage,
    MergerStorage,
    NoBatchIgnoreDuplicatedStorage,
    NoStorage,
    RootKeyMergerStorage,
    UpsertStorage,
)

__all__ = [
    "BaseStorage",
    "BasicStorage",
    "CheckSizeStorage",
    "IgnoreDuplicatedStorage",
    "MergerStorage",
    "NoBatchIgnoreDuplicatedStorage",
    "NoStorage",
    "RootKeyMergerStorage",
    "UpsertStorage",
]
