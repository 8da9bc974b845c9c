"""Rate and time to go of a job."""

from __future__ import annotations

import math
import time

from hub.jobs.port import Progress

_SMOOTHING = 5.0  #: seconds after which an old rate counts for about a third
_SHORTEST = 0.05  #: seconds between two samples of the rate


class ProgressMeter:
    """Turns absolute counts into a `Progress` with a smoothed rate."""

    def __init__(self) -> None:
        self.now = Progress()
        self._sampled_at = 0.0
        self._sampled = 0
        self._rate: float | None = None

    def update(
        self, done: int, total: int | None = None, unit: str = "", note: str = "", *, at: float | None = None
    ) -> Progress:
        """Take a new count.

        Args:
            done: units finished so far; a smaller number or another unit starts a new stage.
            total: units in all, or None.
            unit: what is counted; kept from before when empty.
            note: one line on what is being done; kept from before when empty.
            at: monotonic seconds; now by default.

        Returns:
            The progress with rate and, when the total is known, seconds to go.
        """
        at = time.monotonic() if at is None else at
        new_stage = done < self.now.done or (unit and self.now.unit and unit != self.now.unit)
        if self._sampled_at == 0.0 or new_stage:
            self._sampled_at, self._sampled, self._rate = at, done, None
        elif at - self._sampled_at >= _SHORTEST:
            self._sample(done, at)
        rate = self._rate or 0.0
        eta = max(0, total - done) / rate if total is not None and rate > 0 else None
        self.now = Progress(done, total, unit or self.now.unit, rate, eta, note or self.now.note)
        return self.now

    def _sample(self, done: int, at: float) -> None:
        passed = at - self._sampled_at
        rate = (done - self._sampled) / passed
        weight = 1 - math.exp(-passed / _SMOOTHING)
        self._rate = rate if self._rate is None else self._rate + weight * (rate - self._rate)
        self._sampled_at, self._sampled = at, done
