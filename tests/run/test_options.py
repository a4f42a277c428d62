"""Where options may be said, and which place wins."""

from __future__ import annotations

from typing import Any, cast

import pytest

from slack_conformance.run.options import read_options


class _Config:
    """As much of a pytest configuration as options are read from."""

    def __init__(self, *, said: bool = False, ini: bool = False) -> None:
        self._said, self._ini = said, ini

    def getoption(self, name: str) -> Any:  # noqa: ANN401 - as pytest's
        return self._said if name in {"--conformance-strict", "--conformance-explore"} else None

    def getini(self, name: str) -> Any:  # noqa: ANN401 - as pytest's
        return self._ini if name in {"conformance_strict", "conformance_explore"} else ""


@pytest.mark.parametrize(
    ("said", "variable", "ini", "strict"),
    [
        (False, "", False, False),
        (True, "", False, True),
        (False, "1", False, True),
        (False, "yes", False, True),
        (False, "False", False, False),
        (False, "0", True, True),
        (False, "", True, True),
    ],
)
@pytest.mark.parametrize("name", ["strict", "explore"])
def test_flags(
    monkeypatch: pytest.MonkeyPatch, name: str, *, said: bool, variable: str, ini: bool, strict: bool
) -> None:
    """Any place suffices: a gate that somebody set is not opened by another place's silence."""
    monkeypatch.setenv(f"CONFORMANCE_{name.upper()}", variable)
    assert getattr(read_options(cast("pytest.Config", _Config(said=said, ini=ini))), name) is strict
