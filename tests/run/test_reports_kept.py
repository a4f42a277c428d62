"""What lies in the folder of the reports is replaced by a run that recorded something, and by nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.datafile import DataError
from slack_conformance.results.io import read_results
from slack_conformance.run import folder as folders
from slack_conformance.run.outcome import Exit
from tests.cases import case_of
from tests.running import environment
from tests.targets import constant

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

CASE = case_of("oauth.access.invalid_code", "drop_argument")
NAMES = ("results.jsonl", "conformance.html", "summary.md", "ctrf.json", "junit.xml", "pytest.html")


def _state(folder: Path) -> dict[str, bytes]:
    """Return every file below the folder with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the reports of a good run."""
    from tests.running import _runner  # noqa: PLC0415 - the fixture of it is one a test

    folder = tmp_path_factory.mktemp("good")
    assert _runner(folder, "slack_conformance")("run", "-k", CASE).code == 0
    return _state(folder / "reports")


def _lay(good: dict[str, bytes], folder: Path) -> None:
    for name, content in good.items():
        path = folder / "reports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--baseline", "nosuch.toml"], 4),
        (["-k", "no-case-of-this-name"], 5),
        (["-k", "(("], 4),
        (["nosuch.py"], 4),
        (["--fixtures"], 0),
        (["--setup-only", "-k", CASE], 5),
        (["--setup-only", "-k", CASE, "-n", "2"], 5),
        (["--collect-only", "-k", CASE], 5),
        (["--previous", "nosuch.jsonl", "--reports", ""], 4),
    ],
)
def test_a_run_without_a_record_leaves_everything_as_it_was(
    command: Runner, tmp_path: Path, good: dict[str, bytes], words: list[str], code: int
) -> None:
    """A slip of the pen costs nobody the reports of the last good run, and never reads as green."""
    _lay(good, tmp_path)
    finished = command("run", *words)
    assert finished.code == code, finished.text
    assert "Traceback" not in finished.text
    assert _state(tmp_path / "reports") == good
    assert "generated xml file" not in finished.text
    if code == 5 and "no-case-of-this-name" not in words:
        assert "no case was tried, so nothing is known" in finished.text


@pytest.mark.parametrize("words", [["-k", "no-case-of-this-name"], ["--collect-only"], ["--plan"], ["--setup-only"]])
def test_nor_does_it_touch_the_reports_that_the_user_named(command: Runner, tmp_path: Path, words: list[str]) -> None:
    for name in ("mine.xml", "mine.html"):
        (tmp_path / name).write_text("earlier", encoding="utf-8")
    command("run", "--junitxml=mine.xml", "--html", "mine.html", "-k", CASE, *words)
    assert [(tmp_path / name).read_text("utf-8") for name in ("mine.xml", "mine.html")] == ["earlier"] * 2


def test_pytest_may_be_told_so_by_the_environment(command: Runner, tmp_path: Path, good: dict[str, bytes]) -> None:
    _lay(good, tmp_path)
    assert command("run", env={"PYTEST_ADDOPTS": "--co"}).code == 5
    assert _state(tmp_path / "reports") == good


def test_nothing_of_the_run_before_stands_beside_a_new_one(
    command: Runner, tmp_path: Path, good: dict[str, bytes]
) -> None:
    """Not even if that is ended the hard way after its first record."""
    _lay(good, tmp_path)
    (tmp_path / "dies.py").write_text("def pytest_runtest_logfinish():\n    import os\n    os._exit(9)\n", "utf-8")
    finished = command("run", "-k", CASE, "-p", "dies")
    assert finished.code == 9, finished.text
    assert set(_state(tmp_path / "reports")) & {"conformance.html", "summary.md", "ctrf.json"} == set()
    assert not [name for name in _state(tmp_path / "reports") if name in good and "allure" in name]
    assert finished.verdicts == {CASE: "PASS"}


def test_a_second_good_run_replaces_all(command: Runner, tmp_path: Path, good: dict[str, bytes]) -> None:
    _lay(good, tmp_path)
    assert command("run", "-k", CASE).code == 0
    after = _state(tmp_path / "reports")
    assert set(NAMES) <= set(after)
    assert not set(after) & {name for name in good if name.endswith(("-result.json", "-container.json"))}
    assert any("allure-results" in name for name in after)


def test_plugins_that_are_switched_off_are_not_asked_for_a_report(command: Runner) -> None:
    finished = command("run", "-k", CASE, "-p", "no:html", "-p", "no:junitxml")
    assert finished.code == 0, finished.text
    assert {path.name for path in (finished.folder / "reports").glob("*.*")} == {*NAMES} - {"junit.xml", "pytest.html"}


def test_a_user_may_want_a_report_elsewhere(command: Runner, tmp_path: Path) -> None:
    finished = command("run", "-k", CASE, "--junitxml=mine.xml")
    assert finished.code == 0, finished.text
    assert (tmp_path / "mine.xml").is_file()
    assert not (tmp_path / "reports/junit.xml").exists()


HOLD = """
import sys
from pathlib import Path
from slack_conformance.run.folder import take
take(Path("reports"), "--reports")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
@pytest.mark.parametrize("runner", ["command", "suite"])
def test_two_runs_do_not_write_into_one_folder(
    request: pytest.FixtureRequest, tmp_path: Path, good: dict[str, bytes], runner: str
) -> None:
    """The second one says so, and touches nothing."""
    pytest.importorskip("fcntl")
    _lay(good, tmp_path)
    run: Runner = request.getfixturevalue(runner)
    with subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", HOLD],
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        finished = run(*(["run"] if runner == "command" else []), "-k", CASE)
        other.communicate("")
    assert finished.code == 4, finished.text
    assert finished.text.count("another run writes its reports here") == 1
    assert "Traceback" not in finished.text
    assert _state(tmp_path / "reports") == good


