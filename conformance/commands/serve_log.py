"""What `serve` writes for people: a greeting that can be copied from, and a line or a block for each call."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, TextIO

from ..sandbox.serve import how_to_get_more

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..sandbox import ReceivedCall, Sandbox, World
    from ..sandbox.explain import Explanation

    Paint = Callable[[str, str], str]

LONGEST_VALUE = 30
MOST_ARGUMENTS = 8
SHOWN = ("token", "client_id", "client_secret", "redirect_uri")
"""The values of the greeting, beside triggers and codes."""


def greeting(sandbox: Sandbox, world: World, paint: Paint) -> str:
    """Return the addresses and values of a sandbox, and a line for a shell for each of its methods."""
    return "\n".join([*_greeting(sandbox, world, paint), "", ""])


def _greeting(sandbox: Sandbox, world: World, paint: Paint) -> Iterator[str]:
    yield paint("slack-conformance: the sandbox is ready; Ctrl-C ends it", "bold")
    yield ""
    yield _row("methods", sandbox.url)
    yield _row("control API", sandbox.control or "none; start with --control")
    yield _row("world", world.id)
    values = world.values
    for name in SHOWN:
        yield _row(name, str(values[name]))
    for name, method in sandbox.catalog.methods.items():
        example = world.example(name)
        if example is not None:
            yield f"\n{paint(name, 'bold')}: {method.title}\n{example.curl}"
    yield "\nEach trigger and code works once:"
    for name, issued in values.items():
        if isinstance(issued, list):
            yield _row(name, "\n                 ".join(map(str, issued[:5])))
            if issued[5:]:
                yield _row("", f"and {len(issued) - 5} more, which the line of --json has")
    yield how_to_get_more(sandbox)


def _row(name: str, value: str) -> str:
    return f"  {name:<15}{value}"


class CallLog:
    """Writes a line for each call, and for a refused one its explanation if asked to."""

    def __init__(
        self, stream: TextIO, paint: Paint, explain: Callable[[ReceivedCall], Explanation | None] | None
    ) -> None:
        """Write to this stream, in these colours."""
        self._stream, self._paint, self._explain = stream, paint, explain
        self._lock = threading.Lock()

    def __call__(self, call: ReceivedCall, _world: object) -> None:
        """Write what was asked and answered. A stream that is closed loses the lines."""
        explanation = self._explain(call) if self._explain is not None else None
        text = self._line(call) if explanation is None else self._block(explanation, call)
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._stream.write(f"{text}\n")
            self._stream.flush()

    def _line(self, call: ReceivedCall) -> str:
        arguments = [f"{_short(name)}={_short(value)}" for name, value in call.arguments.items()]
        more = ["..."] if arguments[MOST_ARGUMENTS:] else []
        words = (self._now(), _short(call.verb), _short(call.method), *arguments[:MOST_ARGUMENTS], *more)
        return f"{' '.join(words)} -> {self._paint(_answer(call), _colour(call))}"

    def _block(self, explanation: Explanation, call: ReceivedCall) -> str:
        first, *rest = str(explanation).splitlines()
        return "\n".join([f"{self._now()} {self._paint(first, _colour(call))}", *rest])

    def _now(self) -> str:
        return self._paint(time.strftime("%H:%M:%S"), "dim")


def _answer(call: ReceivedCall) -> str:
    warnings = f" (warning: {', '.join(call.warnings)})" if call.warnings else ""
    injected = f" (injected: {call.injected})" if call.injected else ""
    return f"{call.answered}{warnings}{injected}"


def _colour(call: ReceivedCall) -> str:
    return "red" if not call.ok else "yellow" if call.warnings else "green"


def _short(text: str) -> str:
    """Return a text that somebody sent, shortened and without control characters."""
    short = text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."
    return short if short.isprintable() and " " not in short else repr(short)
