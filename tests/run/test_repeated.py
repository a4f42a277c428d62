"""The same verdicts, three times in a row."""

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.run.evidence import Examiner
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.target.profile import profile_of_url

pytestmark = pytest.mark.slow


def test_three_passes_over_one_sandbox() -> None:
    """Nothing that a pass leaves behind in the sandbox or in the suite changes the next."""
    catalog = load_catalog()
    with Sandbox(catalog) as sandbox:
        for _ in range(3):
            examiner = Examiner(Engine(catalog, profile_of_url(sandbox.url, "again", sandbox.control)), keep_all=False)
            records = [examiner.examine(case).result for case in catalog.cases]
            assert examiner.engine.withdrawn() == {}
            examiner.engine.close()
            assert {record.id: record.verdict for record in records if record.verdict != "PASS"} == {}
