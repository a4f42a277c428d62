"""What the benchmark takes for an empty pytest holds nothing of the suite: else its ratios would flatter."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bench.__main__ import PYTEST, WITHOUT_US
from tests.plugin.test_plugin import LISTS
from tests.running import ROOT, _runner

if TYPE_CHECKING:
    from pathlib import Path


def test_the_empty_pytest_is_empty(tmp_path: Path) -> None:
    (tmp_path / "lists.py").write_text(LISTS, encoding="utf-8")
    floor = [*PYTEST[2:], *WITHOUT_US, "-c", os.devnull, "--rootdir", str(ROOT), "-p", "lists"]
    environment = {
        "BENCH_CLIENT": "none",
        "BENCH_CASES": "3",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(tmp_path)]),
    }
    finished = _runner(tmp_path, *floor)(str(ROOT / "bench/floor.py"), env=environment)
    assert finished.code == 0, finished.text
    assert "4 passed" in finished.text
    (line,) = [line for line in finished.text.splitlines() if "LOADED " in line]
    assert {name for name in line.split() if name.split(".")[0] in {"slack_conformance", "requests", "h11"}} == set()
