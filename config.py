"""Your settings.

`config_hub.py` lists every setting with its default; what you write here wins over it. Then come environment variables
(HUB_API_PORT=9000), flags of `hub serve` and changes made from the studio.

What is set below runs the examples: five plugins about the prefixes of life-science databases, merged into one build
and served at http://localhost:8000/v1/prefix/chebi. Take it out when you bring your own plugins.
"""

from config_hub import *

# Sources that download and upload by themselves when something is new upstream: names or patterns, "*" is all.
AUTO_SOURCES = ["*"]

# A build merges sources into one collection, document by document, and serves it as an API.
BUILDS = {
    "prefixes": {
        "doc_type": "prefix",  # the path of the API: /v1/prefix/<id>
        "sources": ["bioregistry", "obofoundry", "miriam", "biocontext", "biomappings", "prefixmaps"],
        "root": ["bioregistry"],  # only these create documents; the others add to documents that are there
        "auto": True,  # merge and index again when a source has changed
    },
}

# Where a manifest's addresses lead to. The examples are answered from files of this folder, so that they run without
# network. Take a line out to fetch from the real address, or let it lead to a mirror of your own.
_FILES = "file:examples/data/"
DATA_URL_REWRITES = {
    "https://raw.githubusercontent.com/biopragmatics/": f"{_FILES}raw.githubusercontent.com/biopragmatics/",
    "https://raw.githubusercontent.com/linkml/": f"{_FILES}raw.githubusercontent.com/linkml/",
    "https://github.com/biopragmatics/": f"{_FILES}github.com/biopragmatics/",
}
