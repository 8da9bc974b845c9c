"""How documents become bytes and come back: JSON for the embedded store, BSON for MongoDB.

Both keep text, numbers, booleans, None, lists, objects, bytes and datetimes (in UTC; microseconds with JSON,
milliseconds with BSON, whose format has no more). NaN and infinity become None. Whatever else a parser yields is
converted or refused by `hub.store.normalise`, the same way for both.

A JSON body starts with ``{`` when it is plain JSON, readable by any tool, and with ``x`` when the JSON after that byte
holds tagged values: ``{"$date": ISO text}``, ``{"$binary": base64}``, ``{"$literal": object}``.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from hub.store.errors import BadIdError, DocumentTooLargeError, UnstorableValueError
from hub.store.normalise import KeyPolicy, key_fault, normalise

if TYPE_CHECKING:
    from bson.codec_options import CodecOptions

    from hub.store.port import Document

MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
_JSON_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
#: A dot inside a key of compact JSON. No dot may follow in the run, so that long texts are passed over once.
_DOTTED_KEY = re.compile(rb'\.[^".]*":').search
_DOTTED_KEY_WITH_ESCAPES = re.compile(rb'\.(?:[^"\\.]|\\.)*":').search
_TAGS = frozenset({"$date", "$binary", "$literal"})
_PLAIN = ord("{")


class JsonCodec:
    """Documents as JSON bytes.

    Args:
        keys: what to do with keys that MongoDB or a search engine cannot take (see `hub.store.normalise.normalise`).
        max_bytes: largest encoded document.
    """

    name = "json"

    def __init__(self, keys: KeyPolicy = "error", max_bytes: int = MAX_DOCUMENT_BYTES) -> None:
        self.keys: KeyPolicy = keys
        self.max_bytes = max_bytes

    def encode(self, document: Mapping[str, Any]) -> bytes:
        """Bytes of one document.

        Raises:
            UnstorableValueError: a key or value that cannot be kept, with its dotted path.
            DocumentTooLargeError: more than ``max_bytes``.
        """
        try:
            body = orjson.dumps(document, _numpy_value, _JSON_OPTIONS)
            # Compact JSON tells whether a key may be bad; text values cause false alarms, bad keys are never missed.
            # Searching one byte is several times faster than two, and most documents have no `$` and no backslash.
            if (
                b'"":' in body
                or (b"$" in body and b'"$' in body)
                or (_DOTTED_KEY(body) if b"\\" not in body else _escaped_bad_key(body))
            ) and self.keys != "allow":
                body = self._encode_exactly(document)
        except TypeError:
            body = self._encode_exactly(document)
        if len(body) > self.max_bytes:
            raise DocumentTooLargeError(document.get("_id"), len(body), self.max_bytes)
        return body

    def decode(self, body: bytes) -> Document:
        """The document of these bytes."""
        if body[0] == _PLAIN:
            return orjson.loads(body)  # type: ignore[no-any-return]
        return {key: _untag(value) for key, value in orjson.loads(body[1:]).items()}

    def parts(self, names: Sequence[str], values: str | bytes, is_tagged: bool) -> Document:
        """Some fields of a document.

        Args:
            names: their names.
            values: a JSON array of their values, as they stand in the body.
            is_tagged: whether the body started with ``x``.
        """
        found = orjson.loads(values)
        return dict(zip(names, map(_untag, found) if is_tagged else found, strict=True))

    def with_rules(self, *, keys: KeyPolicy | None = None, max_bytes: int | None = None) -> JsonCodec:
        """The same codec with other rules."""
        return JsonCodec(keys or self.keys, max_bytes or self.max_bytes)

    def _encode_exactly(self, document: Mapping[str, Any]) -> bytes:
        clean = normalise(document, self.keys)
        try:
            return orjson.dumps(clean, option=_JSON_OPTIONS)
        except TypeError:
            return b"x" + orjson.dumps({key: _tag(value) for key, value in clean.items()})


class BsonCodec:
    """Documents as BSON bytes, as MongoDB keeps them.

    Args:
        keys: what to do with keys that a search engine or an older MongoDB cannot take.
        max_bytes: largest encoded document; MongoDB takes 16 MiB at most.
    """

    name = "bson"

    def __init__(self, keys: KeyPolicy = "error", max_bytes: int = MAX_DOCUMENT_BYTES) -> None:
        import bson

        self.keys: KeyPolicy = keys
        self.max_bytes = max_bytes
        self._bson = bson
        self._options = bson_options()

    def encode(self, document: Mapping[str, Any]) -> bytes:
        """Bytes of one document.

        Raises:
            UnstorableValueError: a key or value that cannot be kept, with its dotted path.
            DocumentTooLargeError: more than ``max_bytes``.
        """
        if not _is_clean(document, self.keys != "allow"):
            document = normalise(document, self.keys)
        try:
            body = self._bson.encode(document, codec_options=self._options)
        except (
            self._bson.errors.InvalidDocument,
            self._bson.errors.InvalidStringData,
            OverflowError,
            UnicodeError,
        ) as error:
            normalise(document, self.keys)
            raise UnstorableValueError("", "dict", str(error), document.get("_id")) from error
        if len(body) > self.max_bytes:
            raise DocumentTooLargeError(document.get("_id"), len(body), self.max_bytes)
        return body

    def decode(self, body: bytes) -> Document:
        """The document of these bytes."""
        return self._bson.decode(body, codec_options=self._options)

    def with_rules(self, *, keys: KeyPolicy | None = None, max_bytes: int | None = None) -> BsonCodec:
        """The same codec with other rules."""
        return BsonCodec(keys or self.keys, max_bytes or self.max_bytes)


def bson_options() -> CodecOptions[dict[str, Any]]:
    """How BSON is read everywhere in the hub: datetimes carry UTC, UUIDs are standard binaries."""
    from bson.binary import UuidRepresentation
    from bson.codec_options import CodecOptions

    return CodecOptions(tz_aware=True, tzinfo=UTC, uuid_representation=UuidRepresentation.STANDARD)


def check_id(value: Any, max_length: int) -> str:
    """``value`` itself when it can be an ``_id``.

    Args:
        value: what the parser gave.
        max_length: largest number of characters (`MAX_ID_LENGTH`).

    Raises:
        BadIdError: not a string, empty, too long, with a NUL or no valid text.
    """
    if type(value) is not str:
        if not isinstance(value, str):
            kind = "missing" if value is None else f"a `{type(value).__name__}`"
            raise BadIdError(value, f"is {kind}, not text. Use str() in the parser.")
        value = str(value)
    text: str = value
    if not text:
        raise BadIdError(value, "is empty. Leave such documents out in the parser.")
    if len(value) > max_length:
        raise BadIdError(
            value, f"has {len(value)} characters, more than the {max_length} of `MAX_ID_LENGTH`. Shorten or hash it."
        )
    if "\0" in value or not value.isascii():
        _check_text(text)
    return text


def check_keys(document: Mapping[str, Any]) -> None:
    """Refuse keys that start with ``$``, hold a dot or a NUL, or are empty, at any depth.

    Raises:
        UnstorableKeyError: the first such key.
    """
    if not _is_clean(document, True):
        normalise(document, "error")


def _check_text(value: str) -> None:
    if "\0" in value:
        raise BadIdError(value, "holds a NUL character. Remove it in the parser.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadIdError(value, "is no valid text. Open the file with its real encoding.") from None


def _escaped_bad_key(body: bytes) -> bool:
    """Whether JSON with backslashes may hold a key with a dot or a NUL."""
    return b"\\u0000" in body or _DOTTED_KEY_WITH_ESCAPES(body) is not None


def _numpy_value(value: Any) -> Any:
    if type(value).__module__ == "numpy" and type(value).__name__ not in ("datetime64", "timedelta64"):
        return value.tolist()
    raise TypeError


def _tag(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        tagged = {key: _tag(item) for key, item in value.items()}
        return {"$literal": tagged} if len(tagged) == 1 and not _TAGS.isdisjoint(tagged) else tagged
    if kind is list:
        return [_tag(item) for item in value]
    if kind is datetime:
        return {"$date": value.isoformat()}
    if isinstance(value, bytes):
        return {"$binary": base64.b64encode(value).decode()}
    if kind.__module__.startswith("bson"):
        raise UnstorableValueError("", kind.__name__, "Only MongoDB can keep it: use str().")
    return value


def _untag(value: Any) -> Any:
    kind = type(value)
    if kind is list:
        return [_untag(item) for item in value]
    if kind is not dict:
        return value
    if len(value) == 1:
        ((key, item),) = value.items()
        if key == "$date":
            return datetime.fromisoformat(item)
        if key == "$binary":
            return base64.b64decode(item)
        if key == "$literal":
            return {name: _untag(inner) for name, inner in item.items()}
    return {key: _untag(item) for key, item in value.items()}


_AS_THEY_ARE = frozenset({str, bool, type(None), bytes})


def _is_clean(value: Any, check_names: bool, depth: int = 100) -> bool:
    """Whether BSON can take the value without conversion; quick, and False in doubt."""
    if depth <= 0:
        return False
    kind = type(value)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or (check_names and key_fault(key) is not None):
                return False
            if type(item) not in _AS_THEY_ARE and not _is_clean(item, check_names, depth - 1):
                return False
        return True
    if kind is list:
        return all(type(item) in _AS_THEY_ARE or _is_clean(item, check_names, depth - 1) for item in value)
    if kind is float:
        return math.isfinite(value)
    if kind is int:
        return bool(-(2**63) <= value < 2**63)
    return kind is datetime or kind in _AS_THEY_ARE
