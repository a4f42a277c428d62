"""`slack-conformance audit` as a user starts it: what it writes, how it ends, and what it says of bad input."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slack_conformance.lab.clients.matrix import CLIENT
from tests.running import ROOT, environment

if TYPE_CHECKING:
    from tests.running import Finished, Runner

GOOD = (sys.executable, str(CLIENT))
ONE = (*GOOD, "", "oauth.access")


def audited(command: Runner, *arguments: str, client: tuple[str, ...] = ONE, **env: str) -> Finished:
    return command("audit", *arguments, "--", *client, env=env)


def script(folder: Path, text: str) -> tuple[str, ...]:
    path = folder / "app.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return sys.executable, "app.py"


def test_a_client_that_conforms_is_green(command: Runner) -> None:
    done = audited(command)
    assert done.code == 0, done.text
    assert done.footer["exit"] == 0
    assert "conforms in the" in done.text
    assert {line["verdict"] for line in done.lines[1:-1]} == {"PASS", "N/A"}
    assert all((done.folder / "reports" / name).is_file() for name in ("conformance.html", "summary.md"))
    shown = [one for line in done.lines[1:-1] if line["verdict"] == "PASS" for one in line["exchanges"]]
    assert "code=$code" in shown[0]["request"]["body"]
    assert shown[0]["answer"]["status"] == 200


def test_reports_are_made_again_from_the_results(command: Runner) -> None:
    audited(command, client=(*GOOD, "unknown-argument"))
    page = command("audit", "-h").folder / "reports" / "conformance.html"
    before = page.read_bytes()
    page.unlink()
    done = command("report", "reports/results.jsonl")
    assert done.code == 0, done.text
    assert page.read_bytes() == before
    assert b"An argument is sent that the method does not have" in before
    assert b"as the profile says" not in before


def test_a_fault_is_red_and_named_first(command: Runner) -> None:
    done = audited(command, client=(*GOOD, "one-shot-twice", "oauth.access"))
    assert done.code == 1
    assert "client.py does not conform" in done.text
    assert "a value that was used is sent again (1 case of rule one-shot-twice)" in done.text
    summary = (done.folder / "reports" / "summary.md").read_text("utf-8")
    assert "A value that was used is sent again" in summary


def test_a_warning_is_red_only_if_strict(command: Runner) -> None:
    warned = (*GOOD, "charset-superfluous", "oauth.access")
    assert audited(command, client=warned).code == 0
    assert audited(command, "--strict", client=warned).code == 1


def test_a_baseline_accepts_a_fault_until_it_is_gone(command: Runner) -> None:
    broken = (*GOOD, "one-shot-twice", "oauth.access")
    audited(command, client=broken)
    terms = ("--issue", "https://issues.example/1", "--owner", "me", "--reason", "later")
    made = command("baseline", "reports/results.jsonl", "--file", "known.toml", *terms, "--expires", soon())
    assert made.code == 0, made.text
    known = audited(command, "--baseline", "known.toml", client=broken)
    assert known.verdicts["client.oauth.access.one-shot-twice"] == "KNOWN"
    assert known.code == 10  # since the client does not end with 0
    assert audited(command, "--baseline", "known.toml").code == 11


def soon() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + 100_000))


def test_what_is_injected_has_cases_of_its_own(command: Runner) -> None:
    done = audited(command, "--inject", "throttled,refused=invalid_code", client=(*GOOD, "failure-not-success"))
    assert done.code == 1
    assert done.verdicts["client.oauth.access.failure-not-success.refused-invalid_code"] == "FAIL"
    assert done.verdicts["client.oauth.access.retry-after.throttled"] == "PASS"
    assert done.verdicts["client.apps.permissions.request.retry-after.throttled"] == "PASS"
    assert len(done.verdicts) == done.lines[0]["cases"]


def test_a_client_that_behaves_differently_each_time_is_not_accused(command: Runner, tmp_path: Path) -> None:
    once = script(
        tmp_path,
        f"""
        import pathlib, subprocess, sys
        count = pathlib.Path("count")
        runs = int(count.read_text()) if count.exists() else 0
        count.write_text(str(runs + 1))
        sys.exit(subprocess.call({[*ONE]!r}) or runs == 1)
        """,
    )
    done = audited(command, "--inject", "warned", client=once)
    assert done.verdicts["client.oauth.access.warning-survived.warned"] == "INCONCLUSIVE"
    assert done.code == 10


def test_a_method_that_is_demanded_and_not_called_is_inconclusive(command: Runner) -> None:
    done = audited(command, "--method", "apps.permissions.request")
    assert done.code == 10
    assert "The client never called apps.permissions.request." in done.text


NEVER_GREEN = {
    "a client that calls nothing": ("pass", "called none of the methods"),
    "a client that breaks": ("raise SystemExit(7)", "called none of the methods"),
    "a client that never ends": ("import time; time.sleep(600)", "called none of the methods"),
    "a client that breaks after its calls": (
        f"import subprocess; subprocess.call({[*ONE]!r}); raise SystemExit(7)",
        "ended with exit code 7 although nothing was made to fail",
    ),
    "a client that hangs after its calls": (
        f"import subprocess, time; subprocess.call({[*ONE]!r}); time.sleep(600)",
        "it did not end within 2 s",
    ),
    "a client with values of its own": (
        """
        import os, urllib.request
        url = os.environ["SLACK_API_URL"] + "oauth.access"
        urllib.request.urlopen(urllib.request.Request(url, b"code=fake-own&client_id=1.2&client_secret=fake"))
        """,
        "No call of oauth.access succeeded.",
    ),
}


@pytest.mark.parametrize("what", NEVER_GREEN)
def test_what_says_nothing_is_never_green(what: str, command: Runner, tmp_path: Path) -> None:
    text, said = NEVER_GREEN[what]
    done = audited(command, "--timeout", "2", client=script(tmp_path, text))
    assert done.code == 10, done.text
    assert done.footer["exit"] == 10
    assert said in done.text
    assert "audit/client.py" not in done.text


def test_values_have_the_names_that_the_user_gives(command: Runner, tmp_path: Path) -> None:
    client = script(
        tmp_path,
        f"""
        import os, subprocess
        names = dict(MY_URL="SLACK_API_URL", MY_CODE="SLACK_CODE", MY_ID="SLACK_CLIENT_ID")
        env = {{**os.environ, **{{theirs: os.environ[mine] for mine, theirs in names.items()}}}}
        assert env["SLACK_CLIENT_ID"] == "1.2"
        raise SystemExit(subprocess.call({[*ONE]!r}, env=env))
        """,
    )
    names = ("--env", "MY_URL=url", "--env", "MY_CODE=code", "--env", "MY_ID=client_id")
    assert audited(command, *names, "--set", "client_id=1.2", client=client).code == 0


def test_a_client_that_sends_no_redirect_uri_is_told_what_to_say(command: Runner, tmp_path: Path) -> None:
    client = script(
        tmp_path,
        """
        import os, urllib.parse, urllib.request
        names = dict(client_id="SLACK_CLIENT_ID", client_secret="SLACK_CLIENT_SECRET", code="SLACK_CODE")
        body = urllib.parse.urlencode({name: os.environ[variable] for name, variable in names.items()})
        urllib.request.urlopen(os.environ["SLACK_API_URL"] + "oauth.access", body.encode())
        """,
    )
    done = audited(command, client=client)
    assert done.code == 10
    assert "--set redirect_uri=" in done.text
    assert audited(command, "--set", "redirect_uri=", client=client).code == 0


BAD_INPUT = {
    "no command": ((), (), "COMMAND: is missing"),
    "a command that does not exist": ((), ("no-such-program",), "no-such-program: there is no such program"),
    "an unknown injection": (("--inject", "droped"), ONE, "Did you mean 'dropped'?"),
    "an unknown code": (("--inject", "refused=invalid_coed"), ONE, "invalid_code"),
    "an unknown method": (("--method", "oauth.acces"), ONE, "oauth.access"),
    "an unknown value": (("--env", "X=tokn"), ONE, "token"),
    "a variable without a value": (("--env", "X"), ONE, "NAME=VALUE_NAME"),
    "a value that cannot be set": (("--set", "team=T1"), ONE, "client_id"),
    "a time that is none": (("--timeout", "soon"), ONE, "not a number of seconds"),
    "no time at all": (("--timeout", "0"), ONE, "not a number of seconds"),
    "a baseline that is not there": (("--baseline", "none.toml"), ONE, "none.toml"),
    "a folder that is a file": (("--reports", "file"), ONE, "file"),
}


@pytest.mark.parametrize("what", BAD_INPUT)
def test_bad_input_gets_one_message(what: str, command: Runner, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    arguments, client, said = BAD_INPUT[what]
    done = audited(command, *arguments, client=client)
    assert done.code == 4, done.text
    assert said in done.text
    assert "Traceback" not in done.text
    assert not (done.folder / "reports" / "results.jsonl").exists()


def test_a_file_that_is_no_program_is_bad_input(command: Runner, tmp_path: Path) -> None:
    (tmp_path / "app").write_bytes(b"\x00no program")
    (tmp_path / "app").chmod(0o755)
    done = audited(command, client=("./app",))
    assert (done.code, "Traceback" in done.text) == (4, False)
    assert "./app: cannot be started" in done.text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_keeps_what_was_found_and_ends_the_client(number: int, tmp_path: Path) -> None:
    client = script(
        tmp_path,
        f"""
        import os, pathlib, subprocess, time
        subprocess.call({[*GOOD, "one-shot-twice", "oauth.access"]!r})
        pathlib.Path("pid").write_text(str(os.getpid()))
        time.sleep(600)
        """,
    )
    words = [sys.executable, "-m", "slack_conformance", "audit", "--", *client]
    running = subprocess.Popen(  # noqa: S603 - our own command
        words, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    pid = wait_for(tmp_path / "pid")
    running.send_signal(number)
    text, _ = running.communicate(timeout=60)
    assert "Traceback" not in text
    lines = (tmp_path / "reports" / "results.jsonl").read_text("utf-8")
    assert '"client.oauth.access.one-shot-twice"' in lines
    assert f'"cut":"{signal.Signals(number).name}"' in lines
    assert running.returncode in {2, -signal.SIGINT}
    wait_until_ended(pid)


def wait_until_ended(pid: int) -> None:
    """Return when the process has ended, though nobody may have asked for its exit code yet."""
    with contextlib.suppress(ProcessLookupError, FileNotFoundError):
        for _ in range(500):
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z":
                return
            time.sleep(0.02)
        pytest.fail("The process is still there.")


def wait_for(path: Path) -> int:
    while not path.exists() or not path.read_text("utf-8"):
        time.sleep(0.02)
    return int(path.read_text("utf-8"))


def test_what_the_client_left_behind_is_ended_too(command: Runner, tmp_path: Path) -> None:
    client = script(
        tmp_path,
        f"""
        import pathlib, subprocess, sys
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        pathlib.Path("pid").write_text(str(child.pid))
        raise SystemExit(subprocess.call({[*ONE]!r}))
        """,
    )
    assert audited(command, client=client).code == 0
    pid = wait_for(tmp_path / "pid")
    wait_until_ended(pid)


def test_the_list_and_the_explanation_have_the_rules(command: Runner) -> None:
    assert "client.oauth.access.one-shot-twice" in command("list", "audit").text
    explained = command("explain", "client.oauth.access.one-shot-twice")
    assert explained.code == 0
    assert "Errors/39" in explained.text


def test_the_client_of_the_documentation_conforms(command: Runner, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "clients-audit.md").read_text("utf-8")
    client = script(tmp_path, page.split("```python\n")[1].split("```")[0])
    done = audited(command, "--inject", "throttled,refused,warned,unknown-field", client=client)
    assert done.code == 0, done.text
    assert done.footer["counts"]["PASS"] > done.footer["counts"]["WARN"]
