"""The kill matrix of clients: it holds, and it complains where it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from slack_conformance.audit.rules import PLAIN, load_book
from slack_conformance.catalog.load import load_catalog
from slack_conformance.lab.clients.matrix import FAULTS, matrix, prove_clients

if TYPE_CHECKING:
    from slack_conformance.lab.clients.matrix import ClientFault

CATALOG = load_catalog()


@pytest.mark.slow
def test_every_faulty_client_is_reported_by_the_right_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert prove_clients(CATALOG) == 0, capsys.readouterr().out
    assert "; 0 complaints" in capsys.readouterr().out


def test_each_injection_has_a_client_that_copes_and_one_that_does_not() -> None:
    injections = load_book(CATALOG).injections
    copes = {name for fault in FAULTS if not fault.fault for name in fault.injected}
    fails = {name for fault in FAULTS if fault.fault for name in fault.injected}
    assert copes == fails == injections.keys()
    assert PLAIN not in injections


def fault(name: str) -> ClientFault:
    return next(one for one in FAULTS if one.name == name)


def test_a_fault_that_its_rule_does_not_report_is_a_complaint(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = replace(fault("basic-preferred"), kills=frozenset({"charset-invalid"}))
    assert prove_clients(CATALOG, [wrong]) == 1
    said = capsys.readouterr().out
    assert "not reported by charset-invalid and reported by basic-preferred without cause" in said


def test_a_rule_that_is_not_declared_is_a_complaint() -> None:
    undeclared = replace(fault("one-shot-after-warning with warned"), breaks=frozenset())
    assert [row.complaint for row in matrix(CATALOG, [undeclared])] == ["reported by warning-survived without cause"]
