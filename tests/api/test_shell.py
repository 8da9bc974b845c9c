"""Console commands as text over REST: what may be sent, and what live clients are told."""

from __future__ import annotations

import pytest


def shell(live, text, **more):
    return live.ask("PUT", "/shell", json={"cmd": text}, **more)


@pytest.fixture
def told(live):
    """Messages of the live door that are of the shell."""
    with live.messages() as heard:
        yield lambda text: heard(lambda message: message.get("op") == "shell" and text in message["cmd"])


def test_a_command_is_run_and_what_it_gives_is_told(live, told):
    answer = shell(live, "status()")
    assert (answer.status_code, answer.content) == (200, b"")
    typed = told("status()")
    assert set(typed) == {"_id", "op", "cmd", "type", "ts"}
    assert typed["type"] == "input"
    assert told("broken_plugins")["type"] == "output"


def test_what_only_shows_something_may_be_called_too(live, told):
    assert shell(live, "top(pending)").status_code == 200
    assert told("none")["type"] == "output"


def test_a_command_is_explained_by_its_name(live, told):
    assert shell(live, "help(dump)").status_code == 200
    assert "skip_manual" in told("dump(src")["cmd"]
    assert shell(live, "help('upload')").status_code == 200
    assert told("upload(src")["type"] == "output"
    assert "no command `dumb`" in shell(live, "help(dumb)").json()["error"]
    assert shell(live, "help(dump.command)").status_code == 400


def test_a_command_with_a_name_of_python_is_called_too(live, told):
    assert shell(live, "list()").status_code == 200
    assert told("none")["type"] == "output"


def test_the_end_of_long_work_is_told(live, told):
    assert shell(live, "dump('apple', force=True)").status_code == 200
    assert told("OK {")["type"] == "output"


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        ("dump('apple') and 1", 403, "only the call of a command"),
        ("hub.services", 403, "only the call of a command"),
        ("dump([1])", 403, "only the call of a command"),
        ("!ls", 403, "only the call of a command"),
        ("dump('apple'); stop()", 403, "only the call of a command"),
        ("no_such_command()", 404, "no command `no_such_command`"),
        ("__import__('os')", 404, "no command `__import__`"),
        ("open('x')", 404, "no command `open`"),
        ("pending()", 404, "no command `pending`"),
        ("shell('touch taken')", 404, "no command `shell`"),
        ("expose('x', 'shell', 'PUT')", 404, "no command `expose`"),
        ("schedule('x', dump)", 404, "no command `schedule`"),
        ("exit()", 404, "no command `exit`"),
        ("print(1)", 404, "no command `print`"),
        ("dump(status)", 400, "NameError"),
        ("dump('appel')", 400, "Did you mean `apple`"),
        ("dump()", 400, "HTTP 400: Error: "),
        ("dump('apple')x", 403, "only the call of a command"),
        ("", 400, "Missing argument cmd"),
        (7, 400, "Missing argument cmd"),
    ],
)
def test_what_is_refused(live, text, status, reason):
    answer = shell(live, text)
    assert answer.status_code == status, answer.text
    assert reason in answer.json()["error"]
    assert "Traceback" not in answer.text


def test_pages_of_others_may_not_and_readers_do_not_have_it(live):
    assert shell(live, "status()", headers={"Origin": "https://evil.example"}).status_code == 403
    assert shell(live, "status()", base=live.readonly).status_code == 404
    assert "terminal" in live.get("/")["features"]
    assert "terminal" not in live.get("/", base=live.readonly)["features"]


def test_commands_are_audited(live):
    assert shell(live, "schedules()").status_code == 200
    newest, last = live.hub.services.accounts.audit.recent(2)
    assert (last["what"], last["user"], last["text"]) == ("statement", "local", "schedules()")
    assert (newest["command"], newest["outcome"]) == ("shell", "done")
