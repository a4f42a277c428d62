"""Targets that passed earlier versions of the suite, each right in all respects but one: the right rules catch them.

Two more are elsewhere: one that looks at the form of values only, and one that knows recorded answers by heart, in
`tests/run/test_seed.py`; one that is right at first and takes everything later, in `tests/engine/test_twice.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.model import OK
from slack_conformance.engine import Engine
from slack_conformance.lab.prove.local import LocalCaller
from slack_conformance.results.terms import Verdict
from slack_conformance.sandbox import Sandbox
from slack_conformance.sandbox.deviation import Deviation
from slack_conformance.sandbox.reply import Reply
from slack_conformance.sandbox.worlds import ASKED_SCOPES
from slack_conformance.target.control import ControlClient
from slack_conformance.target.profile import profile_of_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_conformance.engine.engine import JudgedCase
    from slack_conformance.sandbox.context import Context

pytestmark = pytest.mark.slow
CATALOG = load_catalog()
PUBLISHED = {
    text
    for case in CATALOG.cases
    if case.edit is not None and OK not in case.accept
    for text in case.edit.literals - {ASKED_SCOPES, *ASKED_SCOPES.split(",")}
}


@dataclass
class Takes(Deviation):
    """Accepts what it should refuse, under one condition."""

    when: Callable[[Context], bool]

    def refusal(self, code: str, context: Context) -> str | None:
        """Accept the request if the condition holds."""
        return None if self.when(context) else code


class Bare(Deviation):
    """Says of a success nothing but that it is one."""

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Leave everything else out."""
        return Reply(document={"ok": True}) if context.code is None else reply


def has_the_right_path(context: Context) -> bool:
    """Whether only parts of the redirect_uri that the target does not compare are wrong."""
    given = urlsplit(context.arguments.get("redirect_uri", ""))
    return context.condition == "redirect_uri.mismatch" and any(
        given.path == urlsplit(value.redirect_uri or "").path for value in context.one_shots
    )


def has_nothing_published(context: Context) -> bool:
    """Whether no argument has a value that stands in the suite's data."""
    return not PUBLISHED & {*context.arguments.values(), context.call.bearer}


def comes_from_a_usual_client(context: Context) -> bool:
    """Whether the User-Agent is not that of a test suite."""
    return "conformance" not in (context.request.header("User-Agent") or "")


def failed(target: Deviation, method: str = "oauth.access") -> dict[str, list[JudgedCase]]:
    """Return the cases of the method that are FAIL, by their rules."""
    found: dict[str, list[JudgedCase]] = {}
    with Sandbox(CATALOG, control=False, deviation=target) as sandbox:
        control = ControlClient(LocalCaller(sandbox, CATALOG))
        with Engine(CATALOG, profile_of_url(sandbox.url), control=control, seed=3, explore=True) as engine:
            for one in engine.results(case for case in CATALOG.methods[method].cases if not case.states):
                if one.judgement.verdict is Verdict.FAIL:
                    found.setdefault(one.case.rule.name, []).append(one)
    return found


def test_only_the_path_of_a_redirect_uri_is_compared() -> None:
    found = failed(Takes(has_the_right_path))
    assert found.keys() == {"bad_redirect_uri"}
    explored = [one.judgement.explored for one in found["bad_redirect_uri"] if one.judgement.explored]
    for part in ("scheme", "host", "port", "userinfo", "query", "fragment"):
        assert any(said.endswith(f": the {part} is not compared.") for said in explored), part


def test_only_published_values_are_refused() -> None:
    rules = {"invalid_client_id", "bad_client_secret", "invalid_code", "bad_redirect_uri"}
    assert failed(Takes(has_nothing_published)).keys() >= rules
    found = failed(Takes(has_nothing_published), "apps.permissions.request")
    assert found.keys() >= {"invalid_trigger", "not_authed"}


@pytest.mark.parametrize("method", CATALOG.methods)
def test_only_a_suite_is_refused_anything(method: str) -> None:
    """Once it is known that a method accepts whatever it is sent, nothing more is asked of it."""
    assert failed(Takes(comes_from_a_usual_client), method)


def test_a_success_says_nothing_more() -> None:
    found = failed(Bare())
    broken = {finding.rule for several in found.values() for one in several for finding in one.judgement.findings}
    assert broken == {"oauth.access.success-shape"}
    assert found.keys() > {"via-post-form", "via-post-form-basic", "via-post-multipart"}
