"""The GitHub action: its steps as the runner runs them, and what turns the job red."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.lab.deviations import find_all
from slack_conformance.sandbox.server import Sandbox
from tests.baselines import CASE, NOT_REFUSED, entry, write
from tests.ci.composite import Job, read_action
from tests.outside.serving import Handler, serving
from tests.running import ROOT, environment
from tests.targets import closed_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OLD, NEW = NOT_REFUSED, "oauth.access.bad_client_secret--any-by-form"
"""The fault that the base branch has, and the one that a pull request adds."""

CACHE, KEEP, UPLOAD = "actions/cache/restore", "actions/cache/save", "actions/upload-artifact"


@contextlib.contextmanager
def mock(*faults: str) -> Iterator[Mapping[str, str]]:
    """Start a sandbox with these deviations; yields the inputs that name it, and the few cases that it takes."""
    catalog = load_catalog()
    with Sandbox(catalog, deviation=find_all(faults, catalog)) as sandbox:
        yield {"profile": "target.toml", "url": f'url = "{sandbox.url}"\ncontrol = "{sandbox.control}"\n'}


@dataclass
class Repository:
    """A user's repository on GitHub: a base branch with one commit, a pull request, and a cache."""

    folder: Path
    cache: dict[str, bytes] = field(default_factory=dict)
    comments: str = "http://127.0.0.1:9"
    base: str = ""
    named: str = ""
    """The commit of the base branch that the event names."""
    merge: str = ""

    def __post_init__(self) -> None:
        """Make the commits."""
        self.workspace = self.folder / "work"
        self.workspace.mkdir()
        self._git("init", "-q", "-b", "main")
        self.base = self.named = self._commit("base")
        self._git("checkout", "-q", "-b", "change")
        self._commit("change")
        self._git("checkout", "-q", "-b", "merged", "main")
        self._git("merge", "-q", "--no-ff", "-m", "merge", "change")
        self.merge = self._git("rev-parse", "HEAD")

    def job(self, inputs: Mapping[str, str], event: str = "pull_request", **more: str) -> Job:
        """Run the action for the base branch (`push`) or the pull request."""
        given = {"arguments": "-k 'bad_redirect_uri or bad_client_secret'", **inputs, **more}
        (self.workspace / "target.toml").write_text(given.pop("url", ""), encoding="utf-8")
        content = {"pull_request": {"number": 7, "base": {"sha": self.named}}} if event == "pull_request" else {}
        (self.folder / "event.json").write_text(json.dumps(content), encoding="utf-8")
        temporary = self.folder / "temp"
        temporary.mkdir(exist_ok=True)
        of_runner = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_SHA": self.merge if event == "pull_request" else self.base,
            "GITHUB_API_URL": self.comments,
            "GITHUB_REPOSITORY": "someone/mock",
            "RUNNER_TEMP": str(temporary),
        }
        effects = {
            "install": lambda _: {"python": sys.executable},
            CACHE: self._restore,
            KEEP: self._save,
        }
        return Job(ROOT, self.workspace, given, environment(of_runner), effects).run()

    def _restore(self, given: Mapping[str, str]) -> dict[str, str]:
        Path(given["path"]).unlink(missing_ok=True)  # each job has a machine of its own
        if given["key"] in self.cache:
            Path(given["path"]).parent.mkdir(parents=True, exist_ok=True)
            Path(given["path"]).write_bytes(self.cache[given["key"]])
        return {}

    def _save(self, given: Mapping[str, str]) -> dict[str, str]:
        self.cache[given["key"]] = Path(given["path"]).read_bytes()
        return {}

    def _commit(self, text: str) -> str:
        self._git("commit", "-q", "--allow-empty", "-m", text)
        return self._git("rev-parse", "HEAD")

    def _git(self, *words: str) -> str:
        command = ["git", "-c", "user.name=nobody", "-c", "user.email=nobody@example.com", *words]
        return subprocess.run(command, cwd=self.workspace, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - in a folder of the test


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository without anything in its cache."""
    return Repository(tmp_path)


def test_it_is_an_action_by_the_published_schema() -> None:
    """So GitHub reads it. The schema is SchemaStore's, in the package `check-jsonschema`."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - a tool
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_input_reaches_a_script_but_as_a_variable() -> None:
    """An expression in a script is replaced before the shell reads it, so whoever words it writes the script."""
    steps = read_action(ROOT / "action.yml")["runs"]["steps"]
    assert [step for step in steps if "run" in step]
    assert not [step for step in steps if "${{" in step.get("run", "")]


def test_what_an_input_says_is_never_run(repository: Repository) -> None:
    """It is one argument, whatever the shell would make of it."""
    job = repository.job({"target": "$(touch owned)`touch owned`;touch owned\n'\"", "arguments": ""})
    assert job.failed
    assert job.outputs["exit-code"] == "4"
    assert not list(repository.folder.rglob("owned"))


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "Give the target's URL"),
        ({"target": "http://127.0.0.1:9/", "gate": "never"}, "It is `fail` or `regression`."),
        ({"target": "http://127.0.0.1:9/", "arguments": "-k 'open"}, "arguments cannot be read"),
        ({"target": "http://127.0.0.1:9/", "edition": "1066"}, ""),
        ({"profile": "nowhere.toml"}, "nowhere.toml"),
    ],
)
def test_bad_input_is_red(inputs: dict[str, str], said: str, repository: Repository) -> None:
    job = repository.job(inputs)
    assert job.failed
    assert job.outputs["exit-code"] == "4", job.log
    assert said in job.log
    assert "Traceback" not in job.log
    assert UPLOAD not in job.ran


