"""Generated faults: what each operator makes of a check, which cases it can touch, and what is said of survivors."""

from __future__ import annotations

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.lab.prove import systematic
from slack_conformance.lab.prove.systematic import OPERATORS, Result, attempt, faults, likely_killers

pytestmark = pytest.mark.slow
CATALOG = load_catalog()
NUMBERS = {fault.name: number for number, fault in enumerate(faults())}
SECRET = "oauth.access  client_secret.mismatch  "


@pytest.fixture(scope="module")
def cases() -> dict[str, list[str]]:
    """Return the cases that each fault can touch."""
    return {name: ids for method in CATALOG.methods.values() for name, ids in likely_killers(CATALOG, method).items()}


def test_every_fault_has_a_name_of_its_own_and_every_operator_makes_some() -> None:
    assert len(NUMBERS) == len(faults()) > 1500
    assert {fault.operator for fault in faults()} == set(OPERATORS)


@pytest.mark.parametrize(
    ("fault", "killer"),
    [
        ("skipped", "oauth.access.bad_client_secret."),
        ("in one way: by get", "oauth.access.bad_client_secret."),
        ("by turns: once refused", "oauth.access.bad_client_secret.refused-twice"),
        ("near miss: of-another", "oauth.access.bad_client_secret.of-another-client"),
        ("by form only", "oauth.access.bad_client_secret."),
        ("published only", "oauth.access.bad_client_secret."),
        ("swapped: invalid_code", "oauth.access.bad_client_secret."),
        ("misplaced: form", "oauth.access.via-post-form"),
    ],
)
def test_a_fault_of_each_operator_is_found(cases: dict[str, list[str]], fault: str, killer: str) -> None:
    name = f"{SECRET}{fault}"
    result = attempt(NUMBERS[name], cases[name])
    assert result.killer.startswith(killer), result


def test_only_cases_that_a_fault_can_touch_are_tried(cases: dict[str, list[str]]) -> None:
    assert cases[f"{SECRET}in one way: by get-basic"]
    assert not cases["oauth.access  body.cut  in one way: by get"]


def test_a_survivor_is_explained_by_the_ledger_by_the_data_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "oauth.access  service.method-retired  swapped: deprecated_endpoint"
    ids = [case.id for case in CATALOG.cases if case.method == "oauth.access" and "method-retired" in case.id]
    result = attempt(NUMBERS[name], ids)
    assert (result.killer, (result.why or "").startswith("Accepted by reading ")) == ("", True)
    no_body = faults()[NUMBERS["oauth.access  body.cut  in one way: by get"]]
    assert systematic._reason(no_body) == "A GET has no body to look at."
    monkeypatch.setattr(systematic, "_reasons", lambda: ())
    assert systematic._reason(no_body) is None
    assert systematic._cell([Result("a", "case"), Result("b", why="x"), Result("c", why=None, is_sent=False)]) == (
        "1 / 1 / 0 / 1"
    )


def test_a_case_of_which_only_the_base_is_refused_speaks_for_no_fault(cases: dict[str, list[str]]) -> None:
    """A form that is not read is refused by a reading, and what must be refused is refused as before."""
    name = "apps.permissions.request  scopes.unknown  misplaced: multipart"
    assert any("invalid_charset" in case for case in cases[name])
    result = attempt(NUMBERS[name], cases[name])
    assert (result.killer, (result.why or "").startswith("Accepted by reading ")) == ("", True)


def test_every_reason_is_needed(cases: dict[str, list[str]]) -> None:
    unsent = [fault for fault in faults() if not cases[fault.name]]
    assert [fault.name for fault in unsent if systematic._reason(fault) is None] == []
    said = {systematic._reason(fault) for fault in faults()}
    assert {one.why for one in systematic._reasons()} <= said
