"""Paths as users write them: one way to understand them, and one message for what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from slack_conformance import cli
from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.paths import expanded, path_of, spare


def test_a_home_is_written_out_and_the_rest_lies_below_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/lamp")
    assert path_of("~/x", "X", Path("/a")) == expanded("~/x") == Path("/home/lamp/x")
    assert path_of("x", "X", Path("/a")) == Path("/a/x")
    assert path_of("./~x", "X") == expanded("./~x") == Path("./~x")
    assert expanded("~nobody-of-this-name/x") == Path("~nobody-of-this-name/x")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the path is empty"),
        ("  ", "the path is empty"),
        ("~nobody-of-this-name/x", "the home of a user who does not exist"),
        ("x" * 5000, "is not a usable path"),
        ("a\0b", "is not a usable path"),
    ],
)
def test_what_can_be_no_path_is_one_message(text: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In every command, and with the same words."""
    with pytest.raises(DataError, match=f"WHERE: .*{words}"):
        path_of(text, "WHERE")
    for arguments in (
        ["run", "--reports", text],
        ["documents", text],
        ["report", text],
        ["report", "r.jsonl", "--out", text],
        ["diff", text, text],
        ["annotate", text],
        ["baseline", text],
        ["target", "check", text],
        ["prove", "--out", text],
    ):
        assert cli.main(arguments) == 4
        (line,) = capsys.readouterr().err.splitlines()
        assert words in line


def test_what_is_read_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever it is called."""
    page, link = tmp_path / "conformance.html", tmp_path / "link"
    page.write_text("mine", "utf-8")
    link.symlink_to(page)
    for arguments in (
        ["annotate", str(page), "--out", str(page)],
        ["annotate", str(page), "--out", str(link)],
        ["annotate", "x", "--results", str(page), "--out", str(tmp_path / "." / page.name)],
        ["report", str(page)],
        ["report", "x", "--previous", str(page), "--out", str(tmp_path)],
    ):
        assert cli.main(arguments) == 4
        assert "is an input file" in capsys.readouterr().err
    assert page.read_text("utf-8") == "mine"
    spare([page], tmp_path / "other", "--out")


def test_a_folder_without_any_page_has_not_drifted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["documents", str(tmp_path)]) == 4
    assert "none of the pages is here: " in capsys.readouterr().err
    (tmp_path / "oauth.access.txt").write_text("ErrorDescription\ninvalid_code\n\nNo.\n", "utf-8")
    assert cli.main(["documents", str(tmp_path)]) == 1
