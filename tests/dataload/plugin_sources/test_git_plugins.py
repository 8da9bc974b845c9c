"""Plugins from git repositories: a real hub, real repositories, git's own server on loopback."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from hub import errors
from hub.dataload.plugin_sources.errors import (
    FetchedCodeError,
    FolderTakenError,
    GitError,
    GitUnreachableError,
    HostRefusedError,
    LocalChangesError,
    NoSuchReleaseError,
    NotRegisteredError,
)
from hub.jobs.errors import JobCancelledError
from tests.dataload.plugin_sources.conftest import documents, manifest_text, parser_text


def files_of(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir() if entry.name != ".sources"}


async def test_a_repository_is_registered_loaded_and_there_after_a_restart(hubs, git_server, repository):
    url = git_server.url("colours")
    async with hubs() as hub:
        answer = await hub.services.plugin_sources.register(url)
        assert answer["name"] == "colours"
        assert answer["release"] == f"HEAD {repository.git('rev-parse', 'HEAD')[:7]}"
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "one"}]
        view = hub.services.sources.info("colours")["data_plugin"]
        assert view["plugin"] == {
            "url": url,
            "type": "github",
            "active": True,
            "loader": "manifest",
            "release": "HEAD",
        }
        assert {"release", "data_folder", "started_at", "status", "last_success", "time"} <= set(view["download"])
        assert view["download"]["status"] == "success"
        assert await hub.services.plugin_sources.register(f"{url}/") is None
    async with hubs() as hub:
        assert "colours" in hub.services.sources.plugins
        assert hub.services.sources.info("colours")["data_plugin"]["plugin"]["url"] == url


@pytest.mark.parametrize("dumb", [False, True], ids=["smart", "dumb"])
async def test_branches_with_slashes_tags_and_commits(hubs, git_server, repository, dumb):
    first = repository.git("rev-parse", "HEAD")
    repository.git("tag", "v1")
    repository.commit(branch="feature/new-parser", parser=parser_text("branch"))
    url = git_server.url("colours", dumb=dumb)
    async with hubs() as hub:
        plugins = hub.services.plugin_sources
        answer = await plugins.register(f"{url}#feature/new-parser")
        assert answer["release"].startswith("feature/new-parser ")
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "branch"}]
        repository.commit(branch="feature/new-parser", parser=parser_text("branch 2"))
        assert (await plugins.update("colours"))["changed"]
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "branch 2"}]
        for release in (first, first[:7], "v1"):
            answer = await plugins.update("colours", release)
            assert answer["release"] == f"{release} {first[:7]}"
            assert not (await plugins.update("colours"))["changed"], "a commit and a tag stay what they are"
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "one"}]
        repository.commit(parser=parser_text("main 2"))
        await plugins.update("colours", "HEAD")
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "main 2"}]


async def test_a_branch_that_was_pushed_by_force_is_followed(hubs, git_server, repository):
    async with hubs() as hub:
        plugins = hub.services.plugin_sources
        await plugins.register(git_server.url("colours"))
        new = repository.commit(amend=True, parser=parser_text("rewritten"))
        answer = await plugins.update("colours")
        assert answer["changed"]
        assert answer["release"] == f"HEAD {new[:7]}"
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "rewritten"}]


async def test_the_own_branch_of_a_repository_need_not_be_main(hubs, git_server, make_repository):
    make_repository("colours", branch="trunk/one")
    async with hubs() as hub:
        answer = await hub.services.plugin_sources.register(git_server.url("colours"))
        assert answer["release"].startswith("HEAD ")


# -- what fails changes nothing --------------------------------------------------------------------------------------


async def test_new_code_that_does_not_load_leaves_the_old_at_work(hubs, git_server, repository, folder_of_plugins):
    async with hubs() as hub:
        plugins = hub.services.plugin_sources
        await plugins.register(git_server.url("colours"))
        repository.commit(manifest="{ not json")
        with pytest.raises(FetchedCodeError, match=r"(?s)colours/manifest.json.*not valid JSON"):
            await plugins.update("colours")
        repository.commit(manifest='{"version": "1"}', parser="import sys\nsys.exit(3)\n")
        with pytest.raises(FetchedCodeError, match="dumper"):
            await plugins.update("colours")
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "one"}]
        download = hub.services.sources.info("colours")["data_plugin"]["download"]
        assert download["status"] == "failed"
        assert "does not load" in download["error"]
        assert files_of(folder_of_plugins / ".sources") == set()


async def test_code_that_ends_the_process_takes_only_its_job_down(hubs, git_server, repository, data_file):
    repository.commit(parser="import os\nos._exit(3)\n")
    async with hubs() as hub:
        with pytest.raises(errors.HubError):
            await hub.services.plugin_sources.register(git_server.url("colours"))
        assert hub.services.sources.plugins == {}


async def test_a_repository_that_can_not_be_registered_leaves_nothing(
    hubs, git_server, make_repository, folder_of_plugins
):
    broken = make_repository("broken")
    broken.commit(manifest='{"version": "1", "dumper": {"data_url": []}}')
    half = make_repository("half")
    half.commit(parser=parser_text("x" * 2000))
    git_server.cut.add("half")
    async with hubs() as hub:
        plugins = hub.services.plugin_sources
        with pytest.raises(FetchedCodeError, match="data_url"):
            await plugins.register(git_server.url("broken"))
        with pytest.raises((GitError, GitUnreachableError)):
            await plugins.register(git_server.url("half"))
        with pytest.raises(GitError, match="not found"):
            await plugins.register(git_server.url("nowhere"))
        with pytest.raises(NoSuchReleaseError, match=r"mian.*`main`"):
            await plugins.register(git_server.url("broken"), "mian")
        with pytest.raises(GitUnreachableError, match="Nothing was changed"):
            await plugins.register("http://127.0.0.1:9/group/colours.git")
        assert hub.services.state.plugins.all() == []
        assert files_of(folder_of_plugins) == set()
        assert files_of(folder_of_plugins / ".sources") == set()


async def test_an_update_that_breaks_off_leaves_the_old_at_work(hubs, git_server, repository):
    async with hubs() as hub:
        plugins = hub.services.plugin_sources
        await plugins.register(git_server.url("colours"))
        repository.commit(parser=parser_text("two" * 500))
        git_server.cut.add("colours")
        with pytest.raises((GitError, GitUnreachableError)):
            await plugins.update("colours")
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "one"}]
        git_server.cut.clear()
        assert (await plugins.update("colours"))["changed"]


async def test_a_cancelled_registration_ends_git_and_leaves_nothing(hubs, git_server, repository, folder_of_plugins):
    git_server.held.add("colours")
    async with hubs() as hub:
        running = asyncio.create_task(hub.services.plugin_sources.register(git_server.url("colours")))
        assert await asyncio.to_thread(git_server.reached.wait, 300)
        job = next(job for job in hub.services.jobs.list() if job.kind == "plugin")
        hub.services.jobs.cancel(job.id)
        with pytest.raises(JobCancelledError):
            await running
        assert files_of(folder_of_plugins) == set()
        assert not list(folder_of_plugins.glob(".sources/*"))


async def test_a_crash_between_the_two_steps_of_an_update_is_put_right(hubs, git_server, repository, folder_of_plugins):
    async with hubs() as hub:
        await hub.services.plugin_sources.register(git_server.url("colours"))
    work = folder_of_plugins / ".sources"
    (folder_of_plugins / "colours").rename(work / "colours.old")
    shutil.copytree(work / "colours.old", work / "colours.new" / "colours")
    async with hubs() as hub:
        assert "colours" in hub.services.sources.plugins
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "one"}]
        assert files_of(work) == set()


# -- work done by hand -------------------------------------------------------------------------------------------------


async def test_files_changed_by_hand_are_not_lost(hubs, git_server, repository, folder_of_plugins):
    async with hubs() as hub:
        plugins = hub.services.plugin_sources
        await plugins.register(git_server.url("colours"))
        mine = folder_of_plugins / "colours" / "notes.txt"
        mine.write_text("mine", encoding="utf-8")
        repository.commit(parser=parser_text("two"))
        with pytest.raises(LocalChangesError, match=r"notes.txt"):
            await plugins.update("colours")
        assert mine.read_text(encoding="utf-8") == "mine"
        kept = plugins.unregister(name="colours")["folder"]
        assert (Path(kept) / "notes.txt").read_text(encoding="utf-8") == "mine"
        await plugins.register(git_server.url("colours"))
        (folder_of_plugins / "colours" / "parser.py").write_text("changed", encoding="utf-8")
        assert (await plugins.update("colours", force=True))["changed"]
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "two"}]


async def test_unregistering_keeps_the_data(hubs, git_server, repository, folder_of_plugins):
    async with hubs() as hub:
        plugins = hub.services.plugin_sources
        await plugins.register(git_server.url("colours"))
        before = await documents(hub, "colours")
        assert plugins.unregister(git_server.url("colours"))["folder"] is None
        assert "colours" not in hub.services.sources.plugins
        assert list(hub.services.src_store.collection("colours").find()) == before
        with pytest.raises(NotRegisteredError):
            plugins.unregister(name="colours")
    async with hubs() as hub:
        assert hub.services.sources.plugins == {}
        assert hub.services.sources.info("colours")["count"] == 1
        assert files_of(folder_of_plugins) == set()


async def test_a_folder_or_a_name_that_is_taken_is_refused(
    hubs, git_server, make_repository, folder_of_plugins, data_file
):
    make_repository("colours")
    other = make_repository("shades")
    other.commit(manifest=manifest_text(data_file, name="colours"))
    (folder_of_plugins / "colours").mkdir()
    (folder_of_plugins / "colours" / "parser.py").write_text(parser_text("local"), encoding="utf-8")
    (folder_of_plugins / "colours" / "manifest.json").write_text(manifest_text(data_file), encoding="utf-8")
    async with hubs() as hub:
        plugins = hub.services.plugin_sources
        with pytest.raises(FolderTakenError, match="local://colours"):
            await plugins.register(git_server.url("colours"))
        with pytest.raises(errors.HubError, match="already used by plugin folder `colours`"):
            await plugins.register(git_server.url("shades"))
        assert files_of(folder_of_plugins) == {"colours"}
        assert await documents(hub, "colours") == [{"_id": "a", "made_by": "local"}]


# -- safety ------------------------------------------------------------------------------------------------------------


async def test_a_private_repository_needs_its_password_which_is_shown_nowhere(
    hubs, git_server, repository, home, caplog
):
    git_server.passwords["colours"] = "bob:s3cr/et"
    with_user = git_server.url("colours", user="bob:s3cr%2Fet")
    async with hubs() as hub:
        plugins = hub.services.plugin_sources
        with pytest.raises(GitError, match="private or not there"):
            await plugins.register(git_server.url("colours"))
        with pytest.raises(GitError, match="private or not there") as error:
            await plugins.register(git_server.url("colours", user="bob:wr0ng"))
        answer = await plugins.register(with_user)
        repository.commit(parser=parser_text("two"))
        assert (await plugins.update("colours"))["changed"]
        shown = [str(error.value), str(answer), caplog.text, str(hub.services.sources.info("colours"))]
        shown += [str(hub.services.jobs.list()), str(hub.services.state.plugins.all())]
    folder = home.parent / "plugins" / "colours"
    files = [f for root in (home, folder) for f in root.rglob("*") if f.is_file()]
    secret_file = home / "run" / "plugin_credentials.json"
    assert secret_file in files
    assert secret_file.stat().st_mode & 0o077 == 0
    shown += [f.read_bytes().decode("latin-1") for f in files if f != secret_file]
    assert not [text for text in shown if "s3cr" in text or "wr0ng" in text or "Ym9i" in text]


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("https://git.example.org/a/b.git", {"PLUGIN_HOSTS": ["github.com"]}),
        ("https://git.example.org/a/b.git", {"PLUGIN_HOSTS": []}),
        ("https://git.example.org/a/b.git", {"ALLOWED_URLS": ["*.example.com"]}),
        ("http://127.0.0.1/a/b.git", {"HUB_HOST": "0.0.0.0"}),
        ("ssh://git@127.0.0.1/a/b.git", {}),
        ("git@127.0.0.1:a/b.git", {"PLUGIN_HOSTS": ["127.0.0.1"]}),
        ("file:///srv/b.git", {}),
        ("file:///srv/../etc/b.git", {"PLUGIN_HOSTS": ["file:///srv/"]}),
    ],
)
async def test_hosts_that_are_not_allowed_are_refused(hubs, url, settings):
    async with hubs(**settings) as hub:
        with pytest.raises((HostRefusedError, errors.HubError)) as error:
            await hub.services.plugin_sources.register(url)
    assert isinstance(error.value, HostRefusedError) or "cannot be found" in str(error.value)
    assert hub.services.jobs.list() == []


async def test_a_listed_folder_of_repositories_is_open(hubs, git_server, repository):
    async with hubs(PLUGIN_HOSTS=[f"file://{git_server.root}/"]) as hub:
        answer = await hub.services.plugin_sources.register(f"file://{repository.bare}")
        assert answer["name"] == "colours"


async def test_hooks_and_links_of_a_repository_do_nothing(hubs, git_server, repository, folder_of_plugins, tmp_path):
    secret, mark = tmp_path / "secret.txt", tmp_path / "ran"
    secret.write_text("secret", encoding="utf-8")
    (repository.work / "link.txt").symlink_to(secret)
    hook = repository.work / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n", encoding="utf-8")
    hook.chmod(0o755)
    repository.commit()
    async with hubs() as hub:
        await hub.services.plugin_sources.register(git_server.url("colours"))
    assert not (folder_of_plugins / "colours" / "link.txt").is_symlink()
    assert not mark.exists()


async def test_a_repository_over_the_limit_is_refused(hubs, git_server, repository, folder_of_plugins):
    repository.commit(large="x = '" + "".join(map(str, range(50_000))) + "'\n")
    async with hubs(PLUGIN_MAX_BYTES=100_000) as hub:
        with pytest.raises(errors.HubError, match="PLUGIN_MAX_BYTES"):
            await hub.services.plugin_sources.register(git_server.url("colours"))
    assert files_of(folder_of_plugins) == set()
