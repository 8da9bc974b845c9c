"""Small things around texts, iterables and time."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import shlex
import shutil
import string
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any


def iter_n(iterable: Iterable[Any], n: int, with_cnt: bool = False) -> Iterator[Any]:
    """Tuples of up to ``n`` items; with ``with_cnt`` pairs of such a tuple and the number of items so far."""
    items, count = iter(iterable), 0
    while chunk := tuple(itertools.islice(items, n)):
        count += len(chunk)
        yield (chunk, count) if with_cnt else chunk


def SubStr(input_string: str, start_string: str = "", end_string: str = "", include: int = 0) -> str:  # noqa: N802
    """The text between the first ``start_string`` and the next ``end_string``; ``""`` when one is not there.

    Args:
        input_string: where to look.
        start_string: what comes before; empty for the start.
        end_string: what comes after; empty for the end.
        include: true to keep both.
    """
    start = input_string.find(start_string)
    if start < 0:
        return ""
    inner = start + len(start_string)
    end = input_string.find(end_string, inner) if end_string else len(input_string)
    if end < 0:
        return ""
    return input_string[start : end + len(end_string)] if include else input_string[inner:end]


def split_ids(q: str) -> list[str]:
    """Ids of a text, separated by commas, blanks or line ends; quotes keep blanks and commas in one id."""
    lexer = shlex.shlex(q, posix=True, punctuation_chars=False)
    lexer.whitespace, lexer.whitespace_split, lexer.quotes, lexer.commenters = ", \t\r\n+|", True, '"', ""
    return [item for item in lexer if item]


def timesofar(t0: float, clock: int = 0, t1: float | None = None) -> str:
    """Time since ``t0`` as ``1h1m1.0s``.

    Args:
        t0: start, as `time.time`; with ``clock`` as `time.process_time`.
        clock: count processor time.
        t1: end; None for now.
    """
    end = t1 if t1 is not None else time.process_time() if clock else time.time()
    minutes, seconds = divmod(end - t0, 60)
    hours, minutes = divmod(int(minutes), 60)
    return "".join([f"{hours}h" * bool(hours), f"{minutes}m" * bool(hours or minutes), f"{round(float(seconds), 2)}s"])


def get_timestamp() -> str:
    """Today as ``YYYYMMDD``."""
    return time.strftime("%Y%m%d")


def newer(t0: str, t1: str, fmt: str = "%Y%m%d") -> bool:
    """Whether date ``t1`` is after ``t0``, both written like ``fmt``."""
    return datetime.strptime(t0, fmt) < datetime.strptime(t1, fmt)  # noqa: DTZ007 - only compared


def get_random_string() -> str:
    """Eight random letters and digits."""
    return "".join(random.choices(string.ascii_letters + string.digits, k=8))


def md5sum(fname: str | os.PathLike[str]) -> str:
    """MD5 of a file, as hexadecimal digits."""
    with Path(fname).open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def rmdashfr(top: str | os.PathLike[str]) -> None:
    """Remove a folder and what it holds, if it is there."""
    shutil.rmtree(top, ignore_errors=True)


def is_int(s: Any) -> bool:
    """Whether ``int()`` takes it."""
    try:
        int(s)
    except (ValueError, TypeError, OverflowError):
        return False
    return True


def is_float(f: Any) -> bool:
    """Whether it is a float, not a text that reads like one."""
    return isinstance(f, float)


def is_str(s: Any) -> bool:
    """Whether it is a text."""
    return isinstance(s, str)


def is_seq(li: Any) -> bool:
    """Whether it is a list or tuple."""
    return isinstance(li, list | tuple)


def is_scalar(f: Any) -> bool:
    """Whether it is a text, bytes, number, boolean or None."""
    return isinstance(f, str | bytes | int | float | complex | type(None))


def is_filehandle(fh: Any) -> bool:
    """Whether it is an open file or looks like one."""
    return hasattr(fh, "read") or hasattr(fh, "write")


def get_dotfield_value(dotfield: str, d: Any) -> Any:
    """The value at a dotted path.

    Raises:
        KeyError: there is none.
    """
    for key in dotfield.split("."):
        d = d[key]
    return d
