"""Several faults at once: each acts, and one alone is itself."""

from __future__ import annotations

import pytest

from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.lab.deviations import find_all
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.target.profile import profile_of_url
from tests.baselines import CASE, NOT_REFUSED, WARNED

CATALOG = load_catalog()
OTHER = "oauth.access.via-get.accepted"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((NOT_REFUSED,), ("FAIL", "PASS")),
        ((WARNED,), ("PASS", "WARN")),
        ((NOT_REFUSED, WARNED, NOT_REFUSED), ("FAIL", "WARN")),
        ((WARNED, NOT_REFUSED), ("FAIL", "WARN")),
    ],
)
def test_each_fault_is_found(names: tuple[str, ...], expected: tuple[str, str]) -> None:
    cases = {case.id: case for case in CATALOG.cases}
    with Sandbox(CATALOG, deviation=find_all(names, CATALOG)) as sandbox:
        with Engine(CATALOG, profile_of_url(sandbox.url, "wrong", sandbox.control)) as engine:
            found = tuple(str(engine.run(cases[name]).judgement.verdict) for name in (CASE, OTHER))
        assert sandbox.took_effect
    assert found == expected


def test_a_name_that_does_not_exist() -> None:
    assert find_all((), CATALOG) is None
    with pytest.raises(DataError, match="Did you mean"):
        find_all((NOT_REFUSED, f"{NOT_REFUSED}x"), CATALOG)