@pytest.mark.slow
def test_a_pull_request_without_a_gate_of_its_own(repository: Repository) -> None:
    """Every failure is red, also an old one; the reports are there, and the job shows the summary."""
    with mock(OLD) as inputs:
        job = repository.job(inputs)
    assert job.failed
    assert job.outputs["exit-code"] == "1"
    assert "::error" in job.log
    reports = Path(job.outputs["reports"])
    assert job.summary == (reports / "summary.md").read_text("utf-8")
    assert "does not conform" in job.outputs["sentence"]
    assert job.ran == ["actions/setup-python", "Install", "Run", UPLOAD, "Gate"]
    assert (reports / "conformance.html").is_file()
    with mock() as inputs:
        good = repository.job(inputs, upload="false")
    assert not good.failed, good.log
    assert good.outputs["exit-code"] == "0"
    assert UPLOAD not in good.ran


@pytest.mark.slow
def test_a_pull_request_is_red_for_what_it_breaks_and_not_for_what_was_broken(repository: Repository) -> None:
    with mock(OLD) as inputs:
        base = repository.job(inputs, "push", gate="regression")
        assert base.failed  # the base branch stays red while it has a fault
        assert list(repository.cache) == [f"slack-conformance-slack-conformance-{repository.base}"]
        repository.named = "0" * 40  # an event may name an older commit than the one that is merged into
        same = repository.job(inputs, gate="regression")
    assert not same.failed, same.log
    assert same.outputs["exit-code"] == "0"
    assert KEEP not in same.ran  # a pull request must not write what others are compared with
    repository.named, repository.merge = repository.base, "0" * 40  # a commit that was not checked out
    with mock(OLD, NEW) as inputs:
        worse = repository.job(inputs, gate="regression")
    assert worse.failed
    assert worse.outputs["exit-code"] == "1"
    assert "something regressed" in worse.log
    with closed_port() as url:
        down = repository.job({"target": url}, gate="regression")
    assert down.failed
    assert down.outputs["exit-code"] == "10"


@pytest.mark.slow
def test_without_results_of_the_base_everything_counts(repository: Repository) -> None:
    with mock(OLD) as inputs:
        job = repository.job(inputs, gate="regression")
    assert job.failed
    assert "There are no results of the commit" in job.log


@pytest.mark.slow
def test_a_committed_file_is_an_earlier_run_too(repository: Repository) -> None:
    """It needs no cache, and its fault stays green for each event."""
    with mock(OLD) as inputs:
        first = repository.job(inputs)
        kept = (Path(first.outputs["reports"]) / "results.jsonl").read_bytes()
        (repository.workspace / "accepted.jsonl").write_bytes(kept)
        job = repository.job(inputs, "push", gate="regression", previous="accepted.jsonl")
    assert not job.failed, job.log
    assert CACHE not in job.ran


@pytest.mark.slow
def test_a_target_that_is_down_is_never_green(repository: Repository) -> None:
    """Not even if it was down before."""
    with closed_port() as url:
        base = repository.job({"target": url}, "push", gate="regression")
        job = repository.job({"target": url}, gate="regression")
    assert not repository.cache
    assert (base.failed, job.failed) == (True, True)
    assert job.outputs["exit-code"] == "10"


