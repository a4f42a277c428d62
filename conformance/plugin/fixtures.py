"""Fixtures for the tests of an app: a sandbox for the session, and worlds in it for each test.

They are declared in every pytest run of an environment, so nothing of the sandbox is imported before one is used.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..audit.asserting import SlackAudit
    from ..sandbox import Sandbox, World


class WorldMaker(Protocol):
    """Makes worlds that last as long as the test."""

    def __call__(
        self, state: str = "healthy", *, environment: bool | Mapping[str, str] = False, **values: str
    ) -> World:
        """Return a new world in this state; see `Sandbox.world` for the values and for what it raises.

        With `environment`, `SLACK_API_URL` and the other usual variables are set during the test, or, with names of
        your own such as `{"MY_URL": "url", "MY_TOKEN": "token"}`, these (`World.environment`).
        """


@pytest.fixture(scope="session")
def slack_sandbox() -> Iterator[Sandbox]:
    """Return a sandbox on a free port of this machine; with xdist, each process has its own."""
    from ..sandbox import Sandbox  # noqa: PLC0415 - only sessions that use it pay for it

    with Sandbox(control=False) as sandbox:
        yield sandbox


@pytest.fixture
def slack_world(
    slack_sandbox: Sandbox, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WorldMaker]:
    """Return a function that makes worlds: `slack_world()`, `slack_world("app-removed")`.

    The worlds are deleted after the test. If the test fails, its report shows their calls.
    """
    from .calls import show_calls_of  # noqa: PLC0415 - as above

    with ExitStack() as stack:

        def make(state: str = "healthy", *, environment: bool | Mapping[str, str] = False, **values: str) -> World:
            __tracebackhide__ = True  # pytest shows the line in the test
            try:
                world = stack.enter_context(slack_sandbox.world(state, **values))
                variables = world.environment(None if environment is True else environment) if environment else {}
            except ValueError as error:
                raise ValueError(str(error)) from None
            show_calls_of(world, request.node, slack_sandbox)
            for name, value in variables.items():
                monkeypatch.setenv(name, value)
            return world

        yield make


@pytest.fixture
def slack_audit(slack_sandbox: Sandbox) -> Iterator[SlackAudit]:
    """Return a judge of everything that is sent to the sandbox during the test: `slack_audit.conforms()`."""
    from ..audit.asserting import SlackAudit  # noqa: PLC0415 - only tests that use it pay for it

    audit = SlackAudit(slack_sandbox)
    yield audit
    audit.close()
