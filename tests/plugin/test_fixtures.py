"""The sandbox in the tests of an app: what its author writes, in a folder of their own and a fresh process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.running import _runner

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Finished

pytestmark = pytest.mark.slow

APP = """
import os
import urllib.parse
import urllib.request

import pytest

def call(url, method, token="", **arguments):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    data = urllib.parse.urlencode(arguments).encode()
    with urllib.request.urlopen(urllib.request.Request(url + method, data, headers), timeout=5) as answer:
        return answer.read().decode()

def exchange(world, code):
    client = {"client_id": world.client_id, "client_secret": world.client_secret}
    return call(world.url, "oauth.access", code=code, redirect_uri=world.redirect_uri, **client)
"""


def pytest_on(folder: Path, tests: str, *options: str) -> Finished:
    (folder / "test_app.py").write_text(APP + tests, encoding="utf-8")
    plugin = ("-p", "no:cacheprovider", "-p", "slack_conformance.plugin")
    return _runner(folder, "pytest", *plugin)("test_app.py", *options)


USES = """
SEEN = set()

@pytest.mark.parametrize("number", range(6))
def test_each_has_its_own_world(slack_world, number):
    world = slack_world(environment=True)
    assert os.environ["SLACK_API_URL"] == world.url
    assert '"ok":true' in exchange(world, world.code())
    assert [call.ok for call in world.calls] == [True]
    assert world.token not in SEEN
    SEEN.add(world.token)

def test_two_worlds(slack_world, slack_sandbox):
    here, there = slack_world(), slack_world("app-removed", environment={"MY_URL": "url", "MY_TOKEN": "token"})
    assert os.environ["MY_TOKEN"] == there.token != here.token
    assert "SLACK_API_URL" not in os.environ
    assert '"ok":true' in exchange(here, here.code())
    assert there.calls == ()
    assert len(slack_sandbox.worlds) == 2

def test_own_values(slack_world):
    assert slack_world(client_id="1.2").client_id == "1.2"

@pytest.mark.parametrize("again", range(2))
def test_nothing_is_left(slack_sandbox, again):
    assert len(slack_sandbox.worlds) == 0
    assert not {"SLACK_API_URL", "MY_URL"} & {*os.environ}
"""


@pytest.mark.parametrize(
    "options", [(), ("-p", "randomly"), ("-p", "xdist", "-n", "2")], ids=["in order", "in random order", "in parallel"]
)
def test_worlds_are_private_and_gone_after_the_test(tmp_path: Path, options: tuple[str, ...]) -> None:
    finished = pytest_on(tmp_path, USES, *options)
    assert finished.code == 0, finished.text
    assert "10 passed" in finished.text


FAILS = """
def test_fails(slack_world):
    world, other = slack_world(), slack_world()
    code = world.code()
    exchange(world, code)
    exchange(world, code)
    call(world.url, "auth.test", token="xoxb-fake-real")
    call(world.url, "auth.test", token=other.token)
    assert world.calls[-1].ok

def test_sends_nothing(slack_world):
    slack_world()
    assert 0

@pytest.fixture
def installed(slack_world):
    world = slack_world()
    call(world.url, "api.test", token=world.token)
    raise RuntimeError

def test_fails_before_it_begins(installed): pass

def test_passes(slack_world):
    world = slack_world()
    call(world.url, "auth.test", token=world.token)

def test_fails_without_a_world():
    assert 0
"""


@pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "in parallel"])
def test_a_failed_test_shows_its_calls(tmp_path: Path, options: tuple[str, ...]) -> None:
    finished = pytest_on(tmp_path, FAILS, *options)
    exchanged, again, stray, last = _calls(finished, "test_fails")
    assert exchanged.startswith("POST oauth.access (code='")
    assert "client_secret=…" in exchanged
    assert exchanged.endswith("was answered ok")
    assert again.endswith("(code.used)")
    assert stray.startswith("POST auth.test () was answered ")
    assert stray.endswith("; its credentials belong to no world of this test")
    assert last == "POST auth.test () was answered ok"
    (nothing,) = _calls(finished, "test_sends_nothing")
    assert nothing.startswith("none: nothing was sent to the sandbox at http://127.0.0.1:")
    assert _calls(finished, "ERROR at setup of test_fails_before_it_begins") == ["POST api.test () was answered ok"]
    assert finished.text.count("- slack calls -") == 3


def _calls(finished: Finished, test: str) -> list[str]:
    """Return the lines of the section in the report of this test."""
    _, section, text = finished.text.partition(f"_ {test} _")[2].partition("- slack calls -")
    assert section, finished.text
    return [line for line in text.split("\n_")[0].split("\n=")[0].splitlines()[1:] if line]


MANY = """
def test_many(slack_world):
    world = slack_world()
    for number in range(60):
        call(world.url, "api.test", token=world.token, number=number)
    assert 0
"""


def test_of_many_calls_the_last_ones_are_shown(tmp_path: Path) -> None:
    finished = pytest_on(tmp_path, MANY)
    left_out, first, *others = _calls(finished, "test_many")
    assert left_out == "(10 earlier calls are not shown)"
    assert first.startswith("POST api.test (number='10')")
    assert len(others) == 49


WRONG = """
def test_it(slack_world):
    slack_world({})
"""


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ('"app-removd"', "There is no state 'app-removd'. Did you mean 'app-removed'?"),
        ('colour="red"', "A world has no 'colour' of its own"),
        ('environment={"MY_URL": "address"}', "A world has no value 'address'. Known: client_id, "),
    ],
)
def test_what_a_world_cannot_be_is_one_message(tmp_path: Path, wrong: str, message: str) -> None:
    """It points at the line of the test, and shows none of our own."""
    finished = pytest_on(tmp_path, WRONG.format(wrong))
    assert finished.code == 1
    assert finished.text.count(f"E       ValueError: {message}") == 1, finished.text
    assert f">       slack_world({wrong})" in finished.text
    assert "plugin/fixtures.py" not in finished.text.replace("fixtures.py:", "", 1)


UNRELATED = """
import sys

def test_what_is_imported():
    ours = {name.split(".")[1] for name in sys.modules if name.startswith("slack_conformance.")}
    assert not ours & {"sandbox", "catalog"}
"""


def test_a_session_without_a_world_imports_nothing_of_the_sandbox(tmp_path: Path) -> None:
    finished = pytest_on(tmp_path, UNRELATED)
    assert finished.code == 0, finished.text


EDITS = """
import sys

def test_what_is_imported(slack_world):
    slack_world()
    assert not {"jsonschema", "slack_conformance.catalog.edits", "requests"} & {*sys.modules}
"""


def test_a_world_needs_no_cases_and_no_schemas(tmp_path: Path) -> None:
    finished = pytest_on(tmp_path, EDITS)
    assert finished.code == 0, finished.text


def test_without_the_plugin_there_is_no_fixture(tmp_path: Path) -> None:
    (tmp_path / "test_app.py").write_text(WRONG.format(""), encoding="utf-8")
    finished = _runner(tmp_path, "pytest", "-p", "no:slack_conformance.plugin")("test_app.py")
    assert "fixture 'slack_world' not found" in finished.text
