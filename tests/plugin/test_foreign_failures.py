"""What goes wrong in a run beside the verdicts: the exit is never green, and a status that was set is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.run.outcome import exit_code
from tests.baselines import CASE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

TEARDOWN = """
import pytest
@pytest.fixture(autouse=True)
def foreign():
    yield
    raise RuntimeError("it fails at teardown")
"""
CALL = """
def pytest_runtest_call():
    raise RuntimeError("it fails before the case is looked at")
"""
CLOSE = """
from slack_conformance.engine.session import Session
def close(self):
    raise RuntimeError("our own close fails")
Session.close = close
"""
EXITS = """
import pytest
def pytest_runtest_logfinish():
    pytest.exit("enough", returncode=42)
"""
BREAKS_AT_THE_END = f"""
from slack_conformance.results.model import Cause, Kind
from slack_conformance.engine.session import Session
text = 'oauth.access: the base post-form succeeded at the start and gets "internal_error" at the end.'
needs = "A target that answers the same during the whole run."
Session.broken_bases = lambda self: {{"{CASE}": Cause(Kind.BASE_BROKEN_AT_END, text, needs)}}
"""


def _plugin(folder: Path, text: str) -> tuple[str, str]:
    (folder / "for_this_test.py").write_text(text, encoding="utf-8")
    return "-p", "for_this_test"


@pytest.mark.parametrize(
    ("text", "workers"), [(TEARDOWN, "0"), (CALL, "2"), (CLOSE, "0")], ids=["teardown", "call", "close"]
)
def test_an_error_beside_the_verdict(suite: Runner, tmp_path: Path, text: str, workers: str) -> None:
    """The case passes, and the run is not good."""
    finished = suite("-k", CASE, "-n", workers, *_plugin(tmp_path, text))
    assert finished.code == finished.footer["exit"] == 1, finished.text
    assert finished.verdicts == {CASE: "PASS"}


@pytest.mark.parametrize("workers", ["0", "2"])
def test_what_is_withdrawn_at_the_end_is_not_a_failure(suite: Runner, tmp_path: Path, workers: str) -> None:
    """The last case's teardown tells of it as an error, on purpose; what it means for the code is INCONCLUSIVE."""
    finished = suite("-k", CASE, "-n", workers, *_plugin(tmp_path, BREAKS_AT_THE_END))
    assert 'gets "internal_error" at the end. 1 case rested on it.' in finished.text
    assert finished.code == finished.footer["exit"] == 10, finished.text


def test_a_module_that_cannot_be_collected(suite: Runner, tmp_path: Path) -> None:
    """The user asked to go on, not to call it good."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/test_bad.py").write_text("raise RuntimeError\n", encoding="utf-8")
    finished = suite("./mine/test_bad.py", "-k", CASE, "--continue-on-collection-errors")
    assert finished.code == finished.footer["exit"] == 1, finished.text
    assert finished.verdicts == {CASE: "PASS"}


def test_a_status_of_ones_own_is_kept(suite: Runner, tmp_path: Path) -> None:
    """By `pytest.exit`, which cuts the run short: the footer says so."""
    finished = suite("-k", CASE.rpartition(".")[0], *_plugin(tmp_path, EXITS))
    assert finished.code == finished.footer["exit"] == 42, finished.text
    assert finished.footer["cut"] == "pytest.exit"
    assert "INTERNALERROR" not in finished.text


@pytest.mark.parametrize("reasons", [(17,), (17, 0), (1, 17), (3, 17, 10)])
def test_an_unknown_status_wins(reasons: tuple[int, ...]) -> None:
    assert exit_code(*reasons) == 17


BROKEN_HOOK = """
def pytest_runtest_logfinish():
    raise RuntimeError("a hook of somebody else fails")
"""


def test_a_hook_that_fails_is_shown_as_pytest_shows_it(command: Runner, tmp_path: Path) -> None:
    """And it is not called a fault of the command."""
    finished = command("run", "-k", CASE, *_plugin(tmp_path, BROKEN_HOOK))
    assert finished.code == 3, finished.text
    assert "INTERNALERROR> RuntimeError: a hook of somebody else fails" in finished.text
    assert "fault of its own" not in finished.text


NO_ROOM = """
import errno, pytest
@pytest.hookimpl(tryfirst=True)
def {hook}():
    raise OSError(errno.{error}, "It cannot be written")
"""


@pytest.mark.parametrize("hook", ["pytest_runtest_logreport", "pytest_runtest_logfinish", "pytest_sessionfinish"])
@pytest.mark.parametrize(
    ("error", "said"), [("ENOSPC", "the disk is full: results.jsonl is whole"), ("EIO", "a report:")]
)
def test_a_plugin_that_cannot_write_costs_no_other_report(
    command: Runner, tmp_path: Path, hook: str, error: str, said: str
) -> None:
    finished = command("run", "-k", CASE, *_plugin(tmp_path, NO_ROOM.format(hook=hook, error=error)))
    assert finished.code == finished.footer["exit"] == 3, finished.text
    assert finished.text.count("ERROR: ") == finished.text.count(said) == 1, finished.text
    assert "INTERNALERROR" not in finished.text
    names = {
        "results.jsonl",
        "conformance.html",
        "summary.md",
        "ctrf.json",
        "junit.xml",
        "pytest.html",
        "allure-results",
    }
    assert {path.name for path in (tmp_path / "reports").iterdir()} == names
