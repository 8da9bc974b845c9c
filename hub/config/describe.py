"""The settings for people and clients: one documented shape for the studio, the console and the command line."""

from __future__ import annotations

import json
from typing import Any

from hub.config.secret import STARS, Secret
from hub.config.settings import Settings


def describe(settings: Settings) -> dict[str, Any]:
    """All visible settings.

    Returns:
        ``{"scope": {"config": {NAME: {"section", "desc", "readonly", "hidden", "invisible", "confmod", "default",
        "value", "origin", "dynamic"?, "diff"?}}, "class": {"Class.ATTR": value}}, "_dirty", "allow_edits"}``.
        ``default`` is the value of the files and the environment, ``value`` the effective one; both are eight stars
        for hidden settings. ``dynamic`` and ``diff`` (a JSON patch) are there when the studio changed the value.
    """
    shown = {name: _one(settings, name) for name, d in settings.definitions.items() if not d.invisible}
    return {
        "scope": {"config": shown, "class": settings.class_overrides()},
        "_dirty": bool(settings.overridden or settings.class_overrides()),
        "allow_edits": not settings["CONFIG_READONLY"],
    }


def _one(settings: Settings, name: str) -> dict[str, Any]:
    definition = settings.definitions[name]
    value, default = json_like(settings[name]), json_like(settings.file_value(name))
    entry: dict[str, Any] = {
        "section": definition.section or None,
        "desc": definition.desc or None,
        "readonly": definition.readonly,
        "hidden": definition.hidden,
        "invisible": definition.invisible,
        "confmod": definition.module,
        "default": _starred(default, definition.desc) if definition.hidden else default,
        "value": _starred(value, definition.desc) if definition.hidden else value,
        "origin": settings.origin(name),
    }
    if name in settings.overridden:
        entry["dynamic"] = True
        if value != default and not definition.hidden:
            entry["diff"] = patch(default, value)
    return entry


def _starred(value: Any, desc: str) -> Any:
    """Stars for a hidden value; under its keys, which clients look at, where the description names all of them."""
    if isinstance(value, dict) and value and all(f'"{key}"' in desc for key in value):
        return dict.fromkeys(value, STARS)
    return STARS


def json_like(value: Any) -> Any:
    """The value with everything that JSON cannot hold as text; secrets are stars."""
    if isinstance(value, Secret):
        return STARS
    if isinstance(value, dict):
        return {str(k): json_like(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_like(v) for v in value]
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return str(value)
    return value


def patch(old: Any, new: Any, path: str = "") -> list[dict[str, Any]]:
    """The JSON patch (RFC 6902) that makes ``new`` of ``old``; lists are replaced as a whole."""
    if old == new:
        return []
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return [{"op": "replace", "path": path, "value": new}]
    steps: list[dict[str, Any]] = []
    for key in {**old, **new}:
        place = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
        if key not in new:
            steps.append({"op": "remove", "path": place})
        elif key not in old:
            steps.append({"op": "add", "path": place, "value": new[key]})
        else:
            steps += patch(old[key], new[key], place)
    return steps
