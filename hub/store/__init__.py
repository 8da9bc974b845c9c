"""The document stores and the hub's own records.

`open_store` opens a store from its picklable recipe, in any process; `specs` reads the recipes of the source and target
databases from the settings; `hub.store.state.open_state` opens the hub's records.
"""

from __future__ import annotations

from hub.store.opening import open_store, specs
from hub.store.port import Collection, DocumentStore, IdRange, Record, StoreSpec

__all__ = ["Collection", "DocumentStore", "IdRange", "Record", "StoreSpec", "open_store", "specs"]
