"""``biothings.hub.standalone``: the names by which applications write validators of releases."""

from __future__ import annotations

from biothings.hub.standalone.validators import AutoHubValidateError, AutoHubValidator

__all__ = ["AutoHubValidateError", "AutoHubValidator"]
