"""Users: names, passwords, the first admin, and those of earlier versions."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from hub import errors
from hub.accounts import Accounts, Role, passwords
from hub.accounts.errors import ExistsError, LastAdminError, WeakPasswordError

GOOD = "seven pears in a boat"


@pytest.fixture
def run_dir(settings):
    return Path(settings["RUN_DIR"])


def right(accounts: Accounts, name: str, password: str) -> bool:
    return passwords.fits(accounts.users.hash_of(name), password)


def test_the_first_start_makes_an_admin_with_a_password_that_is_told_once(accounts):
    password, taken = accounts.begin()
    assert taken == []
    assert right(accounts, "admin", password)
    assert accounts.users.get("admin")["role"] == "admin"
    assert accounts.users.get("admin")["password"].startswith("$argon2id$")
    assert accounts.begin() == (None, [])


def test_two_hubs_share_no_password(accounts):
    assert passwords.made() != passwords.made()
    assert len(passwords.made()) >= 16


def test_users_of_earlier_versions_are_taken_over_with_passwords_and_keys(accounts, run_dir):
    known = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("the old one")
    old = run_dir / "console_users.json"
    old.write_text(json.dumps({"admin": {"password": known}, "Ada@example.org": {"password": known}}))
    (run_dir / "authorized_keys").mkdir()
    (run_dir / "authorized_keys" / "carl.pub").write_text("ssh-ed25519 AAAA")
    password, taken = accounts.begin()
    assert password is None
    assert sorted(taken) == ["Ada@example.org", "admin", "carl"]
    assert right(accounts, "Ada@example.org", "the old one")
    assert accounts.may_use_console("carl")
    assert accounts.public_keys("carl")
    assert not right(accounts, "carl", "")
    assert {accounts.users.get(name)["role"] for name in taken} == {"admin"}
    assert not old.exists()
    assert json.loads((run_dir / "console_users.json.taken_over").read_text())["admin"]["password"] == known
    assert accounts.begin() == (None, [])


def test_a_file_of_users_that_appears_later_replaces_nobody(accounts, run_dir):
    password, _ = accounts.begin()
    known = passwords.hashed("something else")
    entries = {"admin": {"password": known}, "ada": {"password": known}}
    (run_dir / "console_users.json").write_text(json.dumps(entries))
    assert accounts.begin() == (None, ["ada"])
    assert right(accounts, "admin", password)


@pytest.mark.parametrize("text", ["{", "[1]", '{"a": 1}', "\udcff"])
def test_a_file_of_users_that_cannot_be_read_stays_and_does_not_keep_the_hub_from_starting(accounts, run_dir, text):
    file = run_dir / "console_users.json"
    file.write_bytes(text.encode(errors="surrogateescape"))
    before = file.read_bytes()
    password, taken = accounts.begin()
    assert password
    assert taken == []
    assert file.read_bytes() == before


def test_a_key_of_somebody_who_is_no_user_opens_nothing(accounts, run_dir):
    accounts.begin()
    (run_dir / "authorized_keys" / "eve.pub").write_text("ssh-ed25519 AAAA")
    assert accounts.public_keys("eve") is None
    assert accounts.begin() == (None, [])
    assert accounts.public_keys("../admin") is None


@pytest.mark.parametrize(
    "name", ["", "-a", "a b", "a/b", "../a", "a\n", "a" * 65, "é", "hub", "Owner", "local", "anonymous", "$where"]
)
def test_names_that_cannot_be_taken(accounts, name):
    with pytest.raises(errors.BadArgument):
        accounts.users.create(name, Role.VIEWER, GOOD, by="test")
    assert accounts.users.names() == []


def test_names_differ_by_more_than_case(accounts):
    accounts.users.create("Ada", Role.VIEWER, GOOD, by="test")
    with pytest.raises(ExistsError, match="Ada"):
        accounts.users.create("ada", Role.ADMIN, GOOD, by="test")
    assert accounts.users.get("Ada")["role"] == "viewer"


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "0 characters"),
        ("elevenchars", "11 characters"),
        ("x" * 129, "more than 128"),
        ("aaaaaaaaaaaaaaa", "repeats"),
        ("hubhubhubhub", "repeats"),
        ("pearpearpear", "repeats"),
        ("password1234!", "tried first"),
        ("Administrator2026", "tried first"),
        ("1234567890123", "tried first"),
        ("johanna-johanna-1", "little more than `johanna`"),
        ("Orchard-2026!", "little more than `Orchard`"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(accounts, password, reason):
    with pytest.raises(WeakPasswordError, match=reason):
        accounts.users.create("johanna", Role.VIEWER, password, by="test")
    assert accounts.users.find("johanna") is None


@pytest.mark.parametrize("password", [GOOD, "🍐🍎🍊 mit Käse, 12", "x y" * 42 + "zä", "\t\n tab and line \0"])
def test_any_characters_make_a_password(accounts, password):
    accounts.users.create("ada", Role.VIEWER, password, by="test")
    assert right(accounts, "ada", password)
    assert not right(accounts, "ada", password + " ")


def test_the_last_three_passwords_cannot_be_taken_again(accounts):
    accounts.users.create("ada", Role.VIEWER, f"{GOOD} 0", by="test")
    for number in (1, 2, 3):
        accounts.users.set_password("ada", f"{GOOD} {number}")
    for number in (1, 2, 3):
        with pytest.raises(WeakPasswordError, match="one of the last 3"):
            accounts.users.set_password("ada", f"{GOOD} {number}")
    accounts.users.set_password("ada", f"{GOOD} 0")
    assert right(accounts, "ada", f"{GOOD} 0")


def test_the_last_admin_stays(accounts):
    accounts.begin()
    soon = datetime.now(UTC) + timedelta(days=1)
    for change in ({"role": "viewer"}, {"disabled": True}, {"expires": soon}):
        with pytest.raises(LastAdminError, match="`admin`"):
            accounts.users.change("admin", **change)
    with pytest.raises(LastAdminError):
        accounts.users.delete("admin")
    accounts.users.create("ada", Role.ADMIN, GOOD, by="test", expires=soon)
    with pytest.raises(LastAdminError):  # ada will be gone tomorrow
        accounts.users.delete("admin")
    accounts.users.change("ada", expires=None)
    accounts.users.delete("admin")
    with pytest.raises(LastAdminError):
        accounts.users.delete("ada")


def test_who_has_expired_or_is_disabled_may_not_come_in(accounts):
    past = datetime.now(UTC) - timedelta(seconds=1)
    accounts.users.create("old", Role.ADMIN, GOOD, by="test", expires=past)
    accounts.users.create("off", Role.ADMIN, GOOD, by="test")
    accounts.users.create("other", Role.ADMIN, GOOD, by="test")
    accounts.users.change("off", disabled=True)
    for name in ("old", "off"):
        assert accounts.caller(name, "session") is None
        assert not right(accounts, name, GOOD)
    password, _ = accounts.begin()
    assert password is None  # `other` may


def test_a_hash_with_other_costs_is_made_anew(accounts):
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    accounts.users.add("ada", Role.VIEWER, weak, "test")
    accounts.users.rehash("ada", GOOD)
    strong = accounts.users.get("ada")["password"]
    assert strong != weak
    assert passwords.fits(strong, GOOD)
    accounts.users.rehash("ada", GOOD)
    assert accounts.users.get("ada")["password"] == strong
