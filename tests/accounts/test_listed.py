"""Users that the setting HUB_API_USERS lists."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from hub import config
from hub.accounts import Accounts, passwords
from hub.accounts.errors import CredentialError, ListedUserError, LoginError
from hub.accounts.roles import Role
from hub.api.access import Access
from hub.store.state import open_state


def listed_hash(password: str, turns: int = 1000) -> str:
    made = hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt", turns)
    return f"pbkdf2_sha256${turns}$salt${base64.b64encode(made).decode()}"


@pytest.fixture
def accounts_of(tmp_path):
    opened = []

    def make(users):
        settings = config.load(tmp_path / "home", environ={}, flags={"HUB_API_USERS": users})
        Path(settings["RUN_DIR"]).mkdir(parents=True, exist_ok=True)
        opened.append(open_state(settings))
        made = Accounts(settings, opened[-1])
        made.begin()
        return made

    yield make
    for state in opened:
        state.close()


async def test_a_listed_user_logs_in_and_may_do_everything(accounts_of):
    accounts = accounts_of({"ada": listed_hash("apples and pears")})
    token, caller = await accounts.log_in("ada", "apples and pears", peer="10.0.0.1")
    assert (caller.name, caller.general_role) == ("ada", Role.ADMIN)
    assert accounts.by_token(token, "10.0.0.1").name == "ada"
    with pytest.raises(LoginError):
        await accounts.log_in("ada", "apples and plums", peer="10.0.0.1")


async def test_another_hash_counts_from_the_next_start(accounts_of):
    token, _ = await accounts_of({"ada": listed_hash("first one")}).log_in("ada", "first one", peer="10.0.0.1")
    accounts = accounts_of({"ada": listed_hash("second one")})
    with pytest.raises(CredentialError):
        accounts.by_token(token, "10.0.0.1")
    await accounts.log_in("ada", "second one", peer="10.0.0.1")
    with pytest.raises(LoginError):
        await accounts.log_in("ada", "first one", peer="10.0.0.1")


async def test_who_is_not_listed_any_more_stays_out(accounts_of):
    await accounts_of({"ada": listed_hash("first one")}).log_in("ada", "first one", peer="10.0.0.1")
    accounts = accounts_of({"bob": listed_hash("other one")})
    with pytest.raises(LoginError):
        await accounts.log_in("ada", "first one", peer="10.0.0.1")
    assert accounts.users.get("ada")["disabled"] is True
    await accounts_of({"ada": listed_hash("first one")}).log_in("ada", "first one", peer="10.0.0.1")


def test_a_user_made_elsewhere_is_left_alone(accounts_of):
    accounts = accounts_of({})
    accounts.users.create("ada", Role.VIEWER, "three green ladders", by="admin")
    known = accounts.users.hash_of("ada")
    again = accounts_of({"ada": listed_hash("first one")})
    assert (again.users.hash_of("ada"), again.users.get("ada")["role"]) == (known, "viewer")


@pytest.mark.parametrize("users", [{"ada": "secret"}, {"ada": "pbkdf2_sha256$0$salt$x"}, {"a b": listed_hash("x")}])
def test_what_is_no_hash_is_refused(accounts_of, users):
    with pytest.raises(ListedUserError, match="HUB_API_USERS") as refused:
        accounts_of({"bob": listed_hash("other one"), **users})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("known", ["pbkdf2_sha256$1000$salt$", "pbkdf2_sha256$x$salt$AAAA", "", "$argon2id$v=19"])
def test_other_texts_fit_nothing(known):
    assert passwords.is_listed(known) is False
    assert passwords.fits(known, "") is False


@pytest.mark.parametrize(("users", "role"), [({}, Role.ADMIN), ({"ada": listed_hash("first one")}, Role.VIEWER)])
def test_listed_users_end_the_trust_in_this_machine(tmp_path, users, role):
    settings = config.load(tmp_path / "home", environ={}, flags={"HUB_API_USERS": users})
    access = Access.of(settings, "token")
    assert access.caller({}, "127.0.0.1").general_role == role
    assert access.asks_for_login is bool(users)
    everywhere = config.load(tmp_path / "home", environ={}, flags={"HUB_API_USERS": users, "HUB_HOST": "0.0.0.0"})
    assert Access.of(everywhere, "token").caller({}, "10.0.0.1").general_role == (Role.VIEWER if users else Role.ANYONE)
