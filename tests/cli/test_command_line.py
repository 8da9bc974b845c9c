"""The `hub` command as a person types it: every try is a process of its own."""

from __future__ import annotations

import configparser
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hub import commands, config
from hub.cli.registered import PLAIN_NAMES
from hub.server import home_lock

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def hub(tmp_path):
    def run(*arguments: str, folder: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "hub", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return run


def test_the_tutorial_works_as_written(hub, tmp_path):
    made = hub("init", "my-hub")
    assert made.returncode == 0, made.stderr
    home = tmp_path / "my-hub"
    assert {p.name for p in home.iterdir()} >= {"config.py", "plugins", "hooks"}
    assert hub("plugin", "new", "colours", folder=home).returncode == 0
    done = hub("plugin", "run", "plugins/colours", folder=home)
    assert done.returncode == 0, done.stderr
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert [d["_id"] for d in documents] == ["a1", "a2", "a3"]
    assert documents[1]["colours"] == {"name": "second thing", "size": 5}
    assert not (home / "hub_data").exists()


def test_plugin_run_writes_one_file_for_each_uploader(hub, tmp_path):
    done = hub("plugin", "run", str(ROOT / "plugins" / "resolvers"), folder=ROOT)
    assert done.returncode == 2
    assert "--out FOLDER" in done.stderr
    out = tmp_path / "out"
    done = hub("plugin", "run", str(ROOT / "plugins" / "resolvers"), "--out", str(out), folder=ROOT)
    assert done.returncode == 0, done.stderr
    counts = {p.name: len(p.read_bytes().splitlines()) for p in out.iterdir()}
    assert counts == {"miriam.ndjson": 837, "biocontext.ndjson": 937}


def test_raw_gives_the_parsers_own_stream(hub, tmp_path):
    plugin = str(ROOT / "plugins" / "biomappings")
    raw, stored = tmp_path / "raw.ndjson", tmp_path / "stored.ndjson"
    assert hub("plugin", "run", plugin, "--raw", "--out", str(raw), folder=ROOT).returncode == 0
    assert hub("plugin", "run", plugin, "--out", str(stored), folder=ROOT).returncode == 0
    assert len(raw.read_bytes().splitlines()) == 28876
    ids = [json.loads(line)["_id"] for line in stored.read_bytes().splitlines()]
    assert len(ids) == 126
    assert ids == sorted(ids)


def test_limit_prints_the_first_documents_only(hub):
    done = hub("plugin", "run", str(ROOT / "plugins" / "obofoundry"), "--limit", "2", folder=ROOT)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2


def test_check_says_file_key_value_and_nearest(hub, tmp_path):
    plugin = tmp_path / "bad"
    plugin.mkdir()
    (plugin / "manifest.json").write_text(
        json.dumps(
            {
                "version": "1.0",
                "dumper": {"data_url": "https://example.org/a.tsv"},
                "uploader": {"parser": "parser:load", "on_duplicates": "merg"},
            }
        )
    )
    done = hub("plugin", "check", "bad")
    assert done.returncode == 1
    for said in ("manifest.json", "on_duplicates", "merg", "`merge`"):
        assert said in done.stdout
    in_json = hub("plugin", "check", "bad", "--json")
    assert json.loads(in_json.stdout)["ok"] is False


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("plugin", "check", "nowhere"), 2, "no plugin folder"),
        (("plugin", "new", "9lives"), 2, "can not name a plugin"),
        (("serve", "--api-port", "many"), 2, "--api-port"),
        (("dump", "nothing"), 2, "no source `nothing`"),
        (("jobs", "--state", "asleep"), 2, "no job state"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_a_mistake_is_one_clear_message_and_exit_code_2(hub, arguments, code, said):
    done = hub(*arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_may_be_called_by_its_name_or_with_dashes(hub):
    for name in ("source_status", "source-status"):
        assert "Where a source stands" in hub(name, "--help").stdout


def test_help_groups_the_commands_by_subject_and_cuts_no_sentence(hub):
    commands.load_builtin()
    shown = hub("--help").stdout
    assert shown.index("\nAccounts:\n") < shown.index("\nAPIs:\n") < shown.index("\nBuilds:\n")
    assert "..." not in shown.partition("Commands:")[2]
    for command in commands.all_commands():
        assert f"\n  {PLAIN_NAMES.get(command.name, command.name).replace('_', '-')} " in shown


def test_a_systemd_unit_runs_the_hub_of_this_folder(hub, tmp_path):
    done = hub("unit", "systemd", "--home", "data")
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.read_string(done.stdout)
    assert unit["Service"]["WorkingDirectory"] == str(tmp_path)
    assert unit["Service"]["ExecStart"].endswith(f"-m hub serve --home {tmp_path / 'data'}")


def test_a_folder_that_is_not_empty_is_refused_with_exit_code_3(hub, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "precious.txt").write_text("data of years")
    done = hub("init", "full")
    assert done.returncode == 3
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["precious.txt"]


def test_one_step_after_the_other_by_hand(hub, tmp_path):
    hub("init", "my-hub")
    home = tmp_path / "my-hub"
    hub("plugin", "new", "colours", folder=home)
    dumped = hub("dump", "colours", "--json", folder=home)
    assert json.loads(dumped.stdout)["changed"] is True, dumped.stderr
    assert json.loads(hub("dump", "colours", "--json", folder=home).stdout)["changed"] is False
    uploaded = hub("upload", "colours", "--json", folder=home)
    assert json.loads(uploaded.stdout) == [
        {"sub": "colours", "count": 3, "duplicates": 0, "seconds": json.loads(uploaded.stdout)[0]["seconds"]}
    ]
    listed = json.loads(hub("sources", "--json", folder=home).stdout)
    assert listed[0]["upload"]["sources"]["colours"]["count"] == 3
    assert "colours" in hub("sources", folder=home).stdout
    jobs = json.loads(hub("jobs", "--json", folder=home).stdout)
    assert {j["kind"] for j in jobs} == {"dump", "upload"}
    assert "QUERY_API_PORT" in hub("config", folder=home).stdout


def test_a_config_file_with_a_mistake_names_file_and_line(hub, tmp_path):
    (tmp_path / "config.py").write_text("from config_hub import *\n\nBUILDS = {\n")
    done = hub("sources")
    assert done.returncode == 2
    assert "config.py:3" in done.stderr
    assert "Traceback" not in done.stderr


def test_bad_documents_are_shown_exported_edited_and_replayed(hub, tmp_path):
    hub("init", "my-hub")
    home = tmp_path / "my-hub"
    folder = home / "plugins" / "colours"
    folder.mkdir()
    (home / "data.csv").write_text("id,n\na,1\n,2\nc,3\n", encoding="utf-8")
    (folder / "manifest.json").write_text(
        json.dumps(
            {
                "version": "1.0",
                "dumper": {"data_url": (home / "data.csv").as_uri()},
                "uploader": {"parser": "parser:rows", "on_error": "quarantine"},
            }
        ),
        encoding="utf-8",
    )
    (folder / "parser.py").write_text(
        "import csv, pathlib\n\n\ndef rows(folder):\n"
        "    for row in csv.DictReader((pathlib.Path(folder) / 'data.csv').open()):\n"
        "        yield {'_id': row['id'], 'n': int(row['n'])}\n",
        encoding="utf-8",
    )
    assert hub("dump", "colours", folder=home).returncode == 0
    uploaded = hub("upload", "colours", "--json", folder=home)
    assert json.loads(uploaded.stdout)[0]["count"] == 2, uploaded.stderr
    shown = json.loads(hub("quarantine-show", "colours", "--json", folder=home).stdout)
    assert json.loads(hub("quarantine-export", "colours", "--path", "bad.ndjson", "--json", folder=home).stdout)
    (export,) = home.glob("**/bad.ndjson")
    record = json.loads(export.read_text(encoding="utf-8"))
    assert record["document"] == {"_id": "", "n": 2}
    assert str(record["_id"]) in json.dumps(shown)
    record["document"]["_id"] = "b"
    export.write_text(json.dumps(record) + "\n", encoding="utf-8")
    replayed = hub("quarantine-replay", "colours", "--path", "bad.ndjson", "--json", folder=home)
    assert replayed.returncode == 0, replayed.stderr
    assert json.loads(hub("quarantine", "--json", folder=home).stdout) == []
    assert json.loads(hub("sources", "--json", folder=home).stdout)[0]["upload"]["sources"]["colours"]["count"] == 3


def test_a_backup_is_made_beside_a_running_hub_and_restored_without_one(hub, tmp_path):
    home = tmp_path / "home"
    made = hub("backup", "--archive", "a.ndjson.gz", "--home", str(home))
    assert made.stdout.strip() == str(home / "export" / "a.ndjson.gz")
    settings = config.load(home, environ={}, flags={})
    with home_lock(settings):
        assert hub("backup", "--archive", "b.ndjson.gz", "--home", str(home)).stdout.strip().endswith("b.ndjson.gz")
        refused = hub("restore", "a.ndjson.gz", "--drop", "--home", str(home))
        assert (refused.returncode, "from its console only" in refused.stderr) == (3, True)
    restored = hub("restore", "a.ndjson.gz", "--drop", "--home", str(home), "--json")
    assert "restored" in json.loads(restored.stdout)
