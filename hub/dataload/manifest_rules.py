"""The rules of a manifest: the schema, and what a schema can not say. Every broken rule is found, not only one."""

from __future__ import annotations

import difflib
import functools
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from hub.dataload import manifest_downloads
from hub.dataload.checks.rules import problems_of_documents, problems_of_files
from hub.dataload.errors import Problem
from hub.dataload.lifecycle.rules import lifecycle_problems
from hub.dataload.manifest import SCHEMA_FILE, without_nulls
from hub.dataload.quarantine.limits import problems_of_errors

RESERVED = {"release": "set_release", "parallelizer": "jobs", "mapping": "get_mapping"}  #: names the hub itself uses
NAME = re.compile(r"\w[\w-]{0,99}")
_REFERENCE = re.compile(r"\s*[^\W\d]\w*(\.[^\W\d]\w*)*\s*:\s*[^\W\d]\w*\s*")


@functools.cache
def schema() -> dict[str, Any]:
    """The JSON schema, as plain data. Treat as read-only."""
    loaded: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return loaded


def check(document: Any, folder_name: str) -> tuple[list[Problem], list[str]]:
    """Check the plain data of a manifest.

    Args:
        document: what the file holds.
        folder_name: the source name when the manifest gives none.

    Returns:
        Problems, empty when the manifest is fine, and warnings.
    """
    if not isinstance(document, dict):
        return [Problem("$", f"must be an object with keys, not {_kind(document)}")], []
    data = without_nulls(document)
    warnings = [f"`{path}` is null: taken as absent." for path in _nulls(document)]
    warnings += list(_unknown_keys(data))
    if isinstance(data.get("uploader"), dict) and "name" in data["uploader"]:
        warnings.append("`uploader.name` is ignored: a single collection has the name of the source.")
    if isinstance(data.get("version"), int | float):
        warnings.append(f"`version` is the number {data['version']}; write it as text.")
    problems = list(_schema_problems(data))
    broken = {problem.path for problem in problems}
    problems += [p for p in _other_problems(data, folder_name) if p.path not in broken]
    return problems, warnings


# -- schema --------------------------------------------------------------------------------------------------------


def _schema_problems(data: dict[str, Any]) -> Iterator[Problem]:
    import jsonschema

    validator = jsonschema.Draft202012Validator(schema())
    errors = list(validator.iter_errors(data))
    order = {key: n for n, key in enumerate(data)}
    for error in sorted(errors, key=lambda e: order.get(str(next(iter(e.absolute_path), "")), -1)):
        path = json_path(error.absolute_path)
        if error.validator == "required":
            yield from _missing(error, path)
        else:
            yield _schema_problem(error, path)


def _missing(error: Any, path: str) -> Iterator[Problem]:
    key = error.message.split("'")[1]
    where = key if path == "$" else f"{path}.{key}"
    spelled = difflib.get_close_matches(key, [str(k) for k in error.instance], n=1, cutoff=0.7)
    wrong = f" There is `{spelled[0]}`." if spelled else ""
    why = {
        "dumper": "is missing: a plugin has to say what to download, e.g. "
        '`"dumper": {"data_url": "https://example.org/data.tsv"}`.',
        "version": 'is missing; write `"version": "0.3"`.',
        "parser": 'is missing; write `"module:function"`.',
        "name": "is missing: each entry of `uploaders` needs a name of its own.",
    }.get(key, "is missing.")
    yield Problem(where, why + wrong, None, key if spelled else None)


def _schema_problem(error: Any, path: str) -> Problem:
    value = error.instance
    if error.validator == "type":
        kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        wanted = " or ".join(_KINDS[kind] for kind in kinds)
        return Problem(path, f"must be {wanted}, not {_show(value)}", value)
    if error.validator == "enum":
        choices = [str(choice) for choice in error.validator_value]
        near = difflib.get_close_matches(str(value), choices, n=1, cutoff=0.4)
        return Problem(
            path, f"{_show(value)} is none of {', '.join(f'`{c}`' for c in choices)}.", value, near[0] if near else None
        )
    if error.validator in ("minItems", "minLength"):
        return Problem(path, "is empty; at least one is needed", value)
    return Problem(path, error.message, value)


