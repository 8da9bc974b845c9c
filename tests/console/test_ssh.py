"""The console as programs use it: commands and scripts over a real SSH connection, without a terminal."""

from __future__ import annotations

import stat
import threading
import urllib.request

import asyncssh
import pytest

from hub.accounts import Role
from hub.console.console import host_key
from tests.console.conftest import LIMIT


def log_lines(hub):
    """The audit, the oldest line first."""
    return hub.services.accounts.audit.recent(10_000)[::-1]


def test_a_command_answers_with_a_table_and_exit_code_0(hub):
    done = hub.run("sources()")
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
        ("sorted(index_config['env']), list(publish_config), snapshot_config", "(['localhub'], ['env'], {})\n"),
    ],
)
def test_python_works(hub, text, out):
    done = hub.run(text)
    assert (done.stdout, done.stderr, done.exit_status) == (out, "", 0)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero\n"),
        ("source_info('dema')", "no source `dema`. Did you mean `demo`?\n"),
        ("dump()", "Missing argument src: `dump` needs it\n"),
        ("dump('demo', forse=True)", "`dump` has no argument `forse`. Did you mean `force`?\n"),
        ("del dump", "NameError: name 'dump' is not defined\n"),
        (
            "dumpp('demo')",
            "NameError: name 'dumpp' is not defined. Did you mean `dump` or `dump_plugin` or `dump_all`?\n",
        ),
        ("input('name? ')", "nothing can be read at the console. Give the value as an argument.\n"),
        ("!exit 3", "the program ended with exit code 3\n"),
        ("raise BaseException('odd')", "BaseException: odd\n"),
    ],
)
def test_an_error_is_one_line_and_exit_code_1(hub, text, error):
    done = hub.run(text)
    assert (done.stdout, done.stderr, done.exit_status) == ("", error, 1)


@pytest.mark.parametrize(("text", "code"), [("exit()", 0), ("exit(4)", 4), ("raise SystemExit", 0), ("quit(2)", 2)])
def test_leaving_ends_the_session_only(hub, text, code):
    assert (hub.run(text)).exit_status == code
    assert (hub.run("1")).exit_status == 0


