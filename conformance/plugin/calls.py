"""The calls of a failed test that used a world, as a section of its report.

The hook is registered with the first world of a session, so that other sessions do not pay for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from ..sandbox import ReceivedCall, Sandbox, World

MOST = 50
"""How many calls are shown, the last ones."""
HIDDEN = frozenset({"token", "client_secret", "refresh_token"})
"""Arguments whose values are not shown: an app that ignores its test's values sends the real ones that it knows."""
_PLUGIN = "slack-conformance-calls"
_WORLDS: pytest.StashKey[list[World]] = pytest.StashKey()
_SINCE: pytest.StashKey[int] = pytest.StashKey()
"""The number of the last stray call before the test."""


def show_calls_of(world: World, item: pytest.Item, sandbox: Sandbox) -> None:
    """Have the report of this test show the world's calls if the test fails."""
    item.stash.setdefault(_WORLDS, []).append(world)
    item.stash.setdefault(_SINCE, max((call.number for call in sandbox.strays), default=0))
    plugins = item.config.pluginmanager
    if not plugins.has_plugin(_PLUGIN):
        plugins.register(CallsOfFailures(sandbox), _PLUGIN)


class CallsOfFailures:
    """Adds the section."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Take the sandbox of the session."""
        self._sandbox = sandbox

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add the section to a report of a failure."""
        report = yield
        if report.failed and _WORLDS in item.stash:
            report.sections.append(("slack calls", "\n".join(self._lines(item))))
        return report

    def _lines(self, item: pytest.Item) -> Iterator[str]:
        calls = {call.number: _line(call) for world in item.stash[_WORLDS] for call in world.calls}
        for call in self._sandbox.strays:
            if call.number > item.stash[_SINCE]:
                calls[call.number] = f"{_line(call)}; {_why_a_stray(call)}"
        if not calls:
            yield f"none: nothing was sent to the sandbox at {self._sandbox.url}"
        if len(calls) > MOST:
            yield f"({len(calls) - MOST} earlier calls are not shown)"
        for number in sorted(calls)[-MOST:]:
            yield calls[number]


def _why_a_stray(call: ReceivedCall) -> str:
    """Return why a call belongs to no world."""
    if call.method.startswith("/"):
        return "its path has a slash too many: the address of the sandbox ends with one"
    return "its credentials belong to no world of this test"


def _line(call: ReceivedCall) -> str:
    shown = ", ".join(f"{name}={'…' if name in HIDDEN else repr(text)}" for name, text in call.arguments.items())
    why = f" ({call.injected or call.condition})" if call.injected or call.condition else ""
    return f"{call.verb} {call.method} ({shown}) was answered {call.answered}{why}"
