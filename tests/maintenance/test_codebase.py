"""Versions and upgrades of code, on real git repositories."""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path

import pytest

from hub.maintenance.codebase import APPLICATION, HUB, CodeBase, code_bases
from hub.maintenance.errors import NoCodeBaseError, UpgradeError
from hub.maintenance.news import CodeNews


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    git(folder, "add", name)
    git(folder, "commit", "-q", "-m", f"Change {name}: {text}")
    return git(folder, "rev-parse", "--short", "HEAD")


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    folder = tmp_path / "upstream"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "plugin.py", "one")
    return folder


@pytest.fixture
def here(upstream: Path, tmp_path: Path) -> CodeBase:
    git(tmp_path, "clone", "-q", str(upstream), "here")
    return CodeBase(APPLICATION, tmp_path / "here")


def test_the_version_is_branch_commit_and_date(here: CodeBase, upstream: Path) -> None:
    version = here.version()
    assert version is not None
    assert (version["branch"], version["commit"]) == ("main", git(upstream, "rev-parse", "--short", "HEAD"))
    assert version["date"].startswith("20")
    assert version["giturl"] == str(upstream)


def test_news_are_the_commits_of_upstream_and_an_upgrade_brings_them(here: CodeBase, upstream: Path) -> None:
    assert here.news() is None
    old = here.version()
    commit(upstream, "plugin.py", "two")
    newest = commit(upstream, "more.py", "three")
    news = here.news()
    assert news is not None
    assert (news["latest"], news["total"]) == (newest, 2)
    assert [c["message"] for c in news["commits"]] == ["Change more.py: three", "Change plugin.py: two"]
    assert old is not None
    assert here.upgrade() == {"code_base": "application", "old": old["commit"], "new": newest, "commits": 2}
    assert (here.folder / "more.py").read_text() == "three"
    assert here.upgrade()["commits"] == 0
    assert here.news() is None


def test_own_changes_and_own_commits_are_never_touched(here: CodeBase, upstream: Path) -> None:
    commit(upstream, "plugin.py", "two")
    (here.folder / "plugin.py").write_text("mine")
    with pytest.raises(UpgradeError, match=r"files were changed here \(`M plugin.py`\)"):
        here.upgrade()
    assert (here.folder / "plugin.py").read_text() == "mine"
    commit(here.folder, "plugin.py", "mine")
    with pytest.raises(UpgradeError, match="commits that its upstream branch does not have"):
        here.upgrade()
    assert (here.folder / "plugin.py").read_text() == "mine"


def test_code_without_a_repository_or_an_upstream_says_what_to_do(upstream: Path, tmp_path: Path) -> None:
    plain = CodeBase(HUB, tmp_path / "plain")
    plain.folder.mkdir()
    assert plain.version() is None
    with pytest.raises(NoCodeBaseError, match="pip install"):
        plain.upgrade()
    with pytest.raises(NoCodeBaseError, match="set-upstream-to"):
        CodeBase(APPLICATION, upstream).upgrade()


def test_a_folder_that_git_ignores_is_not_of_the_repository_around_it(upstream: Path) -> None:
    (upstream / ".gitignore").write_text("venv/\n")
    (upstream / "venv").mkdir()
    (upstream / "venv" / "hub.py").write_text("")
    assert CodeBase(HUB, upstream / "venv").version() is None


def test_an_upstream_that_is_gone_is_told(here: CodeBase, upstream: Path) -> None:
    upstream.rename(upstream.with_name("elsewhere"))
    with pytest.raises(UpgradeError, match="git fetch"):
        here.upgrade()


async def test_clients_are_told_of_news_until_the_upgrade(here: CodeBase, upstream: Path) -> None:
    news = CodeNews({APPLICATION: here})
    assert news.version(APPLICATION) is None
    await news.start()
    version = news.version(APPLICATION)
    assert version is not None
    assert "upgrade" not in version
    commit(upstream, "plugin.py", "two")
    await news.look()
    told = news.version(APPLICATION)
    assert told is not None
    assert told["upgrade"]["total"] == 1
    news.forget(APPLICATION)
    assert news.version(APPLICATION) == version


async def test_a_version_that_can_not_be_asked_for_is_told_in_a_sentence(
    here: CodeBase, caplog: pytest.LogCaptureFixture
) -> None:
    news = CodeNews({APPLICATION: here})
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))  # no file can be opened any more
    try:
        await news.start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert news.version(APPLICATION) is None
    (said,) = [record.getMessage() for record in caplog.records if record.name == "hub.maintenance"]
    assert "too many files are open" in said
    assert "ulimit -n" in said


def test_the_hub_knows_its_two_code_bases(tmp_path: Path) -> None:
    bases = code_bases(tmp_path)
    assert sorted(bases) == ["application", "biothings_sdk"]
    assert bases[APPLICATION].folder == tmp_path
    assert (bases[HUB].folder / "maintenance").is_dir()


def test_a_password_in_the_address_of_a_repository_is_never_told(here: CodeBase) -> None:
    git(here.folder, "remote", "set-url", "origin", "http://ann:s3cret@127.0.0.1:1/repo.git")
    version = here.version()
    assert version is not None
    assert "s3cret" not in version["giturl"]
    with pytest.raises(UpgradeError) as raised:
        here.news()
    assert "s3cret" not in str(raised.value)
