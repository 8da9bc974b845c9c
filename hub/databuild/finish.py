"""Finishing documents: what a builder class does to each merged document by itself.

It is a part of the merge, so that builds that are made of a former one, their logs of changes and the indices made of
these stay exact. What needs to see several documents at once is `DataBuilder.post_merge`.
"""

from __future__ import annotations

import hashlib
import inspect
import pickle
import sys
from collections.abc import Callable, Iterable

from hub.databuild.errors import MergeDocumentError
from hub.errors import HubError
from hub.store.port import Codec, Document, Record

Finisher = Callable[[Document], Document]


def finished(build: str, finisher: Finisher, codec: Codec, records: Iterable[Record]) -> list[Record]:
    """The records, finished.

    Raises:
        MergeDocumentError: the finisher fails, or gives no document of the same ``_id``.
    """
    found = []
    for id_, body in records:
        try:
            made = finisher(codec.decode(body))
            if not isinstance(made, dict) or made.get("_id") != id_:
                raise MergeDocumentError(build, "all", id_, "the finisher of the builder class must give this document")
            found.append(Record(id_, codec.encode(made)))
        except HubError:
            raise
        except Exception as error:
            raise MergeDocumentError(
                build, "all", id_, f"the finisher failed: {type(error).__name__}: {error}"
            ) from error
    return found


def fingerprint(finisher: Finisher | None) -> str:
    """What changes when a finisher does: the function, its arguments, the source of its module; empty for none."""
    if finisher is None:
        return ""
    function = getattr(finisher, "func", finisher)
    module = sys.modules.get(getattr(function, "__module__", None) or type(function).__module__)
    try:
        source = inspect.getsource(module) if module else ""
    except (OSError, TypeError):
        source = ""
    return hashlib.sha256(pickle.dumps(finisher) + source.encode()).hexdigest()
