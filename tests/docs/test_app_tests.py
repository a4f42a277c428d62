"""The page about the tests of an app: every example on it works as printed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from slack_conformance.sandbox.injections import INJECTIONS
from slack_conformance.sandbox.world import ENVIRONMENT, VALUES
from tests.running import ROOT, _runner, environment

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs/app-tests.md").read_text("utf-8")
EXAMPLES = re.findall(r"((?:^[^\n]+\n)+)\n```(?:python|js)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
FILES = {re.findall(r"`([\w.]+\.(?:py|mjs))`", paragraph)[-1]: text for paragraph, text in EXAMPLES}
"""Every example, by the last name of a file in the paragraph before it."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_every_example_has_a_file() -> None:
    assert len(FILES) == len(re.findall(r"^```\w", PAGE, re.MULTILINE))
    assert {"my_app.py", "test_install.py", "app.test.mjs"} < FILES.keys()


@pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "in parallel"])
def test_the_examples_for_pytest_pass(folder: Path, options: tuple[str, ...]) -> None:
    finished = _runner(folder, "pytest", "-p", "no:cacheprovider", "-p", "slack_conformance.plugin")(*options)
    assert finished.code == 0, finished.text
    defined = sum(text.count("def test_") for text in FILES.values())
    assert f"{defined + 3} passed" in finished.text  # one has three states, one two workspaces


def test_the_bug_that_the_page_puts_in_is_shown_as_printed(folder: Path) -> None:
    app = FILES["my_app.py"]
    line = '        redirect_uri=os.environ["SLACK_REDIRECT_URI"],\n'
    assert app.count(line) == 1
    (folder / "my_app.py").write_text(app.replace(line, ""), encoding="utf-8")
    finished = _runner(folder, "pytest", "-p", "slack_conformance.plugin")("test_install.py")
    assert finished.code == 1, finished.text
    (shown,) = re.findall(r"^    (E .*)^    …\n    (-.*?)^$", PAGE, re.DOTALL | re.MULTILINE)
    printed = [line.strip() for part in shown for line in part.splitlines()]
    assert len(printed) == 4
    for expected in printed:
        assert _without_numbers(expected) in _without_numbers(finished.text), finished.text


def _without_numbers(text: str) -> str:
    return re.sub(r"-{3,}", "---", re.sub(r"code='[\w.]+'|:\d+/", "", text))


def test_the_example_for_unittest_passes(folder: Path) -> None:
    finished = _runner(folder, "unittest")("test_with_unittest")
    assert finished.code == 0, finished.text


CLIENT = """
export class WebClient {
  constructor(token, { slackApiUrl }) { Object.assign(this, { token, slackApiUrl }); }
  oauth = { access: (given) => this.apiCall("oauth.access", given) };
  async apiCall(method, given) {
    const headers = this.token ? { Authorization: `Bearer ${this.token}` } : {};
    const body = new URLSearchParams(given);
    const answer = await (await fetch(this.slackApiUrl + method, { method: "POST", headers, body })).json();
    if (!answer.ok) throw new Error(`An API error occurred: ${answer.error}`);
    return answer;
  }
}
"""
"""As much of @slack/web-api as the example uses."""


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_example_for_javascript_passes(folder: Path) -> None:
    package = folder / "node_modules/@slack/web-api"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"type": "module", "exports": "./index.js"}', encoding="utf-8")
    (package / "index.js").write_text(CLIENT, encoding="utf-8")
    command = folder / ".venv/bin/slack-conformance"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m slack_conformance "$@"\n', encoding="utf-8")
    command.chmod(0o700)
    finished = subprocess.run(  # noqa: S603 - the example of our own page
        [shutil.which("node") or "", "--test", "app.test.mjs"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "# fail 0" in finished.stdout
    assert f"# pass {FILES['app.test.mjs'].count('test(')}" in finished.stdout


def test_every_failure_value_and_variable_is_named() -> None:
    assert re.findall(r"^\| `([\w-]+)` \|.*\|.*\|$", PAGE, re.MULTILINE) == list(INJECTIONS)
    named = {*re.findall(r"`(?:world\.)?(\w+)`", PAGE)}
    assert {*ENVIRONMENT, *VALUES} - named == set()
