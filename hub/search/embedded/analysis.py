"""Analyzers: how text becomes words, in the index and in queries.

`standard` follows Unicode's word boundaries (UAX 29) as Lucene's standard tokenizer does: letters and digits hang together,
an apostrophe, full stop or colon between letters and a full stop or comma between digits does not split, an ideograph is a
word of its own. Then everything is lower-cased; there are no stop words.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tantivy

RAW = "raw"  #: tantivy's own tokenizer: the whole value

_EX = r"[\p{wb=Extend}\p{wb=Format}\p{wb=ZWJ}]*"
_LETTER = rf"(?:[\p{{wb=ALetter}}\p{{wb=Hebrew_Letter}}]{_EX})"
_DIGIT = rf"(?:\p{{wb=Numeric}}{_EX})"
_JOIN = rf"(?:\p{{wb=ExtendNumLet}}{_EX})"
_IN_WORD = rf"(?:[\p{{wb=MidLetter}}\p{{wb=MidNumLet}}\p{{wb=Single_Quote}}:]{_EX})"
_IN_NUMBER = rf"(?:[\p{{wb=MidNum}}\p{{wb=MidNumLet}}\p{{wb=Single_Quote}}]{_EX})"
_RUN = rf"(?:{_LETTER}(?:{_IN_WORD}?{_LETTER})*|{_DIGIT}(?:{_IN_NUMBER}?{_DIGIT})*)"
_KATAKANA = rf"(?:\p{{wb=Katakana}}{_EX})+"
_WORD = rf"{_JOIN}*(?:{_RUN}|{_KATAKANA})(?:{_JOIN}*{_RUN}|{_JOIN}+{_KATAKANA})*{_JOIN}*"
_SINGLE = rf"[\p{{Han}}\p{{Hiragana}}]{_EX}"
_COMPLEX = r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+"
_EMOJI = rf"\p{{Extended_Pictographic}}{_EX}(?:\p{{Extended_Pictographic}}{_EX})*"
STANDARD = "|".join((_WORD, _SINGLE, _COMPLEX, _EMOJI))

_RECIPES = {
    "standard": (STANDARD, True),
    "simple": (r"\p{L}+", True),
    "whitespace": (r"[^\s]+", False),
    "whitespace_lowercase": (r"[^\s]+", True),
    "keyword": (None, False),
    "string_lowercase": (None, True),
}


@cache
def analyzer(name: str) -> tantivy.TextAnalyzer:
    """The analyzer of a name in `hub.search.mapping.ANALYZERS`."""
    import tantivy

    pattern, lowercase = _RECIPES[name]
    tokenizer = tantivy.Tokenizer.raw() if pattern is None else tantivy.Tokenizer.regex(pattern)
    builder = tantivy.TextAnalyzerBuilder(tokenizer)
    if lowercase:
        builder = builder.filter(tantivy.Filter.lowercase())
    return builder.build()


def known(name: str) -> bool:
    """Whether there is an analyzer of that name."""
    return name in _RECIPES


def lowers(name: str) -> bool:
    """Whether an analyzer lower-cases: then patterns are lower-cased too."""
    return _RECIPES[name][1]


def words(name: str, text: str) -> list[str]:
    """The words of a text, in order."""
    found: list[str] = analyzer(name).analyze(text)
    return found


def register(index: tantivy.Index, names: set[str]) -> None:
    """Make analyzers known to an opened index."""
    for name in names:
        index.register_tokenizer(f"hub_{name}", analyzer(name))
