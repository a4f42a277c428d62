"""Switching a target: entered once, left whatever happens, by whichever process is there to do it."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from slack_conformance.target.switch import Switch, Switches, SwitchStanding
from slack_conformance.target.world import Unreachable

if TYPE_CHECKING:
    from pathlib import Path

DOWN, OTHER = "down", "other"


def _write(folder: Path, word: str, status: int = 0) -> tuple[str, ...]:
    """Return a command that adds a word to a file, and ends with this status."""
    program = f"open({str(folder / 'log')!r}, 'a').write('{word} '); raise SystemExit({status})"
    return (sys.executable, "-c", program)


def _switch(folder: Path, state: str = DOWN, enter: int = 0, leave: int = 0) -> Switch:
    return Switch(state, _write(folder, f"+{state}", enter), _write(folder, f"-{state}", leave), folder, 30)


def _log(folder: Path) -> list[str]:
    log = folder / "log"
    return log.read_text("utf-8").split() if log.exists() else []


def test_a_state_is_entered_once_and_left_at_the_end(tmp_path: Path) -> None:
    """What is in the state already needs no command."""
    switches = Switches({DOWN: _switch(tmp_path)})
    with switches.during({DOWN}):
        assert _log(tmp_path) == []
        switches.put(DOWN)
        switches.put(DOWN)
        assert _log(tmp_path) == ["+down"]
    assert _log(tmp_path) == ["+down", "-down"]
    assert switches.end() == SwitchStanding(entered=1)


def test_a_state_is_left_before_another_is_entered_or_none(tmp_path: Path) -> None:
    """The target is never in two states, and a healthy request is sent in none."""
    switches = Switches({DOWN: _switch(tmp_path), OTHER: _switch(tmp_path, OTHER)})
    with switches.during({DOWN, OTHER}):
        for state in (DOWN, OTHER, "healthy", "a state without commands"):
            switches.put(state)
    assert _log(tmp_path) == ["+down", "-down", "+other", "-other"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_state_is_left_after_an_exception(tmp_path: Path, error: type[BaseException]) -> None:
    """Whatever comes up goes on its way once the target is left."""
    switches = Switches({DOWN: _switch(tmp_path)})

    def fail_within() -> None:
        with switches.during({DOWN}):
            switches.put(DOWN)
            raise error

    with pytest.raises(error):
        fail_within()
    assert _log(tmp_path) == ["+down", "-down"]


def test_a_state_that_cannot_be_entered_is_left_all_the_same(tmp_path: Path) -> None:
    """The command may have done half of its work."""
    switches = Switches({DOWN: _switch(tmp_path, enter=3)})
    with pytest.raises(Unreachable, match="ended with status 3"), switches.during({DOWN}):
        switches.put(DOWN)
    assert _log(tmp_path) == ["+down", "-down"]
    with switches.during({DOWN}):
        assert switches.standing.broken == ""


def test_nothing_is_sent_to_a_target_that_could_not_be_left(tmp_path: Path) -> None:
    """Neither within the same case nor in any other, in this process or another of the run."""
    shared = tmp_path / "shared"
    shared.touch()
    known = {DOWN: _switch(tmp_path, leave=4)}
    switches = Switches(known, shared)
    with switches.during({DOWN}):
        switches.put(DOWN)
        with pytest.raises(Unreachable, match="ended with status 4"):
            switches.put("healthy")
    for one in (switches, Switches(known, shared)):
        with pytest.raises(Unreachable, match="The target may still be in it") as raised, one.during(()):
            pass
        assert raised.value.cause.kind == "not-left"
    assert "ended with status 4" in Switches(known, shared).end().broken
    assert _log(tmp_path) == ["+down", "-down"]


def test_what_a_command_says_is_kept_without_its_secrets(tmp_path: Path) -> None:
    """Its last line alone, and that as it may be shown."""
    program = "import sys; sys.stderr.write('first\\nlast fake-secret \\x1b[1m.\\n\\n'); sys.exit(1)"
    switch = Switch(DOWN, (sys.executable, "-c", program), (sys.executable, "-c", program), tmp_path, 30)
    shared = tmp_path / "shared"
    shared.touch()
    switches = Switches({DOWN: switch}, shared)
    switches.hidden = lambda text: text.replace("fake-secret", "$secret")
    with pytest.raises(Unreachable) as raised, switches.during({DOWN}):
        switches.put(DOWN)
    assert "ended with status 1: last $secret [1m." in raised.value.cause.text
    assert "fake-secret" not in shared.read_text("utf-8")
    assert "first" not in shared.read_text("utf-8")


def _die_within(known: dict[str, Switch], shared: Path) -> None:
    switches = Switches(known, shared)
    with switches.during({DOWN}):
        switches.put(DOWN)
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("states", [(), (DOWN,)])
def test_a_process_that_died_leaves_it_to_the_next(tmp_path: Path, states: tuple[str, ...]) -> None:
    """Before its first request, whether its case leaves the target as it is or not."""
    shared = tmp_path / "shared"
    shared.touch()
    known = {DOWN: _switch(tmp_path)}
    dying = multiprocessing.get_context("spawn").Process(target=_die_within, args=(known, shared))
    dying.start()
    dying.join()
    assert _log(tmp_path) == ["+down"]
    with Switches(known, shared).during(states):
        assert _log(tmp_path) == ["+down", "-down"]
    assert Switches(known, shared).end() == SwitchStanding(entered=1)


def test_the_end_of_a_run_leaves_what_a_process_has_left_behind(tmp_path: Path) -> None:
    """It knows of it by the file."""
    shared = tmp_path / "shared"
    shared.write_text(json.dumps({"state": DOWN, "entered": 5, "broken": ""}), encoding="utf-8")
    assert Switches({DOWN: _switch(tmp_path)}, shared).end() == SwitchStanding(entered=5)
    assert _log(tmp_path) == ["-down"]


def test_a_signal_waits_until_the_target_is_left(tmp_path: Path) -> None:
    """It comes while `leave` is at work, which ends first; then the signal has its way."""
    ready = tmp_path / "ready"
    program = (
        f"import os, signal, time; os.kill({os.getpid()}, signal.SIGINT); time.sleep(0.3); open({str(ready)!r}, 'w')"
    )
    switch = Switch(DOWN, (sys.executable, "-c", ""), (sys.executable, "-c", program), tmp_path, 30)
    before = signal.getsignal(signal.SIGINT)
    switches = Switches({DOWN: switch})
    with pytest.raises(KeyboardInterrupt), switches.during({DOWN}):
        switches.put(DOWN)
    assert ready.exists()
    assert signal.getsignal(signal.SIGINT) is before


def test_without_commands_nothing_is_held(tmp_path: Path) -> None:
    """A profile without any pays nothing."""
    switches = Switches({}, tmp_path / "no such file")
    with switches.during({DOWN}):
        switches.put(DOWN)
    assert switches.end() == SwitchStanding()