def test_a_folder_is_free_again_when_its_run_is_over(tmp_path: Path) -> None:
    folders.take(tmp_path / "r", "--reports")
    folders.take(tmp_path / "r", "--reports")
    folders.leave(tmp_path / "r")
    folders.take(tmp_path / "r", "--reports")
    folders.leave(tmp_path / "r")
    folders.leave(tmp_path / "r")


@pytest.mark.parametrize("name", [*NAMES, "allure-results"])
def test_what_is_in_the_way_is_reported_before_the_first_request(command: Runner, tmp_path: Path, name: str) -> None:
    path = tmp_path / "reports" / name
    if name == "allure-results":
        path.parent.mkdir()
        path.write_text("a file", "utf-8")
    else:
        path.mkdir(parents=True)
    finished = command("run", "-k", CASE)
    assert finished.code == 4, finished.text
    assert finished.text.startswith(f"slack-conformance: reports/{name}: is in the way of a")
    assert finished.text.count("\n") == 1


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(DataError, match=r"--reports: .*cannot be made"):
        folders.take(tmp_path / "file", "--reports")


BLOCKS = """
from pathlib import Path
def pytest_runtest_logfinish():
    Path("reports/{name}").mkdir(exist_ok=True)
"""


@pytest.mark.parametrize(
    ("name", "quiet"),
    [
        ("conformance.html", []),
        ("summary.md", []),
        ("ctrf.json", []),
        ("junit.xml", []),
        ("pytest.html", []),
        ("pytest.html", ["-p", "no:terminal"]),
    ],
)
def test_one_report_that_cannot_be_written_costs_no_other(
    command: Runner, tmp_path: Path, name: str, quiet: list[str]
) -> None:
    """The run ends with 3 and says which; the results file says so too."""
    (tmp_path / "blocks.py").write_text(BLOCKS.format(name=name), "utf-8")
    finished = command("run", "-k", CASE, "-p", "blocks", *quiet)
    assert finished.code == finished.footer["exit"] == 3, finished.text
    assert finished.text.count(f"{name}: cannot be written (Is a directory)") == 1
    assert "Traceback" not in finished.text
    assert {path.name for path in (tmp_path / "reports").iterdir() if path.is_file()} >= {*NAMES[:5]} - {name}


LATE = """
import os, signal, sys
def send():
    os.kill(os.getpid(), signal.{name})
{where}
"""
MOMENTS = {
    "summary": "def pytest_terminal_summary(): send()",
    "unconfigure": "import pytest\npytest_unconfigure = pytest.hookimpl(trylast=True)(lambda: send())",
    "very end": "import atexit\natexit.register(send)",
    "after pytest": """
from slack_conformance import cli
before = cli.flush
def flush():
    before()
    send()
cli.flush = flush
""",
}


@pytest.mark.parametrize(
    ("moment", "name"), [*((moment, "SIGINT") for moment in MOMENTS), ("very end", "SIGTERM"), ("summary", "SIGTERM")]
)
def test_a_signal_after_the_reports_are_written_changes_nothing(
    command: Runner, tmp_path: Path, name: str, moment: str
) -> None:
    """The run is over by then: its exit code is the one in the results file."""
    (tmp_path / "late.py").write_text(LATE.format(name=name, where=MOMENTS[moment]), "utf-8")
    finished = command("run", "-k", CASE, "-p", "late")
    assert finished.code == finished.footer["exit"] == 0, finished.text
    assert finished.footer["cut"] is None
    assert "Traceback" not in finished.text


EARLY = """
import importlib.abc, os, signal, sys

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "{module}":
            os.kill(os.getpid(), signal.{name})

sys.meta_path.insert(0, Finder())
"""


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("slack_conformance.cli", "SIGINT"),
        ("slack_conformance.commands.run", "SIGINT"),
        ("slack_conformance.commands.run", "SIGTERM"),
        ("early", "SIGINT"),
        ("early", "SIGHUP"),
    ],
)
def test_a_signal_before_the_first_case_ends_the_run_in_order(
    command: Runner, tmp_path: Path, good: dict[str, bytes], module: str, name: str
) -> None:
    """With 2 and one line, and the reports of the last run are kept."""
    _lay(good, tmp_path)
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(EARLY.format(module=module, name=name), "utf-8")
    path = os.pathsep.join([str(tmp_path / "site"), environment().get("PYTHONPATH", "")])
    finished = command("run", "-k", CASE, "-p", "early", env={"PYTHONPATH": path})
    assert finished.code == 2, finished.text
    assert finished.text == "slack-conformance: interrupted\n"
    assert _state(tmp_path / "reports") == good


