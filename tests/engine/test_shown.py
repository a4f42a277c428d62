"""A case is judged only if its request shows what the case is about: the edit, or the state of its world."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.edits.arguments import SetArgument
from slack_conformance.engine.plan import plan
from slack_conformance.engine.scripts import exercise
from slack_conformance.engine.session import Session
from slack_conformance.results.io import to_text
from slack_conformance.results.terms import Kind, Verdict
from slack_conformance.target.profile import read_profile
from slack_conformance.target.world import Unreachable
from tests.engine.seeded import CATALOG, Target, carried, examined, target
from tests.results.build import cause_of

if TYPE_CHECKING:
    from pathlib import Path

    from slack_conformance.catalog.model import Case
    from slack_conformance.results.model import CaseResult

PERMISSIONS, OAUTH = CATALOG.methods["apps.permissions.request"], CATALOG.methods["oauth.access"]


def _cases(part: str) -> list[Case]:
    return [case for case in CATALOG.cases if part in case.id and not case.is_copy]


def _examined(found: Target, end: str, *more: str, **specs: str) -> CaseResult:
    """Examine the one case whose id ends like this."""
    path = found.write(*more, **{name: found.listed(name) for name in ("trigger", "code")} | specs)
    (record,) = examined(path, [case for case in CATALOG.cases if case.id.endswith(end)]).records.values()
    return record


@pytest.mark.parametrize("token", ['{ file = "token.txt" }', '{ env = "A_FAKE_TOKEN" }'])
def test_another_world_that_lends_the_healthy_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    """A conforming target is not accused of taking a token that is in good order; wherever it is from."""
    with target(tmp_path) as found:
        monkeypatch.setenv("A_FAKE_TOKEN", found.values["token"])
        record = _examined(found, "oauth.access.token_revoked.app-removed", "[state.app-removed]", f"token = {token}")
    assert (record.verdict, cause_of(record).kind, record.exchanges) == (Verdict.INCONCLUSIVE, Kind.NO_VALUE, ())
    assert cause_of(record).text.endswith(
        "there is no token of app-removed to send, since [state.app-removed] gives the same one as [values]."
    )
    assert "token in [state.app-removed]" in cause_of(record).needs


def test_a_state_whose_values_are_the_healthy_ones(tmp_path: Path) -> None:
    with target(tmp_path) as found:
        state = ("[state.email-unverified]", f"code = {found.listed('code')}")
        record = _examined(found, "user_email_unverified.email-unverified", *state)
        assert (record.verdict, cause_of(record).kind) == ("INCONCLUSIVE", "edit-not-shown")
        assert "[state.email-unverified] gives the same as [values]" in cause_of(record).text
        state = ("[state.email-unverified]", 'code = { list = ["1.2.fake-code"] }')
        record = _examined(found, "user_email_unverified.email-unverified", *state)
        assert cause_of(record).kind == "value-in-doubt"  # it was sent, and the code never worked


def test_a_state_that_no_value_of_the_request_tells(tmp_path: Path) -> None:
    """Whatever a profile may say, a request that carries nothing of it is in no state."""
    with target(tmp_path) as found:
        profile = read_profile(
            found.write("[state.two-factor-missing]", 'token = { file = "client-secret.txt" }', 'code = "1.2.3"'),
            CATALOG,
        )
        seeded = profile.states["two-factor-missing"]
        only = replace(seeded, values={"token": seeded.values["token"]})
        run = examined(replace(profile, states={"two-factor-missing": only}), _cases("oauth.access.two_factor"))
    (record,) = run.records.values()
    assert (record.verdict, cause_of(record).kind) == ("INCONCLUSIVE", "edit-not-shown")
    assert "gives only token, which is not part of it" in cause_of(record).text


def test_a_literal_of_the_data_that_is_the_right_value(tmp_path: Path) -> None:
    (case,) = _cases("scopes-comma-separated.single")
    assert isinstance(case.edit, SetArgument)
    literal = case.edit.value
    with target(tmp_path) as found:
        record = _examined(found, "scopes-comma-separated.single", scopes=json.dumps(literal))
    assert (record.verdict, cause_of(record).kind) == ("INCONCLUSIVE", "edit-not-shown")
    assert "the edit does not change this request" in cause_of(record).text


def test_a_made_up_value_in_the_place_of_one_that_is_missing(tmp_path: Path) -> None:
    """The base sends one too, so that there is no difference to judge."""
    with target(tmp_path) as found:
        path = found.write(trigger=found.listed("trigger"))
        session = Session(CATALOG, read_profile(path, CATALOG))
        world = session.worlds.provide(OAUTH.name, "healthy", 1)
        code = OAUTH.arguments["code"].placeholder or ""
        with pytest.raises(Unreachable, match="does not change this request, since there is no code"):
            session.compose(OAUTH, OAUTH.bases["post-form"], SetArgument("code", code), world)
        session.close()


@pytest.mark.parametrize("name", ["scopes_mixed", "redirect_uri"])
def test_a_value_that_only_the_edit_needs(tmp_path: Path, name: str) -> None:
    part = {"scopes_mixed": "mixed_scope.two-types", "redirect_uri": "bad_redirect_uri.longer-path"}[name]
    with target(tmp_path) as found:
        record = _examined(found, part, **{name: ""})
        assert (record.verdict, cause_of(record).kind) == ("INCONCLUSIVE", "no-value")
        assert f"there is no {name} to send" in cause_of(record).text
        assert f"{name} in [values]" in cause_of(record).needs
        assert _examined(found, part).verdict == "PASS"


def test_without_a_redirect_uri_none_is_sent(tmp_path: Path) -> None:
    """Where none was given before, that is how a request is documented; an edit of it has nothing to change."""
    with target(tmp_path) as found:
        path = found.write(redirect_uri="", **{name: found.listed(name) for name in ("trigger", "code")})
        run = examined(path, _cases("bad_redirect_uri"))
    kinds = {case.id: cause_of(run.records[case.id]).kind for case in _cases("bad_redirect_uri")}
    assert kinds.pop("oauth.access.bad_redirect_uri.another-registered-one") == "no-state"
    assert set(kinds.values()) == {"no-value"}
    assert run.having("FAIL", "WARN") == []
    assert not [request for request in run.requests if carried(request, "redirect_uri")]


class _Clock:
    """Notes what happens while time passes."""

    def __init__(self) -> None:
        self.passed: list[tuple[float, int]] = []
        self.taken: list[str] = []

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        self.passed.append((seconds, len(self.taken)))


@pytest.mark.parametrize(("granted_s", "passed"), [(59, []), (60, [(60, 2)])])
def test_a_request_is_composed_before_its_values_expire(
    tmp_path: Path, granted_s: int, passed: list[tuple[float, int]]
) -> None:
    """One trigger for the base, one for the edited request, then the waiting: what is minted later is not expired."""
    (case,) = _cases("invalid_trigger.expired")
    case = replace(case, instead="")
    clock = _Clock()
    with target(tmp_path) as found:
        path = found.write(trigger=found.listed("trigger"))
        profile = replace(read_profile(path, CATALOG), expiry_wait_s=granted_s, wait_s=3600)
        given = profile.values["trigger"]

        def draw() -> str | None:
            clock.taken.append(str(given.draw()))
            return clock.taken[-1]

        profile = replace(profile, values={**profile.values, "trigger": replace(given, draw=draw)})
        session = Session(CATALOG, profile, clock=clock)
        if passed:
            trial = exercise(session, case)
            assert clock.taken[1].encode() in (trial.sent[-1].exchange.request.url.encode())
        else:
            with pytest.raises(Unreachable, match=r"60 seconds would have to pass, .* expiry_wait_s grants 59"):
                exercise(session, case)
        session.close()
    assert clock.passed == passed
    assert len(clock.taken) == (2 if passed else 1)


def test_records_name_a_value_after_its_state(tmp_path: Path) -> None:
    """Base and edited request differ in exactly that, so that a reader sees the edit."""
    with target(tmp_path) as found:
        state = ("[state.app-removed]", 'token = { list = ["xoxp-fake-of-a-removed-app"] }')
        record = _examined(found, "apps.permissions.request.token_revoked.app-removed", *state)
    by_role = {one.role: dict(one.request.headers)["Authorization"] for one in record.exchanges}
    assert by_role == {"base": "Bearer $token", "edited": "Bearer $token_of_app_removed"}
    assert "xoxp-fake" not in to_text(record)


def test_the_plan_foresees_what_cannot_be_shown(tmp_path: Path) -> None:
    with target(tmp_path) as found:
        path = found.write(scopes_mixed="", **{name: found.listed(name) for name in ("trigger", "code")})
        planned = plan(CATALOG, read_profile(path, CATALOG), _cases("mixed_scope"))
    assert any("scopes_mixed in [values]" in cause.needs for cause in planned.unreachable)
