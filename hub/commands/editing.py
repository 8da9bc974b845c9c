"""Changing settings from outside: what is asked for is checked, kept in the hub's records, and holds at once."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

from hub import errors
from hub.commands.services import Services
from hub.config import kinds
from hub.config.describe import json_like
from hub.config.secret import STARS

_ATTRIBUTE = re.compile(r"[A-Za-z_]\w*\.[A-Za-z_]\w*")


class SettingRefusedError(errors.BadArgument):
    """A value of the wrong type for a setting."""

    def __init__(self, name: str, expected: str, value: str) -> None:
        self.name, self.expected = name, expected
        super().__init__(f"{name} must be {expected}, not {value}. Give the value as JSON.")


def change(hub: Services, name: str, value: Any) -> dict[str, Any]:
    """Keep a value for a setting or a class attribute; returns them.

    Args:
        hub: the running hub.
        name: setting, or ``Class.ATTRIBUTE``.
        value: JSON text, or what JSON would give.

    Returns:
        ``name`` and ``value``, and what the write did in the words of existing clients: ``n``, ``nModified``,
        ``updatedExisting``, ``ok``, and ``upserted`` when nothing was kept before.

    Raises:
        hub.errors.HubError: it may not be changed, or not to that.
    """
    _check_allowed(hub)
    if "." in name:
        _check_attribute(hub, name)
        plain, hidden = _parsed(value), False
    else:
        definition = hub.settings.check_editable(name)
        plain, hidden = _checked(name, definition.kind, value, definition.hidden), definition.hidden
        if hidden:
            plain = _uncovered(name, plain, hub.settings.get(name))
    old, kept = _effective(hub, name), hub.state.overrides.get(name)
    hub.state.overrides.put({"_id": name, "json": json.dumps(plain)})
    hub.settings.refresh_overrides()
    hub.accounts.history.note(name, "change", old, plain, hidden=hidden)
    return {"name": name, "value": STARS if hidden else plain} | _written(name, kept, json.dumps(plain))


def _written(name: str, kept: dict[str, Any] | None, text: str) -> dict[str, Any]:
    changed = kept is not None and kept.get("json") != text
    told = {"n": 1, "nModified": int(changed), "ok": 1.0, "updatedExisting": kept is not None}
    return told if kept is not None else {**told, "upserted": name}


def reset(hub: Services, name: str | None) -> list[str]:
    """Forget the kept value of a setting, or all of them; returns the names."""
    _check_allowed(hub)
    kept = sorted(str(record["_id"]) for record in hub.state.overrides.all())
    if name is not None:
        if name not in kept and name not in hub.settings and not _ATTRIBUTE.fullmatch(name):
            raise errors.NotFound("setting", name, hub.settings.definitions)
        kept = [name] if name in kept else []
    old = {one: _effective(hub, one) for one in kept}
    for one in kept:
        hub.state.overrides.delete(one)
    hub.settings.refresh_overrides()
    for one in kept:
        definition = hub.settings.definitions.get(one)
        hidden = definition is not None and definition.hidden
        hub.accounts.history.note(one, "reset", old[one], _effective(hub, one), hidden=hidden)
    return kept


def _effective(hub: Services, name: str) -> Any:
    """The value that counts at present; of an attribute only one that was set from outside is known."""
    if "." in name:
        return hub.settings.class_overrides().get(name)
    return json_like(hub.settings.get(name))


def _check_allowed(hub: Services) -> None:
    if hub.settings["CONFIG_READONLY"]:
        raise errors.Refused(
            "the configuration is read-only. Set CONFIG_READONLY = False in "
            f"{hub.settings.config_file or 'config.py'} and start the hub again to change it from here."
        )


def _check_attribute(hub: Services, name: str) -> None:
    known = {
        f"{cls.__name__}.": cls
        for plugin in hub.sources.plugins.values()
        for cls in (plugin.dumper_class, *plugin.uploader_classes.values())
        if cls is not None
    }
    owner, _, attribute = name.partition(".")
    if f"{owner}." not in known or not _ATTRIBUTE.fullmatch(name):
        raise errors.NotFound("class of a plugin", owner, [one.rstrip(".") for one in known])
    cls = known[f"{owner}."]
    if attribute.startswith("_") or not hasattr(cls, attribute) or callable(getattr(cls, attribute)):
        there = [a for a in dir(cls) if a.isupper() and not a.startswith("_")]
        raise errors.NotFound(f"attribute of `{owner}`", attribute, there)


def _uncovered(name: str, value: Any, now: Any) -> Any:
    """A hidden value as it was sent by who was shown stars: under keys that still hold them nothing changes."""
    if value == STARS:
        raise errors.BadArgument(f"{name} is hidden: {STARS} stands for its value. Give the new value itself.")
    if isinstance(value, dict) and isinstance(now, dict):
        return {key: now.get(key, "") if part == STARS else part for key, part in value.items()}
    return value


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _checked(name: str, kind: Any, value: Any, hidden: bool) -> Any:
    """The value to keep; a text that reads as JSON of another kind may still be meant as a text."""
    parsed = _parsed(value)
    try:
        kinds.check(parsed, kind)
        return parsed
    except kinds.Mismatch as wrong:
        with contextlib.suppress(kinds.Mismatch):
            kinds.check(value, kind)
            return value
        shown = STARS if hidden else f"{wrong.value!r:.200}"
        place = f" at {wrong.path}" if wrong.path else ""
        raise SettingRefusedError(name, wrong.expected + place, shown) from None
