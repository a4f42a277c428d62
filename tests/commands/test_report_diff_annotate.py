"""The commands report, diff and annotate: exit codes, the same bytes again, one clear message on bad input."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING

import pytest

from slack_conformance.cli import main
from slack_conformance.commands.diff import FORMATS
from slack_conformance.report import files
from slack_conformance.report.files import CTRF, REPORT, SUMMARY, TABLE
from slack_conformance.run.outcome import Exit
from tests.report import build

if TYPE_CHECKING:
    from pathlib import Path

ONE_ROW = "ErrorDescription\nmixed_scope\n\nLamps are mixed.\n"


def command(*words: object) -> int:
    """Run the command as its user does."""
    return main([str(word) for word in words])


def file(folder: Path, name: str, verdict: str, *, cut: bool = False) -> Path:
    """Return a results file with one case."""
    content = build.lines([build.case("bad_colour", verdict=verdict)])
    return build.written(folder / name, content[:-1] if cut else content)


def test_no_half_of_a_report_stays_on_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the report, and the others are written all the same."""

    def half(_results: object, path: Path, *_more: object) -> None:
        path.write_text("<html>", encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "write_html", half)
    assert command("report", file(tmp_path, "r.jsonl", "FAIL"), "--out", tmp_path) == Exit.USAGE
    assert (
        capsys.readouterr().err
        == f"slack-conformance: {tmp_path / REPORT}: cannot be written (No space left on device).\n"
    )
    assert {path.name for path in tmp_path.iterdir()} == {"r.jsonl", SUMMARY, CTRF}


