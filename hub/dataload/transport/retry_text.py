"""Retry and wait policies as text, ``stop_after_attempt(5) | stop_after_delay(600)``, read into tenacity objects.

The text is parsed with `ast` and walked with the grammar below; nothing is ever evaluated. Blanks are free::

    stop := stop "|" stop | stop "&" stop | "(" stop ")" | "stop_never" | NAME "(" arguments ")"
    wait := wait "+" wait | "(" wait ")" | "wait_none" | NAME "(" arguments ")" | "wait_chain(*" list ")"
    list := "[" wait, ... "]" | "[" wait "for" NAME "in" "range(" NUMBER ")" "]" | list "+" list

Arguments are numbers, with ``+ - * / //`` between them. ``cancel`` is the event that ends a cancelled job.
"""

from __future__ import annotations

import ast
import difflib
import functools
import math
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from hub.dataload.transport.retry_names import MAX_NUMBER, POLICIES, STOP, WAIT, Parameter, Policy
from hub.errors import BadArgument

if TYPE_CHECKING:
    from tenacity.stop import stop_base
    from tenacity.wait import wait_base

_LONGEST_CHAIN = 1000
_LONGEST_TEXT = 10_000
_WORDS = {STOP: "a stop condition", WAIT: "a wait policy"}
_SIGNS: dict[str, dict[type[ast.operator], str]] = {
    STOP: {ast.BitOr: "stop_any", ast.BitAnd: "stop_all"},
    WAIT: {ast.Add: "wait_combine"},
}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
}


class Event(Protocol):
    """What ``cancel`` stands for."""

    def is_set(self) -> bool:
        """Whether the job was cancelled."""
        ...


class PolicyTextError(BadArgument, ValueError):
    """A policy text cannot be read. ``position`` is the place of the fault in the text, counted from 0."""

    def __init__(self, text: str, position: int, why: str) -> None:
        self.text, self.position, self.why = text, position, why
        line = text.replace("\n", " ").replace("\t", " ")
        super().__init__(f"{why}\n    {line}\n    {' ' * position}^")


class PolicyTypeError(BadArgument, TypeError):
    """A policy is neither a text nor a tenacity object."""

    def __init__(self, value: object, wanted: str) -> None:
        self.value = repr(value)
        super().__init__(f'{value!r} is not {wanted}: write a text such as "stop_after_attempt(5)" or "wait_fixed(3)".')


def stop_condition(given: Any, cancel: Event | None = None) -> stop_base:
    """When to give up.

    Args:
        given: text, or a tenacity object, which is taken as it is.
        cancel: what ``cancel`` in the text stands for.

    Raises:
        PolicyTextError: the text is no stop condition; says where and why. It is a `ValueError`.
        PolicyTypeError: neither. It is a `TypeError`.
    """
    from tenacity.stop import stop_base

    return given if isinstance(given, stop_base) else _parse(given, STOP, cancel)


def wait_policy(given: Any) -> wait_base:
    """How long to wait between two tries; see `stop_condition`.

    Raises:
        PolicyTextError: the text is no wait policy.
        PolicyTypeError: neither text nor tenacity object.
    """
    from tenacity.wait import wait_base

    return given if isinstance(given, wait_base) else _parse(given, WAIT, None)


def _parse(given: Any, kind: str, cancel: Event | None) -> Any:
    if not isinstance(given, str):
        raise PolicyTypeError(given, _WORDS[kind])
    reader = _Reader(given, cancel or threading.Event())
    try:
        return reader.policy(reader.tree(kind), kind)
    except RecursionError:
        raise PolicyTextError(given[:60], 0, "This is nested too deeply. Use `wait_chain` or fewer policies.") from None


