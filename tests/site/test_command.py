"""`slack-conformance site`: what is left out and why, exit codes, and other files in the folder."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slack_conformance.cli import main
from slack_conformance.run.outcome import Exit
from slack_conformance.site import reading
from slack_conformance.site.publish import LIST
from tests.browser.wrong import run
from tests.report import build
from tests.site.build import file, site
from tests.verify.conftest import written

if TYPE_CHECKING:
    from collections.abc import Callable

CASE = "[oauth.access.bad_redirect_uri.other-host]"


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines on standard error, and check that none is a traceback."""
    lines = capsys.readouterr().err.splitlines()
    assert not [line for line in lines if "Traceback" in line or "fault of its own" in line]
    return lines


def _large(path: Path) -> None:
    with path.open("wb") as sparse:
        sparse.truncate(500_000_000)


def _other_format(path: Path) -> None:
    build.written(path, [build.header([], 0, format=99)])


def _strange_time(path: Path) -> None:
    build.written(path, build.lines([build.case("bad_size")], head={"started": "2026-99-99T10:00:00Z"}))


def _many_rules(path: Path) -> None:
    rules = [build.rule(f"bad_{number}") for number in range(1001)]
    build.written(path, build.lines([build.case("bad_0")], rules))


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "not JSON": (lambda path: path.write_text("hello\n", "utf-8"), "is not JSON"),
    "empty": (lambda path: path.write_bytes(b""), "is empty."),
    "missing": (lambda _: None, "cannot be read (No such file or directory)."),
    "other format": (_other_format, "results format 99"),
    "another JSON": (lambda path: path.write_text("{}\n", "utf-8"), "is not a results file of this suite"),
    "500 MB": (_large, "is larger than 64 MB"),
    "many rules": (_many_rules, "has more than 1000 rules"),
    "strange time": (_strange_time, "'2026-99-99T10:00:00Z' is not a time."),
    "folder without results": (lambda path: path.mkdir(), "cannot be read (No such file or directory)."),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_left_out_with_one_message(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are shown, and an earlier site stays if there is nothing to show."""
    make, words = BAD[name]
    bad, good = tmp_path / "bad.jsonl", file(tmp_path, "alpha", at="good.jsonl")
    make(bad)
    out = site(tmp_path / "site", bad, good, code=Exit.USAGE)
    [line] = said(capsys)
    assert words in line
    assert line.endswith(" It is left out.")
    before = (out / "index.html").read_bytes()
    assert main(["site", str(bad), "-o", str(out)]) == Exit.USAGE
    assert said(capsys)[-1] == "slack-conformance: RESULTS: no file can be shown, so no site is written."
    assert (out / "index.html").read_bytes() == before
    site(out, bad, good, code=Exit.GOOD, more=("--no-verify", "--tolerant"))


def test_half_a_file_is_shown_as_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = build.lines([build.case("bad_size"), build.case("bad_name")])
    half = build.written(tmp_path / "half.jsonl", lines[:2])
    out = site(tmp_path / "site", half, code=Exit.USAGE)
    [line] = said(capsys)
    assert "the file ends without its footer: the run was cut off after 1 of 2 cases." in line
    [page] = (out / "implementations").iterdir()
    assert "This run was ended early: 1 of 2 cases were judged." in page.read_text("utf-8")


def test_a_script_in_a_file_name_is_shown_as_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "\x1b[31m<script>.jsonl"
    bad.write_text("hello\n", "utf-8")
    out = site(tmp_path / "site", bad, file(tmp_path, "alpha", at="<script>.jsonl"), code=Exit.USAGE)
    assert "\x1b" not in capsys.readouterr().err
    assert "<script>" not in (out / "implementations/alpha.html").read_text("utf-8")


def test_other_files_in_the_folder_stay(tmp_path: Path) -> None:
    """Of an earlier site, pages of implementations that are gone go with it."""
    one, two = file(tmp_path, "alpha"), file(tmp_path, "beta")
    out = tmp_path / "site"
    (out / "rules").mkdir(parents=True)
    mine = [out / "CNAME", out / "rules" / "mine.txt"]
    for path in mine:
        path.write_text("mine", encoding="utf-8")
    site(out, one, two)
    site(out, one)
    assert [path.name for path in (out / "implementations").iterdir()] == ["alpha.html"]
    assert [path.read_text("utf-8") for path in mine] == ["mine", "mine"]
    listed = (out / LIST).read_text("utf-8").splitlines()[1:]
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert there == {*listed, "CNAME", "rules/mine.txt"}


def test_a_file_of_somebody_else_is_never_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is moved then."""
    out = tmp_path / "site"
    out.mkdir()
    (out / "index.html").write_text("mine", encoding="utf-8")
    site(out, file(tmp_path, "alpha"), code=Exit.USAGE)
    [line] = said(capsys)
    assert line.startswith(f"slack-conformance: {out / 'index.html'}: is not a file of an earlier site")
    assert line.endswith("Move it aside, or name another folder with -o.")
    assert [path.name for path in out.iterdir()] == ["index.html"]


def test_a_list_that_leads_elsewhere_deletes_nothing(tmp_path: Path) -> None:
    out = site(tmp_path / "site", file(tmp_path, "alpha"))
    outside = tmp_path / "outside.txt"
    outside.write_text("mine", encoding="utf-8")
    with (out / LIST).open("a", encoding="utf-8") as listed:
        listed.write(f"../outside.txt\n{outside}\nrules/../../outside.txt\n")
    site(out, tmp_path / "0.jsonl")
    assert outside.is_file()


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_nothing_is_written_through_a_link(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / "rules").symlink_to(elsewhere)
    site(out, file(tmp_path, "alpha"), code=Exit.USAGE)
    assert said(capsys) == [
        f"slack-conformance: {out / 'rules'}: is in the way of a folder of the site. Move it aside."
    ]
    assert not [*elsewhere.iterdir()]


def test_a_folder_that_cannot_be_made_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "site").write_text("mine", encoding="utf-8")
    site(tmp_path / "site" / "deep", file(tmp_path, "alpha"), code=Exit.USAGE)
    assert said(capsys) == [f"slack-conformance: --out: {tmp_path / 'site/deep'} cannot be made (Not a directory)."]


