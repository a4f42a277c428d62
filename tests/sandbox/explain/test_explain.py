"""Explanations of single calls: each family of conditions says the facts, and nothing of it is in an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from slack_conformance.catalog.load import load_catalog
from slack_conformance.sandbox import Deviation, Sandbox, Variant, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_conformance.sandbox.explain import Explanation

PERMISSIONS, ACCESS = "apps.permissions.request", "oauth.access"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(load_catalog(), control=False) as running:
        yield running


@pytest.fixture
def world(sandbox: Sandbox) -> Iterator[World]:
    with sandbox.world() as made:
        yield made


def send(world: World, method: str, arguments: dict[str, str], token: str = "", **others: object) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.post(f"{world.url}{method}", data=arguments, headers=headers, timeout=5, **others)  # type: ignore[arg-type]


def ask(world: World, **changes: str) -> requests.Response:
    return send(world, PERMISSIONS, {"scopes": "chat:write", "trigger_id": world.trigger(), **changes}, world.token)


def exchange(world: World, **changes: str) -> requests.Response:
    client = {"client_id": world.client_id, "client_secret": world.client_secret}
    return send(world, ACCESS, {**client, "code": world.code(), "redirect_uri": world.redirect_uri, **changes})


def why(world: World) -> Explanation:
    explanation = world.explain(world.calls[-1])
    assert explanation is not None
    return explanation


def test_a_success_needs_no_explanation(world: World) -> None:
    assert exchange(world).json()["ok"]
    assert world.explain(world.calls[-1]) is None


def test_an_explanation_reads_as_a_block_of_text(world: World) -> None:
    exchange(world, redirect_uri="https://other.example/")
    lines = str(why(world)).splitlines()
    assert (
        lines[0]
        == f"call {world.calls[-1].number}: {ACCESS} was answered {world.calls[-1].answered} (redirect_uri.mismatch)"
    )
    assert [line.split()[0] for line in lines[1:]] == ["rule", "sent", "right", "nearest"]
    assert lines[2] == "  sent     redirect_uri 'https://other.example/'"
    assert lines[3] == f"  right    redirect_uri {world.redirect_uri!r}, with which the code was asked for"


def test_it_keeps_what_was_right(world: World) -> None:
    code = world.code(redirect_uri="https://own.example/")
    exchange(world, code=code, client_id="no-client", redirect_uri="https://own.example/", note="1")
    nearest = why(world).nearest
    assert nearest is not None
    assert nearest.arguments == {
        "client_id": world.client_id,
        "client_secret": world.client_secret,
        "code": code,
        "redirect_uri": "https://own.example/",
        "note": "1",
    }
    assert (nearest.method, nearest.verb, nearest.delivery) == (ACCESS, "POST", "form")


def test_it_names_the_call_that_used_a_code(world: World) -> None:
    code = world.code()
    exchange(world, code=code)
    exchange(world, code=code, client_secret="wrong")
    exchange(world, code=code)
    first, _, last = world.calls
    assert f"call {first.number} used this one up" in why(world).right
    assert last.number != first.number


def test_it_says_how_old_a_trigger_was_when_it_came(world: World) -> None:
    trigger = world.trigger()
    world.advance(4)
    ask(world, trigger_id=trigger)
    world.advance(100)
    assert "is 4 s old and lives 3 s" in why(world).right


def test_it_names_the_character_that_a_name_must_not_have(world: World) -> None:
    ask(world, **{"sco;pes": "1"})
    assert why(world).sent == "the name 'sco;pes', whose character 4 is ';'"


def test_it_says_whose_secret_was_sent(sandbox: Sandbox, world: World) -> None:
    with sandbox.world() as other:
        exchange(world, client_secret=other.client_secret)
        assert "it belongs to another world" in why(world).right


def test_it_turns_an_array_into_a_list(world: World) -> None:
    send(
        world,
        PERMISSIONS,
        {"scopes[0]": "chat:write", "scopes[1]": "files:read", "trigger_id": world.trigger()},
        world.token,
    )
    nearest = why(world).nearest
    assert nearest is not None
    assert nearest.arguments["scopes"] == "chat:write,files:read"


def test_it_moves_json_arguments_into_a_form(world: World) -> None:
    content = {"scopes": "files:read", "trigger_id": world.trigger()}
    headers = {"Authorization": f"Bearer {world.token}"}
    requests.post(f"{world.url}{PERMISSIONS}", json=content, headers=headers, timeout=5)
    explanation = why(world)
    assert explanation.sent == "scopes in a JSON body"
    assert explanation.nearest is not None
    assert (explanation.nearest.arguments, explanation.nearest.delivery) == (content, "form")


def test_a_warning_is_explained_as_well(world: World) -> None:
    content = f"scopes=chat:write&trigger_id={world.trigger()}"
    headers = {
        "Authorization": f"Bearer {world.token}",
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    }
    assert requests.post(f"{world.url}{PERMISSIONS}", data=content, headers=headers, timeout=5).json()["ok"]
    explanation = why(world)
    assert explanation.answered == world.calls[-1].warnings[0]
    assert "drop `; charset=utf-8`" in explanation.right


@pytest.mark.parametrize(
    ("state", "needed"),
    [
        ("app-removed", "an app that is installed"),
        ("maintenance", "a world whose service is not under maintenance"),
        ("trigger-past-its-life", "a world with trigger_id values that can be used"),
        ("storage-fails-after-commit", "a world whose storage does not fail after a change"),
        ("bucket-empty", "when the limit admits one again"),
    ],
)
def test_where_nothing_can_succeed_it_says_what_would_have_to_be_different(
    sandbox: Sandbox, state: str, needed: str
) -> None:
    with sandbox.world(state) as world:
        ask(world)
        explanation = why(world)
    assert needed in explanation.right
    assert explanation.nearest is None


def test_explaining_changes_nothing(world: World) -> None:
    ask(world, trigger_id="never-issued")
    explanations = {str(why(world)) for _ in range(3)}
    assert len(explanations) == 1
    assert len(world.values["trigger"]) == 2  # type: ignore[arg-type]
    assert len(world.calls) == 1
    assert not world.permission_requests


def test_an_injected_failure_is_told_apart(world: World) -> None:
    world.throttle()
    ask(world)
    explanation = why(world)
    assert "World.inject asked for this failure, 'throttled'" in explanation.right
    assert explanation.rule is None
    assert explanation.nearest is not None


def test_a_method_that_does_not_exist(world: World) -> None:
    send(world, "oauth.acess", {}, world.token)
    explanation = why(world)
    assert explanation.sent == "the method 'oauth.acess'"
    assert ACCESS in explanation.right


def test_a_token_that_no_world_has_is_said_to_be_that(sandbox: Sandbox, world: World) -> None:
    send(world, PERMISSIONS, {"scopes": "chat:write", "trigger_id": "none"}, "xoxb-fake-unknown")
    explanation = sandbox.explain(sandbox.strays[-1])
    assert explanation is not None
    assert explanation.sent == "token 'xoxb-fake-unknown'; no world of this sandbox has it"
    assert explanation.nearest is None
    with_values = world.explain(sandbox.strays[-1])
    assert with_values is not None
    assert with_values.nearest is not None


class _Whimsical(Deviation):
    def condemns(self, context: object) -> str | None:
        del context
        return "too_many_toppings"


def test_a_warning_that_no_page_lists_comes_from_the_variant() -> None:
    variant = Variant(unlisted_warning="dough_is_thin")
    with Sandbox(load_catalog(), control=False, variant=variant) as sandbox, sandbox.world() as world:
        assert exchange(world).json()["warning"] == "dough_is_thin"
        assert "by its variant" in why(world).right


def test_a_deliberate_fault_is_named_as_the_reason() -> None:
    with Sandbox(load_catalog(), control=False, deviation=_Whimsical()) as sandbox, sandbox.world() as world:
        assert ask(world).json()["error"] == "too_many_toppings"
        assert "deliberate fault" in why(world).right


def test_hostile_values_are_shown_without_their_control_characters(world: World) -> None:
    send(world, PERMISSIONS, {"scopes": "\x1b[31mred\r\n" * 50, "note": "\x1b\n\0'", "trigger_id": ""}, world.token)
    explanation = why(world)
    assert all(line.isprintable() for line in str(explanation).splitlines())
    assert len(explanation.sent) < 200


def test_a_very_long_request_has_no_line(world: World) -> None:
    ask(world, trigger_id="none", note="x" * 100_000)
    assert why(world).nearest is None


def test_an_example_succeeds(world: World) -> None:
    for method in (PERMISSIONS, ACCESS):
        example = world.example(method)
        assert example is not None
        headers = {"Authorization": f"Bearer {world.token}"} if method == PERMISSIONS else {}
        answer = requests.post(f"{world.url}{method}", data=dict(example.arguments), headers=headers, timeout=5)
        assert answer.json()["ok"]


def test_nothing_of_an_explanation_is_in_an_answer() -> None:
    """Not even if everything is explained as soon as it happens: bodies and headers stay those of a page's refusal."""
    with Sandbox(load_catalog(), control=False) as sandbox, sandbox.world() as world:
        explained: list[str] = []
        plain = exchange(world, redirect_uri="https://other.example/")
        sandbox.observe(lambda call, _world: explained.append(str(sandbox.explain(call))))

        wrongs = ({"redirect_uri": "https://other.example/"}, {"code": "none"}, {"client_secret": "wrong"})
        answers = [exchange(world, **wrong) for wrong in wrongs]
        assert answers[0].content == plain.content
        assert len(explained) == len(wrongs)
        for answer, call in zip(answers, world.calls[1:], strict=True):
            explanation = world.explain(call)
            assert explanation is not None
            assert set(answer.headers) == set(plain.headers)
            everything = f"{answer.headers} {answer.text}"
            for part in (explanation.rule, explanation.place, explanation.condition, explanation.right, "curl"):
                assert str(part) not in everything
