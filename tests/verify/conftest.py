"""Results files of real runs, made once for all tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.results.io import digest_of
from tests.browser.wrong import run_against_a_few_faults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from slack_conformance.catalog.model import Catalog

Line = dict[str, Any]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Return the suite's own data."""
    return load_catalog()


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Line, ...]:
    """Return the lines of a whole run against a target with a few faults."""
    folder = tmp_path_factory.mktemp("honest")
    code, text = run_against_a_few_faults(folder, "--seed", "1", "-p", "no:randomly")
    assert code == 1, text
    return tuple(json.loads(line) for line in (folder / "reports/results.jsonl").read_text("utf-8").splitlines())


def written(path: Path, lines: Sequence[Line], *, chained: bool = True) -> Path:
    """Write the lines; unless `chained` is false, each is made to follow the one before, as a careful forger would."""
    before, text = "", b""
    for line in lines:
        if chained and "after" in line:
            line["after"] = before
        encoded = json.dumps(line).encode() + b"\n"
        before = digest_of(encoded)
        text += encoded
    path.write_bytes(text)
    return path
