"""The console as programs use it: commands and scripts over a real SSH connection, without a terminal."""

from __future__ import annotations

import asyncio
import json
import stat
import threading
import urllib.request

import asyncssh
import pytest

from tests.console.conftest import LIMIT


def log_lines(hub):
    return [json.loads(line) for line in (hub.home / "logs" / "console_audit.log").read_text().splitlines()]


async def test_a_command_answers_with_a_table_and_exit_code_0(hub):
    done = await hub.run("sources()")
    assert done.exit_status == 0
    assert done.stdout.splitlines()[0].split()[:3] == ["source", "download", "release"]
    assert "demo" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("1 + 1", "2\n"),
        ("x = 3; x * 2", "6\n"),
        ("print('hello')", "hello\n"),
        ("import asyncio; await asyncio.sleep(0, 'slept')", "'slept'\n"),
        ("[s['name'] for s in sources()]", "['demo', 'failing']\n"),
        ("len(list(range(3)))", "3\n"),
        ("!echo shell", "shell\n"),
        ("pending", "'pending'\n"),
        ("hub.status()['build']", "{'total': 0}\n"),
    ],
)
async def test_python_works(hub, text, out):
    done = await hub.run(text)
    assert (done.stdout, done.stderr, done.exit_status) == (out, "", 0)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero\n"),
        ("source_info('dema')", "no source `dema`. Did you mean `demo`?\n"),
        ("dump()", "Missing argument src: `dump` needs it\n"),
        ("dump('demo', forse=True)", "`dump` has no argument `forse`. Did you mean `force`?\n"),
        ("del dump", "NameError: name 'dump' is not defined\n"),
        ("input('name? ')", "nothing can be read at the console. Give the value as an argument.\n"),
        ("!exit 3", "the program ended with exit code 3\n"),
        ("raise BaseException('odd')", "BaseException: odd\n"),
    ],
)
async def test_an_error_is_one_line_and_exit_code_1(hub, text, error):
    done = await hub.run(text)
    assert (done.stdout, done.stderr, done.exit_status) == ("", error, 1)


@pytest.mark.parametrize(("text", "code"), [("exit()", 0), ("exit(4)", 4), ("raise SystemExit", 0), ("quit(2)", 2)])
async def test_leaving_ends_the_session_only(hub, text, code):
    assert (await hub.run(text)).exit_status == code
    assert (await hub.run("1")).exit_status == 0


async def test_a_broken_module_is_named_with_its_line(hub, tmp_path):
    (tmp_path / "broken_one.py").write_text("x = 1\ny = = 2\n")
    done = await hub.run(
        input=f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport broken_one\nprint('not here')\n"
    )
    assert done.exit_status == 1
    assert "broken_one.py" in done.stderr
    assert "SyntaxError" in done.stderr
    assert len(done.stderr.splitlines()) < 8
    assert done.stdout == ""


async def test_too_much_output_stops_the_statement(hub):
    done = await hub.run("while True: print('x' * 99_999)")
    assert done.exit_status == 1
    assert len(done.stdout) == 10_000_000
    assert done.stderr.startswith("the statement was stopped after 10,000,000 characters of output")


async def test_a_job_is_told_when_it_has_ended_and_its_failure_is_the_exit_code(hub):
    done = await hub.run("dump('demo') && upload('demo')")
    assert done.exit_status == 0, done.stderr
    assert "OK {" in done.stdout
    assert "upload(src='demo'): finished [" in done.stdout
    done = await hub.run(input="job = dump('failing')\njob.result()['changed']\nupload('failing')\n")
    assert done.exit_status == 1
    assert "RUN {" in done.stdout
    assert "True\n" in done.stdout
    ended = [line for line in done.stdout.splitlines() if "ERR {" in line]
    assert len(ended) == 1
    assert "upload(src='failing'): finished ['" in ended[0]
    shown = await hub.run("commands(failed=True)")
    assert "upload(src='failing')" in shown.stdout
    number = ended[0].partition("]")[0].strip("[")
    assert (await hub.run(f"command({number})['is_done']")).stdout == "True\n"
    assert (await hub.run("top(done)")).stdout.startswith("PID")


async def test_a_script_keeps_its_variables_and_has_blocks(hub):
    script = "names = []\nfor s in sources():\n    names.append(s['name'])\n\n    names.sort()\nnames\n!echo end"
    done = await hub.run(input=script)
    assert (done.stdout, done.stderr, done.exit_status) == ("['demo', 'failing']\nend\n", "", 0)


async def test_a_deleted_command_comes_back_and_sessions_do_not_share_variables(hub):
    script = "dump = 3\ndel dump\ndump\nimport builtins\ndel __builtins__['sources']\nlen(sources())\nmine = 1\n"
    done = await hub.run(input=script)
    assert done.exit_status == 0, done.stderr
    assert done.stdout.startswith("<command dump(src: 'str'")
    assert done.stdout.endswith("2\n")
    assert "mine" in (await hub.run("mine")).stderr


