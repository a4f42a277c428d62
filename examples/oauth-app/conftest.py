"""A world of its own for each test, the app in it, and a look at what the app sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from app import App

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_conformance.plugin.fixtures import WorldMaker
    from slack_conformance.sandbox import World


@pytest.fixture
def world(slack_world: WorldMaker) -> Iterator[World]:
    """Return a workspace whose user installs the app; the variables of the app point at it."""
    world = slack_world(environment=True)
    yield world
    conforms(world)


@pytest.fixture
def app(world: World) -> App:
    """Return the app as it starts in production."""
    return App.from_environment()


def conforms(world: World) -> None:
    """Fail if the app sent what no app should send."""
    # HERE: `slack_audit.conforms()` takes the place of these lines as soon as there is that fixture.
    codes = [call.arguments["code"] for call in world.calls if "code" in call.arguments]
    twice = [code for code in codes if codes.count(code) > 1]
    assert not twice, f"the app exchanged the code {twice[0]} {codes.count(twice[0])} times, and a code works once"
    in_query = [call.method for call in world.calls if "client_secret" in call.query]
    assert not in_query, f"the app sent its client secret in the query string of {in_query[0]}, which proxies log"
