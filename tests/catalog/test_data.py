"""The data as they stand: every row has its cases, every ledger row its use, and nothing changes unnoticed."""

from __future__ import annotations

import re

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.model import OK, Catalog, Gate, Method, Rule, RuleKind, Strength
from slack_conformance.target.telling import bound_to, told_by
from tests.catalog.freeze import IDS, OUTCOMES, ROWS, ids, outcomes, rows


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def test_the_rows_of_the_pages_are_frozen(catalog: Catalog) -> None:
    assert rows(catalog) == ROWS.read_text(encoding="utf-8").splitlines(), (
        "python -m tests.catalog.freeze, if it is meant"
    )


def _proved(method: Method) -> set[str]:
    return {rule.id for case in method.cases for rule in case.rules}


def test_every_rule_has_a_case_or_a_reason(catalog: Catalog) -> None:
    bare = [
        rule.id
        for m in catalog.methods.values()
        for rule in m.rules
        if bool(rule.untestable) == (rule.id in _proved(m))
    ]
    assert bare == []


def test_every_error_row_has_a_case_that_its_own_code_passes(catalog: Catalog) -> None:
    seen = {case.rule.id for case in catalog.cases if case.rule.code in case.accept}
    rows = {rule.id for rule in catalog.rules if rule.kind is RuleKind.ERROR}
    assert rows - seen == set()


def test_every_warning_row_has_a_case_that_gets_it_and_one_that_does_not(catalog: Catalog) -> None:
    for rule in catalog.rules:
        if rule.kind is RuleKind.WARNING:
            own = [case for case in catalog.cases if case.rule is rule]
            assert any(case.warning == rule.name for case in own)
            assert any(case.silent and case.warning is None for case in own)


def test_hidden_rows_are_should_rules_and_all_others_must_rules(catalog: Catalog) -> None:
    rows = [rule for rule in catalog.rules if rule.kind is not RuleKind.STATEMENT]
    wrong = [rule.id for rule in rows if rule.strength is not (Strength.SHOULD if rule.hidden else Strength.MUST)]
    assert wrong == []
    assert sum(rule.hidden for rule in rows) == 3


def _unfounded(rule: Rule) -> bool:
    return rule.strength is Strength.MUST and (rule.sha256 is None or bool(rule.source))


def test_a_must_rule_rests_on_a_sentence(catalog: Catalog) -> None:
    assert [rule.id for rule in catalog.rules if _unfounded(rule)] == []


def test_a_rule_without_a_sentence_names_its_source(catalog: Catalog) -> None:
    assert [rule.id for rule in catalog.rules if rule.sha256 is None and not rule.source] == []


def test_case_ids_are_frozen(catalog: Catalog) -> None:
    assert ids(catalog) == IDS.read_text(encoding="utf-8").splitlines(), (
        "python -m tests.catalog.freeze, if it is meant"
    )


def test_cases_with_more_than_one_outcome_are_frozen(catalog: Catalog) -> None:
    frozen = OUTCOMES.read_text(encoding="utf-8").splitlines()
    assert outcomes(catalog) == frozen, "python -m tests.catalog.freeze, if it is meant"


def test_more_than_one_outcome_needs_a_ledger_row_or_is_about_warnings(catalog: Catalog) -> None:
    free = [case for case in catalog.cases if len(case.accept) > 1 and case.rule.kind is not RuleKind.WARNING]
    assert [case.id for case in free if len(case.accept - case.readings.keys()) > 1] == []


def test_a_refusal_never_accepts_success_but_by_a_reading(catalog: Catalog) -> None:
    for case in catalog.cases:
        if case.rule.kind is RuleKind.ERROR and OK in case.accept and len(case.accept) > 1:
            assert OK in case.readings or case.accept - case.readings.keys() == {OK}, case.id


def test_case_ids_are_fit_for_every_report(catalog: Catalog) -> None:
    assert [case.id for case in catalog.cases if not re.fullmatch(r"[a-z0-9._-]+", case.id)] == []


def test_a_case_whose_base_is_not_promised_does_not_ask_for_its_success(catalog: Catalog) -> None:
    asking = [case.id for case in catalog.cases if case.gate is Gate.OK and not case.base.promised]
    assert asking == ["oauth.access.invalid_token.refresh-token-unknown"]


def test_no_state_is_named_like_a_code(catalog: Catalog) -> None:
    codes = {code for method in catalog.methods.values() for code in method.error_codes | method.warning_codes}
    codes |= {code for row in catalog.ledger.values() for reading in row.readings.values() for code in reading}
    assert {name.replace("-", "_") for name in catalog.states} & codes == set()


def test_no_fact_names_a_code(catalog: Catalog) -> None:
    codes = {code for method in catalog.methods.values() for code in method.error_codes if "_" in code}
    named = {code for state in catalog.states.values() for code in codes if code in state.fact}
    assert named == set()


def test_every_state_is_used(catalog: Catalog) -> None:
    used = {name for case in catalog.cases for name in (*case.states, case.instead)}
    assert set(catalog.states) - used == set()


def test_every_state_shows_in_values_that_its_cases_send(catalog: Catalog) -> None:
    """A method whose requests carry none of them could not bring about the state."""
    for state in catalog.states.values():
        told = told_by(state, catalog)
        assert told, state.name
        assert all(bool(values) == bool(state.gives) for values in told.values()), state.name
        assert all(bound_to(state, catalog.methods[method]) for method in told)


def test_every_ledger_row_is_named_by_a_rule_a_case_or_a_line_that_asks_for_nothing(catalog: Catalog) -> None:
    named = {row for rule in catalog.rules for row in rule.ledger}
    named |= {row for case in catalog.cases for row, _ in case.readings.values()}
    assert set(catalog.ledger) - named == {"DOC-25"}, "DOC-25 is a placeholder that no case can meet"


def test_there_are_no_more_cases_than_a_run_can_afford(catalog: Catalog) -> None:
    assert 200 <= len(catalog.cases) <= 750