def test_reports_are_made_again_byte_for_byte(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = file(tmp_path, "r.jsonl", "FAIL")
    folders = [tmp_path / "one", tmp_path / "two" / "deep"]
    for folder in folders:
        assert command("report", results, "--out", folder) == Exit.GOOD
    for name in (REPORT, SUMMARY, CTRF):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
    assert capsys.readouterr().out.count("written: ") == 6


def test_a_report_comes_as_a_table_and_with_the_last_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = file(tmp_path, "new.jsonl", "FAIL")
    old = build.lines([build.case("bad_colour")], head={"started": "2026-11-01T00:00:00Z"})
    build.written(tmp_path / "old.jsonl", old)
    assert command("report", new, "--out", tmp_path / "out", "--csv", "--history", tmp_path) == Exit.GOOD
    assert str(tmp_path / "out" / TABLE) in capsys.readouterr().out
    assert "things.make.bad_colour.one,things.make," in (tmp_path / "out" / TABLE).read_text("utf-8")
    assert "newest last: 0 → 1." in (tmp_path / "out" / REPORT).read_text("utf-8")
    assert command("report", new, "--history", tmp_path / "nowhere") == Exit.USAGE
    assert "Name the folder of earlier results files" in capsys.readouterr().err


def test_a_report_tells_what_changed_since_the_run_before(tmp_path: Path) -> None:
    old, new = file(tmp_path, "old.jsonl", "PASS"), file(tmp_path, "new.jsonl", "FAIL")
    assert command("report", new, "--previous", old) == Exit.GOOD
    for name in (REPORT, SUMMARY):
        assert "1 regressed" in (tmp_path / name).read_text("utf-8")


@pytest.mark.parametrize(
    ("before", "after", "code"), [("PASS", "FAIL", 1), ("FAIL", "PASS", 0), ("PASS", "PASS", 0), ("FAIL", "FAIL", 0)]
)
@pytest.mark.parametrize("form", FORMATS)
def test_a_comparison_ends_with_one_when_anything_regressed(  # noqa: PLR0917 - pytest gives them by name
    before: str, after: str, code: int, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = file(tmp_path, "old.jsonl", before), file(tmp_path, "new.jsonl", after)
    assert command("diff", old, new, "--format", form) == code
    assert capsys.readouterr().out.startswith("<!doctype html>") is (form == "html")


@pytest.mark.parametrize(
    ("changed", "code"), [({}, 0), ({"cases": 2}, 10), ({"catalog": "1" * 64}, 10), ({"cut": "SIGINT"}, 10)]
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_comparison_of_what_is_not_whole_is_not_green(
    changed: dict[str, object],
    code: int,
    turned: bool,  # noqa: FBT001
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    head, foot = ({}, changed) if "cut" in changed else (changed, {})
    lines = build.lines([build.case("bad_colour")], head=head, foot=foot)
    pair = [file(tmp_path, "whole.jsonl", "PASS"), build.written(tmp_path / "other.jsonl", lines)]
    pair = pair[::-1] if turned else pair
    assert command("diff", *pair) == code
    assert ("cannot be compared in full" in capsys.readouterr().err) is bool(code)
    assert command("diff", *pair, "--partial") == 0


def test_a_folder_of_reports_stands_for_its_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And a change names the finding: what was expected and what came."""
    for name, verdict in (("old", "PASS"), ("new", "FAIL")):
        (tmp_path / name).mkdir()
        file(tmp_path / name, "results.jsonl", verdict)
    assert command("diff", tmp_path / "old", tmp_path / "new", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    (change,) = found["changes"]
    assert (found["regressed"], change["before"], change["after"]) == (True, "PASS", "FAIL")
    (finding,) = build.case("bad_colour", verdict="FAIL")["findings"]
    assert change["now_wrong"] == f"{finding['code']}: got {finding['got']}; expected {finding['expected']}"
    assert command("report", tmp_path / "new") == 0


def test_a_case_that_vanished_is_not_green(tmp_path: Path) -> None:
    cases = [build.case("bad_colour"), build.case("bad_name")]
    old, new = (build.written(tmp_path / f"{count}.jsonl", build.lines(cases[:count])) for count in (2, 1))
    assert command("diff", old, new) == 10
    assert command("diff", old, new, "--partial") == command("diff", new, old) == 0


def test_a_cut_file_is_shown_and_said_to_be_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole, cut = file(tmp_path, "whole.jsonl", "PASS"), file(tmp_path, "cut.jsonl", "PASS", cut=True)
    assert command("report", cut) == command("diff", whole, cut) == Exit.USAGE
    assert "This run was cut off." in (tmp_path / REPORT).read_text("utf-8")
    said = capsys.readouterr()
    assert said.err.count("the run was cut off after 1 of 1 case") == 2
    assert "was cut off" in said.out


def test_bad_input_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = file(tmp_path, "good.jsonl", "PASS")
    old = build.written(tmp_path / "old.jsonl", [build.header([], 0, format=0, suite="0.0.9")])
    page, binary, out = tmp_path / "page.txt", tmp_path / "page.bin", tmp_path / "out.html"
    page.write_text(ONE_ROW)
    binary.write_bytes(b"\xff")
    missing = tmp_path / "missing"
    runs: tuple[tuple[tuple[object, ...], str], ...] = (
        (("report", missing), f"{missing}: cannot be read"),
        (("report", good, "--out", good / "below"), f"{good}"),
        (("report", good, "--ctrf", good), "--ctrf: "),
        (("report", good, "--ctrf", tmp_path / "summary.md"), "--ctrf: "),
        (("diff", old, good), "results format 0, written by suite '0.0.9'; this suite reads format 2"),
        (("diff", good, missing), f"{missing}: cannot be read"),
        (
            ("annotate", page, "--results", good, "--out", out),
            f"{page}: none of its rows is in a page that the suite knows",
        ),
        (("annotate", binary, "--results", good, "--out", out), f"{binary}: is not UTF-8"),
        (("annotate", missing, "--results", good, "--out", out), f"{missing}: cannot be read (No such file"),
        (("annotate", page, "--results", old, "--out", out), "results format 0"),
    )
    for run, wanted in runs:
        assert command(*run) == Exit.USAGE, wanted
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("slack-conformance: ")
        assert wanted in line
    assert not out.exists()
