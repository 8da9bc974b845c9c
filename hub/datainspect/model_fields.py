"""What generated validation models are written with: `Object`, `Values` and the kinds of values.

A model may use plain pydantic as well; these take documents as search engines do: every field may be absent or null,
hold one value or a list of them, and lists in lists count as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from hub.datainspect.mapping import is_iso_date

T = TypeVar("T")


class Object(BaseModel):
    """A document, or an object in one. Fields that the model does not name are allowed."""

    model_config = ConfigDict(extra="allow", populate_by_name=False, protected_namespaces=())


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _flat(item)
    elif value is not None:
        yield value


def _as_list(value: Any) -> list[Any] | None:
    return None if value is None else list(_flat(value))


def _checked_date(value: Any) -> Any:
    if isinstance(value, str) and not is_iso_date(value):
        raise ValueError("is no ISO date such as 2026-01-15 or 2026-01-15T10:00:00Z")
    return value


Values = Annotated[list[T] | None, BeforeValidator(_as_list)]
Date = Annotated[datetime | date | int | str, AfterValidator(_checked_date)]
Range = dict[str, Any]

__all__ = ["Any", "Date", "Object", "Range", "Values"]
