"""How one data API behaves; every field has a working default."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub import errors
from hub.config import Settings


@dataclass(frozen=True)
class StatusCheck:
    """A document that ``/status`` fetches to see that an index really answers.

    Attributes:
        doc_type: type whose index is asked.
        id: ``_id`` of a document that must be there.
    """

    doc_type: str
    id: str


@dataclass(frozen=True)
class QuerySettings:
    """Settings of one data API.

    Attributes:
        title: name shown on the front page and in the OpenAPI document.
        description: one or two sentences for the same places.
        prefix: path before everything else, e.g. ``/genes``; empty for none.
        version: path segment of the versioned routes.
        default_type: type served by the routes that name none; None: the first configured one.
        cache_max_age: seconds in ``Cache-Control`` of successful answers.
        default_scopes: fields an id is looked up in; exactly ``("_id",)`` uses the fast path.
        annotation_patterns: ``(regular expression, scopes)`` pairs tried on an id, first full match wins. The named
            groups ``term`` and ``scope``, when present, replace the whole id and the scopes.
        allow_random: ``q=__any__`` gives a random order; otherwise a random page of all documents.
        allow_nested_facets: ``facets=a(b)`` is answered instead of refused.
        userquery_dir: folder of stored queries (``<name>/query.txt``, ``<name>/filter.txt``); None: feature off.
        license_transform: dotted path to the source name whose license covers it.
        fields_excluded: fields not shown by ``/metadata/fields``.
        fields_notes: field to a note shown by ``/metadata/fields``.
        status_check: document fetched by ``/status``; None: health of the engine only.
        page_size: documents in one page of ``fetch_all``.
        max_matches: most documents one annotation id may match.
        threads: threads for blocking engine calls.
        inline_get: answer a GET by id in the event loop; None: when the engine is the embedded one.
        metadata_ttl: seconds for which mapping and metadata of an index are remembered.
        max_body_bytes: largest request body that is read.
    """

    title: str = "Data API"
    description: str = "Documents by id, search and metadata."
    prefix: str = ""
    version: str = "v1"
    default_type: str | None = None
    cache_max_age: int = 604_800
    default_scopes: Sequence[str] = ("_id",)
    annotation_patterns: Sequence[tuple[str, Sequence[str]]] = ()
    allow_random: bool = False
    allow_nested_facets: bool = False
    userquery_dir: Path | None = None
    license_transform: Mapping[str, str] = field(default_factory=dict)
    fields_excluded: Sequence[str] = ("all",)
    fields_notes: Mapping[str, str] = field(default_factory=dict)
    status_check: StatusCheck | None = None
    page_size: int = 1000
    max_matches: int = 1000
    threads: int = 4
    inline_get: bool | None = None
    metadata_ttl: float = 5.0
    max_body_bytes: int = 32 * 1024 * 1024

    @classmethod
    def of(cls, settings: Settings) -> QuerySettings:
        """What the hub's configuration (section "Data API") asks for.

        Raises:
            DataApiSettingError: a value that its type allows makes no sense; names the setting.
        """
        return cls(
            title=settings["HUB_NAME"],
            prefix=settings["APP_PREFIX"],
            version=settings["APP_VERSION"],
            cache_max_age=settings["DEFAULT_CACHE_MAX_AGE"],
            default_scopes=tuple(settings["ANNOTATION_DEFAULT_SCOPES"]),
            annotation_patterns=[_pattern(entry) for entry in settings["ANNOTATION_ID_REGEX_LIST"]],
            allow_random=settings["ALLOW_RANDOM_QUERY"],
            allow_nested_facets=settings["ALLOW_NESTED_AGGS"],
            userquery_dir=_folder("USERQUERY_DIR", settings["USERQUERY_DIR"]),
            license_transform=settings["LICENSE_TRANSFORM"],
            fields_excluded=tuple(settings["AVAILABLE_FIELDS_EXCLUDED"]),
            fields_notes=_notes(settings["AVAILABLE_FIELDS_NOTES_PATH"]),
            status_check=_status_check(settings["STATUS_CHECK"]),
        )

    @property
    def root(self) -> str:
        """The prefix with one leading slash and no trailing one; empty when there is none."""
        inner = self.prefix.strip("/")
        return f"/{inner}" if inner else ""


class DataApiSettingError(errors.HubError, errors.Permanent):
    """A setting of the data API has a value that cannot be used."""

    exit_code = 2

    def __init__(self, setting: str, problem: str) -> None:
        self.setting, self.problem = setting, problem
        super().__init__(f"setting {setting}: {problem}. Correct it in config.py; `hub config` shows where it is set.")


def _pattern(entry: Any) -> tuple[str, Sequence[str]]:
    name = "ANNOTATION_ID_REGEX_LIST"
    try:
        pattern, scopes = entry
        re.compile(pattern)
    except re.error as error:
        raise DataApiSettingError(name, f"{pattern!r} is no regular expression ({error})") from None
    except (TypeError, ValueError):
        raise DataApiSettingError(name, f"{entry!r} is not a pair [regular expression, fields]") from None
    return pattern, [scopes] if isinstance(scopes, str) else list(scopes)


def _folder(setting: str, value: str | None) -> Path | None:
    if value is None:
        return None
    if not Path(value).is_dir():
        raise DataApiSettingError(setting, f"there is no folder {value}")
    return Path(value)


def _notes(path: str | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        notes = json.loads(Path(path).read_text())
        return {str(name): str(note) for name, note in notes.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise DataApiSettingError(
            "AVAILABLE_FIELDS_NOTES_PATH", f"{path} cannot be read as a JSON object ({error})"
        ) from None


def _status_check(value: Mapping[str, str] | None) -> StatusCheck | None:
    if value is None:
        return None
    if set(value) != {"index", "id"}:
        raise DataApiSettingError("STATUS_CHECK", f'{dict(value)} has not exactly the keys "index" and "id"')
    return StatusCheck(value["index"], value["id"])