def test_a_full_disk_leaves_the_earlier_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one = file(tmp_path, "alpha")
    out = site(tmp_path / "site", one)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def full(path: Path, *_more: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_text", full)
    site(out, one, code=Exit.USAGE)
    monkeypatch.undo()
    assert said(capsys)[0].endswith("cannot be written (No space left on device).")
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_too_large_is_decided_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST", 10)
    with pytest.raises(reading.LeftOutError, match="is larger than"):
        reading.opened(file(tmp_path, "alpha"))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the results file of a small run against the sandbox."""
    folder = tmp_path_factory.mktemp("real")
    code, text = run(folder, "-k", CASE)
    assert code == Exit.GOOD, text
    return folder / "reports" / "results.jsonl"


def test_a_file_is_verified_first(real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = site(tmp_path / "site", real, more=())
    assert said(capsys) == []
    data = [json.loads(path.read_text("utf-8")) for path in (out / "api/v1/implementations").iterdir()]
    assert [one["run"]["source"]["trust"] for one in data] == ["verified"]


def test_a_file_that_differs_is_left_out(real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [json.loads(line) for line in real.read_text("utf-8").splitlines()]
    lines[1]["expected"] = "something else"
    forged = written(tmp_path / "forged.jsonl", lines)
    out = site(tmp_path / "site", real, forged, code=Exit.USAGE, more=())
    [line] = said(capsys)
    assert f"{forged}: differs from what it records (line 2:" in line
    assert line.endswith("It is left out.")
    [one] = (out / "api/v1/implementations").iterdir()
    assert not json.loads(one.read_text("utf-8"))["history"]


def test_a_file_that_was_not_verified_says_so_on_every_page(real: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in real.read_text("utf-8").splitlines()]
    lines[1]["expected"] = "something else"
    out = site(tmp_path / "site", written(tmp_path / "forged.jsonl", lines))
    for path in (
        "index.html",
        *(f"{room}/{one.name}" for room in ("implementations", "proof") for one in (out / room).iterdir()),
    ):
        assert "not verified" in (out / path).read_text("utf-8"), path


def test_an_incomplete_file_is_marked_with_the_reason(
    real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"".join(real.read_bytes().splitlines(keepends=True)[:-1]))
    out = site(tmp_path / "site", cut, code=Exit.USAGE, more=())
    assert len(said(capsys)) == 1
    [page] = (out / "implementations").iterdir()
    assert "This file is incomplete." in page.read_text("utf-8")
    assert "the file ends without its footer" in page.read_text("utf-8")