FULL = """
import errno
from slack_conformance.results import io
def pytest_runtest_logfinish():
    def write(self, line):
        raise OSError(errno.ENOSPC, "No space left on device")
    io.ResultsWriter.write = write
"""


def test_a_disk_that_is_full_costs_only_what_comes_after(command: Runner, tmp_path: Path) -> None:
    (tmp_path / "full.py").write_text(FULL, "utf-8")
    finished = command("run", "-k", "oauth.access.invalid_code", "-p", "full")
    assert finished.code == 3, finished.text
    said = "reports: the disk is full: results.jsonl keeps 1 case recorded before; not written: conformance.html"
    assert finished.text.count(said) == finished.text.count("ERROR: ") == 1, finished.text
    assert "Traceback" not in finished.text
    assert [line["type"] for line in finished.lines] == ["header", "case"]


SIGNALS = """
import os, signal
from slack_conformance.results.io import ResultsWriter
from slack_conformance.report import files
{where}
def send(*args, _before=before, **kwargs):
    os.kill(os.getpid(), signal.{name})
    return _before(*args, **kwargs)
{put}
"""
WHERE = {
    "footer": ("before = ResultsWriter.write_footer", "ResultsWriter.write_footer = send"),
    "reports": ("before = files.write_reports", "files.write_reports = send"),
}


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("where", WHERE)
def test_a_signal_while_the_reports_are_written_cuts_none_of_them(
    command: Runner, tmp_path: Path, name: str, where: str
) -> None:
    """Exit 2, and both the results file and the page say that the run was ended."""
    before, put = WHERE[where]
    (tmp_path / "sends.py").write_text(SIGNALS.format(where=before, put=put, name=name), "utf-8")
    finished = command("run", "-k", CASE, "-p", "sends")
    assert finished.code == finished.footer["exit"] == 2, finished.text
    assert finished.footer["cut"] == name
    assert [line["type"] for line in finished.lines] == ["header", "case", "footer"]
    assert "Traceback" not in finished.text
    page = (tmp_path / "reports/conformance.html").read_text("utf-8")
    assert name in page
    assert page.rstrip().endswith("</html>")


def test_the_results_are_ascii_whatever_the_target_answers(command: Runner, tmp_path: Path) -> None:
    """Some characters end a line for programs, and others command the terminal that shows the file."""
    odd = "\x85\x9b\u2028\u2029é𝄞"
    body = json.dumps({"ok": False, "error": odd}, ensure_ascii=False).encode()
    with constant(body) as url:
        finished = command("run", "--target", url, "-k", "oauth.access.via")
    content = (tmp_path / "reports/results.jsonl").read_bytes()
    assert content.isascii(), finished.text
    assert len(content.decode().splitlines()) == content.count(b"\n")
    cases = read_results(tmp_path / "reports/results.jsonl").cases
    assert any(odd in exchange.answer.body for case in cases for exchange in case.exchanges if exchange.answer)


def test_the_earlier_results_go_last_and_at_once(command: Runner, tmp_path: Path, good: dict[str, bytes]) -> None:
    """A run that is killed between any two steps leaves no report without its results, and no empty results."""
    _lay(good, tmp_path)
    moved = """
import os
from slack_conformance.results.io import ResultsWriter
def move(self, path):
    os._exit(9)
ResultsWriter.move = move
"""
    (tmp_path / "dies.py").write_text(moved, "utf-8")
    assert command("run", "-k", CASE, "-p", "dies").code == 9
    left = {name: content for name, content in _state(tmp_path / "reports").items() if ".unfinished" not in name}
    assert left == {"results.jsonl": good["results.jsonl"]}


def test_the_ctrf_report_takes_the_place_of_no_other(command: Runner, tmp_path: Path) -> None:
    """And none of an earlier run stays beside newer results if it goes elsewhere."""
    words = ("run", "-k", "oauth.access.via-get.accepted")
    assert command(*words).code == Exit.GOOD
    before = _state(tmp_path / "reports")
    for name in ("results.jsonl", "summary.md"):
        refused = command(*words, "--ctrf", f"reports/{name}")
        assert refused.code == Exit.USAGE, refused.text
        assert "is another report of this run" in refused.text
    assert _state(tmp_path / "reports") == before
    assert command(*words, env={"CONFORMANCE_CTRF": "elsewhere.json"}).code == Exit.GOOD
    assert (tmp_path / "elsewhere.json").is_file()
    assert not (tmp_path / "reports/ctrf.json").exists()
