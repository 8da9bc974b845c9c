"""Builds: merge the sources of a configuration into one collection, document by document, sorted by ``_id``.

Start reading at `hub.databuild.manager`; `hub.databuild.join` is the merge itself, `hub.databuild.rules` what it does
to one document.
"""
