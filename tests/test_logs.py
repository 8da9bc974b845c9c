"""The log files of a hub: what is in which, their lines, their days."""

from __future__ import annotations

import gzip
import json
import logging
import re

import pytest

from hub import loglines, logs
from hub.config import Settings


@pytest.fixture
def write(tmp_path):
    def run(*said, **settings):
        with logs.log_files(
            Settings({"LOG_FOLDER": str(tmp_path), "LOG_FORMAT": "text", "LOG_KEEP_DAYS": 0, **settings}, {})
        ):
            for name, level, text, more in said:
                logging.getLogger(name).log(level, text, **more)
        return {path.name: path.read_text() for path in sorted(tmp_path.glob("*.log"))}

    return run


def test_everything_is_in_one_file_and_managers_have_their_own(write, caplog):
    with caplog.at_level(logging.WARNING):
        files = write(
            ("hub.builds", logging.INFO, "built", {}),
            ("hub.apimanager", logging.ERROR, "broken", {}),
            ("hub.upload.hpo", logging.DEBUG, "not of interest", {}),
        )
    assert sorted(files) == ["apimanager.log", "buildmanager.log", "hub.log"]
    line = r"\d\d:\d\d:\d\d \[\d+:MainThread\] - hub.builds - INFO -- built\n"
    assert re.fullmatch(line, files["buildmanager.log"])
    assert [row.rpartition(" -- ")[2] for row in files["hub.log"].splitlines()] == ["built", "broken"]
    assert caplog.messages == ["broken"]  # what is shown elsewhere stays as it was
    assert logging.getLogger("hub").handlers == []


def test_a_line_can_not_be_forged(write):
    files = write(("hub", logging.INFO, "a\n12:00:00 [1:x] - hub - INFO -- b", {}))
    assert files["hub.log"].splitlines()[1].startswith("    12:00:00")


def test_lines_of_json_hold_what_records_bring(write):
    def fails():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no") as caught:
        fails()
    files = write(
        ("hub", logging.INFO, "two\nlines", {"extra": {"action": "dump", "source": "hpo", "when": caught}}),
        ("hub", logging.ERROR, "bad", {"exc_info": caught.value}),
        LOG_FORMAT="json",
    )
    first, second = [json.loads(line) for line in files["hub.log"].splitlines()]
    assert (first["message"], first["action"], first["source"], first["level"]) == ("two\nlines", "dump", "hpo", "INFO")
    assert "ValueError: no" in second["traceback"]


def test_files_of_past_days_are_compressed_and_kept_so_long(tmp_path):
    for day in range(10, 15):
        with gzip.open(tmp_path / f"hub.log.2026-01-{day}.gz", "wt") as file:
            file.write("old\n")
    handler = logs._DailyFile(tmp_path / "hub.log", when="midnight", backupCount=3, delay=True, encoding="utf-8")
    handler.emit(logging.makeLogRecord({"msg": "now"}))
    handler.doRollover()
    handler.close()
    kept = sorted(path.name for path in tmp_path.glob("hub.log*"))
    assert len(kept) == 3
    assert kept[:2] == ["hub.log.2026-01-13.gz", "hub.log.2026-01-14.gz"]
    with gzip.open(tmp_path / kept[2], "rt") as file:
        assert file.read() == "now\n"


def test_lines_name_the_request_and_the_job(write):
    request, job = loglines.REQUEST.set("r1"), loglines.JOB.set("j1")
    try:
        said = [("hub", logging.INFO, "one", {}), ("hub", logging.INFO, "two", {"extra": {"job": "j2"}})]
        text, lines = write(*said)["hub.log"], write(*said, LOG_FORMAT="json")["hub.log"].splitlines()[2:]
    finally:
        loglines.REQUEST.reset(request)
        loglines.JOB.reset(job)
    assert [line.rpartition(" -- ")[2] for line in text.splitlines()] == [
        "one [request r1] [job j1]",
        "two [request r1] [job j2]",
    ]
    found = [json.loads(line) for line in lines]
    assert [(f["message"], f["request"], f["job"]) for f in found] == [("one", "r1", "j1"), ("two", "r1", "j2")]


def test_a_line_of_nobody_has_no_ids(write):
    assert write(("hub", logging.INFO, "idle", {}))["hub.log"].endswith("-- idle\n")
