"""`slack-conformance prove`: try every deviation, write the kill grid and report the gaps."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

from ...catalog.datafile import DataError, suggestion
from ...catalog.load import load_catalog
from ...catalog.paths import path_of
from ...results.terms import Verdict
from ...run.outcome import Exit
from ...sandbox import Sandbox
from ...signals import Signals
from ..deviations import all_deviations
from . import complaints as about
from . import systematic
from .by_profile import out_of_reach, sentence_by_profile, sound_by_profile
from .grid import Run, grid
from .page import render
from .progress import ProofProgress
from .runner import LostError, outcomes
from .trial import examined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ...catalog.model import Catalog
    from ..deviations.kinds import DeliberateFault
    from .grid import Grid
    from .model import TrialOutcome

OUT = "reports/prove"
DATA, PAGE, SYSTEMATIC = "kill-grid.json", "kill-grid.html", "systematic.md"
GOOD, BAD = 0, 1


def prove(prefix: str = "", jobs: int | None = None, out: str = OUT) -> int:
    """Try every deviation of the rules with this prefix, write the grid, print complaints; return 0 if there are none.

    An interrupted proof writes what it has, marked as cut. Raises `DataError` if no rule has the prefix or the grid
    cannot be written.
    """
    begun = time.perf_counter()
    catalog, jobs = load_catalog(), jobs or os.cpu_count() or 1
    names = list(chosen(prefix, catalog))
    folder = _folder(out)
    trial = _tried(catalog, names, jobs)
    said = [*trial.accused, *_complaints(catalog, trial.found, prefix, whole=trial.cut is None)]
    seconds = time.perf_counter() - begun
    run = Run(prefix, jobs, seconds, tuple(said), trial.requests, len(names), trial.cut)
    content = grid(catalog, trial.found, run)
    _write(folder / DATA, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    _write(folder / PAGE, render(content))
    _print(said, f"{content['sentence']}\n{_cost(content)}; see {folder / PAGE}\n")
    return _exit_code(trial, said)


def prove_by_profile(prefix: str = "", jobs: int | None = None) -> int:
    """Try every deviation with values alone; return 0 if each one within reach was found.

    Those out of reach are listed with the reason. Raises `DataError` if no rule has the prefix.
    """
    begun = time.perf_counter()
    catalog, jobs = load_catalog(), jobs or os.cpu_count() or 1
    trial = _tried(catalog, list(chosen(prefix, catalog)), jobs, by_profile=True)
    said = [*trial.accused, *about.by_profile(trial.found)]
    _print([*out_of_reach(trial.found), *said], f"{sentence_by_profile(trial.found, trial.cut)}\n")
    sys.stdout.write(f"{trial.requests} requests in {time.perf_counter() - begun:.1f} s, {jobs} at a time\n")
    return _exit_code(trial, said)


def prove_systematic(jobs: int | None = None, out: str = OUT) -> int:
    """Try every generated fault and write the page about them; return 0 if every survivor is explained.

    Raises `DataError` if the page cannot be written.
    """
    path = _folder(out) / SYSTEMATIC
    code = systematic.prove(jobs, lambda text: _write(path, text))
    sys.stdout.write(f"see {path}\n")
    return code


def _tried(catalog: Catalog, names: list[str], jobs: int, *, by_profile: bool = False) -> _Trial:
    """Try these deviations; after an interrupt the result contains those done so far, in the order of `names`."""
    trial = _Trial(catalog, names, by_profile=by_profile)
    with Signals() as signals:
        try:
            trial.hold(jobs)
        except KeyboardInterrupt:
            trial.cut = signals.cut or "SIGINT"
        except LostError:
            trial.cut = "the death of a process"
    trial.found.sort(key=lambda outcome: names.index(outcome.name))
    return trial


def _exit_code(trial: _Trial, said: Sequence[str]) -> int:
    if trial.cut is not None:
        return Exit.ENGINE if "death" in trial.cut else Exit.INTERRUPTED
    return BAD if said else GOOD


class _Trial:
    """The trials of a proof and what they found so far."""

    def __init__(self, catalog: Catalog, names: list[str], *, by_profile: bool) -> None:
        """Start without results."""
        self._catalog, self._names, self._by_profile = catalog, names, by_profile
        self.accused: list[str] = []
        self.requests = 0
        self.found: list[TrialOutcome] = []
        self.cut: str | None = None

    def hold(self, jobs: int) -> None:
        """Try the sandbox without faults, then every deviation."""
        if self._by_profile:
            self.accused, self.requests = sound_by_profile(self._catalog)
        else:
            self.accused, self.requests = sound(self._catalog)
        progress = ProofProgress(len(self._names), sys.stderr)
        try:
            with closing(outcomes(self._names, jobs, by_profile=self._by_profile)) as coming:
                for outcome in coming:
                    self.found.append(outcome)
                    self.requests += outcome.requests if self._by_profile else 0
                    progress.step(outcome)
        finally:
            progress.end()


def chosen(prefix: str, catalog: Catalog) -> dict[str, DeliberateFault]:
    """Return the deviations of the rules with this prefix. Raises `DataError` if there are none."""
    known = all_deviations(catalog)
    found = {name: fault for name, fault in known.items() if any(rule.startswith(prefix) for rule in fault.rules)}
    if not found:
        hint = suggestion(prefix, {rule for fault in known.values() for rule in fault.rules})
        raise DataError("--rule", "", f"no deviation breaks a rule that starts with {prefix!r}.", hint)
    return found


def sound(catalog: Catalog) -> tuple[list[str], int]:
    """Return the complaints about a sandbox without faults (there should be none), and the number of requests."""
    with Sandbox(catalog, control=False) as sandbox:
        judged, requests = examined(catalog.cases, catalog, sandbox)
    accused = [
        f"{case.id} is {said.verdict} although the sandbox has no fault: the proof means nothing before it passes."
        for case, said in judged
        if said.verdict is not Verdict.PASS
    ]
    return accused, requests


def _complaints(catalog: Catalog, found: Sequence[TrialOutcome], prefix: str, *, whole: bool) -> Iterator[str]:
    yield from about.complaints(found)
    if not whole:
        # Deviations that were not tried yet would be reported as missing.
        return
    rules = [rule for rule in catalog.rules if rule.id.startswith(prefix)]
    yield from about.unprotected(rules, [rule for outcome in found for rule in outcome.rules])
    ids = {rule.id for rule in rules}
    yield from about.useless([case for case in catalog.cases if case.rule.id in ids], found)


def _folder(out: str) -> Path:
    folder = path_of(out, "--out")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError("--out", "", f"{out} cannot be created ({error.strerror}).") from None
    for path in (folder / DATA, folder / PAGE):
        if path.exists() and not path.is_file():
            raise DataError(str(path), "", "is in the way of the kill grid.", "Move it aside.")
    return folder


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DataError(str(path), "", f"cannot be written ({error.strerror}).") from None


def _cost(content: Grid) -> str:
    return f"{content['counts']['requests']} requests in {content['seconds']} s, {content['jobs']} at a time"


def _print(said: Sequence[str], last: str) -> None:
    for text in said:
        sys.stdout.write(f"{text}\n")
    sys.stdout.write(last)
