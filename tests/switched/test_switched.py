"""States that a profile's commands switch on and off: the target is left in every case, and the run says so."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.running import environment
from tests.switched.mock import TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner
    from tests.switched.conftest import Switched

STATES = ("maintenance", "method-retired", "network-closed-to-method")
LEAVE = [sys.executable, "call.py", "state/"]
RUN = ("run", "--profile", "mock.toml", "-k", " or ".join(f"{state}]" for state in STATES))


def test_a_state_that_is_switched_by_a_call(command: Runner, switched: Switched) -> None:
    """The base is sent before, the edited request within, and the target is healthy at the end."""
    for state in STATES:
        switched.state(state)
    switched.write()
    finished = command(*RUN)
    assert set(finished.verdicts.values()) == {"PASS"}, finished.text
    assert len(finished.verdicts) == 2 * len(STATES)
    assert finished.code == 0
    assert "into a state 6 times, and out of it each time" in finished.text
    assert switched.states_at_end == "leave"
    for state in STATES:
        within = [what for held, what in switched.asked if held == state]
        assert sorted(what for what in within if what != "leave") == ["apps.permissions.request", "oauth.access"]


def test_a_command_that_fails_to_enter(command: Runner, switched: Switched) -> None:
    """Nothing is judged, the cause gives its status and last words without a secret, and the state is left."""
    token = "open('token.txt').read()"
    enter = f"import sys; print('first line\\n' + {token}, 'is not welcome.', file=sys.stderr); sys.exit(7)"
    switched.state("maintenance", enter=enter)
    switched.write()
    finished = command("run", "--profile", "mock.toml", "-k", "maintenance]")
    assert set(finished.verdicts.values()) == {"INCONCLUSIVE"}, finished.text
    assert finished.code == 10
    assert "into the state 'maintenance' ended with status 7: $token is not welcome." in finished.text
    assert TOKEN not in finished.text
    assert [what for _, what in switched.asked].count("leave") == 2


def test_a_command_that_takes_too_long(command: Runner, switched: Switched) -> None:
    """It is ended with all that it has started, and the state is left."""
    survives = "import time; time.sleep(3); open('survived', 'w')"
    enter = (
        "import subprocess, sys; subprocess.run([sys.executable, 'call.py', 'state/maintenance']); "
        f'subprocess.run([sys.executable, "-c", "{survives}"])'
    )
    switched.state("maintenance", enter=enter)
    switched.write("switch_s = 2")
    finished = command("run", "--profile", "mock.toml", "-k", "maintenance]")
    assert set(finished.verdicts.values()) == {"INCONCLUSIVE"}, finished.text
    assert "took longer than 2 seconds, which is the profile's switch_s" in finished.text
    assert switched.states_at_end == "leave"
    assert not (switched.folder / "survived").exists()


def test_a_program_that_does_not_exist(command: Runner, switched: Switched) -> None:
    """The cause says so; there is nothing to leave, and leaving is tried all the same."""
    switched.tables.append(f'[state.maintenance]\nenter = ["./nowhere"]\nleave = {json.dumps(LEAVE)}')
    switched.write()
    finished = command("run", "--profile", "mock.toml", "-k", "maintenance]")
    assert "into the state 'maintenance' did not run (FileNotFoundError)" in finished.text
    assert switched.states_at_end == "leave"
    assert finished.code == 10


def test_a_target_that_cannot_be_left_is_sent_nothing_more(command: Runner, switched: Switched) -> None:
    """What was judged before stays; the rest is inconclusive for a reason of its own, and the run is not green."""
    switched.state("maintenance", leave="raise SystemExit('no way back')")
    switched.state("method-retired")
    switched.write()
    finished = command("run", "--profile", "mock.toml", "-p", "no:randomly", "-k", "maintenance] or method-retired]")
    assert finished.code == 10
    until = 1 + next(at for at, case in enumerate(finished.verdicts) if "maintenance" in case)
    assert list(finished.verdicts.values()) == ["PASS"] * until + ["INCONCLUSIVE"] * (4 - until), finished.text
    assert "takes the target out of the state 'maintenance' ended with status 1: no way back." in finished.text
    assert len([what for held, what in switched.asked if held == "maintenance"]) == 1


def test_a_last_case_that_cannot_be_left_is_not_green_either(command: Runner, switched: Switched) -> None:
    """Every case has passed, and still the target may not be as it was."""
    switched.state("maintenance", leave="raise SystemExit(3)")
    switched.write('methods = ["oauth.access"]')
    finished = command("run", "--profile", "mock.toml", "-k", "oauth.access and maintenance]")
    assert set(finished.verdicts.values()) == {"PASS"}, finished.text
    assert finished.code == finished.footer["exit"] == 10
    assert any("ended with status 3" in note for note in finished.footer["notes"])


@pytest.mark.parametrize(("name", "workers"), [("SIGINT", ("-n", "2")), ("SIGTERM", ())], ids=["two", "alone"])
def test_a_run_that_is_ended_within_a_state(
    switched: Switched, tmp_path: Path, name: str, workers: tuple[str, ...]
) -> None:
    """The signal comes while `enter` is at work; the target is left all the same, and the last words say so."""
    slow = "import subprocess, sys, time; subprocess.run([sys.executable, 'call.py', 'state/maintenance']); "
    switched.state("maintenance", enter=slow + "open('within', 'w').close(); time.sleep(60)")
    switched.write("switch_s = 100")
    arguments = [
        sys.executable,
        "-m",
        "slack_conformance",
        "run",
        "--profile",
        "mock.toml",
        "-k",
        "maintenance]",
        *workers,
    ]
    with (tmp_path / "out.txt").open("w", encoding="utf-8") as out:
        run = subprocess.Popen(arguments, cwd=tmp_path, env=environment(), stdout=out, stderr=out)  # noqa: S603 - our own command
        while not (tmp_path / "within").exists():
            assert run.poll() is None
            time.sleep(0.05)
        run.send_signal(getattr(signal, name))
        code = run.wait(100)
    text = (tmp_path / "out.txt").read_text("utf-8")
    assert code == 2, text
    assert switched.states_at_end == "leave", text
    assert "into a state once, and out of it each time" in text


def test_two_workers_never_send_while_another_has_switched(command: Runner, switched: Switched) -> None:
    """In a state only the requests of its own cases come in, and all verdicts are as those of one process."""
    for state in STATES:
        switched.state(state)
    switched.write()
    chosen = " or ".join(
        [*(f"{state}]" for state in STATES), "unknown-by-form", "unknown-by-get", "wrong-by", "second-use"]
    )
    chosen = f"({chosen}) and not (multipart or another-token)"
    finished = command("run", "--profile", "mock.toml", "-n", "2", "-k", chosen)
    assert set(finished.verdicts.values()) == {"PASS"}, finished.text
    assert finished.code == 0
    assert f"into a state {2 * len(STATES)} times" in finished.text
    switches = [what for _, what in switched.asked if what.startswith(("enter", "leave"))]
    assert [what.partition(" ")[0] for what in switches] == ["enter", "leave"] * (2 * len(STATES))
    for state in STATES:
        within = [what for held, what in switched.asked if held == state and what != "leave"]
        assert sorted(within) == ["apps.permissions.request", "oauth.access"]


def test_a_state_that_a_header_tells(command: Runner, switched: Switched) -> None:
    """The header goes with the edited request alone."""
    switched.tables.append('[state.maintenance]\nheaders = { X-Mock-State = "maintenance" }')
    switched.write()
    finished = command("run", "--profile", "mock.toml", "-k", "maintenance]")
    assert set(finished.verdicts.values()) == {"PASS"}, finished.text
    sent = [exchange for line in finished.lines for exchange in line.get("exchanges", ())]
    told = {exchange["role"] for exchange in sent if "X-Mock-State" in dict(exchange["request"]["headers"])}
    assert told == {"edited"}
