"""The public data API: answers ``/<type>/<id>``, ``/query`` and ``/metadata`` from a search index.

`make_app` builds the Tornado application from a `hub.search.port.SearchEngine`; `QuerySettings` says how it behaves.
Paths, parameters and answers are those of ``docs/data-api.md``.
"""

from hub.queryapi.app import Listening, listen, make_app
from hub.queryapi.settings import QuerySettings, StatusCheck

__all__ = ["Listening", "QuerySettings", "StatusCheck", "listen", "make_app"]
