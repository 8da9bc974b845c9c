"""`ReleaseValidator`: an application's own word on releases to be installed (``AUTOHUB_VALIDATOR_CLASS``)."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

from hub.config import Settings
from hub.errors import HubError
from hub.search.port import SearchEngine
from hub.standalone.errors import ReleaseRefusedError, SubscriptionError

SETTING = "AUTOHUB_VALIDATOR_CLASS"


class ReleaseValidationError(Exception):
    """Raised by a validator: the release is not to be installed.

    Args:
        reason: why; people read it.
    """

    def __init__(self, reason: Any = "", *more: Any) -> None:
        self.reason = reason
        super().__init__(reason, *more)


class ReleaseValidator:
    """Says whether a release may be installed. Subclasses override one method, or both; they run in a thread.

    Args:
        standalone: the manager that installs.
    """

    def __init__(self, standalone: Any) -> None:
        self.standalone = standalone

    def validate(self, force: bool = False, **about: Any) -> None:
        """Called before anything is fetched.

        Args:
            force: whether somebody insists.
            about: ``name`` of the release, ``version_path``: the releases to be installed, in their order.

        Raises:
            ReleaseValidationError: it may not be installed.
        """

    def validate_index(self, engine: SearchEngine, index: str, **about: Any) -> None:
        """Called when the new index is whole and nobody reads it yet.

        Args:
            engine: the search engine, to look into the index.
            index: its name.
            about: ``name`` of the release, ``version``, ``count`` of documents.

        Raises:
            ReleaseValidationError: it may not be served; it is removed then, and what is served stays.
        """


def validator(settings: Settings, standalone: Any) -> ReleaseValidator:
    """The validator that the settings name; one that lets everything through when they name none.

    Raises:
        SubscriptionError: it can not be used.
    """
    path = str(settings.get(SETTING) or "")
    if not path:
        return ReleaseValidator(standalone)
    module, _, name = path.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
    except Exception as error:  # code of the application runs
        raise SubscriptionError(SETTING, path, f"it can not be imported ({type(error).__name__}: {error}).") from error
    if not (isinstance(found, type) and issubclass(found, ReleaseValidator)):
        raise SubscriptionError(SETTING, path, f"it is no subclass of {__name__}.{ReleaseValidator.__name__}.")
    try:
        return found(standalone)
    except Exception as error:
        raise SubscriptionError(SETTING, path, f"it can not be made ({type(error).__name__}: {error}).") from error


def asked(name: str, versions: Sequence[str], ask: Callable[[], None]) -> None:
    """Have a validator's word.

    Args:
        name: of the release.
        versions: what is to be installed.
        ask: calls it.

    Raises:
        ReleaseRefusedError: it refuses, or fails: what nobody could check is not installed.
    """
    try:
        ask()
    except ReleaseValidationError as error:
        raise ReleaseRefusedError(name, versions, str(error.reason) or "it gave no reason") from error
    except HubError as error:
        raise ReleaseRefusedError(name, versions, str(error)) from error
    except Exception as error:
        raise ReleaseRefusedError(name, versions, f"it failed: {type(error).__name__}: {error}") from error
