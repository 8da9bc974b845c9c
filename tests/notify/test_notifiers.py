"""Notices that reach real listeners: a web server, a mail server."""

from __future__ import annotations

import json
import logging
import queue
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller

from hub.config import Settings
from hub.jobs.events import EventBus
from hub.notify import Notifiers, notifiers
from hub.notify.errors import NotifierSettingError

LIMIT = 300


class Web:
    """A web server that keeps what is posted; it refuses as often as it is told to."""

    def __init__(self):
        self.got, self.refusals = queue.Queue(), 0
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                refused, web.refusals = web.refusals > 0, web.refusals - 1
                self.send_response(500 if refused else 204)
                self.end_headers()
                if not refused:
                    web.got.put(body)

            def log_message(self, *args):
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://user:secret@127.0.0.1:{self._server.server_port}/in/t0ken"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(LIMIT)


@pytest.fixture
def web():
    made = Web()
    yield made
    made.close()


@pytest.fixture
def tell(monkeypatch):
    """Notifiers at work; gives the bus."""
    monkeypatch.setattr(notifiers, "PAUSES", (0.0, 0.0))
    made = []

    def start(*entries, **settings):
        bus = EventBus()
        values = {"NOTIFIERS": list(entries), "SLACK_WEBHOOK": None, "SLACK_MENTIONS": [], "HUB_NAME": "Orchids"}
        made.append(Notifiers(Settings({**values, **settings}, {}), bus))
        made[-1].start()
        return bus

    yield start
    for one in made:
        one.close(LIMIT)


def failed(bus, subject="hpo"):
    bus.publish("job.failed", kind="dump", subject=subject, error="no file at https://me:pw@example.org/x")


def test_a_webhook_gets_what_is_wanted_and_nothing_else(tell, web):
    bus = tell({"kind": "webhook", "url": web.url, "events": ["job.*"], "subjects": ["h*"], "level": "error"})
    bus.publish("job.done", subject="hpo")
    failed(bus, "chebi")
    failed(bus)
    got = web.got.get(timeout=LIMIT)
    assert (got["hub"], got["event"], got["level"], got["subject"]) == ("Orchids", "job.failed", "ERROR", "hpo")
    assert got["text"] == got["data"]["error"] == "no file at https://****@example.org/x"
    assert got["at"].endswith("+00:00")
    assert web.got.empty()


def test_slack_gets_colours_and_mentions(tell, web):
    bus = tell(SLACK_WEBHOOK=web.url, SLACK_MENTIONS=["anna"])
    failed(bus)
    got = web.got.get(timeout=LIMIT)
    (attachment,) = got["attachments"]
    assert got["text"] == "<@anna>"
    assert (attachment["color"], attachment["title"]) == ("danger", "Orchids: job.failed hpo")
    bus.publish("upload.quarantined", source="hpo", sub="hpo", count=7, reasons={"no id": 7})
    got = web.got.get(timeout=LIMIT)
    assert (got["text"], got["attachments"][0]["color"]) == ("", "warning")
    assert "count: 7" in got["attachments"][0]["text"]


def test_a_mail_is_delivered(tell):
    letters = queue.Queue()

    class Handler:
        async def handle_DATA(self, server, session, envelope):
            letters.put((envelope.mail_from, envelope.rcpt_tos, envelope.content.decode()))
            return "250 OK"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(Handler(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        bus = tell({"kind": "mail", "to": ["a@example.org", "b@example.org"], "host": "127.0.0.1", "port": port})
        failed(bus, "x\r\nBcc: evil@example.org")
        sender, to, text = letters.get(timeout=LIMIT)
    finally:
        server.stop()
    assert (sender, to) == ("a@example.org", ["a@example.org", "b@example.org"])
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    assert "Subject: [Orchids] job.failed x" in head
    assert "\nBcc:" not in head
    assert "no file at" in body


def test_what_does_not_get_through_is_tried_again_and_then_told(tell, web):
    web.refusals = 2
    bus = tell({"kind": "webhook", "url": web.url})
    failed(bus)
    assert web.got.get(timeout=LIMIT)["event"] == "job.failed"
    web.refusals = 3
    said = queue.Queue()
    handler = logging.Handler()
    handler.emit = lambda record: said.put(record.getMessage())
    logging.getLogger("hub.notify").addHandler(handler)
    failed(bus)
    told = said.get(timeout=LIMIT)
    logging.getLogger("hub.notify").removeHandler(handler)
    assert "could not be sent" in told
    assert "status 500" in told
    assert "t0ken" not in told
    failed(bus)
    assert web.got.get(timeout=LIMIT)


def test_a_test_says_what_became_of_each_way(web):
    entries = [
        {"kind": "webhook", "url": web.url},
        {"kind": "mail", "to": "a@example.org", "host": "127.0.0.1", "port": 9},
    ]
    values = {"NOTIFIERS": entries, "SLACK_WEBHOOK": None, "SLACK_MENTIONS": [], "HUB_NAME": "Orchids"}
    first, second = Notifiers(Settings(values, {}), EventBus()).test()
    assert (first["channel"], first["outcome"]) == ("webhook 127.0.0.1", "sent")
    assert "mail to a@example.org" in second["outcome"]
    assert web.got.get(timeout=LIMIT)["event"] == "notify.test"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("mail", "must be an object"),
        ({"kind": "pigeon"}, "`kind` must be"),
        ({"kind": "webhook"}, "`url` must be"),
        ({"kind": "webhook", "url": "file:///etc/passwd"}, "`url` must be"),
        ({"kind": "webhook", "url": "https://x", "mentions": ["a"]}, "unknown key `mentions`"),
        ({"kind": "slack", "url": "https://x", "colour": 1}, "unknown key `colour`"),
        ({"kind": "mail", "to": []}, "`to` must be"),
        ({"kind": "mail", "to": "a@b", "port": "x"}, "`port` must be"),
        ({"kind": "mail", "to": "a@b", "security": "ssl"}, "`security` must be"),
        ({"kind": "webhook", "url": "https://x", "events": 1}, "`events` must be"),
        ({"kind": "webhook", "url": "https://x", "level": "loud"}, "`level` must be"),
    ],
)
def test_an_entry_that_can_not_be_used_is_told_with_its_place(entry, reason):
    values = {"NOTIFIERS": [{"kind": "mail", "to": "a@b"}, entry], "SLACK_WEBHOOK": None, "SLACK_MENTIONS": []}
    with pytest.raises(NotifierSettingError) as error:
        Notifiers(Settings(values, {}), EventBus())
    assert "NOTIFIERS[1]" in str(error.value)
    assert reason in str(error.value)
