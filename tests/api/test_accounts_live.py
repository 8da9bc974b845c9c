"""Accounts on the websockets: who may listen, to what, and until when."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from hub.api import door as live_door
from hub.api import sockets as live_sockets
from tests.api.live import LIMIT
from tests.api.test_accounts import Guarded, elsewhere, guarded, people  # noqa: F401 (fixtures)

T = TypeVar("T")
CLOSED = 4401


class Ear:
    """A websocket of a test, in the hub's loop."""

    def __init__(self, hub: Guarded, path: str, base: str = "", **headers: str) -> None:
        self.hub = hub
        url = (base or hub.base).replace("http", "ws", 1) + path
        self.socket: WebSocketClientConnection = self.do(lambda: websocket_connect(HTTPRequest(url, headers=headers)))
        self.is_over = False
        EARS.append(self)

    def do(self, work: Callable[[], Awaitable[T]]) -> T:
        async def run() -> T:
            return await asyncio.wait_for(work(), LIMIT)

        return asyncio.run_coroutine_threadsafe(run(), self.hub.loop).result(LIMIT)

    def say(self, message: Any) -> None:
        self.do(lambda: self.socket.write_message(message if isinstance(message, str) else json.dumps(message)))

    def hear(self) -> Any:
        heard = self.do(lambda: _next(self.socket))
        self.is_over |= heard is None  # asking once more would wait for ever
        return heard

    def close_code(self) -> int | None:
        while not self.is_over:
            self.hear()
        return self.socket.close_code

    def close(self) -> None:
        self.hub.loop.call_soon_threadsafe(self.socket.close)


EARS: list[Ear] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """No connection outlives its test."""
    yield
    while EARS:
        ear = EARS.pop()
        ear.close()
        ear.close_code()


async def _next(socket: WebSocketClientConnection) -> Any:
    return await socket.read_message()


def ticket(hub: Guarded, headers: dict[str, str]) -> str:
    return str(hub.result("POST", "/ticket", headers=headers)["ticket"])


def in_loop(hub: Guarded, fn: Callable[[], Any]) -> Any:
    async def run() -> Any:
        return fn()

    return asyncio.run_coroutine_threadsafe(run(), hub.loop).result(LIMIT)


def publish(hub: Guarded, name: str) -> None:
    in_loop(hub, lambda: hub.hub.services.bus.publish(name, source="apple"))


def token_of(headers: dict[str, str]) -> str:
    return headers["Authorization"].partition(" ")[2]


@pytest.mark.parametrize("way", ["ticket", "token", "first message", "ticket as first message", "header", "key"])
def test_who_has_logged_in_hears_the_events_elsewhere(guarded, people, elsewhere, way):  # noqa: F811
    mine = people["viewer"]
    query, headers, first = "", {}, {"subscribe": ["fruit.*"]}
    if way in ("ticket", "token"):
        query = f"?{way}={ticket(guarded, mine)}"
    elif way == "header":
        headers = mine
    elif way == "key":
        first["token"] = guarded.result("POST", "/api_keys", json={"name": "k"}, headers=mine)["key"]
    else:
        first["token"] = ticket(guarded, mine) if "ticket" in way else token_of(mine)
    publish(guarded, "fruit.ripe")
    ear = Ear(guarded, f"/events{query}", elsewhere, **headers)
    ear.say({**first, "last_event_id": 0})
    while json.loads(ear.hear()).get("name") != "fruit.ripe":
        pass


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/events", '{"subscribe": ["*"]}'),
        ("/events", '{"token": "hubs_wrong", "subscribe": ["*"]}'),
        ("/events", '{"token": 5, "subscribe": ["*"]}'),
        ("/events", '{"token": ""}'),
        ("/events", "nonsense"),
        ("/ws/websocket", '{"op": "ping"}'),
        ("/ws/websocket", '{"token": "hubk_wrong"}'),
        ("/ws/1/abcdefgh/websocket", '["{\\"op\\": \\"ping\\"}"]'),
        ("/ws/1/abcdefgh/websocket", '["{\\"token\\": \\"hubt_wrong\\"}"]'),
    ],
)
def test_strangers_hear_nothing_elsewhere(guarded, elsewhere, path, message):  # noqa: F811
    ear = Ear(guarded, path, elsewhere)
    ear.say(message)
    heard = []
    while (word := ear.hear()) is not None:
        heard.append(word)
    assert ear.socket.close_code == CLOSED
    assert all(word == "o" or word.startswith("c[4401") for word in heard), heard


def test_who_says_nothing_is_let_go(guarded, elsewhere, monkeypatch):  # noqa: F811
    monkeypatch.setattr(live_sockets, "LOGIN_SECONDS", 0.0)
    assert Ear(guarded, "/events", elsewhere).close_code() == CLOSED


def test_strangers_do_not_fill_the_door(guarded, elsewhere, monkeypatch):  # noqa: F811
    monkeypatch.setattr(live_sockets, "MOST_STRANGERS", 1)
    Ear(guarded, "/events", elsewhere)
    assert Ear(guarded, "/events", elsewhere).close_code() == 1013


