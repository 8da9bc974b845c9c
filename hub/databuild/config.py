"""Build configurations: what ``src_build_config`` holds, typed, and everything that can be checked without data."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from hub.databuild.auto_rules import AutoRules
from hub.databuild.errors import BuildConfigError
from hub.databuild.fields import FieldRules
from hub.databuild.gate_rules import GateRules
from hub.errors import suggest

DEFAULT_VERSION = "%Y%m%d"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-]*\Z")
_OWN_KEYS = frozenset({"_id", "name", "doc_type", "sources", "root", "builder_class", "archived"})
_OPENERS = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}
_CONFLICT_MODES = ("error", "first")


@dataclass(frozen=True)
class BuildConfig:
    """One build configuration.

    Attributes:
        name: its ``_id``.
        doc_type: what the documents are (``gene``); the type of the data API.
        sources: names of sub-sources (``_id`` in ``src_master``).
        root: sources that may create documents, as written: names, or only ``!name``. Empty: all may.
        builder_class: dotted path of a registered builder class, or None for the default one.
        archived: hidden from `whatsnew`.
        params: every other key, kept as it is (``num_shards``, ``build_version``, ``ids``, ``_meta``,
            ``auto``, ``merge_rules``, ...).
    """

    name: str
    doc_type: str
    sources: tuple[str, ...]
    root: tuple[str, ...] = ()
    builder_class: str | None = None
    archived: bool = False
    params: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> BuildConfig:
        """The configuration of a ``src_build_config`` document (or of an entry of the setting ``BUILDS`` with ``_id``).

        Raises:
            BuildConfigError: a key is missing or of the wrong type.
        """
        name = str(document.get("_id") or document.get("name") or "")
        return cls(
            name=name,
            doc_type=_text(name, "doc_type", document.get("doc_type")),
            sources=_names(name, "sources", document.get("sources")),
            root=_names(name, "root", document.get("root")),
            builder_class=document.get("builder_class") or None,
            archived=bool(document.get("archived", False)),
            params={k: v for k, v in document.items() if k not in _OWN_KEYS},
        )

    def to_document(self) -> dict[str, Any]:
        """The ``src_build_config`` document."""
        document: dict[str, Any] = {
            "_id": self.name,
            "name": self.name,
            "doc_type": self.doc_type,
            "sources": list(self.sources),
            "root": list(self.root),
        }
        if self.builder_class:
            document["builder_class"] = self.builder_class
        if self.archived:
            document["archived"] = True
        return {**document, **self.params}

    @property
    def auto(self) -> bool:
        """Whether the build is made (and indexed) by itself when one of its sources has new data."""
        return bool(self.params.get("auto", False))

    @property
    def mapping_conflicts(self) -> str:
        """``error`` (default): contradicting mappings stop a build before it starts; ``first``: the first wins."""
        return str(self.params.get("mapping_conflicts", "error"))

    @property
    def merge_rules(self) -> FieldRules:
        """Rules of single fields."""
        return FieldRules.read(self.name, self.params.get("merge_rules"))

    def roots(self) -> frozenset[str]:
        """The sources that may create documents; empty when all may.

        Negated names mean all configured sources but those.
        """
        if any(name.startswith("!") for name in self.root):
            return frozenset(self.sources) - {name[1:] for name in self.root}
        return frozenset(self.root)

    def build_version(self, at: datetime) -> str:
        """Version of a build started ``at``: strftime of ``build_version``, default ``%Y%m%d``.

        Raises:
            BuildConfigError: the result is empty or holds a dot, which is reserved for increments.
        """
        pattern = self.params.get("build_version") or DEFAULT_VERSION
        if not isinstance(pattern, str):
            raise BuildConfigError(self.name, "build_version", f"must be a strftime format, not {pattern!r}.")
        return check_version(self.name, at.strftime(pattern))

    def check(self, at: datetime) -> None:
        """Everything that can be checked without looking at data.

        Args:
            at: the time a build would start.

        Raises:
            BuildConfigError: the first thing that is wrong.
        """
        if not _NAME.match(self.name):
            raise BuildConfigError(self.name, "name", "use letters, digits, `_` and `-` only; it names collections.")
        if not self.sources:
            raise BuildConfigError(self.name, "sources", "name at least one source.")
        for key in ("sources", "root"):
            names: Sequence[str] = getattr(self, key)
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise BuildConfigError(self.name, key, f"{', '.join(twice)} is named twice.")
        self._check_root()
        self.build_version(at)
        FieldRules.read(self.name, self.params.get("merge_rules"))
        if self.mapping_conflicts not in _CONFLICT_MODES:
            raise BuildConfigError(self.name, "mapping_conflicts", f"must be one of {', '.join(_CONFLICT_MODES)}.")
        GateRules.of(self.name, self.params.get("gates"))
        AutoRules.of(self.name, self.params)

    def _check_root(self) -> None:
        negated = [name for name in self.root if name.startswith("!")]
        if negated and len(negated) != len(self.root):
            raise BuildConfigError(self.name, "root", "either name the roots, or exclude some with `!`; not both.")
        for name in self.root:
            if name.lstrip("!") not in self.sources:
                near = suggest(name.lstrip("!"), self.sources)
                raise BuildConfigError(self.name, "root", f"`{name.lstrip('!')}` is not among `sources`. {near}")
        if negated and not self.roots():
            raise BuildConfigError(self.name, "root", "excludes every source, so no document could be created.")


def check_version(config: str, version: str) -> str:
    """The build version itself, when it can be used.

    Raises:
        BuildConfigError: it is empty, or holds a dot or another character that names cannot have.
    """
    if not version or not re.fullmatch(r"[A-Za-z0-9_\-]+", version):
        why = "a dot is reserved for increments" if "." in version else "it names collections and indices"
        raise BuildConfigError(config, "build_version", f"gives {version!r}; use letters, digits, `_` and `-`: {why}.")
    return version


def read_ids(config: str, value: Any) -> list[str] | None:
    """The ids a merge is restricted to, sorted and unique; None for no restriction.

    Args:
        config: name of the configuration, for the message.
        value: a list of ids, or the path of a text file with one id a line (``#`` comments; .gz, .xz, .bz2).

    Raises:
        BuildConfigError: not ids, or a file that cannot be read.
    """
    if value is None:
        return None
    if isinstance(value, str | Path):
        return _ids_of_file(config, Path(value))
    if isinstance(value, Iterable):
        ids = list(value)
        wrong = next((i for i in ids if not isinstance(i, str)), None)
        if wrong is None:
            return sorted(set(ids))
        raise BuildConfigError(config, "ids", f"{wrong!r} is not text; every `_id` is.")
    raise BuildConfigError(config, "ids", f"must be a list of ids or the path of a file, not {value!r}.")


def _ids_of_file(config: str, path: Path) -> list[str]:
    try:
        opener: Any = _OPENERS.get(path.suffix, open)
        lines: IO[str]
        with opener(path, "rt", encoding="utf-8") as lines:
            return sorted({text for line in lines if (text := line.strip()) and not text.startswith("#")})
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise BuildConfigError(config, "ids", f"cannot read `{path}`: {error}") from error


def _text(config: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise BuildConfigError(config, key, f"must be a text, not {value!r}.")
    return value


def _names(config: str, key: str, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) and v for v in value):
        raise BuildConfigError(config, key, f"must be a list of source names, not {value!r}.")
    return tuple(value)
