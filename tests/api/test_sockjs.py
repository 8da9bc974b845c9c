"""The SockJS door, over real sockets."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from tornado.websocket import WebSocketClientConnection

from hub.accounts import Caller, Role
from hub.api import clients, frames, receivers, sessions, sockjs
from hub.api.clients import Client
from tests.api.listener import Listener, items, read, soon, until

PAGE = "http://localhost:8080"
CHANGE = {"_id": "orchid", "obj": "source", "op": "update_one"}


TIMES = (sessions.DISCONNECT_DELAY, receivers.HEARTBEAT_SECONDS, sockjs.SockJSSocket.patience)


def test_the_times_of_the_protocol() -> None:
    assert TIMES == (5.0, 25.0, 25.0)


def change(listener: Listener, id_: Any = "orchid", entity: str = "source", op: str = "update_one") -> None:
    listener.bus.publish("state.changed", entity=entity, id=id_, op=op)


async def say(socket: WebSocketClientConnection, *messages: Any) -> None:
    await socket.write_message(json.dumps([m if isinstance(m, str) else json.dumps(m) for m in messages]))


# -- the plain pages


@pytest.mark.parametrize("readonly", [False, True])
@pytest.mark.parametrize("path", ["/ws", "/ws/", "/ws?token=x"])
async def test_the_greeting(listener: Listener, path: str, readonly: bool) -> None:
    answer = await listener.fetch(path, readonly=readonly)

    assert (answer.code, answer.body) == (200, b"Welcome to SockJS!\n")
    assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"


async def test_info_has_the_documented_shape_and_lets_the_stock_client_read_it(listener: Listener) -> None:
    answer = await listener.fetch("/ws/info?token=&t=1790000000000", headers={"Origin": PAGE})

    info = json.loads(answer.body)
    assert {k: info[k] for k in info if k != "entropy"} == {
        "websocket": True,
        "cookie_needed": False,
        "origins": ["*:*"],
    }
    assert 0 <= info["entropy"] < 2**32
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "no-store" in answer.headers["Cache-Control"]
    assert info["entropy"] != json.loads((await listener.fetch("/ws/info")).body)["entropy"]


async def test_info_to_no_page_at_all_is_open_without_credentials(listener: Listener) -> None:
    answer = await listener.fetch("/ws/info")

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_preflight(listener: Listener) -> None:
    headers = {"Origin": PAGE, "Access-Control-Request-Headers": "content-type"}
    answer = await listener.fetch("/ws/1/abc/xhr_send", method="OPTIONS", headers=headers)

    assert answer.code == 204
    assert answer.headers["Access-Control-Allow-Methods"] == "OPTIONS, POST"
    assert answer.headers["Access-Control-Allow-Headers"] == "content-type"
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE


@pytest.mark.parametrize("name", ["iframe.html", "iframe-1.6.1.html", "iframe.html?t=1"])
async def test_the_page_for_frames_loads_only_into_pages_of_this_machine(listener: Listener, name: str) -> None:
    answer = await listener.fetch(f"/ws/{name}")

    assert b"SockJS.bootstrap_iframe()" in answer.body
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' http://localhost:* " in policy
    assert policy.endswith("https://studio.example.org")
    again = await listener.fetch(f"/ws/{name}", headers={"If-None-Match": answer.headers["Etag"]})
    assert again.code == 304


@pytest.mark.parametrize("path", ["/ws/1//websocket", "/ws/a.b/c/xhr", "/ws/a/b.c/xhr", "/ws/a/b/c/xhr", "/wsx"])
async def test_other_paths_are_not_found(listener: Listener, path: str) -> None:
    assert (await listener.fetch(path, method="POST")).code == 404


async def test_a_socket_without_an_upgrade_is_refused(listener: Listener) -> None:
    assert (await listener.fetch("/ws/1/abc/websocket")).code == 400


async def test_the_root_names_the_feature(listener: Listener) -> None:
    for readonly in (False, True):
        answer = json.loads((await listener.fetch("/", readonly=readonly)).body)
        assert "ws" in answer["result"]["features"]


# -- who may connect


@pytest.mark.parametrize(
    "origin", ["http://localhost:8080", "https://localhost", "http://127.0.0.1:9", "http://[::1]:8080",
               "https://studio.example.org"],
)  # fmt: skip
async def test_pages_of_this_machine_and_listed_ones_may_connect(listener: Listener, origin: str) -> None:
    socket = await listener.connect("/ws/1/abc/websocket", Origin=origin)
    assert await read(socket) == "o"
    assert (await listener.fetch("/ws/1/abc/xhr", method="POST", headers={"Origin": origin})).body == b"o\n"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "http://evil.example:7080",
               "https://studio.example.org.evil.example", "file://", "http://user@127.0.0.1.evil.example"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/ws/1/abc/websocket", "/ws/websocket", "/events"])
async def test_pages_of_others_may_not(listener: Listener, origin: str, path: str) -> None:
    assert await listener.refused(path, Origin=origin)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/ws/info"), ("POST", "/ws/1/abc/xhr"), ("POST", "/ws/1/abc/xhr_streaming"),
     ("GET", "/ws/1/abc/eventsource"), ("POST", "/ws/1/abc/xhr_send"), ("OPTIONS", "/ws/1/abc/xhr")],
)  # fmt: skip
async def test_pages_of_others_may_not_use_requests_either(listener: Listener, method: str, path: str) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = await listener.fetch(path, method=method, headers=headers)
        assert answer.code == 403
        assert "may not connect" in json.loads(answer.body)["error"]
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert len(listener.door) == 0


async def test_a_page_that_calls_this_machine_by_its_own_name_may_not(listener: Listener) -> None:
    for headers in ({"Host": "evil.example:7080"}, {"Host": "evil.example:7080", "Origin": "http://evil.example:7080"}):
        assert (await listener.fetch("/ws/info", headers=headers)).code == 403
        assert await listener.refused("/ws/websocket", **headers)


# -- the websocket


@pytest.mark.parametrize("readonly", [False, True])
async def test_ping_is_answered_with_an_object(listener: Listener, readonly: bool) -> None:
    socket = await listener.stock(readonly=readonly)

    await say(socket, {"op": "ping"})

    assert await read(socket) == 'a[{"op":"pong"}]'


async def test_other_messages_are_ignored(listener: Listener) -> None:
    socket = await listener.stock()

    await socket.write_message("")
    await say(socket)
    await say(socket, {"op": "dance"}, {"op": None}, {"op": "ping", "more": 1})
    await socket.write_message(json.dumps(json.dumps({"op": "ping"})))

    assert [await items(socket), await items(socket)] == [[{"op": "pong"}]] * 2


@pytest.mark.parametrize("text", ["no json", "[1]", '{"no": "op"}', '"ping"', "{", "\ud800"])
async def test_a_malformed_message_is_told_and_ends_the_connection(listener: Listener, text: str) -> None:
    socket = await listener.stock()

    await say(socket, text)

    (message,) = await items(socket)
    assert message["error"].startswith("malformed ")
    assert await read(socket) == 'c[1007,"malformed message"]'
    assert await read(socket) is None
    assert (socket.close_code, socket.close_reason) == (1007, "malformed message")


@pytest.mark.parametrize("frame", ['["a', "{}", "[1]", "7", b"\x00\x01"])
async def test_a_frame_that_is_no_array_of_texts_ends_the_connection(listener: Listener, frame: str | bytes) -> None:
    socket = await listener.stock()

    await socket.write_message(frame, binary=isinstance(frame, bytes))

    assert "malformed" in (await items(socket))[0]["error"]
    assert (await read(socket)).startswith("c[")
    assert await read(socket) is None


async def test_the_raw_socket_speaks_without_frames(listener: Listener) -> None:
    socket = await listener.connect("/ws/websocket?token=x")
    await socket.write_message('{"op": "ping"}')
    assert await read(socket) == '{"op":"pong"}'

    change(listener)
    assert json.loads(await read(socket)) == CHANGE

    await socket.write_message("?")
    assert "malformed" in json.loads(await read(socket))["error"]
    assert await read(socket) is None


async def test_heartbeats(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.api.sockjs import SockJSSocket

    monkeypatch.setattr(SockJSSocket, "patience", 0.01)
    socket = await listener.stock()
    assert [await read(socket), await read(socket)] == ["h", "h"]


# -- what clients are told


@pytest.mark.parametrize(
    "entity",
    ["source", "master", "build", "build_config", "data_plugin", "api", "command", "config", "event"],
)
async def test_changes_of_records(listener: Listener, entity: str) -> None:
    socket = await listener.stock()

    change(listener, 7 if entity == "command" else "x", entity, "save")

    assert await items(socket) == [{"_id": 7 if entity == "command" else "x", "obj": entity, "op": "save"}]


async def test_entities_of_our_own_are_not_told(listener: Listener) -> None:
    socket = await listener.stock()

    change(listener, entity="run")
    change(listener, entity="release")
    change(listener)

    assert await items(socket) == [CHANGE]


@pytest.mark.parametrize(
    ("state", "error", "level", "text"),
    [
        ("done", None, "INFO", "success"),
        ("failed", "no file `x`", "ERROR", "failed: no file `x`"),
        ("cancelled", None, "WARNING", "canceled"),
        ("interrupted", "the hub died", "WARNING", "interrupted: the hub died"),
    ],
)
async def test_a_job_that_ends_is_a_notification(
    listener: Listener, state: str, error: str | None, level: str, text: str
) -> None:
    socket = await listener.stock()

    listener.bus.publish("job.started", id="1", kind="dump", subject="orchid", state="running")
    event = listener.bus.publish(
        f"job.{state}", id="1", kind="dump", subject="orchid", state=state, **({"error": error} if error else {})
    )

    (message,) = await items(socket)
    data = message.pop("data")
    assert message == {"_id": event.at.timestamp(), "obj": "event", "op": "save"}
    assert data.pop("asctime") == f"{event.at.astimezone():%H:%M:%S}"
    assert data == {"_id": message["_id"], "name": "dump_orchid", "level": level, "msg": text}


async def test_a_command_that_fails_is_a_notification_unless_its_job_has_told_it(listener: Listener) -> None:
    socket = await listener.stock()

    listener.bus.publish("job.failed", id="1", kind="dump", subject="orchid", state="failed", error="no file")
    listener.bus.publish("command.error", command="dump", error="no file", role=2)
    listener.bus.publish("command.error", command="setconf", error="no number", role=4)

    told = [m["data"] for m in [*await items(socket), *await items(socket)]]
    assert [(data["name"], data["level"], data["msg"]) for data in told] == [
        ("dump_orchid", "ERROR", "failed: no file"),
        ("setconf", "ERROR", "failed: no number"),
    ]


async def test_why_a_command_failed_is_told_to_those_who_may_run_it(listener: Listener) -> None:
    socket = await listener.stock()
    (client,) = listener.door._feed
    client.caller = Caller("v", Role.VIEWER, "session")

    listener.bus.publish("command.error", command="setconf", error="no number", role=int(Role.ADMIN))
    change(listener)

    assert await items(socket) == [CHANGE]


async def test_a_stored_event_is_told_with_its_content(listener: Listener) -> None:
    socket = await listener.stock()
    document = {"_id": 1.5, "msg": "m", "level": "INFO", "name": "n", "asctime": "10:00:00"}

    listener.bus.publish("state.changed", entity="event", id=1.5, op="save", document=document)

    assert await items(socket) == [{"_id": 1.5, "obj": "event", "op": "save", "data": document}]


async def test_log_records_go_to_the_read_write_listener_only(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    socket, reader = await listener.stock(), await listener.stock(readonly=True)
    log = logging.getLogger("hub.sources")

    log.info("dump of %s: \udcff", "orchid")
    log.debug("not this")
    try:
        raise ValueError("broken")
    except ValueError as error:
        await asyncio.to_thread(log.error, "it failed", exc_info=error)

    found = await items(socket)
    while len(found) < 2:
        found += await items(socket)
    assert [(m["op"], m["logger"], m["level"]) for m in found] == [
        ("log", "hub.sources", "INFO"),
        ("log", "hub.sources", "ERROR"),
    ]
    assert found[0]["msg"] == "dump of orchid: \udcff"
    assert "ValueError: broken" in found[1]["msg"]
    assert found[0]["_id"] < found[1]["_id"]
    assert "." in found[0]["ts"]
    change(listener)
    assert await items(reader) == [CHANGE]
    assert [r.levelname for r in caplog.records if r.name == "hub.sources"] == ["ERROR"]  # other handlers: as before


async def test_what_plugins_log_under_names_of_their_own_is_told_once(listener: Listener) -> None:
    socket = await listener.stock()
    line = {"id": "j1", "kind": "upload", "subject": "orchid", "state": "running"}

    listener.bus.publish("job.log", **line, level="INFO", logger="hub.job", text="not this: its logger is heard")
    listener.bus.publish("job.log", **line, level="DEBUG", logger="root", text="not this: too fine")
    listener.bus.publish("job.log", **line, level="WARNING", logger="root", text="100% of the lines")

    (message,) = [m for m in await items(socket) if m.get("op") == "log"]
    assert (message["logger"], message["level"], message["msg"]) == ("root", "WARNING", "100% of the lines")
    assert message["job"] == "j1"


async def test_loggers_are_as_before_when_the_last_client_has_gone(listener: Listener) -> None:
    logger = logging.getLogger("hub")
    before = logger.level, logger.propagate, list(logger.handlers)
    socket = await listener.stock()
    assert logger.isEnabledFor(logging.INFO)

    socket.close()
    await until(lambda: len(listener.door) == 0)

    assert (logger.level, logger.propagate, list(logger.handlers)) == before


async def test_a_flood_of_log_records_is_cut_and_counted(listener: Listener) -> None:
    socket = await listener.stock()

    for number in range(1000):
        logging.getLogger("hub.x").info("%s", number)

    found = await items(socket)
    assert len(found) == 201
    assert found[-1]["msg"].startswith("800 log records were left out")


async def test_a_frame_is_encoded_once_for_all_clients(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[Any] = []
    real = frames.encode
    monkeypatch.setattr(frames, "encode", lambda message: (encoded.append(message), real(message))[1])
    sockets = [await listener.stock() for _ in range(10)]
    listener.door.most = 1000
    others = [Client() for _ in range(490)]
    for other in others:
        listener.door.join(other)

    change(listener)

    assert encoded == [CHANGE]
    taken = [other.take() for other in others]
    assert all(frame is taken[0] for frame in taken)
    assert [await items(socket) for socket in sockets] == [[CHANGE]] * 10
    assert encoded == [CHANGE]
    for other in others:
        listener.door.leave(other)


async def test_when_the_hub_stops_clients_are_told(listener: Listener) -> None:
    socket = await listener.stock()

    closing = asyncio.create_task(listener.door.close())

    (message,) = await items(socket)
    assert (message["obj"], message["data"]["level"]) == ("event", "CRITICAL")
    alert = json.loads(message["data"]["msg"])
    assert (alert["type"], alert["event"]) == ("alert", "hub_stop")
    assert await read(socket) == 'c[3000,"Go away!"]'
    assert await read(socket) is None
    await soon(closing)
    late = await listener.connect("/ws/1/late/websocket")
    assert await read(late) == 'c[1013,"the hub stops"]'


# -- limits


async def test_no_more_clients_than_the_setting(listener: Listener) -> None:
    listener.door.most = 2
    first, _ = await listener.stock(), await listener.connect("/events")
    await until(lambda: len(listener.door) == 2)

    late = await listener.connect("/ws/1/late/websocket")
    frame = await read(late)
    assert frame.startswith("c[1013,")
    assert "HUB_MAX_CLIENTS" in frame
    assert await read(late) is None
    polled = await listener.fetch("/ws/1/other/xhr", method="POST", readonly=True)
    assert polled.body.startswith(b"c[1013,")
    events = await listener.connect("/events")
    assert await read(events) is None
    assert events.close_code == 1013

    first.close()
    await until(lambda: len(listener.door) == 1)
    await listener.stock()


async def test_a_message_that_is_too_big_ends_the_connection(listener: Listener) -> None:
    socket = await listener.stock()

    await say(socket, "x" * 70_000)

    assert await read(socket) is None
    assert socket.close_code == 1009
    await until(lambda: len(listener.door) == 0)


async def test_a_client_that_says_too_much_is_cut(listener: Listener) -> None:
    socket = await listener.stock()

    await say(socket, *[{"op": "ping"}] * 250)

    assert await read(socket) == 'c[4001,"more than 200 messages in 10 s"]'
    assert await read(socket) is None


async def test_empty_frames_and_pings_of_the_protocol_count_too(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "HEARD_SECONDS", 1000.0)
    socket = await listener.stock()

    for _ in range(101):
        await socket.write_message("")
        socket.ping()

    assert (await read(socket)).startswith("c[4001,")


async def test_a_client_that_does_not_read_is_dropped_with_the_reason(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is connected with small buffers, reads nothing, and everybody is told much."""
    import socket as sockets

    from hub.api.sockjs import SockJSSocket

    opened: list[Any] = []
    real = SockJSSocket.open
    monkeypatch.setattr(SockJSSocket, "open", lambda self, *a, **k: (opened.append(self), real(self, *a, **k))[1])
    sleeper = sockets.create_connection(("127.0.0.1", listener.ports[0]))
    sleeper.sendall(
        b"GET /ws/1/sleeper/websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    await until(lambda: opened)
    client = opened[0].client
    other = await listener.stock()
    text = "x" * 60_000
    count = 0
    while not client.ended:
        listener.door.tell([{"text": text}])
        assert await items(other) == [{"text": text}]
        assert client.waiting <= clients.MOST_WAITING
        count += 1
        assert count < 2000

    assert client.ended[0] == clients.TOO_SLOW
    assert "reads too slowly" in client.ended[1]
    assert client.waiting == 0

    def read_all() -> bytes:
        read = b""
        while data := sleeper.recv(1 << 20):
            read = (read + data)[-1000:]
        return read

    assert b'c[4000,"reads too slowly' in await soon(asyncio.to_thread(read_all))
    sleeper.close()
    await until(lambda: len(listener.door) == 1)


# -- requests instead of a websocket


async def test_polling(listener: Listener) -> None:
    path = "/ws/123/polling"
    greeting = await listener.fetch(f"{path}/xhr?t=1", method="POST")
    assert (greeting.code, greeting.body) == (200, b"o\n")
    assert greeting.headers["Content-Type"] == "application/javascript; charset=UTF-8"

    sent = await listener.fetch(f"{path}/xhr_send", method="POST", body=json.dumps(['{"op":"ping"}']))
    assert (sent.code, sent.body) == (204, b"")
    change(listener)
    assert (await listener.fetch(f"{path}/xhr", method="POST")).body == (
        b'a[{"op":"pong"},{"_id":"orchid","obj":"source","op":"update_one"}]\n'
    )

    waiting = asyncio.create_task(listener.fetch(f"{path}/xhr", method="POST"))
    await until(lambda: any(c.pump for c in listener.door._feed))
    second = await listener.fetch(f"{path}/xhr", method="POST")
    assert second.body == b'c[2010,"Another connection still open"]\n'
    change(listener, "fern")
    assert b'"fern"' in (await soon(waiting)).body


async def test_sending_to_nobody_and_sending_nonsense(listener: Listener) -> None:
    path = "/ws/123/sending"
    assert (await listener.fetch(f"{path}/xhr_send", method="POST", body="[]")).code == 404

    await listener.fetch(f"{path}/xhr", method="POST")
    for body, code, text in [
        ("", 500, b"Payload expected."),
        ("[", 500, b"Broken JSON encoding."),
        ("x" * 70_000, 413, b""),
    ]:
        answer = await listener.fetch(f"{path}/xhr_send", method="POST", body=body)
        assert (answer.code, answer.body) == (code, text)

    assert (await listener.fetch(f"{path}/xhr_send", method="POST", body='["?"]')).code == 204
    assert b'a[{"error":"malformed' in (await listener.fetch(f"{path}/xhr", method="POST")).body
    for _ in range(2):
        closed = await listener.fetch(f"{path}/xhr", method="POST")
        assert closed.body == b'c[1007,"malformed message"]\n'


async def test_sessions_of_one_listener_are_unknown_to_the_other(listener: Listener) -> None:
    await listener.fetch("/ws/123/private/xhr", method="POST")

    assert (await listener.fetch("/ws/123/private/xhr", method="POST", readonly=True)).body == b"o\n"


async def test_a_poll_gets_heartbeats(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receivers, "HEARTBEAT_SECONDS", 0.01)
    await listener.fetch("/ws/123/beating/xhr", method="POST")
    assert (await listener.fetch("/ws/123/beating/xhr", method="POST")).body == b"h\n"


async def test_a_session_ends_when_nobody_receives(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "DISCONNECT_DELAY", 0.01)
    await listener.fetch("/ws/123/leaving/xhr", method="POST")
    await until(lambda: len(listener.door) == 0)
    assert (await listener.fetch("/ws/123/leaving/xhr_send", method="POST", body="[]")).code == 404


async def test_a_session_that_nobody_reads_keeps_a_bounded_number_of_messages(listener: Listener) -> None:
    await listener.fetch("/ws/123/slow/xhr", method="POST")

    for number in range(clients.MOST_WAITING + 1):
        change(listener, number)

    assert (await listener.fetch("/ws/123/slow/xhr", method="POST")).body == (
        b'c[4000,"reads too slowly: 1001 messages waited"]\n'
    )


class Streamed:
    """What comes of an answer that goes on."""

    def __init__(self, listener: Listener, path: str, method: str) -> None:
        self.text = b""
        self._came = asyncio.Event()
        self.ended = asyncio.create_task(
            listener.fetch(path, method=method, streaming_callback=self._take, decompress_response=False)
        )

    def _take(self, data: bytes) -> None:
        self.text += data
        self._came.set()

    async def until(self, text: bytes) -> None:
        async with asyncio.timeout(20):
            while text not in self.text:
                self._came.clear()
                await self._came.wait()


@pytest.mark.parametrize(
    ("kind", "method", "beginning", "frame"),
    [
        ("xhr_streaming", "POST", b"h" * 2048 + b"\no\n", b"%s\n"),
        ("eventsource", "GET", b"\r\ndata: o\r\n\r\n", b"data: %s\r\n\r\n"),
    ],
)
async def test_streaming(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, kind: str, method: str, beginning: bytes, frame: bytes
) -> None:
    assert receivers.STREAM_LIMIT == 128 * 1024
    stream = Streamed(listener, f"/ws/123/stream-{kind}/{kind}", method)
    await stream.until(beginning)

    await listener.fetch(f"/ws/123/stream-{kind}/xhr_send", method="POST", body=json.dumps(['{"op":"ping"}']))
    await stream.until(frame % b'a[{"op":"pong"}]')
    assert not stream.ended.done()

    listener.door.tell([{"text": "x" * 70_000}])
    listener.door.tell([{"text": "y" * 70_000}])
    answer = await soon(stream.ended)
    assert answer.code == 200
    assert stream.text.startswith(beginning)
    assert len(stream.text) > 140_000
    change(listener)
    more = Streamed(listener, f"/ws/123/stream-{kind}/{kind}", method)
    await more.until(b'"orchid"')
    listener.servers[0].stop()
    await listener.door.close()
    await more.until(frame % b'c[3000,"Go away!"]')
    await soon(more.ended)


async def test_a_stream_that_is_broken_off_ends_the_session(listener: Listener) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.ports[0])
    writer.write(b"POST /ws/1/broken/xhr_streaming HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
    await soon(reader.readuntil(b"o\n"))

    writer.close()
    await until(lambda: all(c.ended for c in listener.door._feed))

    closed = await listener.fetch("/ws/1/broken/xhr", method="POST")
    assert closed.body == b'c[1002,"Connection interrupted"]\n'
