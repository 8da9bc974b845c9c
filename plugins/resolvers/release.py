"""The release of an archive whose address holds its version."""

import re
from typing import Any


def archive_version(self: Any) -> str:
    """`0.15.6` for `https://.../archive/refs/tags/v0.15.6.zip`. `self` is the dumper."""
    url = self.SRC_URLS[0]
    found = re.search(r"/v(\d+(?:\.\d+)+)\.(?:zip|tar\.gz)$", url)
    if found is None:
        raise ValueError(f"{url} does not end with a version such as /v1.2.3.zip; write another release function")
    return found.group(1)
