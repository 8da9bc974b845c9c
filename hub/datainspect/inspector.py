"""One inspection: documents in, the results of the modes that were asked for out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hub.datainspect import evidence
from hub.datainspect.identifiers import Identifiers
from hub.datainspect.mapping import MappingInference
from hub.datainspect.profile import Profile, json_schema, stats_map, type_map
from hub.errors import BadArgument, suggest

IDENTIFIERS = "identifiers"
MODES = ("type", "stats", "deepstats", "mapping", "jsonschema", IDENTIFIERS)


class UnknownModeError(BadArgument):
    """A way of inspecting that does not exist."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        super().__init__(f"no inspection mode `{mode}`. {suggest(mode, MODES)}")


def checked_modes(modes: str | Sequence[str]) -> list[str]:
    """The modes, one or several, without repetition.

    Raises:
        UnknownModeError: there is no such mode.
    """
    text = modes if isinstance(modes, str) else ",".join(str(mode) for mode in modes)
    given = text.replace(",", " ").split()
    for mode in given:
        if mode not in MODES:
            raise UnknownModeError(mode)
    return list(dict.fromkeys(given)) or ["type"]


class Inspection:
    """Inspects documents.

    Args:
        modes: some of `MODES`.
        patterns: kinds of identifiers of a project, see `hub.datainspect.identifiers`.
    """

    def __init__(self, modes: str | Sequence[str] = "type", *, patterns: Mapping[str, Any] | None = None) -> None:
        self.modes = checked_modes(modes)
        self._profile = Profile(deep="deepstats" in self.modes)
        self._mapping = MappingInference() if "mapping" in self.modes else None
        self._identifiers = Identifiers(patterns) if IDENTIFIERS in self.modes else None

    @property
    def documents(self) -> int:
        """Documents taken in so far."""
        return self._profile.documents

    def add(self, document: Mapping[str, Any]) -> None:
        """Take in one document."""
        self._profile.add(document)
        if self._mapping is not None:
            self._mapping.add(document)
        if self._identifiers is not None:
            self._identifiers.add(document)

    def results(self) -> dict[str, Any]:
        """One key for each mode, and ``__metadata__``.

        With the mode ``mapping``, ``__metadata__`` holds ``total_fields``, ``evidence`` for each mapped field and
        ``conflicts`` with examples; ``left_out`` counts fields beyond the limits.
        """
        root = self._profile.root
        metadata: dict[str, Any] = {"documents": self.documents, "left_out": self._profile.left_out}
        found: dict[str, Any] = {"__metadata__": metadata}
        for mode in self.modes:
            if mode == "type":
                found[mode] = type_map(root)
            elif mode in ("stats", "deepstats"):
                found[mode] = stats_map(root)
            elif mode == "jsonschema":
                found[mode] = json_schema(root)
        if self._identifiers is not None:
            found[IDENTIFIERS] = self._identifiers.result()
        if self._mapping is not None:
            inferred = self._mapping.result()
            found["mapping"] = inferred.properties
            metadata |= {
                "total_fields": inferred.fields,
                "left_out": max(inferred.left_out, self._profile.left_out),
                "evidence": evidence.evidence(root, inferred),
                "conflicts": evidence.conflicts(root, inferred),
            }
        return found
