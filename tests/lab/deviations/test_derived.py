"""Faults that follow from the bases of a small method: each is named, and costs no more than it says."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.place import data_root
from slack_conformance.lab.deviations.derived import of_bases
from slack_conformance.lab.prove.model import TrialStanding
from slack_conformance.lab.prove.trial import attempt
from tests.lab.deviations.test_load import METHOD, PAGE, SHA

if TYPE_CHECKING:
    from pathlib import Path

OPTION = f"""
[argument.wide]
kind = "boolean"
place = "Arguments/2"
sha256 = "{SHA}"
summary = "Whether it opens wide."
"""
WAYS = {
    "post-form": 'verb = "POST"\narguments = "form"\ntoken = "header"',
    "post-form-body-token": 'verb = "POST"\narguments = "form"\ntoken = "argument"',
    "post-form-wide": 'verb = "POST"\narguments = "form"\ntoken = "header"\nextra = { wide = "true" }',
    "get-wide": 'verb = "GET"\narguments = "query"\ntoken = "header"\nextra = { wide = "true" }',
}


def _page(*ways: str) -> str:
    bases = "".join(f'[base.{way}]\n{WAYS[way]}\nplace = "Facts"\nsummary = "Accepted."\n\n' for way in ways)
    head, row, rows = PAGE.partition("[[row]]")
    head = head.replace('success = "responses/error', 'success = "responses/apps.permissions.request.ok')
    effect = 'effect = { kind = "none", answer = {} }\n\n[argument.token]'
    head = head.replace("[argument.token]", effect)
    rows = rows.replace('code = "no_thing"', 'code = "no_thing"\nconditions = ["credentials.absent"]\n')
    head = head.replace('kind = "token"', 'kind = "token"\nrequired = true')
    return head + OPTION + bases + row + rows


@pytest.mark.parametrize("ways", [(), ("post-form",), ("post-form-body-token",), tuple(WAYS)])
def test_a_refused_base_is_named_and_nothing_else(tmp_path: Path, ways: tuple[str, ...]) -> None:
    """Whether a form is empty, no other case rests on the base, or an argument of the page tells two bases apart."""
    shutil.copytree(data_root() / "fixtures", tmp_path / "fixtures")
    (tmp_path / "fixtures" / "methods" / f"{METHOD}.toml").write_text(_page(*ways), encoding="utf-8")
    catalog = load_catalog(tmp_path)
    method = catalog.methods[METHOD]
    outcomes = {fault.rule: attempt(fault.bound(method), catalog) for fault in of_bases(method)}
    assert outcomes.keys() == {f"via-{base}" for base in ("get", *ways)}
    for outcome in outcomes.values():
        assert (outcome.standing, outcome.why) == (TrialStanding.KILLED, "")
        assert (outcome.stale, outcome.undeclared) == ((), ())