def test_a_broken_module_is_named_with_its_line(hub, tmp_path):
    (tmp_path / "broken_one.py").write_text("x = 1\ny = = 2\n")
    done = hub.run(input=f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport broken_one\nprint('not here')\n")
    assert done.exit_status == 1
    assert "broken_one.py" in done.stderr
    assert "SyntaxError" in done.stderr
    assert len(done.stderr.splitlines()) < 8
    assert done.stdout == ""


def test_too_much_output_stops_the_statement(hub):
    done = hub.run("while True: print('x' * 99_999)")
    assert done.exit_status == 1
    assert len(done.stdout) == 10_000_000
    assert done.stderr.startswith("the statement was stopped after 10,000,000 characters of output")


def test_a_job_is_told_when_it_has_ended_and_its_failure_is_the_exit_code(hub):
    done = hub.run("dump('demo') && upload('demo')")
    assert done.exit_status == 0, done.stderr
    assert "OK {" in done.stdout
    assert "upload(src='demo'): finished [" in done.stdout
    done = hub.run(input="job = dump('failing')\njob.result()['changed']\nupload('failing')\n")
    assert done.exit_status == 1
    assert "RUN {" in done.stdout
    assert "True\n" in done.stdout
    ended = [line for line in done.stdout.splitlines() if "ERR {" in line]
    assert len(ended) == 1
    assert "upload(src='failing'): finished ['" in ended[0]
    shown = hub.run("commands(failed=True)")
    assert "upload(src='failing')" in shown.stdout
    number = ended[0].partition("]")[0].strip("[")
    assert (hub.run(f"command({number})['is_done']")).stdout == "True\n"
    assert (hub.run("top(done)")).stdout.startswith("PID")


def test_a_script_keeps_its_variables_and_has_blocks(hub):
    script = "names = []\nfor s in sources():\n    names.append(s['name'])\n\n    names.sort()\nnames\n!echo end"
    done = hub.run(input=script)
    assert (done.stdout, done.stderr, done.exit_status) == ("['demo', 'failing']\nend\n", "", 0)


def test_a_deleted_command_comes_back_and_sessions_do_not_share_variables(hub):
    script = "dump = 3\ndel dump\ndump\nimport builtins\ndel __builtins__['sources']\nlen(sources())\nmine = 1\n"
    done = hub.run(input=script)
    assert done.exit_status == 0, done.stderr
    assert done.stdout.startswith("<command dump(src: str, force: bool = False, ")
    assert done.stdout.endswith("2\n")
    assert "mine" in (hub.run("mine")).stderr


def test_help_lists_and_explains(hub):
    shown = (hub.run("help()")).stdout
    assert "  dump " in shown
    assert "  top " in shown
    explained = (hub.run("dump?")).stdout
    assert explained.startswith("dump(src: str, force: bool = False, ")
    assert "only checked" in explained or "Download the current release" in explained


def test_the_names_of_existing_hubs_are_there(hub):
    names = "jm dm um dpm am sm bm dim sym im ssm rm ism api pqueue tqueue loop g hub partial pending top sch _and"
    names += " schedule expose lsmerge help commands command index_config snapshot_config publish_config"
    done = hub.run(f"print([n for n in {names.split()} if n not in g])")
    assert (done.stdout.strip(), done.exit_status) == ("[]", 0)
    done = hub.run("print(_and(lambda: 1, partial(int, '2')), bm.list_merge(), dm.source_info('demo')['_id'])")
    assert (done.stdout.strip(), done.exit_status) == ("2 {} demo", 0)
    done = hub.run("command(10**6)")
    assert (done.exit_status, "no command number" in done.stderr) == (1, True)


def test_managers_work_from_the_consoles_threads(hub):
    assert (hub.run("bm.list_merge()")).stdout == "{}\n"
    assert (hub.run("lsmerge('things')")).stdout == "[]\n"
    assert (hub.run("sorted(dm.plugins)")).stdout == "['demo', 'failing']\n"


def test_a_blocking_statement_freezes_nobody(hub):
    entered, leave = threading.Event(), threading.Event()

    def blocked():
        entered.set()
        leave.wait(LIMIT)

    hub.console.names.add("blocked", blocked)

    async def start():
        return await (await hub.client()).create_process("blocked()")

    process = hub.do(start())
    assert entered.wait(LIMIT)
    with urllib.request.urlopen(hub.addresses["REST API"] + "/status") as answer:
        assert answer.status == 200
    assert hub.run("1 + 1").stdout == "2\n"
    leave.set()
    assert hub.do(process.wait()).exit_status == 0


@pytest.mark.parametrize("statement", ["while True: pass", "await asyncio.sleep(600)", "time.sleep(600)"])
def test_an_interrupt_stops_a_statement_and_one_that_cannot_be_stopped_is_left(hub, statement):
    entered = threading.Event()
    hub.console.names.add("entered", entered.set)

    async def start():
        text = f"import asyncio, time\nentered()\n{statement}"
        return await (await hub.client()).create_process(text)

    process = hub.do(start())
    assert entered.wait(LIMIT)
    hub.loop.call_soon_threadsafe(process.send_signal, "INT")
    done = hub.do(process.wait())
    assert done.stderr.startswith("Interrupted.")
    assert done.exit_status == 1


def test_every_statement_and_login_is_audited(hub):
    hub.run("'audit me', 'https://me:secret@example.org/'")
    lines = log_lines(hub)
    entry = [line for line in lines if "audit me" in line.get("text", "")][-1]
    assert entry["what"] == "statement"
    assert entry["user"] == "admin"
    assert entry["from"] == "127.0.0.1"
    assert "secret" not in entry["text"]
    assert any(line["what"] == "login" for line in lines)


def test_keys_and_passwords_are_the_owners_alone(hub):
    records = list(hub.home.glob("**/*.hub*"))
    for file in (hub.home / "run" / "ssh_host_key", *(hub.home / "run" / "audit").iterdir(), *records):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = b"".join(file.read_bytes() for file in records)
    assert hub.password.encode() not in kept
    assert b"$argon2id$" in kept


def test_the_host_key_is_kept(hub):
    async def shown():
        return (await hub.client()).get_server_host_key().export_public_key()

    kept = host_key(hub.home / "run" / "ssh_host_key").export_public_key()
    assert hub.do(shown()).split()[:2] == kept.split()[:2]


def test_a_key_of_the_user_opens_the_door(hub):
    key = asyncssh.generate_private_key("ssh-ed25519")
    (hub.home / "run" / "authorized_keys" / "ada.pub").write_bytes(key.export_public_key())

    async def enter(user):
        async with await hub.connect(user, client_keys=[key], password=None) as connection:
            return (await connection.run("2 + 2")).stdout

    with pytest.raises(asyncssh.PermissionDenied):
        hub.do(enter("ada"))  # nobody of that name
    users = hub.services.accounts.users
    users.create("ada", Role.OPERATOR, None, by="test")
    with pytest.raises(asyncssh.PermissionDenied):
        hub.do(enter("ada"))  # not at the console
    users.change("ada", role="console")
    assert hub.do(enter("ada")) == "4\n"
    with pytest.raises(asyncssh.PermissionDenied):
        hub.do(enter("eve"))


def test_wrong_passwords_lock_the_user_out_for_a_while(hub):
    hub.services.accounts.users.create("bob", Role.CONSOLE, "a good passphrase", by="test")

    async def enter(password):
        async with await hub.connect("bob", password=password):
            pass

    hub.do(enter("a good passphrase"))
    for _ in range(5):
        with pytest.raises(asyncssh.PermissionDenied):
            hub.do(enter("wrong"))
    with pytest.raises(asyncssh.PermissionDenied):
        hub.do(enter("a good passphrase"))
    assert [line["what"] for line in log_lines(hub) if line["user"] == "bob"][-1] == "locked out"


def test_nothing_is_forwarded(hub):
    async def forward():
        await (await hub.client()).open_connection("127.0.0.1", hub.port)

    with pytest.raises(asyncssh.ChannelOpenError):
        hub.do(forward())


def test_commands_ask_for_the_role_of_who_is_at_the_console(hub):
    hub.services.accounts.users.create("cleo", Role.CONSOLE, "a good passphrase", by="test")

    async def run(text):
        async with await hub.connect("cleo", password="a good passphrase") as connection:
            return await connection.run(text)

    assert hub.do(run("whoami()['via'], whoami()['name']")).stdout == "('console', 'cleo')\n"
    refused = hub.do(run("set_password('admin')"))
    assert refused.stderr == (
        "`set_password` needs the role admin, and cleo has the role console. An admin can give another role.\n"
    )
    assert refused.exit_status == 1
    entry = hub.services.accounts.audit.recent(1, what="command")[0]
    assert (entry["user"], entry["command"], entry["outcome"]) == ("cleo", "set_password", "refused")
    hub.do(run("update_source_meta('demo', dry=True)"))
    entry = hub.services.accounts.audit.recent(1, what="command")[0]
    assert (entry["user"], entry["command"], entry["outcome"]) == ("cleo", "update_source_meta", "started")


def test_who_loses_the_role_is_put_out(hub):
    hub.services.accounts.users.create("dora", Role.CONSOLE, "a good passphrase", by="test")

    async def lose():
        connection = await hub.connect("dora", password="a good passphrase")
        assert (await connection.run("1 + 1")).stdout == "2\n"
        hub.services.accounts.users.change("dora", role="operator")
        hub.services.accounts.changed("dora")
        await connection.wait_closed()
        with pytest.raises(asyncssh.PermissionDenied):
            await hub.connect("dora", password="a good passphrase")

    hub.do(lose())


def test_a_schedule_outlives_who_made_it(hub):
    """It belongs to the hub; otherwise it would fail on the day that its maker leaves."""
    hub.services.accounts.users.create("emil", Role.CONSOLE, "a good passphrase", by="test")
    ran = threading.Event()
    told = []

    def note(who):
        told.append(who)
        ran.set()

    hub.console.names.add("note", note)

    async def make():
        async with await hub.connect("emil", password="a good passphrase") as connection:
            text = "def remember(): note((whoami()['via'], status() is not None))\nschedule('* * * * * *', remember)"
            return await connection.run(text)

    assert hub.do(make()).exit_status == 0
    hub.services.accounts.users.delete("emil")
    assert ran.wait(LIMIT)
    hub.do(_unschedule(hub))
    assert told[0] == ("hub", True)


async def _unschedule(hub):
    hub.services.scheduler.remove("console:remember")
