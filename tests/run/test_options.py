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


class _Places:
    """A configuration with texts on the command line and in the ini file."""

    def __init__(self, line: dict[str, str], ini: dict[str, str]) -> None:
        self._line, self._ini = line, ini

    def getoption(self, name: str) -> Any:  # noqa: ANN401 - as pytest's
        return self._line.get(name.removeprefix("--conformance-"))

    def getini(self, name: str) -> Any:  # noqa: ANN401 - as pytest's
        return self._ini.get(name.removeprefix("conformance_"), "")


@pytest.mark.parametrize(
    ("line", "variables", "ini", "expected"),
    [
        ({}, {}, {"profile": "ci.toml"}, (None, "ci.toml")),
        ({}, {"TARGET": "http://e/"}, {"profile": "ci.toml"}, ("http://e/", None)),
        ({"profile": "mine.toml"}, {"TARGET": "http://e/"}, {"target": "http://i/"}, (None, "mine.toml")),
        ({"target": "http://l/"}, {"PROFILE": "e.toml"}, {"profile": "ci.toml"}, ("http://l/", None)),
        ({"target": "http://l/", "profile": "mine.toml"}, {}, {}, ("http://l/", "mine.toml")),
        ({}, {}, {}, (None, None)),
    ],
)
def test_the_nearest_place_names_the_target(
    monkeypatch: pytest.MonkeyPatch,
    line: dict[str, str],
    variables: dict[str, str],
    ini: dict[str, str],
    expected: tuple[str | None, str | None],
) -> None:
    """Command line over environment over ini file: a developer overrides what CI has, and gets no error."""
    for name, text in variables.items():
        monkeypatch.setenv(f"CONFORMANCE_{name}", text)
    options = read_options(cast("pytest.Config", _Places(line, ini)))
    assert (options.target, options.profile) == expected


@pytest.mark.parametrize(
    ("line", "ini", "expected"),
    [({}, {}, "reports"), ({}, {"reports": "there"}, "there"), ({"reports": ""}, {"reports": "there"}, None)],
)
def test_reports_are_written_unless_an_empty_folder_is_named(
    line: dict[str, str], ini: dict[str, str], expected: str | None
) -> None:
    assert read_options(cast("pytest.Config", _Places(line, ini))).reports == expected
