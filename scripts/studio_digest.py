"""The checksum of what the studio is built from: `python scripts/studio_digest.py [--write]`.

The built files in hub/studio_files are committed, so that a hub needs no Node.js. `BUILD` beside them holds this
checksum; a test compares it, so that nobody forgets to build. Only the standard library is needed.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
WEBAPP = ROOT / "webapp"
BUILD = ROOT / "hub" / "studio_files" / "BUILD"
#: What a build reads: sources, files that are copied, settings of the tools, versions of the packages.
PARTS = ("src", "build", "public", "index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")


def digest() -> str:
    """SHA-256 over names and contents, in the order of the names."""
    total = hashlib.sha256()
    files = [
        f for part in PARTS for f in ([WEBAPP / part] if (WEBAPP / part).is_file() else (WEBAPP / part).rglob("*"))
    ]
    for file in sorted(f for f in files if f.is_file()):
        total.update(f"{file.relative_to(WEBAPP).as_posix()}\0".encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


if __name__ == "__main__":
    if "--write" in sys.argv:
        BUILD.write_text(digest() + "\n")
    print(digest())