@pytest.mark.slow
def test_a_baseline_accepts(repository: Repository) -> None:
    write(repository.workspace, entry())
    with mock(OLD) as inputs:
        job = repository.job(inputs, baseline="baseline.toml")
        strict = repository.job(inputs, baseline="nowhere.toml")
    assert not job.failed, job.log
    assert CASE in (repository.workspace / "reports/results.jsonl").read_text("utf-8")
    assert strict.outputs["exit-code"] == "4"
    assert UPLOAD not in strict.ran  # the reports are those of the run before
    assert strict.outputs["sentence"] == "The run ended with 4, and its log says why."


KILLED = """
import os, signal
from pathlib import Path
Path("reports").mkdir()
Path("reports/results.jsonl").write_text({text!r})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", '{"type":"header"}\n{"type":"ca'], ids=["nothing", "half a line"])
def test_a_run_that_is_killed_while_it_writes_still_has_outputs(repository: Repository, text: str) -> None:
    (repository.workspace / "slack_conformance").mkdir()
    (repository.workspace / "slack_conformance/__init__.py").touch()
    (repository.workspace / "slack_conformance/__main__.py").write_text(KILLED.format(text=text))
    job = repository.job({"target": "http://127.0.0.1:9/"})
    assert job.failed
    assert "Traceback" not in job.log
    assert job.outputs["exit-code"] == "-9"
    assert job.outputs["sentence"] == "The run ended with -9, and its log says why."


class GitHub(Handler):
    """The comments of a pull request; the second of them was copied by a user."""

    refuses = False
    comments: list[dict[str, object]]

    def answer(self) -> None:
        """List, add or replace comments."""
        content = json.loads(self.body() or b"null")
        assert self.headers["Authorization"] == "Bearer fake-token-of-the-job"
        if self.refuses:
            self.reply_json({"message": "Resource not accessible by integration"}, 403)
        elif self.command == "GET":
            assert self.path.startswith("/repos/someone/mock/issues/7/comments?")
            self.reply_json(self.comments)
        elif self.command == "POST":
            place = f"http://{self.headers['Host']}/own"
            self.comments.append({"url": place, "user": {"type": "Bot"}, "body": content["body"]})
            self.reply_json({}, 201)
        else:
            assert (self.command, self.path) == ("PATCH", "/own")
            self.comments[-1]["body"] = content["body"]
            self.reply_json({})


@pytest.mark.slow
def test_a_comment_is_written_once_and_then_replaced(repository: Repository) -> None:
    mark = "<!-- slack-conformance: slack-conformance -->"
    copied = {"url": "http://127.0.0.1:9/", "user": {"type": "User"}, "body": f"{mark}\nAll is well."}
    deleted = {"url": "http://127.0.0.1:9/", "user": None, "body": f"{mark}\nAll is well."}
    there: type[GitHub] = type("There", (GitHub,), {"comments": [deleted, copied]})
    with serving(there) as repository.comments:
        with mock(OLD) as inputs:
            repository.job(inputs, comment="true")
        assert len(there.comments) == 3
        body = str(there.comments[2]["body"])
        assert body.startswith(f"{mark}\n")
        assert (repository.workspace / "reports/summary.md").read_text("utf-8") in body
        assert body.endswith("Exit code 1.")
        with mock() as inputs:
            repository.job(inputs, comment="true")
            assert "Exit code 0." in str(there.comments[2]["body"])
            assert "Comment" not in repository.job(inputs).ran
            there.refuses = True
            job = repository.job(inputs, comment="true")
    assert len(there.comments) == 3
    assert there.comments[:2] == [deleted, copied]
    assert not job.failed, job.log
    assert "::warning title=slack-conformance::The comment could not be written (403)." in job.log


@pytest.mark.slow
def test_the_suite_is_installed_into_an_environment_of_its_own(tmp_path: Path) -> None:
    """Without a network here: what it depends on is taken from this environment."""
    here = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    variables = {**environment({"GITHUB_OUTPUT": str(tmp_path / "out"), "RUNNER_TEMP": str(tmp_path)}), **here}
    variables |= {"PYTHONPATH": sysconfig.get_path("purelib"), "VERSION": "", "GITHUB_ACTION_PATH": str(ROOT)}
    steps = [sys.executable, str(ROOT / ".github/action/steps.py"), "install"]
    subprocess.run(steps, env=variables, check=True)  # noqa: S603 - our own script
    python = (tmp_path / "out").read_text("utf-8").splitlines()[1]
    assert Path(python).is_relative_to(tmp_path)
    where = [python, "-c", "import slack_conformance; print(slack_conformance.__file__)"]
    done = subprocess.run(where, env=variables, cwd=tmp_path, check=True, capture_output=True, text=True)  # noqa: S603 - as above
    assert Path(done.stdout.strip()).is_relative_to(tmp_path)
