"""The master record of a source says which commit its code is of."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hub.dataload.code_origin import _web_address, code_origin


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(folder), *arguments]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    folder = tmp_path / "repository" / "plugins" / "demo"
    folder.mkdir(parents=True)
    (folder / "parser.py").write_text("def load_data(data_folder): ...\n")
    git(tmp_path / "repository", "init", "-q", "-b", "main")
    return folder


def test_a_committed_plugin_names_commit_branch_folder_and_address(plugin: Path) -> None:
    git(plugin, "remote", "add", "origin", "https://me:secret@github.com/someone/plugins.git")
    git(plugin, "add", ".")
    git(plugin, "commit", "-q", "-m", "first")
    found = code_origin(plugin)
    assert found is not None
    assert len(found["commit"]) == 7
    assert (found["branch"], found["folder"]) == ("main", "plugins/demo")
    assert found["repo"] == "https://github.com/someone/plugins"
    assert found["url"].startswith(f"https://github.com/someone/plugins/tree/{found['commit']}")
    assert found["url"].endswith("/plugins/demo")
    by_file = code_origin(plugin, plugin / "parser.py")
    assert by_file is not None
    assert by_file["file"] == "plugins/demo/parser.py"
    assert "/blob/" in by_file["url"]


def test_code_that_is_not_committed_or_in_no_repository_has_no_origin(plugin: Path, tmp_path: Path) -> None:
    assert code_origin(plugin) is None
    alone = tmp_path / "alone"
    alone.mkdir()
    assert code_origin(alone) is None


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("git@github.com:a/b.git", "https://github.com/a/b"),
        ("ssh://git@example.org:2222/a/b", "https://example.org/a/b"),
        ("https://token@gitlab.com/a/b/", "https://gitlab.com/a/b"),
        ("/srv/git/b.git", ""),
        ("", ""),
    ],
)
def test_a_remote_becomes_an_address_without_user_or_password(remote: str, address: str) -> None:
    assert _web_address(remote) == address
