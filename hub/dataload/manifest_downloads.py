"""The keys of ``dumper`` that are about downloads: what is wrong with them, and the attributes of dumpers they set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hub.dataload.errors import Problem

#: Manifest key to the attribute of dumper classes with the same meaning.
ATTRIBUTES = {
    "files": "FILES",
    "files_glob": "FILES_GLOB",
    "files_from": "FILES_FROM",
    "keep_structure": "KEEP_STRUCTURE",
    "max_depth": "MAX_DEPTH",
    "follow_links": "FOLLOW_LINKS",
    "listing": "LISTING",
    "release_rule": "RELEASE_RULE",
    "release_format": "RELEASE_FORMAT",
    "options": "OPTIONS",
    "timeout": "TIMEOUT",
    "credentials": "CREDENTIALS",
    "proxy": "PROXY",
    "max_parallel": "MAX_PARALLEL_DUMP",
    "sleep": "SLEEP_BETWEEN_DOWNLOAD",
    "max_rate": "MAX_RATE",
    "checksum": "CHECKSUM",
    "reuse": "REUSE",
}


def attributes(section: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes of a dumper class, from the keys that are there."""
    found = {name: section[key] for key, name in ATTRIBUTES.items() if key in section}
    for name in ("FILES", "FILES_GLOB"):
        if isinstance(found.get(name), str):
            found[name] = [found[name]]
    if "link" in section:
        found["LINK_FILES"] = section["link"] == "hard"
    return found


def problems(section: Mapping[str, Any]) -> Iterator[Problem]:
    """What a schema cannot say of these keys."""
    from hub.dataload import file_specs
    from hub.dataload.transport import index_rules, options

    urls = section.get("data_url")
    for number, entry in enumerate(urls if isinstance(urls, list) else [urls]):
        if isinstance(entry, Mapping):
            path = f"dumper.data_url[{number}]" if isinstance(urls, list) else "dumper.data_url"
            for key, why, near in file_specs.problems(entry):
                yield Problem(f"{path}.{key}", why, None, near)
    if isinstance(section.get("options"), Mapping):
        for problem in options.problems(section["options"]):
            yield Problem(f"dumper.options.{problem.name}", problem.why, None, problem.nearest)
    if section.get("listing", "auto") != "auto":
        for key, why, near in index_rules.problems(section["listing"]):
            yield Problem("dumper.listing" + (f".{key}" if key else ""), why, None, near)
    yield from _timeout_problems(section.get("timeout"))
    yield from _pattern_problems(section)
    credentials = section.get("credentials")
    if isinstance(credentials, str) and not credentials.startswith("secret:"):
        yield Problem("dumper.credentials", "must name a secret: `secret:NAME`, with NAME in the setting SECRETS")
    lists = [key for key in ("files", "files_glob", "files_from") if key in section]
    if len(lists) > 1:
        yield Problem(f"dumper.{lists[1]}", f"stands beside `{lists[0]}`; use the one or the other")
    if isinstance(section.get("proxy"), str) and "://" not in section["proxy"]:
        yield Problem("dumper.proxy", f"must be a URL: `http://{section['proxy']}`", section["proxy"])


def _timeout_problems(given: Any) -> Iterator[Problem]:
    import difflib

    known = ["connect", "stall", "total"]
    for key in given if isinstance(given, Mapping) else ():
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.4)
            yield Problem(f"dumper.timeout.{key}", f"is no time limit; there are {', '.join(known)}.", None, *near)


def _pattern_problems(section: Mapping[str, Any]) -> Iterator[Problem]:
    from hub.dataload.transport.patterns import PatternError, compiled

    for key in ("files", "files_glob"):
        given = section.get(key)
        for number, text in enumerate([given] if isinstance(given, str) else given if isinstance(given, list) else []):
            try:
                compiled([text] if isinstance(text, str) else [], glob=key == "files_glob")
            except PatternError as error:
                path = f"dumper.{key}" if isinstance(given, str) else f"dumper.{key}[{number}]"
                yield Problem(path, str(error), text)