_KINDS = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "boolean": "true or false",
    "number": "a number",
    "integer": "a whole number",
}


# -- the rest ------------------------------------------------------------------------------------------------------


def _other_problems(data: dict[str, Any], folder_name: str) -> Iterator[Problem]:
    name = data.get("name", folder_name)
    if isinstance(name, str):
        yield from _name_problems(name, "name", "" if "name" in data else "the name of the folder ")
    dumper = data.get("dumper")
    if isinstance(dumper, dict):
        yield from _url_problems(dumper)
        yield from _schedule_problems(dumper.get("schedule"))
        yield from _reference_problems(dumper, "dumper", ("release",))
        yield from problems_of_files(dumper.get("checks", {}), "dumper.checks")
        yield from manifest_downloads.problems(dumper)
        yield from lifecycle_problems(dumper)
    if "uploader" in data and "uploaders" in data:
        yield Problem("uploaders", "stands beside `uploader`; use the one or the other")
    if isinstance(data.get("uploader"), dict):
        yield from _reference_problems(data["uploader"], "uploader", ("parser", "parallelizer", "mapping"))
        yield from problems_of_documents(data["uploader"].get("checks", {}), "uploader.checks")
        yield from _error_problems(data["uploader"], "uploader.")
    if isinstance(data.get("uploaders"), list):
        yield from _list_problems(data["uploaders"])


def _name_problems(name: str, path: str, what: str = "") -> Iterator[Problem]:
    if not NAME.fullmatch(name):
        yield Problem(path, f"{what}{name!r} can not be a source name: letters, digits, `_` and `-`, at most 100", name)
    elif "_temp_" in name or "_archive_" in name:
        yield Problem(path, f"{what}{name!r}: names with `_temp_` or `_archive_` are kept for the hub itself", name)


def _url_problems(dumper: dict[str, Any]) -> Iterator[Problem]:
    urls = dumper.get("data_url")
    docker = False
    for number, entry in enumerate(urls if isinstance(urls, list) else [urls]):
        url = entry.get("url") if isinstance(entry, dict) else entry
        if not isinstance(url, str) or not url:
            continue
        path = f"dumper.data_url[{number}]" if isinstance(urls, list) else "dumper.data_url"
        scheme = url.partition("://")[0].lower() if "://" in url else ""
        if not scheme:
            yield Problem(
                path, f"`{mask_url(url)}` does not say its protocol; write e.g. `https://{url}`", mask_url(url)
            )
        docker = docker or "docker" in scheme
    if docker and isinstance(urls, list) and len(urls) > 1:
        yield Problem("dumper.data_url", "a docker source takes exactly one URL")


def _schedule_problems(schedule: Any) -> Iterator[Problem]:
    if isinstance(schedule, str) and schedule.strip():
        reason = cron_problem(schedule)
        if reason:
            yield Problem("dumper.schedule", f"`{schedule}` is no cron schedule: {reason}", schedule)


def cron_problem(text: str) -> str:
    """Why ``text`` is no cron schedule, or an empty string.

    Args:
        text: minute, hour, day of month, month, day of week, and optionally seconds as the sixth field.
    """
    from cronsim import CronSim, CronSimError

    fields = text.split()
    if len(fields) not in (5, 6):
        return f"it has {len(fields)} fields, five (or six, with seconds at the end) are needed"
    try:
        CronSim(" ".join([fields[5], *fields[:5]] if len(fields) == 6 else fields), datetime.now(UTC))
    except (CronSimError, ValueError) as error:
        return str(error)
    return ""


def _reference_problems(section: dict[str, Any], parent: str, keys: Iterable[str]) -> Iterator[Problem]:
    for key in keys:
        text = section.get(key)
        if not isinstance(text, str):
            continue
        path = f"{parent}.{key}"
        if not _REFERENCE.fullmatch(text) or text.partition(":")[0].strip().endswith(".py"):
            yield Problem(path, _reference_reason(text), text)
        elif text.partition(":")[2].strip() == RESERVED.get(key):
            yield Problem(path, f"`{RESERVED[key]}` is a name the hub itself uses; give the function another", text)


