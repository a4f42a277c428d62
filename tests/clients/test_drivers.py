"""What a machine lacks is said; a driver that fails is an error, not a row of the table."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from . import drivers
from .drivers import Driver, Language, installed
from .model import Saw

if TYPE_CHECKING:
    from pathlib import Path

ECHO = "import sys\nfor line in sys.stdin:\n print(line, end='', flush=True)\n"
PIZZA = Language(sources=("driver.py",), driver=(sys.executable, "driver.py"), pinned=lambda: {"pytest": "0.0.0"})


@pytest.fixture
def pizza(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the folder of an invented language."""
    (tmp_path / "pizza").mkdir()
    (tmp_path / "pizza/driver.py").write_text(ECHO, "utf-8")
    monkeypatch.setattr(drivers, "FOLDER", tmp_path)
    monkeypatch.setattr(drivers, "INSTALLED", tmp_path / "installed")
    return tmp_path / "pizza"


def speak(monkeypatch: pytest.MonkeyPatch, language: Language) -> str | None:
    """Install the clients of the invented language."""
    monkeypatch.setattr(drivers, "LANGUAGES", {"pizza": language})
    return installed("pizza")


def test_a_driver_answers_order_after_order(pizza: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert speak(monkeypatch, PIZZA) is None
    with Driver("pizza") as driver:
        assert [driver.ask({"n": n}) for n in range(2)] == [{"n": 0}, {"n": 1}]


def test_a_driver_that_ends_is_an_error(pizza: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (pizza / "driver.py").write_text("import sys\nsys.stdin.readline()\n", "utf-8")
    assert speak(monkeypatch, PIZZA) is None
    with Driver("pizza") as driver, pytest.raises(RuntimeError, match="pizza driver ended"):
        driver.ask({"client": "bell", "method": "ring"})


def test_a_driver_that_fails_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="no dough"):
        Saw.of({"failed": "no dough"})


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ({"tools": ("no-such-oven",)}, "pizza: no-such-oven not found"),
        ({"with_tests": ("pytest",)}, "pizza: pytest 0.0.0 not found"),
        ({"install": (sys.executable, "-c", "raise SystemExit('no network')")}, "no network"),
    ],
)
def test_what_a_machine_lacks_is_said(
    pizza: Path, monkeypatch: pytest.MonkeyPatch, lacking: dict[str, tuple[str, ...]], words: str
) -> None:
    said = speak(monkeypatch, replace(PIZZA, **lacking))  # type: ignore[arg-type]
    assert words in (said or "")


def test_only_a_changed_source_is_installed_again(pizza: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    again = replace(PIZZA, install=(sys.executable, "-c", "raise SystemExit('no network')"))
    assert speak(monkeypatch, PIZZA) is None
    assert speak(monkeypatch, again) is None
    (pizza / "driver.py").write_text("changed", "utf-8")
    assert speak(monkeypatch, again) is not None