async def test_help_lists_and_explains(hub):
    shown = (await hub.run("help()")).stdout
    assert "  dump " in shown
    assert "  top " in shown
    explained = (await hub.run("dump?")).stdout
    assert explained.startswith("dump(src: ")
    assert "only checked" in explained or "Download the current release" in explained


async def test_managers_work_from_the_consoles_threads(hub):
    assert (await hub.run("bm.list_merge()")).stdout == "{}\n"
    assert (await hub.run("lsmerge('things')")).stdout == "[]\n"
    assert (await hub.run("sorted(dm.plugins)")).stdout == "['demo', 'failing']\n"


async def test_a_blocking_statement_freezes_nobody(hub):
    entered, leave = threading.Event(), threading.Event()

    def blocked():
        entered.set()
        leave.wait(LIMIT)

    hub.console.names.add("blocked", blocked)
    async with hub.ssh() as connection:
        process = await connection.create_process("blocked()")
        assert await asyncio.to_thread(entered.wait, LIMIT)
        status = await asyncio.to_thread(urllib.request.urlopen, hub.addresses["REST API"] + "/status")
        with status:
            assert status.status == 200
        assert (await hub.run("1 + 1")).stdout == "2\n"
        leave.set()
        assert (await asyncio.wait_for(process.wait(), LIMIT)).exit_status == 0


async def test_an_interrupt_stops_a_statement_and_one_that_cannot_be_stopped_is_left(hub):
    entered = threading.Event()
    hub.console.names.add("entered", entered.set)
    for statement in ("while True: pass", "import asyncio; await asyncio.sleep(600)", "import time; time.sleep(600)"):
        entered.clear()
        async with hub.ssh() as connection:
            process = await connection.create_process(f"entered()\n{statement}")
            assert await asyncio.to_thread(entered.wait, LIMIT)
            process.send_signal("INT")
            done = await asyncio.wait_for(process.wait(), LIMIT)
            assert done.stderr.startswith("Interrupted."), statement
            assert done.exit_status == 1


async def test_every_statement_and_login_is_audited(hub):
    await hub.run("'audit me', 'https://me:secret@example.org/'")
    lines = log_lines(hub)
    entry = [line for line in lines if "audit me" in line.get("text", "")][-1]
    assert entry["what"] == "statement"
    assert entry["user"] == "admin"
    assert entry["from"] == "127.0.0.1"
    assert "secret" not in entry["text"]
    assert any(line["what"] == "login" for line in lines)


def test_keys_and_passwords_are_the_owners_alone(hub):
    for name in ("console_users.json", "ssh_host_key"):
        assert stat.S_IMODE((hub.home / "run" / name).stat().st_mode) == 0o600
    assert hub.password not in (hub.home / "run" / "console_users.json").read_text()
    assert "$argon2" in (hub.home / "run" / "console_users.json").read_text()


async def test_the_host_key_is_kept(hub):
    from hub.console.console import host_key

    async with hub.ssh() as connection:
        shown = connection.get_server_host_key().export_public_key()
    kept = host_key(hub.home / "run" / "ssh_host_key").export_public_key()
    assert shown.split()[:2] == kept.split()[:2]


async def test_a_key_of_the_user_opens_the_door(hub):
    key = asyncssh.generate_private_key("ssh-ed25519")
    folder = hub.home / "run" / "authorized_keys"
    (folder / "ada.pub").write_bytes(key.export_public_key())
    async with hub.ssh("ada", client_keys=[key], password=None) as connection:
        assert (await connection.run("2 + 2")).stdout == "4\n"
    with pytest.raises(asyncssh.PermissionDenied):
        async with hub.ssh("eve", client_keys=[key], password=None):
            pass


async def test_wrong_passwords_lock_the_user_out_for_a_while(hub):
    from hub.console.login import Users

    await asyncio.to_thread(Users(hub.home / "run").set_password, "bob", "a good password")
    async with hub.ssh("bob", password="a good password"):
        pass
    for _ in range(5):
        with pytest.raises(asyncssh.PermissionDenied):
            async with hub.ssh("bob", password="wrong"):
                pass
    with pytest.raises(asyncssh.PermissionDenied):
        async with hub.ssh("bob", password="a good password"):
            pass
    assert [line["what"] for line in log_lines(hub) if line["user"] == "bob"][-1] == "locked out"
    assert (await hub.run("1")).exit_status == 0, "others are not"


async def test_nothing_is_forwarded(hub):
    async with hub.ssh() as connection:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_connection("127.0.0.1", hub.port)
