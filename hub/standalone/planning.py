"""Which releases to install, in which order, to come from one version to another."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from hub.datarelease.naming import version_key
from hub.datarelease.versions import FULL
from hub.errors import NotFound
from hub.standalone.errors import BadReleaseError, NoPathError, OlderVersionError
from hub.standalone.published import Version

LATEST = "latest"


def wanted(name: str, versions: Sequence[Version], version: str) -> Version:
    """The entry that a person means: ``latest``, the name of a release, or the version it leads to.

    Raises:
        hub.errors.NotFound: there is none.
        BadReleaseError: nothing was published.
    """
    if not versions:
        raise BadReleaseError(name, "nothing was published yet")
    if version == LATEST:
        return versions[-1]
    for entry in versions:
        if entry.build_version == version:
            return entry
    for entry in reversed(versions):
        if entry.target == version:
            return entry
    raise NotFound(f"version of `{name}`", version, [entry.build_version for entry in versions])


def path(
    name: str, versions: Sequence[Version], target: str, backend: str | None, *, force: bool = False
) -> list[Version]:
    """The shortest way to a version.

    Args:
        name: of the release.
        versions: what was published.
        target: the wanted version.
        backend: the installed version, or None.
        force: go back to an older version, or install the same one anew: then from a full release.

    Returns:
        Releases in the order to install them; none when the version is installed. Incremental ones are preferred: the
        fewest that lead from the installed version, else from a full release.

    Raises:
        OlderVersionError: it is older than the installed one, without ``force``.
        NoPathError: there is no way.
    """
    if backend == target and not force:
        return []
    back = backend is not None and version_key(target) <= version_key(backend)
    if back and backend != target and not force:
        assert backend is not None
        raise OlderVersionError(name, target, backend)
    if backend is not None and not back:
        found = _chain(versions, {backend}, target)
        if found is not None:
            return found
    full = {entry.target: entry for entry in versions if entry.kind == FULL}
    found = _chain(versions, set(full), target)
    if found is None:
        missing = "no full release was published" if not full else "a release in between was not published"
        raise NoPathError(name, target, backend, missing)
    start = found[0].require if found else target
    assert start is not None
    return [full[start], *found]


def _chain(versions: Sequence[Version], starts: set[str], target: str) -> list[Version] | None:
    """The fewest incremental releases from one of the starts; None when no way leads there."""
    leading: dict[str, list[Version]] = {}
    for entry in versions:
        if entry.kind != FULL:
            leading.setdefault(entry.target, []).append(entry)
    queue: deque[tuple[str, list[Version]]] = deque([(target, [])])
    seen = {target}
    while queue:
        version, found = queue.popleft()
        if version in starts:
            return found
        for entry in leading.get(version, ()):
            if entry.require is not None and entry.require not in seen:
                seen.add(entry.require)
                queue.append((entry.require, [entry, *found]))
    return None
