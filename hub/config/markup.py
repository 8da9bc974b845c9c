"""The comment markup of configuration files.

Above an assignment: ``#* section *#``, ``#- readonly -#``, ``#- hide -#`` (also ``hidden``, ``redacted``),
``#- invisible -#`` and description lines ``# text``. An empty line forgets pending descriptions and marks and keeps the
section. The markup is read from the source with `ast` and `tokenize`, so values may span lines, and it works in every
contributing file.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field

_SECTION = re.compile(r"^#\s?\*\s*(?P<title>.*?)\s*\*\s?#$")
_MARK = re.compile(r"^#\s?-\s*(?P<mark>\w+)\s*-\s?#$")
_NAME = re.compile(r"^[A-Z][A-Z0-9_]*$")
_MARKS = {
    "readonly": "readonly",
    "invisible": "invisible",
    "hide": "hidden",
    "hidden": "hidden",
    "redacted": "hidden",
}


@dataclass(frozen=True)
class Entry:
    """What one file says about one setting.

    Attributes:
        name: name of the setting.
        line: line of the assignment.
        section: title in force, "" for none.
        desc: description lines joined with one space.
        marks: of ``readonly``, ``hidden``, ``invisible``.
        annotation: source text of the type annotation, "" without one.
    """

    name: str
    line: int
    section: str = ""
    desc: str = ""
    marks: frozenset[str] = frozenset()
    annotation: str = ""


@dataclass
class _Pending:
    section: str = ""
    desc: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)

    def forget(self) -> None:
        self.desc, self.marks = [], set()

    def read(self, comment: str) -> None:
        if title := _SECTION.match(comment):
            self.section = title["title"]
        elif mark := _MARK.match(comment):
            if known := _MARKS.get(mark["mark"].lower()):
                self.marks.add(known)
        elif comment.startswith("# ") and comment[2:].strip():
            self.desc.append(comment[2:].strip())


def is_setting_name(name: str) -> bool:
    """Whether a name is that of a setting: capitals, digits and underscores."""
    return bool(_NAME.match(name))


def parse(source: str) -> dict[str, Entry]:
    """Read the markup of one file; the last assignment of a name wins, marks of earlier ones stay.

    Raises:
        SyntaxError: the file is not Python.
    """
    comments = _comments(source)
    assignments = {name_line[1]: name_line for name_line in _assignments(ast.parse(source))}
    lines = source.splitlines()
    entries: dict[str, Entry] = {}
    pending = _Pending()
    number = 0
    while number < len(lines):
        number += 1
        if number in assignments:
            name, first, last, annotation = assignments[number]
            if trailing := comments.get(last):
                pending.read(trailing)
            old = entries.get(name)
            marks = frozenset(pending.marks) | (old.marks if old else frozenset())
            desc = " ".join(pending.desc) or (old.desc if old else "")
            entries[name] = Entry(
                name, first, pending.section, desc, marks, annotation or (old.annotation if old else "")
            )
            pending.forget()
            number = last
        elif not lines[number - 1].strip():
            pending.forget()
        elif number in comments and lines[number - 1].lstrip().startswith("#"):
            pending.read(comments[number])
        else:
            pending.forget()
    return entries


def _comments(source: str) -> dict[int, str]:
    """Comment text by line number, stripped."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.strip() for token in tokens if token.type == tokenize.COMMENT}


def _assignments(tree: ast.AST) -> Iterator[tuple[str, int, int, str]]:
    """``(name, first line, last line, annotation)`` of each assignment of a setting, also inside ``if`` and ``try``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Assign):
            targets = [t.id for t in node.targets if isinstance(t, ast.Name)]
            annotation = ""
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            targets, annotation = [node.target.id], ast.unparse(node.annotation)
        else:
            if isinstance(node, ast.If | ast.Try | ast.With | ast.ExceptHandler):
                yield from _assignments(node)
            continue
        for name in targets:
            if is_setting_name(name):
                yield name, node.lineno, node.end_lineno or node.lineno, annotation


def star_imports(source: str) -> list[str]:
    """Names of the modules that a file star-imports, in order."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and any(alias.name == "*" for alias in node.names):
            found.append(node.module)
    return found