def _reference_reason(text: str) -> str:
    shown = f"`{text}`"
    if "(" in text or "{" in text or "[" in text:
        return f"{shown} is an expression; name a plain function as `module:function` and call the rest inside it"
    if ":" not in text:
        return f"{shown} has no `:`; write `module:function`"
    if "/" in text or "\\" in text or text.split(":")[0].endswith(".py"):
        return f"{shown}: write the module as in an import, without `.py` and with `.` for `/`"
    if text.count(":") > 1:
        return f"{shown} has more than one `:`; write `module:function`"
    return f"{shown} is not of the form `module:function`"


def _error_problems(section: dict[str, Any], path: str) -> Iterator[Problem]:
    given = section.get("max_errors")
    if isinstance(given, int | str):  # else the schema has said so
        yield from problems_of_errors(None, given, path)


def _list_problems(sections: list[Any]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for number, section in enumerate(sections):
        if not isinstance(section, dict):
            continue
        path = f"uploaders[{number}]"
        yield from _reference_problems(section, path, ("parser", "parallelizer", "mapping"))
        yield from problems_of_documents(section.get("checks", {}), f"{path}.checks")
        yield from _error_problems(section, f"{path}.")
        name = section.get("name")
        if not isinstance(name, str) or not name:
            continue
        yield from _name_problems(name, f"{path}.name")
        if name in seen:
            yield Problem(f"{path}.name", f"`{name}` is already the name of `uploaders[{seen[name]}]`", name)
        seen.setdefault(name, number)


# -- warnings ------------------------------------------------------------------------------------------------------


def _unknown_keys(data: dict[str, Any]) -> Iterator[str]:
    parts = schema()
    uploader = parts["$defs"]["uploader"]["properties"]
    yield from _unknown(data, parts["properties"], "", uploader)
    yield from _unknown(data.get("dumper"), parts["properties"]["dumper"]["properties"], "dumper.")
    yield from _unknown(data.get("uploader"), uploader, "uploader.")
    sections = data.get("uploaders")
    for number, section in enumerate(sections if isinstance(sections, list) else []):
        yield from _unknown(section, uploader, f"uploaders[{number}].")


def _unknown(section: Any, known: dict[str, Any], prefix: str, elsewhere: Iterable[str] = ()) -> Iterator[str]:
    for key in section if isinstance(section, dict) else ():
        if key in known:
            continue
        near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.6)
        hint = f" Did you mean `{prefix}{near[0]}`?" if near else ""
        if key in elsewhere:
            hint = f" It belongs inside `uploader`: `uploader.{key}`."
        yield f"unknown key `{prefix}{key}` is ignored.{hint}"


def _nulls(document: dict[str, Any]) -> Iterator[str]:
    yield from (key for key, value in document.items() if value is None)
    for parent in ("dumper", "uploader"):
        if isinstance(document.get(parent), dict):
            yield from (f"{parent}.{key}" for key, value in document[parent].items() if value is None)
    sections = document.get("uploaders")
    for number, section in enumerate(sections if isinstance(sections, list) else []):
        if isinstance(section, dict):
            yield from (f"uploaders[{number}].{key}" for key, value in section.items() if value is None)


def json_path(parts: Iterable[str | int]) -> str:
    """``["uploaders", 1, "parser"]`` as ``uploaders[1].parser``; the root is ``$``."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path or "$"


def mask_url(url: str) -> str:
    """The URL with stars in place of a password."""
    try:
        password = urlsplit(url).password
    except ValueError:
        return url
    return url.replace(f":{password}@", ":****@", 1) if password else url


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    return {dict: "an object", list: "a list", str: "text", bool: "a boolean"}.get(type(value), "a number")


def _show(value: Any) -> str:
    text = json.dumps(value, default=str, ensure_ascii=False)
    return f"`{text}`" if len(text) <= 80 else f"`{text[:77]}...`"
