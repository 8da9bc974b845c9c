"""The steps of an update, in order."""

from __future__ import annotations

import enum

from hub.dataload.lifecycle.errors import UnknownStepError


class Step(enum.StrEnum):
    """One step of an update."""

    CHECK = "check"  #: the declared programs and functions are there
    DEPENDS = "depends"  #: the sources that this one depends on are up to date
    PRE = "pre"  #: declared processes before the download
    RELEASE = "release"  #: which release there is, and which files
    DOWNLOAD = "download"  #: files are fetched
    UNPACK = "unpack"  #: archives are extracted; `post_dump` of a dumper class
    VERIFY = "verify"  #: the rules of `checks`; then the release is on disk
    POST = "post"  #: declared processes after the download
    METADATA = "metadata"  #: what they said is put together
    PROMOTE = "promote"  #: it becomes the current release
    CLEAN = "clean"  #: releases that are one too many are removed

    @property
    def number(self) -> int:
        """Place in the order."""
        return ORDER.index(self)


ORDER = tuple(Step)


def step_named(name: str) -> Step:
    """The step of that name.

    Raises:
        UnknownStepError: there is none; the nearest is told.
    """
    try:
        return Step(name)
    except ValueError:
        raise UnknownStepError(name, [s.value for s in Step]) from None
