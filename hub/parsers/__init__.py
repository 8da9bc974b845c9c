"""Ready parsers: what a manifest can name instead of a parser of its own.

``"parser": "hub.parsers:csv"`` with ``parser_kwargs`` needs no Python at all. Each reads the files of the data folder
as a stream, packed or not, and names file, line and column when something is wrong. See ``docs/parsers.md``.
"""

from hub.parsers.elements import xml
from hub.parsers.errors import DataFormatError
from hub.parsers.mappings import sssom
from hub.parsers.objects import json, ndjson
from hub.parsers.ontology import obo
from hub.parsers.sheets import excel
from hub.parsers.tables import csv, tsv

__all__ = ["DataFormatError", "csv", "excel", "json", "ndjson", "obo", "sssom", "tsv", "xml"]