@pytest.mark.parametrize("query", ["?ticket=hubt_wrong", "?token=hubt_wrong", "?token=hubs_x", "?ticket=hubk_a_b"])
def test_a_wrong_ticket_opens_nothing(guarded, query):  # noqa: F811
    asked = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    answer = guarded.ask("GET", f"/events{query}", headers={**asked, "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="})
    assert answer.status_code == 401


def test_the_stock_client_connects_with_a_token_of_another_log_in(live):
    with live.messages():
        assert live.ask("GET", "/ws/info?token=eyJhbGciOi").status_code == 200
    ear = Ear(live, "/ws/123/stockcli/websocket?token=eyJhbGciOi")
    assert ear.hear() == "o"
    ear.say('["{\\"op\\": \\"ping\\"}"]')
    assert '{"op":"pong"}' in ear.hear()


def test_sockjs_by_first_message_and_by_requests(guarded, people, elsewhere):  # noqa: F811
    ear = Ear(guarded, "/ws/1/firstmsg/websocket", elsewhere)
    assert ear.hear() == "o"
    ear.say(json.dumps([json.dumps({"token": token_of(people["viewer"])})]))
    ear.say('["{\\"op\\": \\"ping\\"}"]')
    assert "pong" in ear.hear()
    path = "/ws/1/overhttp/xhr"
    assert guarded.ask("POST", path, base=elsewhere).status_code == 401
    good = ticket(guarded, people["viewer"])
    assert guarded.ask("POST", f"{path}?ticket={good}", base=elsewhere).text == "o\n"


def first_of(ear: Ear, kinds: tuple[str, ...]) -> str:
    """The first message that is a log record, a shell echo, or the mark of the test."""
    while True:
        message = json.loads(ear.hear())
        kind = message.get("op") if message.get("op") in ("log", "shell") else message.get("_id")
        if kind in kinds:
            return str(kind)


def mark(hub: Guarded) -> None:
    """Something that everybody is told, after what went before."""
    in_loop(hub, lambda: hub.server._door.tell([{"_id": "mark", "obj": "source", "op": "save"}]))


def test_the_role_says_what_is_heard(guarded, people):  # noqa: F811
    ears = {
        role: Ear(guarded, f"/ws/websocket?ticket={ticket(guarded, people[role])}")
        for role in ("viewer", "operator", "console")
    }
    door = guarded.server._door
    in_loop(guarded, lambda: door.tell([{"op": "shell", "cmd": "x"}], logs=True, role=live_door.Role.CONSOLE))
    mark(guarded)
    kinds = ("shell", "mark")
    assert {role: first_of(ear, kinds) for role, ear in ears.items()} == {
        "viewer": "mark",
        "operator": "mark",
        "console": "shell",
    }
    in_loop(guarded, lambda: door.tell([{"op": "log", "msg": "x"}], logs=True))
    mark(guarded)
    assert first_of(ears["operator"], ("log", "mark")) == "log"
    assert first_of(ears["viewer"], ("log", "mark")) == "mark"


def test_log_lines_are_for_operators(guarded, people):  # noqa: F811
    viewer = Ear(guarded, f"/ws/websocket?ticket={ticket(guarded, people['viewer'])}")
    operator = Ear(guarded, f"/ws/websocket?ticket={ticket(guarded, people['operator'])}")
    logging.getLogger("hub.test").warning("only for operators")
    while True:
        told = json.loads(operator.hear())
        if told.get("op") == "log" and told["msg"] == "only for operators":
            break
    mark(guarded)
    assert first_of(viewer, ("log", "mark")) == "mark"


def test_a_connection_ends_with_its_session_and_with_its_user(guarded, people):  # noqa: F811
    mine = guarded.add("quin", "operator")
    ears = [Ear(guarded, f"/events?ticket={ticket(guarded, mine)}") for _ in range(2)]
    guarded.result("POST", "/logout", headers=mine)
    assert [ear.close_code() for ear in ears] == [CLOSED, CLOSED]
    mine = guarded.headers("quin")
    key = guarded.result("POST", "/api_keys", json={"name": "k"}, headers=mine)
    by_key = Ear(guarded, "/events", Authorization=f"Bearer {key['key']}")
    by_session = Ear(guarded, f"/ws/websocket?ticket={ticket(guarded, mine)}")
    guarded.result("DELETE", f"/api_key/{key['id']}", headers=people["admin"])
    assert by_key.close_code() == CLOSED
    guarded.result("PUT", "/user/quin", json={"role": "viewer"}, headers=people["admin"])
    in_loop(guarded, lambda: guarded.server._door.tell([{"op": "log", "msg": "x"}], logs=True))
    mark(guarded)
    assert first_of(by_session, ("log", "mark")) == "mark"
    guarded.result("PUT", "/user/quin", json={"disabled": True}, headers=people["admin"])
    assert by_session.close_code() == CLOSED


def test_a_connection_ends_when_its_session_has_run_out(guarded, monkeypatch):  # noqa: F811
    mine = guarded.add("rosa")
    ear = Ear(guarded, f"/events?ticket={ticket(guarded, mine)}")
    sessions = guarded.hub.services.accounts.sessions
    monkeypatch.setattr(sessions, "idle", 0.0)
    in_loop(guarded, guarded.server._door._check)  # as it does every few seconds
    assert ear.close_code() == CLOSED
