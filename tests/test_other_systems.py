"""Systems that lack what Linux has: the suite works without it, and says so where something cannot be done."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slack_conformance import locks, signals
from slack_conformance.catalog.datafile import DataError
from slack_conformance.run.folder import leave, take
from slack_conformance.target.stock import InFile
from slack_conformance.target.switch import Switch, Switches
from slack_conformance.target.world import Unreachable
from tests.running import environment

if TYPE_CHECKING:
    from types import ModuleType

PACKAGE = Path(__file__).parents[1] / "conformance"

LACKING = {
    "os": {"fork", "getuid", "geteuid", "killpg", "mkfifo", "setsid", "statvfs", "uname"},
    "signal": {"SIGALRM", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGUSR1", "alarm", "pthread_sigmask", "setitimer"},
    "socket": {"MSG_DONTWAIT", "MSG_NOSIGNAL", "SO_REUSEPORT", "TCP_QUICKACK"},
}
"""What Windows does not have; TCP_QUICKACK is Linux's alone."""

MODULES = {"fcntl", "grp", "pwd", "resource", "termios", "tty"}
PLACES = {
    "fcntl": "locks.py",
    "killpg": "signals.py",
    "SIGKILL": "signals.py",
    "pthread_sigmask": "signals.py",
    "SIGHUP": "sandbox/serve.py",
    "TCP_QUICKACK": "wire/tape.py",
}
"""The one module that may use each, and does so only where it exists."""

WITHOUT = f"""
import os, signal, socket, sys
for name in {sorted(PLACES)!r}:
    for module in (os, signal, socket):
        if hasattr(module, name):
            delattr(module, name)
    sys.modules[name] = None
from slack_conformance.__main__ import main
sys.exit(main())
"""
"""Starts our command in a process that lacks all that we use; what other packages use is their affair."""


def _used(path: Path) -> set[str]:
    """Return what the module uses of the things that other systems lack."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found |= {node.attr} & LACKING.get(node.value.id, set())
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names} & LACKING.get(node.module or "", set())
            found |= {node.module or ""} & MODULES
    return found


def test_what_other_systems_lack_is_used_in_one_place_each() -> None:
    used = [(name, path.relative_to(PACKAGE).as_posix()) for path in PACKAGE.rglob("*.py") for name in _used(path)]
    assert dict(used) == PLACES
    assert len(used) == len(PLACES)


def _loaded_anew(module: ModuleType) -> ModuleType:
    """Load the module once more, beside the one that everybody uses."""
    spec = importlib.util.spec_from_file_location(f"{module.__package__}.anew", module.__file__)
    assert spec is not None
    assert spec.loader is not None
    anew = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(anew)
    return anew


def test_without_fcntl_there_are_no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    anew = _loaded_anew(locks)
    assert not anew.available()
    anew.lock(0)  # not even a file that could be locked


def test_without_sighup_sigterm_still_ends_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "SIGHUP", raising=False)
    assert _loaded_anew(signals).ENDING == (signal.SIGTERM,)


def test_without_process_groups_a_command_is_killed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "killpg", raising=False)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        signals.kill(process)
        assert process.returncode != 0


def test_without_masks_no_signal_is_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "pthread_sigmask", raising=False)
    with signals.sigint_blocked():
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "fcntl", None)


def test_without_locks_a_folder_of_reports_can_be_taken(no_locks: None, tmp_path: Path) -> None:
    """A folder cannot be opened there either."""
    take(tmp_path / "reports", "--reports")
    leave(tmp_path / "reports")
    assert (tmp_path / "reports").is_dir()


def test_without_locks_a_file_that_loses_values_is_refused(no_locks: None, tmp_path: Path) -> None:
    """The message names the way out."""
    path = tmp_path / "codes.txt"
    path.write_text("v1 v2", encoding="utf-8")
    with pytest.raises(DataError, match=r"no file locks\. Set keep = true"):
        InFile("codes.txt", path, "values.code", str)


def test_without_locks_one_of_several_processes_switches_nothing(no_locks: None, tmp_path: Path) -> None:
    """The requests of the others would meet the state; a run of one process may."""
    entered = (sys.executable, "-c", f"open({str(tmp_path / 'entered')!r}, 'w')")
    known = {"down": Switch("down", entered, (), tmp_path, 30)}
    (shared := tmp_path / "shared").touch()
    switches = Switches(known, shared)
    with pytest.raises(Unreachable, match="no file locks") as raised, switches.during({"down"}):
        switches.put("down")
    assert raised.value.cause.needs == "A run without -n."
    assert not (tmp_path / "entered").exists()
    alone = Switches(known)
    with alone.during({"down"}):
        alone.put("down")
    assert (tmp_path / "entered").exists()


def _without(*arguments: str) -> list[str]:
    return [sys.executable, "-c", WITHOUT, *arguments]


@pytest.mark.slow
def test_a_run_needs_none_of_it(tmp_path: Path) -> None:
    command = _without("run", "-k", "oauth.access.bad_redirect_uri")
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "reports/conformance.html").exists()


@pytest.mark.slow
def test_serve_needs_none_of_it(tmp_path: Path) -> None:
    with subprocess.Popen(  # noqa: S603 - our own command
        _without("serve", "--port", "0"), cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        served = json.loads(process.stdout.readline())
        process.terminate()
    assert served["url"].startswith("http://127.0.0.1:")
    assert process.returncode == 0
