"""Checks of what was downloaded and parsed, before it takes the place of anything: `rules`, `files`, `documents`.

``CHECKS`` of a dumper class, or ``dumper.checks`` of a manifest, are rules for files; they hold before a release is
current. ``CHECKS`` of an uploader class, or ``uploader.checks``, are rules for documents; they hold before the
collection is replaced. A rule that is broken stops the run, and everything stays as it was.
"""
