"""No output can end a command: closed pipes, closed or full streams, small alphabets, an interrupt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slack_conformance import cli
from tests.running import environment
from tests.targets import constant

if TYPE_CHECKING:
    from tests.running import Runner


def _piped(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script in which `S` is the command; what it prints last is the command's code."""
    before = f'S() {{ "{sys.executable}" -m slack_conformance "$@"; }}; '
    return subprocess.run(  # noqa: S603 - our own script
        ["/bin/bash", "-c", before + script],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("closing", ["| head -n 1", ">&-"])
def test_a_run_that_nobody_reads_goes_on_to_its_own_code(tmp_path: Path, closing: str) -> None:
    """The reports are what counts, and the code is that of the verdicts."""
    with constant(b'{"ok":"true"}') as url:
        ended = _piped(tmp_path, f"S run --target {url} -k oauth.access.via {closing}; echo ${{PIPESTATUS[0]}}")
    assert ended.stdout.splitlines()[-1] == "1", ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    assert "</html>" in (tmp_path / "reports/conformance.html").read_text("utf-8")


@pytest.mark.slow
def test_other_commands_keep_their_code_too(tmp_path: Path) -> None:
    """Nobody who pipes a comparison into `head` takes a regression for none."""
    (tmp_path / "oauth.access.txt").write_text("ErrorDescription\ninvalid_code\n\nNo.\n", encoding="utf-8")
    ended = _piped(
        tmp_path, "S documents . | head -n 0; echo ${PIPESTATUS[0]}; S list | head -n 0; echo ${PIPESTATUS[0]}"
    )
    assert ended.stdout.split() == ["1", "0"]
    assert not ended.stderr


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", ["list", "-h", "run -k oauth.access.invalid_code"])
def test_output_that_cannot_be_written_is_an_error(tmp_path: Path, words: str) -> None:
    ended = _piped(tmp_path, f"S {words} >/dev/full; echo $?")
    assert ended.stdout.split() == ["3"]
    assert ended.stderr == "slack-conformance: the output cannot be written (No space left on device).\n"
    if words.startswith("run"):
        assert (tmp_path / "reports/conformance.html").is_file()


def test_a_terminal_with_a_small_alphabet_gets_escapes(command: Runner) -> None:
    finished = command("list", "ledger", env={"PYTHONIOENCODING": "ascii"})
    assert finished.code == 0, finished.text
    assert finished.text.isascii()
    finished = command("-h", env={"PYTHONIOENCODING": "ascii"})
    assert "\\u2026" in finished.text


@pytest.mark.parametrize("where", ["import_module", "_command"])
def test_an_interrupt_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, where, interrupted)
    assert cli.main(["list"]) == 2
    assert capsys.readouterr().err == "slack-conformance: interrupted\n"


INTERRUPTED_TEXT = """
import sys
from slack_conformance import cli
def load(name):
    exec("raise KeyboardInterrupt")
cli.import_module = load
sys.exit(cli.main(["list"]))
"""


@pytest.mark.slow
def test_an_interrupt_in_code_made_from_text_ends_with_our_code(tmp_path: Path) -> None:
    """The interpreter would end itself by the signal otherwise."""
    (tmp_path / "interrupted.py").write_text(INTERRUPTED_TEXT, "utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "interrupted"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (2, "slack-conformance: interrupted\n")


@pytest.mark.parametrize("words", [["bogus"], ["report"], ["run", "--target"], ["serve", "--port", "x"]])
def test_wrong_usage_is_not_an_interrupt(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """Argparse's own code is the one that we give to an interrupted run."""
    assert cli.main(words) == 4
    assert "error: " in capsys.readouterr().err


@pytest.mark.slow
def test_a_folder_that_is_gone_is_one_message(tmp_path: Path) -> None:
    ended = _piped(tmp_path, "mkdir gone; cd gone; rmdir ../gone; S run; echo $?")
    assert ended.stdout.split() == ["4"]
    assert ended.stderr.endswith("slack-conformance: .: this folder does not exist any more. Change to another one.\n")
    assert "Traceback" not in ended.stderr
