"""A command that fails by a fault of its own ends with 3 and one sentence."""

from __future__ import annotations

import sys

import pytest

from slack_conformance import __main__, cli


@pytest.mark.parametrize("error", [MemoryError(), StopIteration("x"), RuntimeError("xoxa-fake-secret")])
def test_a_crash_is_not_a_fail(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(_name: str) -> None:
        raise error

    monkeypatch.setattr(cli, "import_module", crash)
    monkeypatch.setattr(sys, "argv", ["slack-conformance", "serve"])
    assert __main__.main() == 3
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"fault of its own, not of the target: {type(error).__name__} in cli.py, line " in said
    assert "xoxa" not in said


def test_a_crash_while_it_is_loaded_is_not_a_fail_either(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "slack_conformance.cli", None)
    assert __main__.main() == 3
    assert "__main__.py, line " in capsys.readouterr().err


def test_an_ordinary_end_keeps_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "main", lambda: 11)
    assert __main__.main() == 11
