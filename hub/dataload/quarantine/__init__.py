"""Quarantine: documents that an upload refused are kept with the reason, and can be listed, exported and replayed.

`records` says how one is written down, `files` where they lie, `limits` how many are too many, `replay` puts them
through the upload again; `manager` is what the commands call.
"""
