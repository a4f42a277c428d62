"""Files of earlier versions: they are still read, and `--rules today` says what the rules of today change in them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.model import OK
from slack_conformance.cli import main
from slack_conformance.verify.verify import State, verify_file

if TYPE_CHECKING:
    from slack_conformance.catalog.model import Catalog

OLD = sorted((Path(__file__).parent / "old").glob("*.jsonl"))
RULE = "oauth.access.bad_redirect_uri"


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_an_old_file_follows_from_the_rules_of_its_day(path: Path, catalog: Catalog) -> None:
    """If the data have changed since then, these are not the rules of its day, and it says so."""
    found = verify_file(path, catalog)
    assert found.state in {State.VERIFIED, State.INCOMPLETE}
    assert all("differ from those of this version" in remark.text for remark in found.remarks)
    assert verify_file(path, replace(catalog, sha256="0" * 64)).state is State.INCOMPLETE


def test_a_corrected_rule_corrects_an_old_file(catalog: Catalog) -> None:
    """What failed is accepted by the rules of today, and each line that this changes is named."""
    path = next(path for path in OLD if path.stem == "a-faulty-server")
    method = catalog.methods["oauth.access"]
    cases = tuple(replace(case, accept=case.accept | {OK}) if case.rule.id == RULE else case for case in method.cases)
    corrected = replace(method, cases=cases)
    today = replace(catalog, methods={**catalog.methods, method.name: corrected}, sha256="0" * 64)
    found = verify_file(path, today, today=True)
    changed = [remark for remark in found.remarks if remark.text.startswith("verdict is 'FAIL', but should be 'PASS'")]
    assert found.state is State.DIFFERS
    failed = [number for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if '"FAIL","obs' in line]
    assert failed
    assert [remark.line for remark in changed] == failed


def test_the_command_says_that_the_rules_are_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, catalog: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("slack_conformance.commands.verify.load_catalog", lambda: replace(catalog, sha256="0" * 64))
    shutil.copy(OLD[0], tmp_path / "results.jsonl")
    assert main(["verify", str(tmp_path)]) == 10
    said = capsys.readouterr().out
    assert "--rules today judges it by the rules of this version" in said
    assert "judged again" not in said
    assert "Not proved" not in said
