"""``biothings.hub.databuild.builder``: the hub's builder classes, with the members that applications use."""

from __future__ import annotations

import logging
from typing import Any

from hub.compat.stores import TargetCollection
from hub.databuild import builder

log = logging.getLogger("hub.builds")


class TargetBackend:
    """What is known of the merged collection.

    Attributes:
        target_collection: the collection.
        target_name: its name, while it is built.
    """

    def __init__(self, owner: builder.DataBuilder) -> None:
        self.target_name: str = owner.target.name
        self.target_collection = TargetCollection(owner.target)

    def count(self) -> int:
        """Number of documents."""
        return self.target_collection.count()


class _Members:
    """What applications use of a builder besides its hooks."""

    config: Any
    target: Any

    @property
    def logger(self) -> logging.Logger:
        """The log of builds."""
        return log

    @property
    def build_config(self) -> dict[str, Any]:
        """The configuration."""
        found: dict[str, Any] = self.config.to_document()
        return found

    @property
    def target_backend(self) -> TargetBackend:
        """The merged collection; there from `post_merge` on."""
        assert isinstance(self, builder.DataBuilder)
        return TargetBackend(self)

    @property
    def target_name(self) -> str:
        """Name of the merged collection while it is built; there from `post_merge` on."""
        return str(self.target.name)

    def get_root_document_sources(self) -> list[str]:
        """Sources that may create documents; empty when all may."""
        assert isinstance(self, builder.DataBuilder)
        return sorted(self.roots())


class DataBuilder(_Members, builder.DataBuilder):
    """Merges the sources of a configuration into a new collection; see `hub.databuild.builder.DataBuilder`."""


class LinkDataBuilder(_Members, builder.LinkDataBuilder):
    """Makes a build that is its only source; see `hub.databuild.builder.LinkDataBuilder`."""


__all__ = ["DataBuilder", "LinkDataBuilder"]
