"""The sandbox as a process: one line when ready, a clean stop, clear words when it cannot start."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from slack_conformance.cli import main
from slack_conformance.sandbox.minting import PlainMint
from slack_conformance.sandbox.serve import serve
from slack_conformance.sandbox.worlds import EXPIRES_S, WorldStore

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = "import sys; from slack_conformance.sandbox.serve import serve; sys.exit(serve(control=True))"


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    """Start a sandbox in a process of its own."""
    with _started("-c", CODE) as it:
        yield it


@contextlib.contextmanager
def _started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start Python with these arguments, and end it at last."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as it:
        yield it
        if it.poll() is None:
            it.kill()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_stops_on_a_signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    opener = build_opener(ProxyHandler({}))
    for url in (ready["control"], ready["url"] + "apps.permissions.request"):
        with opener.open(url, timeout=60) as answer:
            assert answer.status == 200
    process.send_signal(number)
    rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_its_values_are_good_at_once_and_stay_good(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    values, opener = ready["values"], build_opener(ProxyHandler({}))
    assert [len(set(values[kind])) for kind in ("trigger", "code")] == [5, 5]
    answers = []
    for trigger in (values["trigger"][0], values["trigger"][4], values["trigger"][0]):
        query = urlencode({"scopes": values["scopes"], "trigger_id": trigger})
        request = Request(f"{ready['url']}apps.permissions.request?{query}")  # noqa: S310 - our own server
        request.add_header("Authorization", f"Bearer {values['token']}")
        with opener.open(request, timeout=60) as answer:
            answers.append(json.loads(answer.read()).get("error", "ok"))
    assert answers == ["ok", "ok", "trigger_exchanged"]
    named = {name: values[name] for name in ("client_id", "client_secret", "redirect_uri")}
    with opener.open(ready["url"] + "oauth.access", urlencode({**named, "code": values["code"][4]}).encode()) as answer:
        assert json.loads(answer.read())["ok"] is True


def test_the_control_api_tells_what_happened_in_the_world_that_was_handed_out(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    ready, opener = json.loads(process.stdout.readline()), build_opener(ProxyHandler({}))
    request = Request(ready["url"] + "auth.test", headers={"Authorization": f"Bearer {ready['values']['token']}"})  # noqa: S310 - our own server
    with opener.open(request, timeout=60) as answer:
        assert json.loads(answer.read())["ok"]
    with opener.open(f"{ready['control']}/worlds/{ready['world']}", timeout=60) as answer:
        assert [call["method"] for call in json.loads(answer.read())["calls"]] == ["auth.test"]
    assert f"POST {ready['control']}/worlds" in ready["more"]


def test_the_standing_world_is_never_dropped_and_does_not_age() -> None:
    now = [0.0]
    worlds = WorldStore(PlainMint(), real_time=False, clock=lambda: now[0])
    standing, other = worlds.stand(1, ["trigger"]), worlds.create("healthy", 1, ["trigger"])
    now[0] = 10 * EXPIRES_S
    worlds.create("healthy", 0, [])
    assert (worlds.owner(standing.token.value), worlds.owner(other.token.value)) == (standing, None)
    standing.clock.advance(1e9)
    assert not any(value.expired(standing.clock.now) for value in standing.one_shots["trigger"].values())
    assert worlds.delete("standing")
    assert worlds.owner(standing.token.value) is None


def test_a_port_in_use_is_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve(port=port) == 4
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert f"127.0.0.1:{port}" in error


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("127.0.0.1", 70_000)])
def test_a_bad_address_is_one_message(capsys: pytest.CaptureFixture[str], host: str, port: int) -> None:
    assert serve(host, port) == 4
    assert capsys.readouterr().err.startswith(f"Cannot listen on {host}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "code"), [((), "invalid_trigger"), (("--variant", "example-name"), "invalid_trigger_id")]
)
def test_it_may_conform_in_another_way(options: tuple[str, ...], code: str) -> None:
    """By the reading that a variant follows, a trigger nobody has issued is refused with another code."""
    with _started("-m", "slack_conformance", "serve", "--port", "0", *options) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        query = urlencode({"scopes": ready["values"]["scopes"], "trigger_id": "1.2.abc"})
        request = Request(f"{ready['url']}apps.permissions.request?{query}")  # noqa: S310 - our own server
        request.add_header("Authorization", f"Bearer {ready['values']['token']}")
        with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
            assert json.loads(answer.read())["error"] == code


def test_a_variant_that_does_not_exist_is_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--variant", "indentd"]) == 4
    out, error = capsys.readouterr()
    assert (out, error) == (
        "",
        "slack-conformance: --variant: there is no variant 'indentd'. Did you mean 'indented'?\n",
    )
