"""What ptpython is at this console: its prompt, what it offers at the cursor, how it checks what was typed.

Analysing Python at every key would cost more than all the rest of an echo, in a process that others wait for. So the
first word of a line is completed from names that are at hand, and what has to be analysed is, once the keys rest.
"""

from __future__ import annotations

import asyncio
import builtins
import keyword
import re
from collections.abc import Callable, Iterable
from typing import Any

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, merge_completers
from prompt_toolkit.document import Document
from prompt_toolkit.validation import ValidationError, Validator
from ptpython.completer import PythonCompleter
from ptpython.prompt_style import PromptStyle
from ptpython.python_input import PythonInput

from hub.console import source
from hub.console.complete import Values, complete

REST = 0.15  #: seconds without another key after which Python is analysed
_FIRST_WORD = re.compile(r"\s*(\w*)")
_PYTHON = sorted({*keyword.kwlist, *(name for name in dir(builtins) if not name.startswith("_"))})


class HubInput(PythonInput):
    """The editor of statements.

    Args:
        names: gives what may be typed, and what it stands for.
        values: gives the names that an argument of a command may take.
        **kwargs: see `PythonInput`.
    """

    def __init__(self, names: Callable[[], dict[str, Any]], values: Values, **kwargs: Any) -> None:
        self._still: str | None = None  # the text when the keys rested
        offered = [_HubCompleter(names, values), _CalmCompleter(names, self._is_still)]
        completer = merge_completers(offered, deduplicate=True)
        super().__init__(get_globals=names, _completer=completer, _validator=_Validator(), **kwargs)
        self.all_prompt_styles["hub"] = _Prompt()
        self.prompt_style = "hub"
        self.show_status_bar = self.confirm_exit = False
        self.show_signature = True
        self.enable_open_in_editor = self.enable_system_bindings = False
        self.insert_blank_line_after_output = False

    def _is_still(self, text: str) -> bool:
        return text == self._still

    def _on_input_timeout(self, buff: Buffer) -> None:
        """The text has changed: once the keys rest, look what may follow, and what is called."""
        if not _in_call(buff.document):
            self.signatures = []
        if self.app.is_running and not _FIRST_WORD.fullmatch(buff.document.text_before_cursor):
            self.app.create_background_task(self._look_when_still(buff, buff.text))

    async def _look_when_still(self, buff: Buffer, text: str) -> None:
        await asyncio.sleep(REST)
        if buff.text != text:
            return
        if _in_call(buff.document):
            super()._on_input_timeout(buff)
        if buff.complete_state is None or buff.complete_state.complete_index is None:  # none of them is being chosen
            self._still = text
            buff.cancel_completion()
            buff.start_completion(complete_event=CompleteEvent(text_inserted=True))


def _in_call(document: Document) -> bool:
    before = document.text_before_cursor
    return before.count("(") > before.count(")")


class _HubCompleter(Completer):
    """Commands, their arguments, and names of the hub's things."""

    def __init__(self, names: Callable[[], dict[str, Any]], values: Values) -> None:
        self._names, self._values = names, values

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        for found in complete(document.text_before_cursor, self._names(), self._values):
            yield Completion(found.text, start_position=-found.replaces, display_meta=found.note)


class _CalmCompleter(Completer):
    """What Python itself offers: at once for a first word, and else when the keys rest or Tab is pressed."""

    def __init__(self, names: Callable[[], dict[str, Any]], is_still: Callable[[str], bool]) -> None:
        self._python = PythonCompleter(names, names, lambda: False)
        self._is_still = is_still

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        if first := _FIRST_WORD.fullmatch(document.text_before_cursor):
            yield from _of_python(first[1])
            return
        if complete_event.completion_requested or self._is_still(document.text):
            yield from self._python.get_completions(document, complete_event)


def _of_python(begin: str) -> Iterable[Completion]:
    """Words that every line of Python may begin with."""
    for name in _PYTHON if begin else ():
        if name.startswith(begin):
            yield Completion(name, start_position=-len(begin))


class _Prompt(PromptStyle):
    def in_prompt(self) -> Any:
        return [("class:prompt", "hub> ")]

    def in2_prompt(self, width: int) -> Any:
        return [("class:prompt.dots", "...".rjust(width - 1) + " ")]

    def out_prompt(self) -> Any:
        return []


class _Validator(Validator):
    def validate(self, document: Document) -> None:
        try:
            source.parse(document.text)
        except SyntaxError as error:
            at = document.translate_row_col_to_index(max(0, (error.lineno or 1) - 1), max(0, (error.offset or 1) - 1))
            raise ValidationError(min(at, len(document.text)), f"Syntax error: {error.msg}") from None
