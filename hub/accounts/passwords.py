"""Passwords: hashes, what is too easy, and the one that nobody has chosen."""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hub.accounts.errors import WeakPasswordError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LONGEST = 128  #: characters
KEPT = 3  #: old passwords that cannot be taken again

_LISTED = re.compile(r"pbkdf2_sha256\$[1-9]\d{0,7}\$[^$]+\$[A-Za-z0-9+/]{43}=")
_AROUND = "0123456789 !?.,-_#*+$@%&/()=<>;:"
#: What people take first, without digits and signs at the end; longer forms of them are no better.
COMMON = frozenset(
    """password passwort passwd letmein welcome qwerty qwertz asdfgh iloveyou monkey dragon football baseball sunshine
    princess trustno superman batman master shadow login admin administrator changeme secret default guest root test
    hello abc abcdef abcdefg abcdefgh qwertyuiop asdfghjkl zxcvbnm starwars whatever freedom mustang michael jennifer
    jordan hunter pepper ginger summer winter spring autumn entrepot hub biothings""".split()  # noqa: SIM905
)


@functools.cache
def _hasher() -> PasswordHasher:
    """The least that OWASP recommends: log-in must work on small machines."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@functools.cache
def _dummy() -> str:
    return _hasher().hash(secrets.token_urlsafe(12))


def made() -> str:
    """A password that nobody has chosen."""
    return secrets.token_urlsafe(12)


def hashed(password: str) -> str:
    """The argon2id hash; slow on purpose."""
    return _hasher().hash(_encoded(password))


def fits(known: str | None, password: str) -> bool:
    """Whether a password belongs to a hash; as slow when there is no hash, so that nobody learns which names exist."""
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(password) > LONGEST:
        password = ""
    if known is not None and is_listed(known):
        return _fits_listed(known, password)
    try:
        return _hasher().verify(known or _dummy(), _encoded(password)) and known is not None
    except (VerificationError, InvalidHashError):
        return False


def _encoded(password: str) -> bytes:
    return password.encode(errors="surrogatepass")  # JSON can hold halves of characters


def is_outdated(known: str) -> bool:
    """Whether a hash was made with other costs than today's."""
    return not is_listed(known) and _hasher().check_needs_rehash(known)


def is_listed(known: str) -> bool:
    """Whether a hash is of the kind that the setting ``HUB_API_USERS`` lists: PBKDF2 with SHA-256, in four parts."""
    return isinstance(known, str) and _LISTED.fullmatch(known) is not None


def _fits_listed(known: str, password: str) -> bool:
    _, turns, salt, digest = known.split("$")
    made = hashlib.pbkdf2_hmac("sha256", _encoded(password), salt.encode(), int(turns))
    try:
        return hmac.compare_digest(made, base64.b64decode(digest, validate=True))
    except binascii.Error:
        return False


def check(password: str, *, least: int, words: Iterable[str], old: Iterable[str] = ()) -> None:
    """Refuse what is guessed too easily; blocks for as long as it takes to look at old ones.

    Args:
        password: the new one.
        least: characters that it needs.
        words: names of the user and the hub, which it must not be made of.
        old: hashes of those it must not be again.

    Raises:
        WeakPasswordError: says why.
    """
    if len(password) < least:
        raise WeakPasswordError(f"it has {len(password)} characters, and at least {least} are wanted")
    if len(password) > LONGEST:
        raise WeakPasswordError(f"it has more than {LONGEST} characters")
    plain = password.casefold()
    if len(set(plain)) < 4 or _is_repeated(plain):
        raise WeakPasswordError("it repeats itself")
    core = plain.strip(_AROUND)
    if core in COMMON or not core:
        raise WeakPasswordError("it is one of those that are tried first")
    for word in words:
        if len(word) > 2 and len(plain.replace(word.casefold(), "").strip(_AROUND)) < 6:
            raise WeakPasswordError(f"it is little more than `{word}`")
    for known in list(old)[-KEPT:]:
        if fits(known, password):
            raise WeakPasswordError(f"it was one of the last {KEPT}")


def _is_repeated(text: str) -> bool:
    """Whether it is one piece, several times: ``hubhubhub``."""
    return text in (text + text)[1:-1]
