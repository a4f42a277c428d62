"""docs/clients.md has a section for every client; what changes from machine to machine is not in it."""

from __future__ import annotations

import re

import pytest

from tests.running import ROOT

from .drivers import LANGUAGES
from .model import REPLAYED, read_clients
from .situations import SITUATIONS
from .table import OPENING, heading, made, page, sections_of, without_platform

TEXT = (ROOT / "docs/clients.md").read_text("utf-8")


def test_the_page_has_one_section_for_each_client_in_order() -> None:
    sections = sections_of(TEXT)
    assert list(sections) == [heading(client) for client in read_clients()]
    assert page(sections.values()) == TEXT


def test_every_section_has_every_situation_in_order() -> None:
    words = [words for words, _ in SITUATIONS.values()]
    for text in sections_of(TEXT).values():
        assert [row for row in re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE) if row in words] == words


def test_the_page_opens_by_saying_how_it_is_made_and_what_is_replayed() -> None:
    assert TEXT.startswith(OPENING)
    assert {"python -m tests.clients", "replayed"} <= {*re.findall(r"python -m tests\.clients|replayed", OPENING)}


def test_a_page_with_gaps_is_not_made() -> None:
    with pytest.raises(LookupError, match="npm not found"):
        made({client.id: "javascript: npm not found" for client in read_clients()})


def test_versions_are_exact() -> None:
    """They are in the manifest of each language, and nowhere else."""
    for client in read_clients():
        if client.language != REPLAYED:
            assert re.fullmatch(r"\d+\.\d+\.\d+", LANGUAGES[client.language].pinned()[client.package])


@pytest.mark.parametrize(
    ("agent", "kept"),
    [
        ("Python/3.99.1 slackclient/1.2.3 Linux/6.18.44-x", "Python/… slackclient/1.2.3 …"),
        ("Python/3.99.1 slackclient/1.2.3 Darwin", "Python/… slackclient/1.2.3 …"),
        ("@slack:web-api/1.2.3 node/99.20.2 linux/6.18.44-x", "@slack:web-api/1.2.3 node/… …"),
        (
            "Java-Slack-SDK; slack-api-client/1.2.3; Some VM/17.0.15; Linux;",
            "Java-Slack-SDK; slack-api-client/1.2.3; …",
        ),
        ("bell/1", "bell/1"),
    ],
)
def test_a_user_agent_loses_interpreter_and_operating_system(agent: str, kept: str) -> None:
    assert without_platform(agent) == kept
