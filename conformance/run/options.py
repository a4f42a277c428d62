"""Options, all with our prefix: on the command line, in the environment, or in the ini file, in this order."""

from __future__ import annotations

import argparse
import math
import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ALLURE_OF_WORKER = "conformance_allure"
"""Key under which xdist's controller sends a worker the folder of Allure's results, if the user did not name one."""

EMBEDDED = "embedded sandbox"
EMBEDDED_URL = "embedded"
"""What a header has as the URL of the embedded sandbox, whose port is another one in each process."""

_REPORTS = "reports"

_TEXTS = {
    "target": "URL of the target; the method's name is appended. Default: the embedded sandbox.",
    "profile": "File that describes the target: url, values, states (`slack-conformance target init` writes one).",
    "reports": "Folder for results.jsonl, conformance.html and summary.md. Default: reports; an empty one: none.",
    "previous": "Results file of an earlier run; our report then shows what has changed since.",
    "seed": "Whole number from which everything that a run draws follows. Default: a fresh one for each run.",
    "edition": "Edition whose cases decide the exit code, such as 2026.1. Default: the profile's, else the latest.",
    "max-time": "Seconds that the whole run may take; what is left then is INCONCLUSIVE. Default: any number.",
    "ctrf": "File for the report in the Common Test Report Format. Default: ctrf.json in the folder of the reports.",
    "baseline": "File with the deviations that are known and accepted for now (see `slack-conformance baseline`).",
}

_FLAGS = {
    "strict": "Let a WARN count as a FAIL for the exit code. Also CONFORMANCE_STRICT=1.",
    "explore": "Try further values where something fails, on a real target too. Also CONFORMANCE_EXPLORE=1.",
    "correlate": "Send an id of its case in each request, in X-Conformance-Id. Also CONFORMANCE_CORRELATE=1.",
    "whole": "Let a run that leaves out a case end with 10, whatever left it out. Also CONFORMANCE_WHOLE=1.",
    "plan": "Tell how many requests the run would send and what it cannot reach, and stop.",
    "allow-production": "Let the target be a host of the production service.",
}

_SETTINGS = ("strict", "explore", "correlate", "whole")
"""The flags that can also be ini values and environment variables."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a run; `None` for those that were not given."""

    target: str | None
    profile: str | None
    reports: str | None
    baseline: str | None = None
    previous: str | None = None
    ctrf: str | None = None
    seed: int | None = None
    max_time: float | None = None
    edition: str | None = None
    strict: bool = False
    explore: bool = False
    correlate: bool = False
    whole: bool = False
    plan: bool = False
    allow_production: bool = False

    @property
    def embedded(self) -> bool:
        """Whether the target is our own sandbox."""
        return self.target is None and self.profile is None


NO_OPTIONS = Options(None, None, None)
"""What a run has that was given no option at all."""


def add_options(parser: pytest.Parser) -> None:
    """Declare the options; those with a value can also be ini values and environment variables."""
    group = parser.getgroup("conformance", "conformance of two Slack methods")
    for name, text in _TEXTS.items():
        metavar = {"target": "URL", "reports": "DIR", "seed": "N", "edition": "NAME", "max-time": "SECONDS"}.get(
            name, "FILE"
        )
        kind = partial(_checked, name) if name in NUMBERS else str
        group.addoption(f"--conformance-{name}", metavar=metavar, type=kind, help=f"{text} Also {_variable(name)}.")
        parser.addini(_ini(name), text)
    for name, text in _FLAGS.items():
        group.addoption(f"--conformance-{name}", action="store_true", help=text)
    for name in _SETTINGS:
        parser.addini(_ini(name), _FLAGS[name], type="bool", default=False)


def read_options(config: pytest.Config) -> Options:
    """Return the options of this run. The command line wins over the environment, and that over the ini file.

    Target and profile count as one: the nearest place that names either decides. An empty text means nothing, also for
    the reports, which are written by default.

    Raises `pytest.UsageError` if the seed is not a whole number, or the longest time not a number of seconds.
    """
    places = [
        {name: config.getoption(f"--conformance-{name}") for name in _TEXTS},
        {name: os.environ.get(_variable(name)) for name in _TEXTS},
        {name: config.getini(_ini(name)) or None for name in _TEXTS},
    ]
    said = {name: next((place[name] for place in places if place[name] is not None), None) for name in _TEXTS}
    nearest = next((place for place in places if place["target"] or place["profile"]), places[0])
    said |= {name: nearest[name] for name in ("target", "profile")}
    said["reports"] = _REPORTS if said["reports"] is None else said["reports"]
    flags = {name.replace("-", "_"): bool(config.getoption(f"--conformance-{name}")) for name in _FLAGS}
    texts: dict[str, Any] = {name.replace("-", "_"): text or None for name, text in said.items()}
    for name in _SETTINGS:
        flags[name] = flags[name] or _said_in_environment(name) or config.getini(_ini(name))
    numbers: dict[str, Any] = {}
    for name, read in NUMBERS.items():
        text = texts[name.replace("-", "_")]
        try:
            numbers[name.replace("-", "_")] = None if text is None else read(text)
        except ValueError as error:
            message = f"--conformance-{name}: {error}"
            raise pytest.UsageError(message) from None
    return Options(**{**texts, **numbers, **flags})


def _whole_number(text: str) -> int:
    """Return the number. Raises `ValueError`."""
    if not text.isdecimal():
        raise ValueError(f"{text!r} is not a whole number.")
    return int(text)


def _seconds(text: str) -> float:
    """Return the number. Raises `ValueError`."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise ValueError(f"{text!r} is not a number of seconds above 0.")
    return seconds


NUMBERS: dict[str, Callable[[str], float]] = {"seed": _whole_number, "max-time": _seconds}
"""The options whose value is a number, with the function that reads it or raises `ValueError`."""


def _checked(name: str, text: str) -> str:
    """Return the text of an option of the command line, for which pytest prints the error as wrong usage."""
    try:
        NUMBERS[name](text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _said_in_environment(name: str) -> bool:
    return os.environ.get(_variable(name), "").lower() not in {"", "0", "false", "no", "off"}


def _variable(name: str) -> str:
    return _ini(name).upper()


def _ini(name: str) -> str:
    return f"conformance_{name.replace('-', '_')}"
