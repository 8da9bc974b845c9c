"""Log-in: right and wrong passwords, the pause after wrong ones, sessions, tickets, keys, other authenticators."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest

from hub.accounts import Caller, Grants, Role, Subject, Verdict, passwords
from hub.accounts import accounts as accounts_module
from hub.accounts import lockout as lockout_module
from hub.accounts import sessions as sessions_module
from hub.accounts.errors import CredentialError, LoginError, TooManyLoginsError
from hub.accounts.sessions import digest

GOOD = "seven pears in a boat"
HERE = "127.0.0.1"


@pytest.fixture
def ada(accounts):
    accounts.users.create("ada", Role.OPERATOR, GOOD, by="test")
    return accounts


@pytest.fixture
def later(monkeypatch):
    """A clock that can be put forward."""
    shift = timedelta()

    def now() -> datetime:
        return datetime.now(UTC) + shift

    def put(**by: float) -> None:
        nonlocal shift
        shift += timedelta(**by)

    for module in ("sessions", "keys", "users"):
        monkeypatch.setattr(f"hub.accounts.{module}.now", now)
    return put


@pytest.fixture
def quick(monkeypatch):
    """Hashing costs nothing; what is tested is something else."""
    monkeypatch.setattr(passwords, "fits", lambda known, password: known is not None and password == GOOD)


async def log_in(accounts, name="ada", password=GOOD, peer=HERE, **more):
    return await accounts.log_in(name, password, peer=peer, **more)


async def test_a_session(ada):
    token, caller = await log_in(ada, agent="test/1")
    assert token.startswith("hubs_")
    assert (caller.name, caller.role, caller.via) == ("ada", Role.OPERATOR, "session")
    assert ada.by_token(token, HERE).name == "ada"
    assert digest(token) == caller.credential
    assert token not in str(ada.sessions.of())
    ada.log_out(caller)
    with pytest.raises(CredentialError):
        ada.by_token(token, HERE)
    ada.log_out(caller)  # once more is no error
    assert [entry["what"] for entry in ada.audit.recent(10)] == ["logout", "login"]


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ada", "wrong"),
        ("ADA", GOOD),
        ("nobody", GOOD),
        ("", GOOD),
        ("ada", GOOD.upper()),
        ("ada", ""),
        ("ada\0", GOOD),
        ("../ada", GOOD),
        ("a" * 100_000, GOOD),
        ("ada", "x" * 1_000_000),
        ("ada", "\udcff"),
    ],
)
async def test_wrong_ones_all_look_the_same(ada, name, password):
    with pytest.raises(LoginError) as refused:
        await log_in(ada, name, password)
    assert str(refused.value) == str(LoginError())
    assert ada.sessions.of() == []


async def test_five_wrong_passwords_close_the_name_for_a_while(ada, quick, monkeypatch):
    clock = 0.0
    monkeypatch.setattr(lockout_module.time, "monotonic", lambda: clock)
    for _ in range(4):
        with pytest.raises(LoginError):
            await log_in(ada, password="wrong")
    await log_in(ada)  # the right one starts the count anew
    for _ in range(5):
        with pytest.raises(LoginError):
            await log_in(ada, password="wrong")
    with pytest.raises(LoginError):
        await log_in(ada)
    assert ada.lockout.closed() == ["ada"]
    assert ada.audit.recent(1)[0]["what"] == "locked out"
    clock = 10 * 60 - 1.0
    with pytest.raises(LoginError):
        await log_in(ada)
    clock = 10 * 60 + 1.0
    await log_in(ada)
    assert ada.lockout.closed() == []


async def test_another_spelling_of_a_name_gives_no_more_tries(ada, quick):
    for name in ("ada", "Ada", "aDa", "adA", "ADA"):
        with pytest.raises(LoginError):
            await log_in(ada, name, "wrong")
    with pytest.raises(LoginError):
        await log_in(ada)


async def test_one_address_that_tries_many_names_is_closed_and_others_are_not(ada, monkeypatch):
    looked = []
    monkeypatch.setattr(passwords, "fits", lambda known, password: bool(looked.append(1)) or password == GOOD)
    for n in range(1000):
        with pytest.raises(LoginError):
            await log_in(ada, f"user{n % 300}", "wrong", peer="203.0.113.9")
    assert len(looked) < 60
    with pytest.raises(LoginError):
        await log_in(ada, peer="203.0.113.9")
    await log_in(ada, peer="203.0.113.10")


async def test_many_at_once_are_not_all_let_try(ada, monkeypatch):
    go = threading.Event()

    def fits(known, password):
        go.wait(60)
        return False

    monkeypatch.setattr(passwords, "fits", fits)
    trying = [asyncio.create_task(log_in(ada, password="wrong", peer=f"10.0.0.{n}")) for n in range(100)]
    for _ in range(5):
        await asyncio.sleep(0)
    go.set()
    ends = await asyncio.gather(*trying, return_exceptions=True)
    kinds = [type(end) for end in ends]
    assert kinds.count(TooManyLoginsError) == 100 - accounts_module.MOST_WAITING
    assert kinds.count(LoginError) == accounts_module.MOST_WAITING
    tried = [entry for entry in ada.audit.recent(1000) if entry["what"] == "wrong password"]
    assert len(tried) <= 5 + accounts_module.CHECKED_AT_ONCE


async def test_a_session_ends_without_use_and_after_its_longest_time(ada, later):
    token, _ = await log_in(ada)
    for _ in range(6):
        later(minutes=110)
        ada.by_token(token, HERE)
    later(minutes=121)
    with pytest.raises(CredentialError):
        ada.by_token(token, HERE)
    token, _ = await log_in(ada)
    for _ in range(7):
        later(minutes=100)
        ada.by_token(token, HERE)
    later(minutes=21)
    with pytest.raises(CredentialError):
        ada.by_token(token, HERE)
    assert ada.sessions.of() == []


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t + "a", lambda t: t.swapcase(), lambda t: "hubs_", str.upper]
)
async def test_a_token_that_was_touched_is_worth_nothing(ada, spoil):
    token, _ = await log_in(ada)
    with pytest.raises(CredentialError):
        ada.by_token(spoil(token), HERE)


async def test_rights_follow_the_user_at_once(ada):
    token, caller = await log_in(ada)
    ada.users.change("ada", role="viewer")
    assert ada.by_token(token, HERE).role is Role.VIEWER
    assert ada.refreshed(caller).role is Role.VIEWER
    ada.users.change("ada", disabled=True)
    with pytest.raises(CredentialError):
        ada.by_token(token, HERE)
    assert ada.refreshed(caller) is None


async def test_a_user_has_a_bounded_number_of_sessions(ada, quick, monkeypatch):
    monkeypatch.setattr(sessions_module, "MOST_OF_A_USER", 3)
    tokens = [(await log_in(ada))[0] for _ in range(4)]
    assert len(ada.sessions.of("ada")) == 3
    with pytest.raises(CredentialError):
        ada.by_token(tokens[0], HERE)
    assert ada.by_token(tokens[1], HERE)


async def test_tickets_last_a_minute_and_end_with_their_session(ada, later):
    _, caller = await log_in(ada)
    ticket, _ = ada.tickets.issue(caller)
    assert ada.by_ticket(ticket).name == "ada"
    assert ada.by_ticket(ticket).name == "ada"  # SockJS asks more than once
    with pytest.raises(CredentialError):
        ada.by_ticket(ticket + "x")
    with pytest.raises(CredentialError):
        ada.by_token(ticket, HERE)
    later(seconds=61)
    with pytest.raises(CredentialError):
        ada.by_ticket(ticket)
    ticket, _ = ada.tickets.issue(caller)
    ada.log_out(caller)
    with pytest.raises(CredentialError):
        ada.by_ticket(ticket)


APPLE, PEAR, BUILD = Subject("source", ("apple",)), Subject("source", ("pear",)), Subject("build", ("apple",))


def test_a_key_reaches_no_further_than_its_role_its_sources_and_its_owner(ada, later):
    text, record = ada.keys.create(
        "ada", "loader", Role.ADMIN, Grants(("app*",)), datetime.now(UTC) + timedelta(days=1)
    )
    assert text not in str(ada.keys.of())
    caller = ada.by_token(text, HERE)
    assert (caller.via, caller.name) == ("key", "ada")
    assert caller.role_on([APPLE]) is Role.OPERATOR  # ada is no admin
    assert caller.role_on([PEAR]) is caller.role_on([APPLE, PEAR]) is caller.role_on([BUILD]) is Role.VIEWER
    assert caller.general_role is Role.VIEWER
    ada.users.change("ada", role="viewer")
    assert ada.by_token(text, HERE).role_on([APPLE]) is Role.VIEWER
    later(days=2)
    with pytest.raises(CredentialError, match="API key"):
        ada.by_token(text, HERE)
    lasting, other = ada.keys.create("ada", "other", Role.VIEWER, Grants(), None)
    assert ada.by_token(lasting, "10.0.0.1").general_role is Role.VIEWER
    assert ada.keys.get(other["_id"])["used_from"] == "10.0.0.1"
    ada.keys.revoke(other["_id"])
    with pytest.raises(CredentialError):
        ada.by_token(lasting, HERE)
    with pytest.raises(CredentialError):
        ada.by_token(f"hubk_{record['_id']}_x", HERE)
    with pytest.raises(CredentialError):
        ada.by_token("hubk_", HERE)
    with pytest.raises(CredentialError):
        ada.by_token(text, HERE, via="cookie")


def test_groups_grant_sources_and_builds(ada):
    ada.users.change("ada", role="viewer")
    ada.groups.create("fruit", "", ["ada"], "test")
    ada.groups.create("veg", "", [], "test")
    ada.groups.add("fruit", "sources", ["app*"])
    ada.groups.add("veg", "sources", ["*"])
    caller = ada.caller("ada", "session")
    assert caller.groups == ("fruit",)
    assert caller.role_on([APPLE]) is Role.OPERATOR
    assert caller.role_on([PEAR]) is caller.role_on([APPLE, PEAR]) is caller.role_on([BUILD]) is Role.VIEWER
    assert caller.role_on() is Role.VIEWER
    ada.groups.add("veg", "users", ["ada"])
    assert ada.caller("ada", "session").role_on([APPLE, PEAR]) is Role.OPERATOR
    assert ada.caller("ada", "session").role_on([BUILD]) is Role.VIEWER
    ada.groups.delete("veg")
    assert ada.caller("ada", "session").role_on([PEAR]) is Role.VIEWER


class Directory:
    """An authenticator as a directory would be one."""

    name = "directory"

    def __init__(self):
        self.asked = []

    def check(self, user, password, answers):
        self.asked.append((user, dict(answers)))
        if user != "carl":
            return Verdict.UNKNOWN
        return Verdict.RIGHT if password == "of the directory" and answers.get("code") == "123456" else Verdict.WRONG


async def test_another_authenticator_is_asked_for_those_that_the_hub_does_not_know(ada):
    directory = Directory()
    ada.authenticators.append(directory)
    with pytest.raises(LoginError):  # right there, but nobody's account here
        await log_in(ada, "carl", "of the directory", answers={"code": "123456"})
    ada.users.create("carl", Role.VIEWER, None, by="test")
    _, caller = await log_in(ada, "carl", "of the directory", answers={"code": "123456"})
    assert caller.name == "carl"
    for password, answers in (("of the directory", {}), ("wrong", {"code": "123456"})):
        with pytest.raises(LoginError):
            await log_in(ada, "carl", password, answers=answers)
    assert {name for name, _ in directory.asked} == {"carl"}
    with pytest.raises(LoginError):
        await log_in(ada, password="wrong")
    assert {name for name, _ in directory.asked} == {"carl"}  # ada's password is the hub's affair


def test_watchers_hear_of_changes_until_they_end_it(ada):
    heard = []
    end = ada.watch(heard.append)
    ada.changed("ada")
    end()
    end()
    ada.changed("ada")
    assert heard == ["ada"]


def test_the_least_caller():
    nobody = Caller("", Role.ANYONE, "anonymous")
    assert nobody.best_role is nobody.role_on([APPLE]) is Role.ANYONE
    assert (nobody.user, nobody.shown) == (None, "anonymous")
