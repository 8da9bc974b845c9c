"""The embedded search engine: tantivy, one folder an index, nothing to install or start.

A mapped leaf is one typed tantivy column (`schema`), not a member of a JSON field as the first design said. Measured on
40,000 documents of 367 bytes, one writer thread, same machine and minute: typed columns 10,900 documents/s and 17.8 MB,
JSON fields 3,100 documents/s and 18.2 MB. Typed columns also give each leaf its own tokenizer, field norms, sorting and
facets. The price is that the columns are fixed when the index is created, which a closed mapping wants anyway.

tantivy appears to give the interpreter lock free while it searches (not measured for adding, committing, merging), so
callers in an event loop use a thread.
"""

from hub.search.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
