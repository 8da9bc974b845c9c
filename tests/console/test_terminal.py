"""The console as a person uses it: keys and a screen over a real SSH connection with a pty."""

from __future__ import annotations

import asyncio
import re
import threading

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from hub.console import prompt
from hub.console.complete import complete
from hub.console.display import Look, Text, render
from tests.console.conftest import LIMIT

ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()][A-Z0-9]|[=>])")


class Person:
    """Somebody at a terminal."""

    def __init__(self, hub, **size):
        self.hub, self.seen, self._news = hub, "", None
        self.size = size or {"term_size": (120, 30)}

    def __enter__(self):
        async def start():
            self._news = asyncio.Event()
            client = await self.hub.client()
            self.process = await client.create_process(term_type="xterm", **self.size)
            self._reader = asyncio.create_task(self._read())

        self.hub.do(start())
        self.sees("hub>")
        return self

    def __exit__(self, *_):
        async def leave():
            self.process.close()
            await asyncio.gather(self._reader, return_exceptions=True)

        self.hub.do(leave())

    async def _read(self):
        while data := await self.process.stdout.read(65536):
            self.seen += data
            self._news.set()

    @property
    def screen(self):
        return ESCAPES.sub("", self.seen)

    def sees(self, text):
        """Wait for a text; what came before it is forgotten."""

        async def look():
            while text not in self.screen:
                self._news.clear()
                await self._news.wait()

        try:
            self.hub.do(look())
        except TimeoutError:
            pytest.fail(f"never saw {text!r}, but: {self.screen!r}")
        before, _, self.seen = self.screen.rpartition(text)
        return before

    def types(self, keys):
        self.hub.loop.call_soon_threadsafe(self.process.stdin.write, keys)

    def enters(self, text):
        self.types(text + "\r")


def test_a_statement_a_table_and_an_error(hub):
    with Person(hub) as ada:
        ada.enters("6 * 7")
        ada.sees("42\r\n")
        ada.enters("sources()")
        ada.sees("failing")
        ada.enters("1 / 0")
        ada.sees("ZeroDivisionError: division by zero")


def test_a_block_of_lines_and_the_history(hub):
    with Person(hub) as ada:
        ada.types("for n in (1, 2):\rprint('number', n)\r\r")
        ada.sees("number 2\r\n")
        ada.enters("history = 'kept'")
        ada.sees("hub>")
        ada.enters("history")
        ada.sees("'kept'\r\n")
    kept = hub.home / "run" / "console_history" / "admin"
    assert "history = 'kept'" in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0


def test_tab_completes_commands(hub):
    with Person(hub) as ada:
        ada.types("source_inf\t")
        ada.sees("source_info")
        ada.types("\x03")
        ada.sees("hub>")
        ada.enters("'a new ' + 'line'")
        ada.sees("'a new line'")


def test_what_has_to_be_analysed_is_offered_when_the_keys_rest(hub):
    with Person(hub) as ada:
        ada.types("len('four').bit_le")
        ada.sees("bit_length")
        ada.types("\t()\r")
        ada.sees("3\r\n")


def test_the_signature_of_a_call_is_shown_when_the_keys_rest(hub):
    with Person(hub) as ada:
        ada.enters("def grow(apple, walnut): return apple\r")
        ada.sees("hub>")
        ada.types("grow(1, ")
        ada.sees("walnut")
        ada.types("2)\r")
        ada.sees("1\r\n")


def test_ctrl_c_stops_the_statement_and_ctrl_d_leaves(hub):
    entered = threading.Event()
    hub.console.names.add("entered", entered.set)
    with Person(hub) as ada:
        ada.enters("[entered() for x in iter(int, 1)]")
        assert entered.wait(LIMIT)
        ada.types("\x03")
        ada.sees("Interrupted.")
        ada.types("\x04")
        ada.sees("Have a good one...")
        assert hub.do(ada.process.wait()).exit_status == 0


def test_a_job_is_told_above_what_is_being_typed(hub):
    with Person(hub) as ada:
        ada.enters("dump('demo', force=True)")
        ada.sees("RUN {")
        ada.types("unfin")
        ada.types("ished")
        ada.sees("OK {")
        ada.types(" = 'whole'\runfinished\r")
        ada.sees("'whole'\r\n")


def test_what_is_typed_ahead_is_not_lost(hub):
    with Person(hub) as ada:
        ada.types("40 + 2\r50 + 5\rtime.sleep\r'unfinis")
        hub.loop.call_soon_threadsafe(ada.process.stdin.write_eof)
        seen = ada.sees("Have a good one...")
        assert seen.index("42\r\n") < seen.index("55\r\n") < seen.index("NameError: name 'time'")


def test_two_people_at_once_and_another_window_size(hub):
    with Person(hub) as ada, Person(hub, term_size=(60, 20)) as bob:
        ada.enters("mine = 'of ada'")
        bob.enters("mine")
        bob.sees("NameError: name 'mine' is not defined")
        hub.loop.call_soon_threadsafe(bob.process.change_terminal_size, 100, 40)
        bob.enters("'still ' + 'here'")
        bob.sees("'still here'")
        ada.enters("mine")
        ada.sees("'of ada'\r\n")


NAMES = {"dump": lambda src, force=False: None, "dump_all": lambda: None, "dm": 1}


@pytest.mark.parametrize(
    ("before", "texts"),
    [
        ("du", ["dump", "dump_all"]),
        ("x = dump(", ['"demo"', "src=", "force="]),
        ("dump('d", ["'demo'"]),
        ("dump('demo', f", ["force="]),
        ("dump(src='", ["'demo'"]),
        ("x.du", []),
        ("", []),
    ],
)
def test_what_is_offered(before, texts):
    found = complete(before, NAMES, lambda command, parameter: ["demo"] if parameter == "src" else [])
    assert [candidate.text for candidate in found] == texts


def test_long_lines_of_help_are_broken_between_words_on_a_terminal():
    look = Look(width=40, colour=True)
    told = render(
        Text("  dump_all   Download the current release of every source, one after the other.\n\nshort"), look
    )
    assert told == (
        "  dump_all   Download the current\n"
        "             release of every source,\n"
        "             one after the other.\n\nshort\n"
    )
    assert render(Text("x" * 100), Look(width=40)) == "x" * 100 + "\n"


def _python_offers(before, *, still, tab=False):
    completer = prompt._CalmCompleter(dict, lambda text: still)
    event = CompleteEvent(completion_requested=tab, text_inserted=not tab)
    return [found.text for found in completer.get_completions(Document(before), event)]


def test_the_first_word_may_be_one_of_python():
    assert _python_offers("ret", still=False) == ["return"]
    assert _python_offers("  sor", still=False) == ["sorted"]
    assert _python_offers("", still=True) == []


def test_python_is_analysed_when_the_keys_rest_or_tab_is_pressed():
    assert _python_offers("''.isid", still=True) == ["isidentifier"]
    assert _python_offers("''.isid", still=False) == []
    assert _python_offers("''.isid", still=False, tab=True) == ["isidentifier"]
