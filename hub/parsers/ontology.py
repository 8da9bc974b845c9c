"""OBO: one document for each term of an ontology."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from hub.parsers.errors import DataFormatError, ParserOptionError, shown
from hub.parsers.files import FileSet, Lines, check_encoding, lines
from hub.parsers.ready import ready
from hub.parsers.shaping import Document, TreeShape

#: Tags that may come once in a stanza; all others become lists.
SINGLE = frozenset(
    {
        "id", "name", "namespace", "def", "comment", "created_by", "creation_date", "is_anonymous", "is_obsolete",
        "builtin", "domain", "range", "inverse_of", "expand_assertion_to", "expand_expression_to", "instance_of",
        "is_anti_symmetric", "is_cyclic", "is_reflexive", "is_symmetric", "is_transitive", "is_functional",
        "is_inverse_functional", "is_metadata_tag", "is_class_level",
    }
)  # fmt: skip
BOOLEAN = frozenset(tag for tag in SINGLE if tag.startswith("is_") or tag == "builtin")
SCOPES = frozenset({"EXACT", "BROAD", "NARROW", "RELATED"})
STANZAS = ("Term", "Typedef", "Instance")
_ESCAPES = {"n": "\n", "W": " ", "t": "\t"}
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*')
_MODIFIERS = re.compile(r"\s*(?<!\\)\{[^{}]*\}\s*$")
_HEADING = re.compile(r"\[(\w+)\]\s*$")
_TAG = re.compile(r"([\w-]+):\s?(.*)$", re.DOTALL)


@ready
def obo(
    data_folder: str | Path,
    files: str | list[str] | None = None,
    *,
    prefix: str | Sequence[str] | None = None,
    obsolete: bool = True,
    stanzas: Sequence[str] = ("Term",),
    under: str | None = None,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    encoding: str = "utf-8",
) -> Iterator[Document]:
    """Terms of ontologies.

    Fields are the tags of the format. ``def`` is ``{text, xref}``, each ``synonym`` ``{text, scope, type, xref}``;
    ``relationship`` and ``property_value`` are objects of lists by their kind; ``is_obsolete`` and the like are
    booleans; tags that may come again are lists. Comments after ``!`` and modifiers in ``{}`` are left out.

    Args:
        data_folder: the data folder, or one file.
        files: names or patterns; default ``*.obo``.
        prefix: keep only ids with this prefix, or one of these: ``HP``.
        obsolete: false leaves obsolete terms out.
        stanzas: kinds of stanzas that become documents: ``Term``, ``Typedef``, ``Instance``.
        under: key below which the fields go.
        columns: tags to keep, or ``{tag: field}``.
        encoding: of the text.

    Raises:
        DataFormatError: with file and line.
    """
    if isinstance(stanzas, str) or not set(stanzas) <= set(STANZAS):
        raise ParserOptionError("obo", "stanzas", f"must be a list of {', '.join(STANZAS)}, not {stanzas!r}.")
    wanted = tuple(f"{p.removesuffix(':')}:" for p in ([prefix] if isinstance(prefix, str) else prefix or ()))
    shape = TreeShape("obo", id="id", under=under, columns=columns)
    check_encoding("obo", encoding)

    def read(stream: BinaryIO, file: str) -> Iterator[Document]:
        with lines(stream, file, encoding) as text:
            for kind, term, line in _stanzas(text):
                if "id" not in term:
                    raise DataFormatError(file, f"the [{kind}] that begins here has no `id`.", line=line)
                chosen = kind in stanzas and (not wanted or term["id"].startswith(wanted))
                if chosen and (obsolete or not term.get("is_obsolete")):
                    yield shape.document(term, file, line)

    return FileSet("obo", files, (".obo",)).read(data_folder, read, encoding)


def _stanzas(text: Lines) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Kind, fields and first line of each stanza; the header is passed over."""
    kind, begun = "", 0
    term: dict[str, Any] = {}
    for line in text.whole():
        line = line.strip()
        if not line or line.startswith("!"):
            continue
        heading = _HEADING.match(line)
        if heading:
            if kind:
                yield kind, term, begun
            kind, begun, term = heading[1], text.number, {}
            continue
        tag = _TAG.match(line)
        if tag is None:
            told = f"{shown(line)} is neither `tag: value` nor `[Term]`."
            raise DataFormatError(text.file, told, line=text.number, found=line)
        if kind:
            try:
                _take(term, tag[1], tag[2])
            except ValueError as error:
                raise DataFormatError(text.file, f"{error}.", line=text.number, column=tag[1], found=tag[2]) from None
    if kind:
        yield kind, term, begun
    if not text.number:
        raise DataFormatError(text.file, "the file is empty.")


def _take(term: dict[str, Any], tag: str, value: str) -> None:
    if tag in SINGLE and tag in term:
        raise ValueError("it comes a second time in one stanza")
    if tag in BOOLEAN:
        term[tag] = _truth(_plain(value))
    elif tag == "def":
        text, rest = _quoted(value)
        term[tag] = {"text": text, **_xrefs(rest)}
    elif tag == "synonym":
        term.setdefault(tag, []).append(_synonym(value))
    elif tag == "relationship":
        kind, _, target = _plain(value).partition(" ")
        _append(term.setdefault(tag, {}), kind.replace(".", "_"), target.strip())
    elif tag == "property_value":
        kind, content = _property(value)
        _append(term.setdefault(tag, {}), kind.replace(".", "_"), content)
    elif tag in SINGLE:
        term[tag] = _plain(value)
    else:
        _append(term, tag, _xref(value) if tag == "xref" else _plain(value))


def _append(fields: dict[str, Any], key: str, value: str) -> None:
    if not key or not value:
        raise ValueError("has no value")
    fields.setdefault(key, []).append(value)


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{shown(text)} is neither true nor false")
    return text == "true"


def _synonym(value: str) -> dict[str, Any]:
    text, rest = _quoted(value)
    words = rest.partition("[")[0].split()
    found: dict[str, Any] = {"text": text}
    if words and words[0] in SCOPES:
        found["scope"] = words.pop(0)
    if words:
        found["type"] = words[0]
    return found | _xrefs(rest)


def _property(value: str) -> tuple[str, str]:
    kind, _, rest = value.strip().partition(" ")
    rest = rest.strip()
    return kind, _quoted(rest)[0] if rest.startswith('"') else _plain(rest).partition(" ")[0]


def _xrefs(rest: str) -> dict[str, Any]:
    inner = rest.partition("[")[2].rpartition("]")[0]
    found = [_plain(part) for part in re.split(r"(?<!\\),", _QUOTED.sub("", inner)) if part.strip()]
    return {"xref": found} if found else {}


def _xref(value: str) -> str:
    """The id of a cross reference, without its description in quotes."""
    return _plain(_QUOTED.sub("", value)) if '"' in value else _plain(value)


def _quoted(value: str) -> tuple[str, str]:
    match = _QUOTED.match(value.strip())
    if match is None:
        raise ValueError(f"{shown(value)} does not begin with a text in quotes")
    return _unescaped(match[1]), value.strip()[match.end() :]


def _plain(value: str) -> str:
    """A value without comment and modifiers."""
    text = re.split(r"(?<!\\)(?:^|\s)!", value, maxsplit=1)[0]
    return _unescaped(_MODIFIERS.sub("", text).strip())


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text)
