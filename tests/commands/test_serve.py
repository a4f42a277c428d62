"""`serve` for people, in a terminal, and for programs, in a pipe."""

from __future__ import annotations

import contextlib
import io
import json
import os
import select
import subprocess
import sys
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pytest

from slack_conformance.cli import main
from slack_conformance.commands.serve_log import CallLog
from slack_conformance.output import painted
from slack_conformance.sandbox import ReceivedCall

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal takes a POSIX system")


@dataclass
class Served:
    """A sandbox in a process of its own, whose standard error is a terminal."""

    process: subprocess.Popen[bytes]
    terminal: int
    text: str = field(default="")

    def read_until(self, words: str) -> str:
        """Return what comes in the terminal until these words, with them."""
        while words not in self.text:
            assert select.select([self.terminal], [], [], 60)[0], f"{words!r} does not come; there is {self.text!r}"
            self.text += os.read(self.terminal, 65536).decode()
        seen, _, self.text = self.text.partition(words)
        return seen + words


@contextlib.contextmanager
def served(*options: str, stdout: bool = True, **environment: str) -> Iterator[Served]:
    """Start `serve` in a terminal; without `stdout` its standard output is a pipe."""
    terminal, end = os.openpty()
    command = [sys.executable, "-m", "slack_conformance", "serve", "--port", "0", *options]
    out = end if stdout else subprocess.PIPE
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | environment
    with subprocess.Popen(command, stdout=out, stderr=end, env=env) as process:  # noqa: S603 - our own interpreter and code
        os.close(end)
        try:
            yield Served(process, terminal)
        finally:
            process.terminate()
            process.wait(60)
            os.close(terminal)
    assert process.returncode == 0


def run(line: str) -> dict[str, object]:
    """Run a line that was printed, as somebody who copies it does."""
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True)  # noqa: S603, S607 - as it was printed
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


def curl_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.startswith("curl ")]


@pytest.mark.slow
def test_in_a_terminal_it_prints_lines_that_work_as_printed() -> None:
    with served() as sandbox:
        text = sandbox.read_until("For more triggers and codes, start with --one-shots N")
        assert "\x1b[" in text
        assert "{" not in text
        lines = curl_lines(text)
        assert len(lines) == 2
        assert [run(line)["ok"] for line in lines] == [True, True]
        log = sandbox.read_until("code=")
        assert "POST apps.permissions.request scopes=" in log
        assert run(lines[0])["ok"] is False
        assert "nearest" not in sandbox.read_until("trigger_exchanged")


@pytest.mark.slow
def test_it_explains_refused_calls_if_asked_to() -> None:
    with served("--explain", "--control", NO_COLOR="1") as sandbox:
        text = sandbox.read_until("/worlds.")
        assert "\x1b[" not in text
        (line, _) = curl_lines(text)
        assert [run(line)["ok"], run(line)["ok"]] == [True, False]
        block = sandbox.read_until("nearest")
        block += sandbox.read_until("\n")
        assert block.count("-> ok") == 1
        assert "call 1 used this one up" in block
        assert run(block.partition("nearest")[2].strip())["ok"] is True


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_programs_get_their_line_beside_a_terminal(options: tuple[str, ...]) -> None:
    with served(*options, stdout=False) as sandbox:
        assert sandbox.process.stdout is not None
        ready = json.loads(sandbox.process.stdout.readline())
        assert ready["world"] == "standing"
        if not options:
            assert ready["url"] in sandbox.read_until(ready["url"])


@pytest.mark.slow
def test_a_terminal_gets_the_line_if_asked_to() -> None:
    with served("--json", "--one-shots", "7") as sandbox:
        ready = json.loads(sandbox.read_until("\n"))
        assert len(ready["values"]["code"]) == 7


@pytest.mark.slow
def test_it_ends_quietly_when_its_terminal_is_gone() -> None:
    with served("--explain", stdout=False) as sandbox:
        assert sandbox.process.stdout is not None
        ready = json.loads(sandbox.process.stdout.readline())
        os.close(sandbox.terminal)
        sandbox.terminal = os.open(os.devnull, os.O_RDONLY)
        answers = [run(f"curl -qsS --noproxy '*' {ready['url']}api.test") for _ in range(3)]
        assert [answer["ok"] for answer in answers] == [True] * 3


@pytest.mark.slow
def test_explanations_reach_a_log_without_colours() -> None:
    command = [sys.executable, "-m", "slack_conformance", "serve", "--port", "0", "--explain"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own interpreter and code
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        run(f"curl -qsS --noproxy '*' {ready['url']}oauth.access -d code=none")
        process.terminate()
        rest, log = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, "")
    assert [line.split()[0] for line in log.splitlines()[1:]] == ["rule", "sent", "right", "nearest"]
    assert log.isascii()
    assert "\x1b" not in log


@pytest.mark.parametrize("number", ["0", "-1", "10001"])
def test_a_number_out_of_bounds_is_one_message(capsys: pytest.CaptureFixture[str], number: str) -> None:
    assert main(["serve", "--one-shots", number]) == 4
    assert capsys.readouterr().err == f"slack-conformance: --one-shots: {number} is not between 1 and 10000.\n"


def call(**changes: object) -> ReceivedCall:
    made = ReceivedCall(1, "pizza.order", "POST", (), {}, {"size": "large"}, None, None, None, 0.0, 0.0, 0)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def logged(received: ReceivedCall) -> str:
    stream = io.StringIO()
    CallLog(stream, partial(painted, stream=stream), None)(received, None)
    return stream.getvalue()


def test_a_line_says_what_was_asked_and_answered() -> None:
    assert logged(call())[8:] == " POST pizza.order size=large -> ok\n"
    assert logged(call(warnings=("hot",), injected="warned")).endswith(" -> ok (warning: hot) (injected: warned)\n")


def test_a_line_stays_one_short_line_whatever_was_sent() -> None:
    hostile = {f"{number}\x1b[31m": "x\r\n" * 1000 for number in range(100)}
    text = logged(call(form=hostile, method="\x1b]0;title\x07" * 100))
    assert text.count("\n") == 1
    assert text[:-1].isprintable()
    assert len(text) < 1000


def test_a_closed_stream_loses_the_line_and_raises_nothing() -> None:
    stream = io.StringIO()
    log = CallLog(stream, partial(painted, stream=stream), None)
    stream.close()
    log(call(), None)
