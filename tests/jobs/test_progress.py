from __future__ import annotations

import pytest

from hub.jobs.progress import ProgressMeter


def test_rate_and_time_to_go_come_from_the_counts():
    meter = ProgressMeter()
    for second in range(31):
        progress = meter.update(second * 100, 6000, "documents", at=1.0 + second)
    assert progress.rate == pytest.approx(100)
    assert progress.eta == pytest.approx(30)
    assert (progress.done, progress.total, progress.unit) == (3000, 6000, "documents")


def test_the_rate_is_smoothed():
    meter = ProgressMeter()
    for second in range(11):
        meter.update(second * 100, at=1.0 + second)
    after_a_break = meter.update(1000, at=12.0).rate
    assert 70 < after_a_break < 100
    assert meter.update(1000, at=60.0).rate < 1


def test_without_a_total_there_is_no_time_to_go():
    meter = ProgressMeter()
    meter.update(1, at=1.0)
    assert meter.update(10, at=2.0).eta is None


def test_a_new_stage_starts_a_new_rate():
    meter = ProgressMeter()
    meter.update(0, 10, "bytes", at=1.0)
    meter.update(1000, 1000, "bytes", at=2.0)
    assert meter.update(0, 10, "documents", at=3.0).rate == 0
    assert meter.update(5, 10, at=4.0).rate == pytest.approx(5)
    assert meter.now.unit == "documents"


def test_unit_and_note_stay_until_changed():
    meter = ProgressMeter()
    meter.update(1, unit="files", note="reading")
    progress = meter.update(2)
    assert (progress.unit, progress.note) == ("files", "reading")
