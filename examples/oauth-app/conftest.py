"""A world of its own for each test, the app in it, and a look at what the app sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from app import App

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_conformance.audit.asserting import SlackAudit
    from slack_conformance.plugin.fixtures import WorldMaker
    from slack_conformance.sandbox import World


@pytest.fixture
def world(slack_world: WorldMaker, slack_audit: SlackAudit) -> Iterator[World]:
    """Return a workspace whose user installs the app; afterwards, what the app sent is held against the pages."""
    world = slack_world(environment=True)
    yield world
    if world.calls:
        slack_audit.conforms(strict=True, ignore=["deprecated-method"])


@pytest.fixture
def app(world: World) -> App:
    """Return the app as it starts in production."""
    return App.from_environment()
