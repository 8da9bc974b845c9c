"""Query strings: Lucene's classic syntax as Elasticsearch's ``query_string`` reads it with the default operator AND.

Why not `luqum`: its tree cannot say what Elasticsearch does. It reads ``!a``, ``&&`` and ``||`` as words, refuses
``n:>-5``, accepts ``n:-5``, ``a/b`` and ``a:b:c`` (400 there), gives AND and OR a precedence that Lucene does not have,
splits words that Lucene keeps together, and takes 0.8 ms for a short query. What follows is Lucene's grammar: a scanner
for its tokens and one method per production.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from hub.search.errors import QuerySyntaxError
from hub.search.nodes import (
    Bool,
    Boost,
    Clause,
    Exists,
    Fuzzy,
    MatchAll,
    MatchNone,
    Node,
    Occur,
    Phrase,
    Range,
    Regex,
    Terms,
    Wildcard,
)

MAX_DEPTH = 100  #: nested parentheses
MAX_CLAUSES = 1024  #: clauses of one query, as Elasticsearch's `indices.query.bool.max_clause_count`

_PLAIN = r"[^ \t\n\r\u3000+\-!():^\[\]\"{}~*?\\/]|\\."
_WORDLIKE = re.compile(rf"(?:{_PLAIN}|[*?])(?:{_PLAIN}|[\-+*?])*", re.DOTALL)
_WILD = re.compile(r"(?:[^\\*?]|\\.)*([*?])", re.DOTALL)
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_REGEX = re.compile(r"/(?:[^/\\]|\\.)*/", re.DOTALL)
_SLOP = re.compile(rf"~(?:{_PLAIN}|[\-+])*", re.DOTALL)
_WHITESPACE = " \t\n\r\u3000"
_SIGNS = {"(": "LPAREN", ")": "RPAREN", ":": "COLON"}
_MODIFIERS = {"+": "PLUS", "-": "MINUS", "!": "NOT"}
_OPERATORS = {"AND": "AND", "&&": "AND", "OR": "OR", "||": "OR", "NOT": "NOT", "*": "STAR"}
_DELIMITED = {'"': ("QUOTED", _QUOTED), "/": ("REGEXPTERM", _REGEX), "~": ("FUZZY_SLOP", _SLOP)}
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_RANGE_PART = re.compile(r"\"(?:[^\"\\]|\\.)+\"|(?:[^ \]}\\]|\\.)+", re.DOTALL)
_SPACE = re.compile(r"[ \t\n\r\u3000]*")
_UNICODE = re.compile(r"u([0-9a-fA-F]{4})")
_WORD = re.compile(r"[^ \t\n\r\u3000+\-!():^\[\]\"{}~*?\\/<>=&|]+(?:-[^ \t\n\r\u3000+\-!():^\[\]\"{}~*?\\/<>=&|]+)*")
_NOT_AFTER_WORDS = frozenset({"COLON", "STAR", "FUZZY_SLOP", "CARAT", "AND", "OR"})
_TERM_KINDS = frozenset({"TERM", "STAR", "WILDTERM", "REGEXPTERM", "BAREOPER"})


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


@lru_cache(maxsize=2048)
def parse(text: str) -> Node:
    """The tree of a query string.

    Raises:
        QuerySyntaxError: with the position where reading stopped.
    """
    if not text.strip(" \t\n\r\u3000"):
        return MatchNone()
    if _WORD.fullmatch(text) and text not in ("AND", "OR", "NOT"):
        return Terms(None, text)
    return _Parser(text).parse()


class _Parser:
    """One pass over the tokens of one query."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _scan(text)
        self._next = 0
        self._depth = 0

    def parse(self) -> Node:
        node = self._query(None)
        if self._kind() != "EOF":
            raise self._unexpected()
        return node if node is not None else MatchNone()

    # -- tokens

    def _kind(self, ahead: int = 0) -> str:
        position = self._next + ahead
        return self._tokens[position].kind if position < len(self._tokens) else "EOF"

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _accept(self, kind: str) -> _Token | None:
        return self._take() if self._kind() == kind else None

    def _unexpected(self) -> QuerySyntaxError:
        if self._next >= len(self._tokens):
            return QuerySyntaxError(self._text, "it ends where a term, a phrase or `)` should follow", len(self._text))
        token = self._tokens[self._next]
        return QuerySyntaxError(self._text, f"unexpected `{token.text}` (escape it with a backslash?)", token.at)

    # -- productions

    def _query(self, field: str | None) -> Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QuerySyntaxError(self._text, f"more than {MAX_DEPTH} nested parentheses")
        clauses: list[tuple[Occur, Node]] = []
        first: Node | None = None
        start = True
        while start or self._kind() not in ("EOF", "RPAREN"):
            conjunction = "" if start or self._kind() not in ("AND", "OR") else self._take().kind
            if not conjunction and self._at_words():
                text, modifier = self._words(), ""
                words: Node = _comparison(field, text) or Terms(_fields(field), text)
                clauses.append(("must", words))
                node: Node | None = words
            else:
                modifier = self._modifier()
                node = self._clause(field)
                _add(clauses, conjunction, modifier, node)
            if start and not modifier:
                first = node
            start = False
        self._depth -= 1
        return _combine(clauses, first, self._text)

    def _at_words(self) -> bool:
        return self._kind() == "TERM" and self._kind(1) == "TERM" and self._kind(2) not in _NOT_AFTER_WORDS

    def _words(self) -> str:
        words = [_unescape(self._take().text, self._text)]
        while self._kind() == "TERM" and self._kind(1) not in _NOT_AFTER_WORDS:
            words.append(_unescape(self._take().text, self._text))
        return " ".join(words)

    def _modifier(self) -> str:
        kind = self._kind()
        if kind in ("PLUS", "MINUS", "NOT"):
            self._take()
            return "+" if kind == "PLUS" else "-"
        return ""

    def _clause(self, field: str | None) -> Node | None:
        if self._kind(1) == "COLON" and self._kind() in ("TERM", "STAR"):
            name = self._take()
            self._take()
            field = "*" if name.kind == "STAR" else _unescape(name.text, self._text)
        if self._accept("LPAREN"):
            node = self._query(field)
            if not self._accept("RPAREN"):
                raise self._unexpected()
            return self._boosted(node)
        return self._term(field)

    def _term(self, field: str | None) -> Node | None:
        kind = self._kind()
        if kind == "RANGE":
            return self._boosted(self._range(field))
        if kind == "QUOTED":
            quoted = self._take()
            slop, boost = self._suffixes()
            words = _unescape(quoted.text[1:-1], self._text)
            return _boost(_quoted(field, words, _slop(slop)), boost)
        if kind not in _TERM_KINDS:
            raise self._unexpected()
        token = self._take()
        fuzzy, boost = self._suffixes()
        return _boost(self._bare(field, token, fuzzy), boost)

    def _bare(self, field: str | None, token: _Token, fuzzy: str | None) -> Node | None:
        if token.kind in ("STAR", "WILDTERM"):
            return _wildcard(field, token.text)
        if token.kind == "REGEXPTERM":
            return Regex(field, token.text[1:-1].replace("\\/", "/"))
        text = token.text[0] if token.kind == "BAREOPER" else _unescape(token.text, self._text)
        if fuzzy is not None:
            return Fuzzy(field, text, _distance(fuzzy, self._text, token.at))
        if field == "_exists_":
            return Exists(text)
        return _comparison(field, text) or Terms(_fields(field), text)

    def _range(self, field: str | None) -> Node:
        token = self._take()
        low, high = (None if p == "*" else _bound(p, self._text) for p in token.text[1:-1].split("\0"))
        return Range(field, low, high, token.text[0] == "[", token.text[-1] == "]")

    def _suffixes(self) -> tuple[str | None, float | None]:
        fuzzy, boost = None, None
        for _ in range(2):
            if fuzzy is None and self._kind() == "FUZZY_SLOP":
                fuzzy = self._take().text[1:]
            elif boost is None and self._kind() == "BOOST":
                boost = float(self._take().text)
        return fuzzy, boost

    def _boosted(self, node: Node | None) -> Node | None:
        token = self._accept("BOOST")
        return _boost(node, float(token.text) if token else None)


