"""The suite against the witness: a server that was written without a look at the cases, whole and with its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.run.evidence import Examiner
from slack_conformance.target.profile import read_profile
from tests.cases import cases_of
from tests.results.build import cause_of
from tests.witness.faults import FAULTS
from tests.witness.server import Witness

if TYPE_CHECKING:
    from pathlib import Path

    from slack_conformance.results.model import CaseResult

pytestmark = pytest.mark.slow
UNREACHABLE = {
    **dict.fromkeys(cases_of("apps.permissions.request.invalid_trigger", "advance_s"), "60 seconds would have to pass"),
    **dict.fromkeys(cases_of("oauth.access.invalid_code", "advance_s"), "3600 seconds would have to pass"),
    "oauth.access.invalid_token.refresh-token-unknown": "cannot be put into the state",
}
"""What seeded credentials alone cannot reach, and why."""

RIGHT_RULES = {
    "get-refused": "apps.permissions.request.via-get",
    "json-arguments-read": "apps.permissions.request.via-post-json-arguments",
    "body-token-ignored": "apps.permissions.request.via-post-form-body-token",
    "scopes-optional": "apps.permissions.request.scopes-required",
    "trigger-works-again": "apps.permissions.request.trigger_exchanged",
    "scope-types-mixed": "apps.permissions.request.mixed_scope",
    "trigger-user-unchecked": "apps.permissions.request.invalid_user",
    "no-token-is-bad-token": "apps.permissions.request.not_authed",
    "user-token-inactive": "apps.permissions.request.token_revoked",
    "retry-after-absent": "apps.permissions.request.retry-after",
    "forms-want-charset": "apps.permissions.request.missing_charset",
    "array-dropped": "oauth.access.invalid_array_arg",
    "long-name-passes": "oauth.access.invalid_arg_name",
    "untyped-body-is-form": "oauth.access.missing_post_type",
    "truncated-body-taken": "oauth.access.request_timeout",
    "basic-ignored": "oauth.access.via-post-form-basic",
    "used-code-forgotten": "oauth.access.code_already_used",
    "redirect-uncompared": "oauth.access.bad_redirect_uri",
    "secret-blamed-on-id": "oauth.access.bad_client_secret",
    "later-answer-shape": "oauth.access.success-shape",
}
"""The rule that each fault breaks, by the place that its author names."""


def _records(folder: Path, fault: str | None, rule: str = "") -> list[CaseResult]:
    """Return the records of every case, or of those that cite the rule."""
    catalog = load_catalog()
    cases = [case for case in catalog.cases if not rule or any(cited.id == rule for cited in case.rules)]
    with Witness(fault=fault) as witness:
        examiner = Examiner(Engine(catalog, read_profile(witness.write_profile(folder), catalog)))
        records = [examiner.examine(case).result for case in cases]
        examiner.engine.close()
    return records


def test_the_witness_is_never_accused(tmp_path: Path) -> None:
    """Everything that its seeded credentials reach passes; the rest says what it would need."""
    records = _records(tmp_path, None)
    others = {record.id: record for record in records if record.verdict != "PASS"}
    assert {name: record.verdict for name, record in others.items()} == dict.fromkeys(UNREACHABLE, "INCONCLUSIVE")
    for name, words in UNREACHABLE.items():
        assert words in cause_of(others[name]).text
        assert cause_of(others[name]).needs


def test_every_fault_has_its_rule() -> None:
    """The table above is complete."""
    assert set(RIGHT_RULES) == set(FAULTS)


@pytest.mark.parametrize("fault", RIGHT_RULES)
def test_a_fault_is_found_by_the_right_rule(tmp_path: Path, fault: str) -> None:
    """The rule that the fault breaks is among the findings."""
    records = _records(tmp_path, fault, RIGHT_RULES[fault])
    found = {finding.rule for record in records for finding in record.findings}
    assert RIGHT_RULES[fault] in found
    assert not [record.id for record in records if record.verdict == "ENGINE"]
