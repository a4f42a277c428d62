"""`run` with several profiles: a folder for each, the site over all, and the exit code that wins."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.cli import main
from slack_conformance.lab.deviations import find
from slack_conformance.run.outcome import Exit
from slack_conformance.sandbox.server import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

FAULT = "oauth.access.bad_redirect_uri--any-by-form"
CASE = "oauth.access.bad_redirect_uri.other-host"
SEED = 7


def profile(folder: Path, name: str, url: str, control: str | None = None) -> str:
    """Write a profile, and return its file name."""
    lines = [f'url = "{url}"', f'name = "{name}"', *([f'control = "{control}"'] if control else [])]
    (folder / f"{name}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f"{name}.toml"


def test_two_targets_stand_beside_each_other(command: Runner, tmp_path: Path) -> None:
    catalog = load_catalog()
    with Sandbox(catalog) as good, Sandbox(catalog, deviation=find(FAULT, catalog)) as wrong:
        files = [
            profile(tmp_path, "good", good.url, good.control),
            profile(tmp_path, "wrong", wrong.url, wrong.control),
        ]
        done = command("run", "--profile", files[0], "--profile", files[1], "-k", CASE, "--seed", str(SEED), "-q")
    assert done.code == Exit.FAIL, done.text
    for name in ("good", "wrong"):
        header = json.loads((tmp_path / f"reports/{name}/results.jsonl").read_text("utf-8").splitlines()[0])
        assert header["seed"] == SEED
    assert (tmp_path / "reports/good/conformance.html").is_file()
    rules = json.loads((tmp_path / "reports/site/api/v1/rules.json").read_text("utf-8"))["rules"]
    assert rules["oauth.access.bad_redirect_uri"]["kinds"]["mock"] == {
        "failed": ["wrong"],
        "warned": [],
        "passed": ["good"],
    }
    assert "written: reports/site/index.html (2 implementations" in done.text


INTERRUPTS = """
import os, signal, time
def pytest_runtest_logfinish():
    os.kill(os.getppid(), signal.{name})
    time.sleep(60)  # until the signal comes back
"""


@pytest.mark.skipif(os.name != "posix", reason="a signal to the parent")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_the_run_that_goes_on_in_order_and_begins_no_other(
    command: Runner, tmp_path: Path, name: str
) -> None:
    (tmp_path / "interrupts.py").write_text(INTERRUPTS.format(name=name), encoding="utf-8")
    with Sandbox(load_catalog()) as sandbox:
        for one in ("first", "second"):
            profile(tmp_path, one, sandbox.url, sandbox.control)
        options = ("-k", "oauth.access.bad_redirect_uri", "-p", "interrupts")
        done = command("run", "--profile", "first.toml", "--profile", "second.toml", *options)
    assert done.code == Exit.INTERRUPTED, done.text
    assert "Traceback" not in done.text
    footer = json.loads((tmp_path / "reports/first/results.jsonl").read_text("utf-8").splitlines()[-1])
    assert footer["type"] == "footer"
    assert footer["cut"]
    assert (tmp_path / "reports/first/conformance.html").is_file()
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["first"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--profile", "a.toml", "--profile", "a.toml"], "a.toml and a.toml both have the name 'a'. Give each a name"),
        (["--profile", "a.toml", "--profile", "b.toml"], "b.toml"),
        (["--profile", "a.toml", "--profile", "a.toml", "--target", "http://127.0.0.1:1/"], "is about one target"),
        (
            ["--profile", "a.toml", "--profile", "a.toml", "--gate", "regression"],
            "--gate regression: is about one target",
        ),
        (["--profile", "a.toml", "--profile", "a.toml", "--junitxml=a.xml"], "--junitxml: is about one target"),
        (["--profile", ""], "--profile: is empty"),
    ],
    ids=["one name twice", "no such file", "a target beside them", "gate", "one file", "no name"],
)
def test_profiles_that_cannot_stand_beside_each_other(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One message, before the first request, and no folder."""
    monkeypatch.chdir(tmp_path)
    profile(tmp_path, "a", "http://127.0.0.1:1/api/")
    assert main(["run", *arguments]) == Exit.USAGE
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert message in said
    assert not (tmp_path / "reports").exists()
