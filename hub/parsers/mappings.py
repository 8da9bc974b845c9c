"""SSSOM: one document for each mapping between two terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from hub.parsers.errors import DataFormatError
from hub.parsers.files import FileSet, Lines, lines
from hub.parsers.ready import ready
from hub.parsers.shaping import Document, TreeShape

#: Slots with several values, joined by ``|`` in a cell.
MULTIPLE = frozenset(
    {
        "author_id", "author_label", "creator_id", "creator_label", "reviewer_id", "reviewer_label", "curation_rule",
        "curation_rule_text", "match_string", "object_match_field", "object_preprocessing", "subject_match_field",
        "subject_preprocessing", "see_also",
    }
)  # fmt: skip
NUMBERS = frozenset({"confidence", "similarity_score"})
#: Slots that a mapping takes from the head of the set when it has none of its own.
INHERITED = frozenset(
    {
        "mapping_date", "mapping_provider", "mapping_tool", "mapping_tool_id", "mapping_tool_version",
        "object_match_field", "object_preprocessing", "object_source", "object_source_version", "object_type",
        "predicate_type", "similarity_measure", "subject_match_field", "subject_preprocessing", "subject_source",
        "subject_source_version", "subject_type",
    }
)  # fmt: skip
REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
DEFAULT_ID = "{subject_id}|{predicate_id}|{object_id}"
_PIPE = re.compile(r"(?<!\\)\|")


@ready
def sssom(
    data_folder: str | Path,
    files: str | list[str] | None = None,
    *,
    id: str = DEFAULT_ID,  # noqa: A002 - the option's name
    under: str | None = None,
    columns: Sequence[str] | Mapping[str, str] | None = None,
) -> Iterator[Document]:
    """Mappings of SSSOM files (TSV with the description of the set in ``#`` lines above).

    Slots with several values are lists, confidence and score numbers; slots of the head that hold for every mapping,
    such as ``subject_source`` and ``mapping_tool``, are added where a mapping has none of its own.

    Args:
        data_folder: the data folder, or one file.
        files: names or patterns; default ``*.sssom.tsv``.
        id: slot or template of the ``_id``; default: subject, predicate and object joined by ``|``. With ``subject_id``
            set ``on_duplicates`` to ``merge``.
        under: key below which the slots go.
        columns: slots to keep, or ``{slot: field}``.

    Raises:
        DataFormatError: with file, line and column.
    """
    shape = TreeShape("sssom", id=id, under=under, columns=columns)

    def read(stream: BinaryIO, file: str) -> Iterator[Document]:
        with lines(stream, file, "utf-8") as text:
            head, header = _head(text)
            common = _common(head)
            for line in text.whole():
                if line.strip():
                    yield shape.document(_mapping(header, line, common, text), file, text.number)

    return FileSet("sssom", files, (".sssom.tsv",)).read(data_folder, read)


def _head(text: Lines) -> tuple[dict[str, Any], list[str]]:
    """The description of the set, and the names of the columns."""
    description: list[str] = []
    for line in text.whole():
        if line.startswith("#"):
            description.append(line[1:])
        elif line.strip():
            header = [name.strip() for name in line.split("\t")]
            missing = [name for name in REQUIRED if name not in header]
            if missing:
                told = f"the columns {', '.join(missing)} are missing; each mapping of SSSOM has them."
                raise DataFormatError(text.file, told, line=text.number, found=line)
            return _described(description, text.file), header
    raise DataFormatError(text.file, "there is no header and no mapping.", line=text.number)


def _described(description: list[str], file: str) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.load("\n".join(description), Loader=_Texts)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        told = f"the description of the set is no valid YAML: {getattr(error, 'problem', error)}."
        raise DataFormatError(file, told, line=mark.line + 1 if mark else 1) from None
    if found is not None and not isinstance(found, dict):
        raise DataFormatError(file, "the description of the set is no YAML object.", line=1)
    return found or {}


def _loader() -> Any:
    import yaml

    class Texts(yaml.SafeLoader):
        """Leaves dates and version numbers as they are written."""

    keep = {"tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"}
    Texts.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if tag in keep]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return Texts


_Texts = _loader()


def _common(head: Mapping[str, Any]) -> dict[str, Any]:
    """What all mappings of the set have in common."""
    found = {key: value for key, value in head.items() if key in INHERITED and value not in (None, "")}
    return {key: [value] if key in MULTIPLE and not isinstance(value, list) else value for key, value in found.items()}


def _mapping(header: list[str], line: str, common: Mapping[str, Any], text: Lines) -> dict[str, Any]:
    cells = line.split("\t")
    if len(cells) > len(header):
        told = f"the row has {len(cells)} cells, the header {len(header)}."
        raise DataFormatError(text.file, told, line=text.number, found=line)
    found = dict(common)
    for name, cell in zip(header, cells, strict=False):
        value = cell.strip()
        if not value:
            continue
        if name in MULTIPLE:
            found[name] = [part.strip().replace("\\|", "|") for part in _PIPE.split(value) if part.strip()]
        else:
            found[name] = _number(name, value, text) if name in NUMBERS else value
    for name in REQUIRED:
        if name not in found:
            raise DataFormatError(text.file, "the cell is empty.", line=text.number, column=name, found=line)
    return found


def _number(name: str, value: str, text: Lines) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0.0 <= number <= 1.0:
        told = f"`{value}` is no number from 0 to 1."
        raise DataFormatError(text.file, told, line=text.number, column=name, found=value)
    return number
