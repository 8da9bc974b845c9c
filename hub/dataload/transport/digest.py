"""The SHA-256 of a file while it comes, in a thread of its own once the file is big: hashing needs no Python lock."""

from __future__ import annotations

import hashlib
import queue
import threading

_INLINE = 4 * 1024 * 1024  # bytes that are hashed on the spot before a thread is worth its while
_WAITING = 16  # chunks that may wait for the thread


class RunningDigest:
    """Takes chunks in order and tells their SHA-256 at the end."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._seen = 0
        self._chunks: queue.Queue[bytes | None] | None = None
        self._thread: threading.Thread | None = None

    def update(self, chunk: bytes) -> None:
        """The next bytes."""
        self._seen += len(chunk)
        if self._chunks is None and self._seen > _INLINE:
            self._chunks = queue.Queue(_WAITING)
            self._thread = threading.Thread(target=self._work, args=(self._chunks,), daemon=True, name="sha256")
            self._thread.start()
        if self._chunks is None:
            self._digest.update(chunk)
        else:
            self._chunks.put(chunk)

    def hexdigest(self) -> str:
        """The SHA-256 of all chunks; nothing may come after it."""
        self.close()
        return self._digest.hexdigest()

    def close(self) -> None:
        """End the thread."""
        thread, self._thread = self._thread, None
        if thread is not None and self._chunks is not None:
            self._chunks.put(None)
            thread.join()

    def _work(self, chunks: queue.Queue[bytes | None]) -> None:
        while (chunk := chunks.get()) is not None:
            self._digest.update(chunk)