class _Reader:
    """Walks one text."""

    def __init__(self, text: str, cancel: Event) -> None:
        self.text, self.cancel = text, cancel
        self.lead = len(text) - len(text.lstrip())

    def tree(self, kind: str) -> ast.expr:
        """The one expression that the text is."""
        names = f"Write {_WORDS[kind]}: {_names(kind)}."
        if not self.text.strip():
            raise PolicyTextError(self.text, 0, f"The text is empty. {names}")
        if len(self.text) > _LONGEST_TEXT:
            raise PolicyTextError(self.text[:60], 0, f"The text is longer than {_LONGEST_TEXT} characters.")
        try:
            return ast.parse(self.text.strip().replace("\n", " "), mode="eval").body
        except SyntaxError as error:
            at = min(max((error.offset or 1) - 1, 0) + self.lead, len(self.text))
            raise PolicyTextError(self.text, at, f"This is not {_WORDS[kind]} ({error.msg}). {names}") from None
        except (ValueError, RecursionError, MemoryError):
            raise PolicyTextError(self.text[:60], 0, f"This cannot be read. {names}") from None

    def fail(self, node: ast.AST, why: str) -> PolicyTextError:
        line = self.text.strip().replace("\n", " ").encode()
        before = line[: getattr(node, "col_offset", 0)].decode("utf-8", "replace")
        return PolicyTextError(self.text, len(before) + self.lead, why)

    # -- policies --------------------------------------------------------------------------------------------------

    def policy(self, node: ast.expr, kind: str) -> Any:
        """A stop condition or a wait policy."""
        if isinstance(node, ast.BinOp):
            return self._combined(node, kind)
        if isinstance(node, ast.Call):
            return self._call(node, kind)
        if isinstance(node, ast.Name):
            return self._constant(node, kind)
        raise self.fail(node, f"`{self._source(node)}` is not {_WORDS[kind]}. Known are {_names(kind)}.")

    def _combined(self, node: ast.BinOp, kind: str) -> Any:
        name = _SIGNS[kind].get(type(node.op))
        if name is None:
            allowed = "`|` or `&`" if kind == STOP else "`+`"
            raise self.fail(node, f"This operator does not join {_WORDS[kind]} with another; {allowed} does.")
        return POLICIES[name].make(self.policy(node.left, kind), self.policy(node.right, kind))

    def _constant(self, node: ast.Name, kind: str) -> Any:
        known = self._known(node, kind)
        if known.bare:
            return known.make()
        raise self.fail(node, f"`{node.id}` lacks its parentheses; write `{known.example}`.")

    def _known(self, node: ast.Name, kind: str) -> Policy:
        found = POLICIES.get(node.id)
        if found is None:
            near = difflib.get_close_matches(node.id, [n for n, p in POLICIES.items() if p.kind == kind], n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            raise self.fail(node, f"`{node.id}` is not {_WORDS[kind]}.{hint} Known are {_names(kind)}.")
        if found.kind != kind:
            other = _WORDS[WAIT if kind == STOP else STOP]
            raise self.fail(node, f"`{node.id}` is {other}; {_WORDS[kind]} is needed here: {_names(kind)}.")
        return found

    def _call(self, node: ast.Call, kind: str) -> Any:
        if not isinstance(node.func, ast.Name):
            raise self.fail(node, f"Only the names of policies can be called. Known are {_names(kind)}.")
        policy = self._known(node.func, kind)
        if policy.many:
            return policy.make(*self._policies(node, policy))
        return policy.make(**self._numbers(node, policy))

    def _policies(self, node: ast.Call, policy: Policy) -> list[Any]:
        """The policies that a combining name is given."""
        if node.keywords:
            raise self.fail(node.keywords[0].value, f"`{policy.name}` takes policies, without names.")
        found: list[Any] = []
        for argument in node.args:
            if not isinstance(argument, ast.Starred):
                found.append(self.policy(argument, policy.kind))
            elif policy.name == "wait_chain":
                found += self._list(argument.value)
            else:
                raise self.fail(argument, "A list with a star can only stand in `wait_chain(*[...])`.")
        if policy.name == "wait_chain" and not found:
            raise self.fail(node, "`wait_chain` needs at least one wait policy.")
        if len(found) > _LONGEST_CHAIN:
            raise self.fail(node, f"`{policy.name}` has {len(found)} entries; {_LONGEST_CHAIN} are enough.")
        return found

    def _list(self, node: ast.expr) -> list[Any]:
        if isinstance(node, ast.List):
            return [self.policy(item, WAIT) for item in node.elts]
        if isinstance(node, ast.ListComp):
            return [self.policy(node.elt, WAIT)] * self._repeats(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._list(node.left) + self._list(node.right)
        raise self.fail(
            node, "A list is needed: `[wait_fixed(3), wait_fixed(7)]` or `[wait_fixed(3) for i in range(3)]`."
        )

    def _repeats(self, node: ast.ListComp) -> int:
        """How often ``[... for i in range(n)]`` repeats."""
        loop = node.generators[0]
        ranged = loop.iter
        plain = len(node.generators) == 1 and not loop.ifs and not loop.is_async and isinstance(loop.target, ast.Name)
        if not (
            plain
            and isinstance(ranged, ast.Call)
            and isinstance(ranged.func, ast.Name)
            and ranged.func.id == "range"
            and len(ranged.args) == 1
            and not ranged.keywords
        ):
            raise self.fail(node, "A repetition has the form `[wait_fixed(3) for i in range(3)]`.")
        return int(self._number(ranged.args[0], Parameter("range", whole=True, least=0, most=_LONGEST_CHAIN)))

    # -- numbers ---------------------------------------------------------------------------------------------------

    def _numbers(self, node: ast.Call, policy: Policy) -> dict[str, Any]:
        """The arguments of a call by name."""
        parameters = policy.parameters
        if len(node.args) > len(parameters):
            extra = node.args[len(parameters)]
            raise self.fail(extra, f"`{policy.name}` takes at most {len(parameters)} arguments: `{policy.example}`.")
        pairs = [(p, a) for p, a in zip(parameters, node.args, strict=False)]
        for keyword in node.keywords:
            named = next((p for p in parameters if p.name == keyword.arg), None)
            if named is None or any(p.name == keyword.arg for p, _ in pairs):
                why = "has no argument" if named is None else "is given twice its argument"
                raise self.fail(keyword, f"`{policy.name}` {why} `{keyword.arg or '**'}`; write `{policy.example}`.")
            pairs.append((named, keyword.value))
        missing = [p.name for p in parameters if p.needed and p not in [q for q, _ in pairs]]
        if missing:
            raise self.fail(node, f"`{policy.name}` needs `{missing[0]}`; write `{policy.example}`.")
        values: dict[str, Any] = {p.name: self._event(a) if p.event else self._number(a, p) for p, a in pairs}
        low, high = values.get("min"), values.get("max")
        if low is not None and high is not None and low > high:
            raise self.fail(node, f"`min` is {low:g}, more than `max`, which is {high:g}.")
        return values

    def _event(self, node: ast.expr) -> Event:
        if isinstance(node, ast.Name) and node.id == "cancel":
            return self.cancel
        raise self.fail(node, "Only `cancel` is an event: `stop_when_event_set(cancel)`.")

    def _number(self, node: ast.expr, parameter: Parameter) -> float:
        value = self._value(node)
        if not math.isfinite(value) or abs(value) > MAX_NUMBER:
            raise self.fail(node, f"`{parameter.name}` is too big.")
        if parameter.whole and value != int(value):
            raise self.fail(node, f"`{parameter.name}` must be a whole number, not {value:g}.")
        if value < parameter.least or value > parameter.most or (parameter.above and value <= parameter.least):
            bound = "more than 0" if parameter.above else f"{parameter.least:g} or more"
            end = f" and at most {parameter.most:g}" if parameter.most < MAX_NUMBER else ""
            raise self.fail(node, f"`{parameter.name}` must be positive, {bound}{end}, not {value:g}.")
        return int(value) if parameter.whole else value

    def _value(self, node: ast.expr) -> float:
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return self._bounded(node, node.value)  # type: ignore[arg-type]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            value = self._value(node.operand)
            return -value if isinstance(node.op, ast.USub) else value
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            left, right = self._value(node.left), self._value(node.right)
            try:
                return self._bounded(node, _ARITHMETIC[type(node.op)](left, right))
            except ZeroDivisionError:
                raise self.fail(node.right, "This divides by zero.") from None
        raise self.fail(node, f"`{self._source(node)}` is not a number.")

    def _bounded(self, node: ast.expr, value: float) -> float:
        if abs(value) > MAX_NUMBER * 1000:
            raise self.fail(node, "This number is too big.")
        return value

    def _source(self, node: ast.expr) -> str:
        text = ast.unparse(node)
        return text if len(text) <= 40 else text[:37] + "..."


@functools.cache
def _names(kind: str) -> str:
    known: Sequence[str] = sorted(name for name, policy in POLICIES.items() if policy.kind == kind)
    return ", ".join(f"`{name}`" for name in known)