def _scan(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = _skip_space(text, 0)
    while at < len(text):
        char = text[at]
        if char in "[{":
            token, end = _scan_range(text, at)
        elif char == "^":
            token, end = _scan_boost(text, at)
        else:
            token = _token(text, at, char)
            end = at + len(token.text)
        tokens.append(token)
        if len(tokens) > 8 * MAX_CLAUSES:
            raise QuerySyntaxError(text, f"more than {8 * MAX_CLAUSES} words and signs")
        at = _skip_space(text, end)
    return tokens


def _token(text: str, at: int, char: str) -> _Token:
    if char in _SIGNS:
        return _Token(_SIGNS[char], char, at)
    if char in _MODIFIERS:
        alone = text[at + 1 : at + 2]
        return _Token("BAREOPER", char, at) if alone and alone in _WHITESPACE else _Token(_MODIFIERS[char], char, at)
    kind, rule = _DELIMITED.get(char, ("", _WORDLIKE))
    match = rule.match(text, at)
    if match is None:
        raise QuerySyntaxError(text, f"`{char}` has no meaning or no end here (escape it with a backslash?)", at)
    image = match.group()
    return _Token(kind or _OPERATORS.get(image) or ("WILDTERM" if _WILD.match(image) else "TERM"), image, at)


def _skip_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _scan_boost(text: str, at: int) -> tuple[_Token, int]:
    match = _NUMBER.match(text, _skip_space(text, at + 1))
    if match is None:
        raise QuerySyntaxError(text, "`^` needs a number", at)
    return _Token("BOOST", match.group(), at), match.end()


def _scan_range(text: str, at: int) -> tuple[_Token, int]:
    """One token for a whole range: bracket, low, NUL, high, bracket."""
    low, end = _range_part(text, at + 1)
    word, end = _range_part(text, end)
    high, end = _range_part(text, end)
    end = _skip_space(text, end)
    if word != "TO" or end >= len(text) or text[end] not in "]}":
        raise QuerySyntaxError(text, "a range is written [low TO high] or {low TO high}", at)
    return _Token("RANGE", f"{text[at]}{low}\0{high}{text[end]}", at), end + 1


def _range_part(text: str, at: int) -> tuple[str, int]:
    match = _RANGE_PART.match(text, _skip_space(text, at))
    if match is None:
        raise QuerySyntaxError(text, "a range is written [low TO high] or {low TO high}", at)
    return match.group(), match.end()


def _bound(part: str, query: str) -> str:
    return _unescape(part[1:-1] if len(part) > 1 and part[0] == part[-1] == '"' else part, query)


def _unescape(text: str, query: str) -> str:
    if "\\" not in text:
        return text
    out: list[str] = []
    at = 0
    while at < len(text):
        if text[at] != "\\":
            out.append(text[at])
            at += 1
            continue
        coded = _UNICODE.match(text, at + 1)
        if coded:
            out.append(chr(int(coded.group(1), 16)))
            at = coded.end()
        elif at + 1 < len(text):
            out.append(text[at + 1])
            at += 2
        else:
            raise QuerySyntaxError(query, "a term cannot end with the escape character")
    return "".join(out)


def _fields(field: str | None) -> tuple[str, ...] | None:
    return None if field is None else (field,)


def _quoted(field: str | None, words: str, slop: int) -> Node:
    return Exists(words) if field == "_exists_" else Phrase(_fields(field), words, slop)


def _wildcard(field: str | None, pattern: str) -> Node:
    if pattern == "*":  # the default fields hold `_id`, which every document has
        return MatchAll() if field in (None, "*", "_id") else Exists(str(field))
    return Wildcard(field, pattern)


def _comparison(field: str | None, text: str) -> Node | None:
    """``>5``, ``>=5``, ``<5``, ``<=5`` behind a field."""
    if field is None or len(text) < 2 or text[0] not in "<>":
        return None
    inclusive = text[1] == "=" and len(text) > 2
    bound = text[2:] if inclusive else text[1:]
    if text[0] == ">":
        return Range(field, bound, None, inclusive, True)
    return Range(field, None, bound, True, inclusive)


def _slop(text: str | None) -> int:
    try:
        return int(float(text)) if text else 0
    except ValueError:
        return 0


def _distance(text: str, query: str, at: int) -> int | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise QuerySyntaxError(query, f"`~{text}` is not an edit distance", at) from None
    if number > 1 and number != int(number):
        raise QuerySyntaxError(query, "fractional edit distances are not allowed", at)
    return int(number)


def _boost(node: Node | None, factor: float | None) -> Node | None:
    return node if node is None or factor is None or factor == 1 else Boost(node, factor)


def _add(clauses: list[tuple[Occur, Node]], conjunction: str, modifier: str, node: Node | None) -> None:
    """Lucene's `addClause` with the default operator AND: a conjunction also changes the clause before it."""
    if clauses and conjunction and clauses[-1][0] != "must_not":
        clauses[-1] = ("must" if conjunction == "AND" else "should", clauses[-1][1])
    if node is None:
        return
    if modifier == "-":
        clauses.append(("must_not", node))
    else:
        clauses.append(("should" if conjunction == "OR" else "must", node))


def _combine(clauses: list[tuple[Occur, Node]], first: Node | None, query: str) -> Node | None:
    if len(clauses) > MAX_CLAUSES:
        raise QuerySyntaxError(query, f"more than {MAX_CLAUSES} clauses")
    if not clauses:
        return None
    if len(clauses) == 1 and first is not None:
        return first
    parts = [Clause(occur, node) for occur, node in clauses]
    if all(p.occur == "must_not" for p in parts):
        parts.append(Clause("must", MatchAll()))
    return Bool(parts)
