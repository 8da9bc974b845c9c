"""Which kinds of identifiers the fields of documents hold, by patterns that their values fit.

The table below has the kinds that data of the life sciences are joined by; the setting ``ID_PATTERNS`` adds others or
replaces these. A pattern must fit the whole value. Kinds that are mere numbers are left out: a number fits all of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from hub.datainspect.profile import MAX_NODES, TYPE
from hub.errors import BadArgument

IDENT = "_ident"
LEAST_SHARE = 0.5  #: of the values of a field that must fit a pattern
MOST_KINDS = 5  #: shown of a field
MOST_CHARACTERS = 100  #: longer values are no identifiers

PATTERNS: Mapping[str, str] = {
    "arxiv": r"(arXiv:)?\d{4}\.\d{4,5}(v\d+)?",
    "chebi": r"CHEBI:\d+",
    "chembl": r"CHEMBL\d+",
    "clinicaltrials": r"NCT\d{8}",
    "cosmic": r"COS[MV]\d+",
    "dbsnp": r"rs\d+",
    "doi": r"(doi:|https?://(dx\.)?doi\.org/)?10\.\d{4,9}/\S+",
    "doid": r"DOID:\d+",
    "drugbank": r"DB\d{5}",
    "ec": r"(EC )?[1-7](\.(\d+|-)){3}",
    "efo": r"EFO[:_]\d{7}",
    "ensembl": r"ENS[A-Z]{0,6}[EFGPRT]{1,2}\d{11}(\.\d+)?",
    "go": r"GO:\d{7}",
    "hgnc": r"HGNC:\d+",
    "hgvs": r"[\w.]+(\([\w.-]+\))?:[cgmnopr]\.\S+",
    "hpo": r"HP:\d{7}",
    "inchikey": r"[A-Z]{14}-[A-Z]{10}-[A-Z]",
    "interpro": r"IPR\d{6}",
    "kegg": r"(hsa|map|ko|C|D|K|R|G)\d{5}",
    "mesh": r"(MESH:)?[CDM]\d{6,9}",
    "mgi": r"MGI:\d+",
    "mondo": r"MONDO:\d{7}",
    "ncbitaxon": r"NCBITaxon:\d+",
    "omim": r"(OMIM|MIM):\d{6}",
    "orcid": r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]",
    "orphanet": r"(ORPHA|Orphanet)[:_]\d+",
    "pfam": r"PF\d{5}",
    "pmc": r"PMC\d+",
    "pmid": r"PMID:\d+",
    "reactome": r"R-[A-Z]{3}-\d+(\.\d+)?",
    "refseq": r"[ANWXYZ][CGMPRTW]_\d{6,9}(\.\d+)?",
    "uberon": r"UBERON:\d{7}",
    "umls": r"C\d{7}",
    "uniprot": r"([OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d([A-Z][A-Z0-9]{2}\d){1,2})(-\d+)?",
    "unii": r"(?=.*\d)[A-Z0-9]{10}",
    "uuid": r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
}

JsonDict = dict[str, Any]


class BadPatternError(BadArgument):
    """A pattern of ``ID_PATTERNS`` that is none."""

    def __init__(self, name: str, pattern: Any, reason: str) -> None:
        self.name, self.pattern, self.reason = name, pattern, reason
        super().__init__(f"ID_PATTERNS, `{name}`: {pattern!r:.100} is no regular expression: {reason}.")


def compiled(own: Mapping[str, Any] | None = None) -> dict[str, re.Pattern[str]]:
    """The patterns by kind, with those of a project; None takes one away.

    Raises:
        BadPatternError: one is none.
    """
    found = {}
    for name, pattern in {**PATTERNS, **(own or {})}.items():
        if pattern is None:
            continue
        try:
            found[name] = re.compile(pattern)
        except (re.error, TypeError) as error:
            raise BadPatternError(name, pattern, str(error)) from None
    return found


class _Field:
    __slots__ = ("fields", "fits", "items", "values")

    def __init__(self) -> None:
        self.values = 0
        self.fits: Counter[str] = Counter()
        self.fields: dict[str, _Field] = {}
        self.items: _Field | None = None


class Identifiers:
    """Collects which patterns values fit. Memory depends on the number of fields, not of documents.

    Args:
        own: patterns of a project, by kind.
    """

    def __init__(self, own: Mapping[str, Any] | None = None) -> None:
        self._patterns = compiled(own)
        self._root, self._nodes = _Field(), 0

    def add(self, document: Mapping[str, Any]) -> None:
        """Take in one document."""
        self._value(self._root, document)

    def _value(self, field: _Field, value: Any) -> None:
        if isinstance(value, str):
            field.values += 1
            if len(value) <= MOST_CHARACTERS:
                field.fits.update(name for name, pattern in self._patterns.items() if pattern.fullmatch(value))
        elif isinstance(value, Mapping):
            for key, member in value.items():
                child = field.fields.get(key)
                if child is None:
                    if self._nodes >= MAX_NODES:
                        continue
                    self._nodes += 1
                    child = field.fields[key] = _Field()
                self._value(child, member)
        elif isinstance(value, list | tuple):
            if field.items is None:
                field.items = _Field()
            for member in value:
                self._value(field.items, member)

    def result(self) -> JsonDict:
        """The shape of the mode ``type``, with ``_ident`` beside texts: kinds that most of the values fit.

        Each is ``{"id", "pattern", "count", "share"}``, the one that most values fit first. Fields without any are left
        out.
        """
        return self._shown(self._root)

    def _shown(self, field: _Field) -> JsonDict:
        found: JsonDict = {}
        kinds = [(name, n) for name, n in field.fits.most_common() if n >= LEAST_SHARE * field.values]
        if kinds:
            found[f"{TYPE}str"] = {IDENT: [self._kind(name, n, field.values) for name, n in kinds[:MOST_KINDS]]}
        if field.items is not None and (inner := self._shown(field.items)):
            found[f"{TYPE}list"] = inner
        for key, child in field.fields.items():
            if inner := self._shown(child):
                found[key] = inner
        return found

    def _kind(self, name: str, count: int, of: int) -> JsonDict:
        return {"id": name, "pattern": self._patterns[name].pattern, "count": count, "share": round(count / of, 4)}
