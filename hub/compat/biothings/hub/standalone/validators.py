"""``biothings.hub.standalone.validators``."""

from __future__ import annotations

from hub.standalone.validating import ReleaseValidationError as AutoHubValidateError
from hub.standalone.validating import ReleaseValidator as AutoHubValidator

__all__ = ["AutoHubValidateError", "AutoHubValidator"]
