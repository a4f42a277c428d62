"""The example app: its tests pass in any order, and each of three bugs turns them red with a sentence that names it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.running import ROOT, _runner

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Finished

pytestmark = pytest.mark.slow


def run(folder: Path, *options: str, change: tuple[str, str] = ("", "")) -> Finished:
    """Run the example's tests in a copy of it; in its app, replace a text that stands there once."""
    shutil.copytree(ROOT / "examples/oauth-app", folder, dirs_exist_ok=True)
    text = (folder / "app.py").read_text("utf-8")
    old, new = change
    assert not old or text.count(old) == 1
    (folder / "app.py").write_text(text.replace(old, new, 1), encoding="utf-8")
    return _runner(folder, "pytest", "-p", "no:cacheprovider", "-p", "slack_conformance.plugin")(*options)


@pytest.mark.parametrize(
    "options", [(), ("-p", "randomly"), ("-p", "xdist", "-n", "2")], ids=["in order", "in random order", "in parallel"]
)
def test_it_passes(tmp_path: Path, options: tuple[str, ...]) -> None:
    finished = run(tmp_path, *options)
    assert finished.code == 0, finished.text


OAUTH_BY_POST = """WebClient(base_url=self._api).oauth_access(
            client_id=self._client_id, client_secret=self._client_secret, code=code, redirect_uri=self._redirect_uri
        )"""
OAUTH_BY_URL = """WebClient(base_url=self._api).api_call(
            "oauth.access?" + urlencode({"client_id": self._client_id, "client_secret": self._client_secret,
            "code": code, "redirect_uri": self._redirect_uri})
        )"""
CHECKED = f"""        answer = {OAUTH_BY_POST}
        return {{name: answer[name]"""
NOT_CHECKED = f"""        try:
            answer = {OAUTH_BY_POST}
        except SlackApiError as error:
            answer = error.response
        return {{name: str(answer.get(name))"""

BUGS = {
    "the code is exchanged twice": (
        ("            answer = self._exchange(code)\n", "            answer = self._exchange(code)\n" * 2),
        "one-shot-twice (must; ",
    ),
    "ok is not checked": (
        (CHECKED, NOT_CHECKED),
        "failure-not-success (should; ",
    ),
    "the secret is in the query": (
        (OAUTH_BY_POST, OAUTH_BY_URL),
        "credentials-in-query (may; ",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), BUGS.values(), ids=BUGS)
def test_a_bug_is_named(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    """By the line with the error, and the calls that led to it are below."""
    finished = run(tmp_path, change=change)
    assert finished.code == 1, finished.text
    assert [line for line in finished.text.splitlines() if line.startswith("E ") and sentence in line], finished.text
    assert "- slack calls -" in finished.text
