"""The list of tests that an ordinary run skips."""

from __future__ import annotations

import pytest

from tests.conftest import THOROUGH
from tests.running import ROOT


@pytest.mark.parametrize("line", THOROUGH)
def test_each_line_names_tests_that_exist(line: str) -> None:
    path, _, name = line.partition("::")
    assert (ROOT / path).exists()
    assert not name or f"def {name.partition('[')[0]}(" in (ROOT / path).read_text("utf-8")
