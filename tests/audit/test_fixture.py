"""The fixture `slack_audit` in an app's own tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

if TYPE_CHECKING:
    from slack_conformance.audit.asserting import SlackAudit
    from slack_conformance.plugin.fixtures import WorldMaker
    from slack_conformance.sandbox import World
    from tests.running import Runner

FORM = "application/x-www-form-urlencoded"


def exchange(world: World, code: str, **headers: str) -> bool:
    arguments = {"code": code, "redirect_uri": world.redirect_uri}
    pair = (world.client_id, world.client_secret)
    answer = requests.post(f"{world.url}oauth.access", data=arguments, auth=pair, headers=headers, timeout=5)
    return bool(answer.json()["ok"])


def test_an_app_that_conforms_passes(slack_world: WorldMaker, slack_audit: SlackAudit) -> None:
    world = slack_world()
    assert exchange(world, world.code())
    slack_audit.conforms(strict=True)


def test_a_broken_rule_is_named_with_its_place_and_what_was_sent(
    slack_world: WorldMaker, slack_audit: SlackAudit
) -> None:
    world = slack_world()
    code = world.code()
    exchange(world, code)
    exchange(world, code)
    with pytest.raises(AssertionError) as raised:
        slack_audit.conforms()
    text = str(raised.value)
    assert (
        "one-shot-twice (must; Errors, row 39 of oauth.access.txt): a value that was used is sent again: code." in text
    )
    assert "POST oauth.access code=$code" in text
    assert code not in text
    slack_audit.conforms(ignore=["one-shot-twice"])


def test_a_warning_counts_if_strict(slack_world: WorldMaker, slack_audit: SlackAudit) -> None:
    world = slack_world()
    exchange(world, world.code(), **{"Content-Type": f"{FORM}; charset=utf-8"})
    slack_audit.conforms()
    with pytest.raises(AssertionError, match="charset-superfluous"):
        slack_audit.conforms(strict=True)


def test_calls_that_belong_to_no_world_count(slack_world: WorldMaker, slack_audit: SlackAudit) -> None:
    headers = {"Authorization": "Bearer None"}
    requests.get(f"{slack_world().url}apps.permissions.request", {"scopes": "commands"}, headers=headers, timeout=5)
    with pytest.raises(AssertionError, match=r"required-argument-missing .*: token, trigger_id"):
        slack_audit.conforms()


def test_a_test_without_a_call_does_not_conform(slack_audit: SlackAudit) -> None:
    with pytest.raises(AssertionError, match="Nothing called"):
        slack_audit.conforms()


def test_calls_of_the_test_before_do_not_count(slack_world: WorldMaker, slack_audit: SlackAudit) -> None:
    """The test above sent what breaks a rule, to the same sandbox."""
    world = slack_world()
    assert exchange(world, world.code())
    slack_audit.conforms()


def test_an_unknown_rule_cannot_be_ignored(slack_audit: SlackAudit) -> None:
    with pytest.raises(ValueError, match="one-shot-twice"):
        slack_audit.conforms(ignore=["one-shot-twise"])


def test_nothing_is_imported_before_it_is_used(command: Runner) -> None:
    """The fixtures are declared in every pytest run of an environment."""
    (command_folder := command("--version").folder).joinpath("test_mine.py").write_text(
        "import sys\n"
        "def test_it(): assert not [name for name in sys.modules if name.startswith('slack_conformance.audit')]\n",
        encoding="utf-8",
    )
    from tests.running import _runner  # noqa: PLC0415 - as in tests/plugin

    done = _runner(command_folder, "pytest", "-p", "slack_conformance.plugin")("test_mine.py", "-q")
    assert done.code == 0, done.text
