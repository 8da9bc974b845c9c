"""The settings as the rest of the hub reads them."""

from __future__ import annotations

import json
import logging
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hub import errors
from hub.config import kinds
from hub.config.definitions import Definition
from hub.config.errors import ConfigError, SettingTypeError, UnknownSettingError
from hub.config.secret import STARS

#: Reads the overrides kept in the hub's database: ``{name: JSON text}``, or documents ``{"_id", "json"}``.
OverrideReader = Callable[[], Mapping[str, str] | Iterable[Mapping[str, Any]]]

_log = logging.getLogger("hub.config")


class Settings:
    """Resolved settings. Reading is by attribute, by key, or with `get`; nothing is evaluated or checked on reading.

    Attributes:
        home: the folder everything is written to, absolute.
        config_file: the user's file, or None.
        definitions: what is known about each setting; empty in worker processes.
        warnings: remarks for people made while loading.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        origins: Mapping[str, str],
        *,
        definitions: Mapping[str, Definition] | None = None,
        config_file: Path | None = None,
        extras: Mapping[str, Any] | None = None,
        warnings: Iterable[str] = (),
    ) -> None:
        self._values, self._origins = dict(values), dict(origins)
        self._extras = dict(extras or {})
        self._overrides: dict[str, Any] = {}
        self._class_overrides: dict[str, Any] = {}
        self._reader: OverrideReader | None = None
        self.definitions = dict(definitions or {})
        self.config_file = config_file
        self.warnings = list(warnings)

    @property
    def home(self) -> Path:
        """The folder everything is written to."""
        return Path(self["HUB_HOME"])

    def __getitem__(self, name: str) -> Any:
        if name in self._overrides:
            return self._overrides[name]
        if name in self._values:
            return self._values[name]
        if name in self._extras:
            return self._extras[name]
        raise UnknownSettingError("setting", name, self._values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or ``default`` when there is no such setting (not when it is None)."""
        return self[name] if name in self else default  # noqa: SIM401 - this is get

    def __contains__(self, name: object) -> bool:
        return name in self._values or name in self._extras

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def folder(self, name: str) -> Path:
        """The path of a folder setting, made if it is not there yet."""
        path = Path(self[name])
        path.mkdir(parents=True, exist_ok=True)
        return path

    def origin(self, name: str) -> str:
        """Where the value comes from, e.g. ``environment: HUB_API_PORT``."""
        if name in self._overrides:
            return "hub database"
        if name not in self._values:
            raise UnknownSettingError("setting", name, self._values)
        return self._origins.get(name, "")

    def file_value(self, name: str) -> Any:
        """The value without overrides from the database."""
        return self._values[name]

    # -- overrides ---------------------------------------------------------------------------------------------------

    def attach_overrides(self, reader: OverrideReader) -> None:
        """Take overrides from the hub's database, now and at each `refresh_overrides`."""
        self._reader = reader
        self.refresh_overrides()

    def refresh_overrides(self) -> None:
        """Read the overrides again. One that cannot be used is logged and left out."""
        found = self._reader() if self._reader else {}
        texts = found if isinstance(found, Mapping) else {doc["_id"]: doc["json"] for doc in found}
        overrides: dict[str, Any] = {}
        classes: dict[str, Any] = {}
        for name, text in texts.items():
            try:
                if "." in name:
                    classes[name] = json.loads(text)
                else:
                    overrides[name] = self._override(name, text)
            except (ConfigError, errors.HubError, ValueError) as error:
                _log.warning("Override of %s not used: %s", name, error, extra={"action": "config_override_refused"})
        self._overrides, self._class_overrides = overrides, classes

    def _override(self, name: str, text: str) -> Any:
        definition = self.check_editable(name)
        value = json.loads(text)
        try:
            return kinds.check(value, definition.kind)
        except kinds.Mismatch as wrong:
            got = STARS if definition.hidden else repr(wrong.value)
            raise SettingTypeError(name, wrong.expected, got, "hub database") from None

    def check_editable(self, name: str) -> Definition:
        """The definition of a setting that may be changed from the studio.

        Raises:
            UnknownSettingError: no such setting.
            hub.errors.Refused: it is marked read-only or invisible, or is a secret.
        """
        definition = self.definitions.get(name)
        if definition is None:
            raise UnknownSettingError("setting", name, self.definitions)
        if definition.readonly or definition.invisible or name == "CONFIG_READONLY":
            raise errors.Refused(f"{name} cannot be changed from here; set it in {self.config_file or 'config.py'}.")
        return definition

    def class_overrides(self) -> dict[str, Any]:
        """Overrides of class attributes: ``{"HpoDumper.SCHEDULE": "0 1 * * *"}``."""
        return dict(self._class_overrides)

    @property
    def overridden(self) -> dict[str, Any]:
        """The settings changed from the studio, with their values."""
        return dict(self._overrides)

    # -- worker processes --------------------------------------------------------------------------------------------

    def snapshot(self) -> dict[str, Any]:
        """Everything a worker process needs, as a picklable dict: resolved values and where they come from."""
        values = {name: self[name] for name in self._values}
        return {
            "values": {name: value for name, value in values.items() if _picklable(value)},
            "origins": {name: self.origin(name) for name in values},
            "classes": self.class_overrides(),
            "config_file": str(self.config_file) if self.config_file else None,
        }

    @classmethod
    def from_snapshot(cls, snapshot: Mapping[str, Any]) -> Settings:
        """The settings of a `snapshot`, in another process."""
        file = snapshot.get("config_file")
        settings = cls(snapshot["values"], snapshot["origins"], config_file=Path(file) if file else None)
        settings._class_overrides = dict(snapshot["classes"])
        return settings

    def describe(self) -> dict[str, Any]:
        """All settings for people and clients, secrets masked; see `hub.config.describe`."""
        from hub.config import describe

        return describe.describe(self)


def _picklable(value: Any) -> bool:
    try:
        pickle.dumps(value)
    except Exception:
        return False
    return True
