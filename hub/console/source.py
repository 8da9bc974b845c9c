"""What a person may type: Python, ``name?`` and ``?name``, ``!program``, ``a() && b()``; and where a statement ends."""

from __future__ import annotations

import ast
import codeop
import re

FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

_NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_ASKED = re.compile(rf"\s*(?:\?\s*({_NAME})|({_NAME})\s*\?{{1,2}})\s*")
_GOES_ON = re.compile(r"(else|elif|except|finally|case)\b|[)\]}#]")


def to_python(text: str) -> str:
    """The Python that a typed text stands for."""
    if text.lstrip().startswith("!"):
        return f"shell({text.strip()[1:].strip()!r})"
    if asked := _ASKED.fullmatch(text):
        return f"help({asked[1] or asked[2]})"
    if "&&" in text and not _is_python(text):
        parts = [part.strip() for part in text.split("&&")]
        return f"chain({', '.join(f'lambda: {part}' for part in parts)})"
    return text


def parse(text: str) -> ast.Module:
    """The syntax tree of a typed text.

    Raises:
        SyntaxError: it is no Python.
    """
    try:
        tree = compile(to_python(text), "<console>", "exec", flags=FLAGS | ast.PyCF_ONLY_AST, dont_inherit=True)
    except (ValueError, MemoryError, RecursionError) as error:
        raise SyntaxError(str(error) or "too deeply nested") from None
    assert isinstance(tree, ast.Module)
    return tree


def _is_python(text: str) -> bool:
    try:
        compile(text, "<console>", "exec", flags=FLAGS | ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


class Lines:
    """Statements out of lines, as soon as each is whole.

    A simple statement is whole at the end of its line, a compound one when a line follows that does not belong to it.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, line: str) -> list[str]:
        """Take a line, without its end; gives the statements that are whole now."""
        whole: list[str] = []
        if self._lines and self._is_new(line) and _is_python(self._text()):
            whole.append(self._take())
        if not self._lines and not line.strip().partition("#")[0]:
            return whole
        self._lines.append(line)
        if self._ends_here():
            whole.append(self._take())
        return whole

    def rest(self) -> str:
        """What is left after the last line."""
        return self._take()

    def _text(self) -> str:
        return "\n".join(self._lines)

    def _take(self) -> str:
        text = self._text()
        self._lines = []
        return text

    def _is_new(self, line: str) -> bool:
        return bool(line.strip()) and not line[0].isspace() and not _GOES_ON.match(line)

    def _ends_here(self) -> bool:
        text = self._text()
        if to_python(text) != text:
            return True
        if _is_python(text):
            body = parse(text).body
            return bool(body) and not isinstance(body[-1], _COMPOUND)
        return not _may_go_on(text)  # a mistake: told at once


_COMPOUND = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.With,
    ast.AsyncWith,
    ast.Try,
    ast.TryStar,
    ast.Match,
)


def _may_go_on(text: str) -> bool:
    """Whether more lines may make Python of it."""
    compiler = codeop.CommandCompiler()
    compiler.compiler.flags |= FLAGS
    try:
        return compiler(text, "<console>", "exec") is None
    except (SyntaxError, ValueError, OverflowError):
        return False
