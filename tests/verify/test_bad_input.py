"""Files that cannot be used, and files made to harm whoever reads them: one message or remarks, never a traceback."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING

import pytest

from slack_conformance.cli import main
from slack_conformance.run.outcome import Exit
from slack_conformance.sandbox.deviation import Deviation
from slack_conformance.verify.verify import MOST_REMARKS, State, verify_file
from tests.verify.conftest import written
from tests.verify.recording import chosen, record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from slack_conformance.catalog.model import Catalog
    from tests.verify.conftest import Line


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> tuple[Line, ...]:
    """Return the lines of a small run, which is verified."""
    path = tmp_path_factory.mktemp("small") / "results.jsonl"
    record(path, catalog, chosen(catalog, ["oauth.access.invalid_code.", "ratelimited.second-of"]), Deviation())
    assert verify_file(path, catalog).remarks == []
    return tuple(json.loads(line) for line in path.read_text("utf-8").splitlines())


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(tmp_path / "missing.jsonl")]) == Exit.USAGE
    said = "".join(capsys.readouterr())
    assert said.count("missing.jsonl") == 1
    assert "Not proved" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense\n",
        b"\x00\xff\xfe\n",
        b"[]\n",
        b'{"type":"case"}\n',
        b'{"type":"header","format":1,"suite":"0.1"}\n',
    ],
    ids=["empty", "not-json", "not-text", "not-an-object", "no-header", "another-format"],
)
def test_what_is_no_results_file(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    assert main(["verify", str(path)]) == Exit.USAGE
    said = "".join(capsys.readouterr())
    assert "a.jsonl" in said
    assert "Traceback" not in said


def test_a_folder_without_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(tmp_path)]) == Exit.USAGE
    assert "results.jsonl" in "".join(capsys.readouterr())


def test_half_a_file(small: tuple[Line, ...], catalog: Catalog, tmp_path: Path) -> None:
    """A run that was cut off leaves a last line without its end."""
    path = written(tmp_path / "results.jsonl", deepcopy(list(small)))
    path.write_bytes(path.read_bytes()[: -(len(json.dumps(small[-1])) + 200)])
    found = verify_file(path, catalog)
    assert found.state is State.INCOMPLETE
    assert "without its footer" in found.remarks[-1].text


def _url(line: Line) -> None:
    line["exchanges"][0]["request"]["url"] = "http://[no-address/api/oauth.access"


def _no_headers(line: Line) -> None:
    line["exchanges"][0]["request"]["headers"] = []


def _script(line: Line) -> None:
    line["got"] = "<script>alert(1)</script>\x1b[31m"


def _a_flaw_that_there_is_not(line: Line) -> None:
    line["exchanges"][0]["flaw"] = "sloth"


def _another_base_of_nowhere(line: Line) -> None:
    line["grounds"]["others"] = {
        "nowhere": {"outcome": "ok", "status": 200, "flaw": None, "problem": None, "says_ok": True}
    }


def _a_billion_letters(line: Line) -> None:
    line["edit"] = {"kind": "set_argument", "value": {"code": {"repeat": "x", "times": 10**12}}}


def _a_billion_permission_requests(line: Line) -> None:
    line["grounds"]["presented"] = 10**15


def _an_exchange_of_nowhere(line: Line) -> None:
    line["grounds"]["recheck"] = 99


def _a_body_of_brackets(line: Line) -> None:
    line["exchanges"][1]["answer"]["body"] = "[" * 15_000


def _half_a_surrogate_pair(line: Line) -> None:
    line["exchanges"][1]["answer"]["body"] = '{"ok":true,"x":"\\ud800"}'


@pytest.mark.parametrize(
    "harm",
    [
        _url,
        _no_headers,
        _script,
        _a_flaw_that_there_is_not,
        _another_base_of_nowhere,
        _a_billion_letters,
        _a_billion_permission_requests,
        _an_exchange_of_nowhere,
        _a_body_of_brackets,
        _half_a_surrogate_pair,
    ],
    ids=lambda harm: harm.__name__.strip("_").replace("_", "-"),
)
def test_a_line_made_to_harm_is_a_remark(
    harm: Callable[[Line], None],
    small: tuple[Line, ...],
    catalog: Catalog,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = deepcopy(list(small))
    line = next(one for one in lines[1:-1] if len(one["exchanges"]) == 2)
    harm(line)
    path = written(tmp_path / "results.jsonl", lines)
    found = verify_file(path, catalog)
    assert found.state is State.DIFFERS
    assert line["id"] in {remark.case for remark in found.remarks}
    assert main(["verify", str(path)]) == Exit.FAIL
    assert "\x1b[31m" not in "".join(capsys.readouterr())


def test_a_case_again_and_again(small: tuple[Line, ...], catalog: Catalog, tmp_path: Path) -> None:
    """Of such a file only the first line of a case is judged, and no more than some remarks are kept."""
    many = [deepcopy(small[1]) for _ in range(MOST_REMARKS + 10)]
    found = verify_file(written(tmp_path / "results.jsonl", [small[0], *many, small[-1]]), catalog)
    assert found.state is State.DIFFERS
    assert (found.remarks[0].line, found.remarks[0].case) == (3, small[1]["id"])
    assert found.judged_again == 1
    assert len(found.remarks) == MOST_REMARKS
    assert found.further


def test_a_line_of_many_megabytes(
    small: tuple[Line, ...], catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slack_conformance.results.io._LONGEST_LINE", 1_000_000)
    path = tmp_path / "results.jsonl"
    path.write_bytes(json.dumps(small[0]).encode() + b'\n{"type":"case","id":"' + b"a" * 1_000_000 + b'"}\n')
    found = verify_file(path, catalog)
    assert found.state is State.DIFFERS
    assert "longer than any line of ours" in found.remarks[0].text
