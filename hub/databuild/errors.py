"""What can be wrong with a build, found before any document is merged where that is possible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hub import errors


class BuildConfigError(errors.BadArgument):
    """A build configuration that cannot be used.

    Args:
        config: name of the configuration.
        key: the key that is wrong.
        reason: what is wrong with it and what to do.
    """

    def __init__(self, config: str, key: str, reason: str) -> None:
        self.config, self.key, self.reason = config, key, reason
        super().__init__(f"build configuration `{config}`, `{key}`: {reason}")


class ConfigExistsError(errors.Conflict):
    """A build configuration of that name exists."""

    def __init__(self, config: str) -> None:
        self.config = config
        super().__init__(f"build configuration `{config}` exists. Update it, or delete it first.")


class ConfigDeclaredError(errors.Conflict):
    """The configuration is declared in a file; the file is where it changes."""

    def __init__(self, config: str) -> None:
        self.config = config
        super().__init__(f"build configuration `{config}` is declared in the setting BUILDS. Change it there.")


class UnknownSourcesError(errors.BadArgument):
    """Configured sources that no upload has registered yet.

    Args:
        config: name of the configuration.
        unknown: the names nobody knows.
        known: the names of the uploaded sources.
    """

    def __init__(self, config: str, unknown: Sequence[str], known: Iterable[str]) -> None:
        self.config, self.unknown, self.known = config, list(unknown), sorted(known)
        told = " ".join(f"`{name}` is not an uploaded source. {errors.suggest(name, self.known)}" for name in unknown)
        super().__init__(f"build configuration `{config}`: {told} Upload them first, or correct `sources`.")


class SourceNotReadyError(errors.Conflict):
    """The last upload of a source did not succeed."""

    def __init__(self, config: str, source: str, upload: str) -> None:
        self.config, self.source, self.upload = config, source, upload
        super().__init__(
            f"build configuration `{config}`: source `{source}` is not ready (upload: {upload}). "
            f"Upload it, or merge with force=True to use its last good data."
        )


class NothingToMergeError(errors.Conflict):
    """No collection is left after sources were resolved."""

    def __init__(self, config: str, sources: Sequence[str]) -> None:
        self.config, self.sources = config, list(sources)
        super().__init__(
            f"build configuration `{config}`: no collection found for sources {', '.join(sources) or '(none)'}."
        )


class UnknownMapperError(errors.BadArgument):
    """A source names an id mapper that the builder does not have."""

    def __init__(self, source: str, mapper: str, known: Iterable[str]) -> None:
        self.source, self.mapper, self.known = source, mapper, sorted(known)
        super().__init__(f"source `{source}` asks for the mapper `{mapper}`. {errors.suggest(mapper, self.known)}")


class MergerError(errors.BadArgument):
    """A source names a merger that does not exist, or gives it arguments it does not take."""

    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"source `{source}`: {reason}")


class MappingConflictError(errors.Conflict):
    """Sources map the same field to different types.

    Args:
        config: name of the configuration.
        conflicts: one line for each field, naming sources and types.
    """

    def __init__(self, config: str, conflicts: Sequence[str]) -> None:
        self.config, self.conflicts = config, list(conflicts)
        super().__init__(
            f"build configuration `{config}`: the mappings of its sources differ: {'; '.join(conflicts)}. "
            "Correct a source's mapping, or set `mapping_conflicts` to `first` to let the first source win."
        )


class ReleaseMismatchError(errors.Conflict):
    """Sub-sources of one main source in one build come from different releases."""

    def __init__(self, main: str, releases: dict[str, str | None]) -> None:
        self.main, self.releases = main, dict(releases)
        told = ", ".join(f"{sub}: {release}" for sub, release in sorted(releases.items()))
        super().__init__(f"source `{main}` is in this build with different releases ({told}). Upload all of it again.")


class SourceChangedError(errors.HubError, errors.Passing):
    """A source was uploaded anew while it was being merged."""

    status = 409

    def __init__(self, build: str, sources: Sequence[str]) -> None:
        self.build, self.sources = build, list(sources)
        super().__init__(f"build `{build}`: {', '.join(sources)} changed while merging; the merge starts again.")


class MergeCountError(errors.HubError, errors.Permanent):
    """The target does not hold what the merge wrote."""

    def __init__(self, build: str, written: int, found: int) -> None:
        self.build, self.written, self.found = build, written, found
        super().__init__(
            f"build `{build}`: {written} documents were merged but the collection holds {found}. Merge again."
        )


class MergeDocumentError(errors.HubError, errors.Permanent):
    """One document could not be merged, cleaned or mapped."""

    def __init__(self, build: str, source: str, id_: Any, reason: str) -> None:
        self.build, self.source, self.id, self.reason = build, source, id_, reason
        super().__init__(f"build `{build}`, source `{source}`, _id {id_!r}: {reason}")


class BuildNotArchivableError(errors.Conflict):
    """The build is in use or already archived."""

    def __init__(self, build: str, reason: str) -> None:
        self.build, self.reason = build, reason
        super().__init__(f"build `{build}` {reason}.")


class NothingInspectedError(errors.Conflict):
    """A result of an inspection cannot be replaced when there was none."""

    def __init__(self, build: str) -> None:
        self.build = build
        super().__init__(f"build `{build}` was not inspected. Run inspect({build!r}) first.")


class RetentionError(errors.BadArgument):
    """What ``AUTO_ARCHIVE_CONFIG`` says can not be done."""

    def __init__(self, config: str, reason: str) -> None:
        self.config, self.reason = config, reason
        super().__init__(f"setting AUTO_ARCHIVE_CONFIG, `{config}`: {reason}.")


class NoDocumentError(errors.HubError, errors.Permanent):
    """Neither a build nor a source of it has a document."""

    status = 404

    def __init__(self, build: str, id_: str) -> None:
        self.build, self.id = build, id_
        super().__init__(f"build `{build}` has no document `{id_[:200]}`, and no source of it has one. Check the _id.")


class NoPartsError(errors.Conflict):
    """The build does not know of its parts."""

    def __init__(self, build: str) -> None:
        self.build = build
        super().__init__(
            f"build `{build}` does not know where its values come from: sources were added to it later, or it was made "
            "before builds noted that. Merge its configuration again."
        )


class BuildBusyError(errors.Conflict):
    """Something works on the build right now."""

    def __init__(self, build: str) -> None:
        self.build = build
        super().__init__(f"build `{build}` is being worked on. Wait for its job to end, or cancel it.")


class BuildExistsError(errors.Conflict):
    """A build of that name exists and can not be added to."""

    def __init__(self, build: str) -> None:
        self.build = build
        super().__init__(
            f"there is a build `{build}`. Choose another target_name; or, if it is not archived, name the `sources` to "
            "add to it."
        )


class LinkError(errors.BadArgument):
    """A link builder got more or less than one collection."""

    def __init__(self, config: str, collections: Sequence[str]) -> None:
        self.config, self.collections = config, list(collections)
        super().__init__(
            f"build configuration `{config}`: a link builder takes exactly one source with one collection, "
            f"not {', '.join(collections) or 'none'}. Use the standard builder to merge."
        )


class BuildsLostError(errors.Refused):
    """No build has its documents."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(
            f"none of the {count} builds has its documents: that looks like another database than theirs. Nothing was "
            "forgotten. If they are really gone, delete the builds by name."
        )
