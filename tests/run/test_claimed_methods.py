"""A profile that claims one method: the other one's cases are N/A, and the run is whole all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_conformance.catalog.load import load_catalog
from slack_conformance.results.io import read_results
from slack_conformance.sandbox.server import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

CATALOG = load_catalog()


def test_a_whole_run_of_one_method(suite: Runner, tmp_path: Path) -> None:
    """The results file holds the rules of both methods, since it holds the cases of both."""
    with Sandbox(CATALOG) as sandbox:
        lines = (f'url = "{sandbox.url}"', f'control = "{sandbox.control}"', 'name = "ours"')
        (tmp_path / "one.toml").write_text("\n".join([*lines, 'methods = ["oauth.access"]']), encoding="utf-8")
        finished = suite("--conformance-profile=one.toml")
    assert finished.code == finished.footer["exit"] == 0, finished.text
    claimed = len(CATALOG.methods["oauth.access"].cases)
    assert finished.footer["counts"]["PASS"] == claimed
    assert finished.footer["counts"]["N/A"] == len(CATALOG.cases) - claimed > 0
    applies = f"in the {claimed} of {len(CATALOG.cases)} checks that apply, as the profile says."
    assert finished.footer["sentence"].startswith(
        f"ours conforms {applies} {len(CATALOG.cases)} cases: {claimed} PASS, "
    )
    results = read_results(finished.folder / "reports/results.jsonl")
    assert results.header.cases == len(results.cases) == len(CATALOG.cases)
    assert [rule.id for rule in results.header.rules] == [rule.id for rule in CATALOG.rules]
    assert (finished.folder / "reports/conformance.html").is_file()
