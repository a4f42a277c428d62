"""Add up the results of a run: counts, causes, stale baseline entries, footer, exit code and closing lines."""

from __future__ import annotations

import platform
import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from .. import __version__
from ..baseline.staleness import Staleness
from ..catalog.manifest import changed_files
from ..catalog.place import data_root
from ..results.model import FORMAT, Footer, Header, RequestCount
from ..results.terms import Verdict
from ..results.words import counted
from ..summary.causes import in_lines, obstacles
from ..summary.editions import in_edition
from ..summary.faults import fault_lines
from ..summary.tally import Tally
from ..target.switch import SwitchStanding
from .github import annotates, workflow_commands
from .options import NO_OPTIONS
from .outcome import Exit, exit_code
from .process_report import used_in_words
from .record import ledger_record, rule_record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from ..baseline.entries import Baseline
    from ..catalog.editions import Edition
    from ..catalog.model import Catalog
    from ..results.model import CaseResult, Target
    from .options import Options
    from .process_report import Totals


_MOST_CHANGES = 10
"""How many changes to a baseline the terminal lists."""


class Account:
    """Adds up results as they arrive. It keeps no exchanges, so memory use stays constant."""

    def __init__(
        self,
        catalog: Catalog,
        methods: tuple[str, ...],
        target: str,
        baseline: Baseline,
        options: Options = NO_OPTIONS,
    ) -> None:
        """Start with nothing counted; `methods` are the claimed ones, `target` is the target's name.

        Of the options, `strict` lets a WARN count as a FAIL for the exit code, and `whole` a case that did not run as
        one that could not be tried.
        """
        self._changed_data = changed_files(data_root())
        self.tally = Tally(catalog, methods, strict=options.strict)
        self._catalog, self._target, self._whole = catalog, target, options.whole
        self._staleness, self._baseline = Staleness(baseline), baseline.file
        self._baseline_edition = baseline.edition
        self._requests = RequestCount(0, 0)
        self._stale: list[str] = []
        self._used: list[str] = []
        self.standing = SwitchStanding()
        """The target's final state, for profiles with commands that switch it."""
        self.edition: Edition | None = None
        """The edition whose cases gate; `None` if all do."""

    def add(self, case: CaseResult) -> None:
        """Count one case."""
        self.tally.add(case)
        self._staleness.see(case)

    def settle(self, totals: Sequence[Totals]) -> None:
        """Add the totals of all processes. Call it once, after the last record."""
        for one in totals:
            self.tally.withdraw(one.withdrawn)
            self._requests += one.requests
        self._used = list(used_in_words(totals))
        self._stale = self._staleness.changes(self.tally.verdicts, partial=self.tally.partial)
        self.tally.stale = len(self._stale)

    @property
    def sentence(self) -> str:
        """The first sentence of every report."""
        return self.tally.sentence(self._target)

    def exit_code(self, status: int, *, foreign_failure: bool = False) -> int:
        """Return the exit code, given pytest's own (`status`) and whether a test of another suite failed."""
        counts = self.tally.counts
        reasons = [status] if status not in {Exit.GOOD, Exit.FAIL} else []
        if counts[Verdict.FAIL] or foreign_failure or (self.tally.strict and counts[Verdict.WARN]):
            reasons.append(Exit.FAIL)
        if counts[Verdict.ENGINE]:
            reasons.append(Exit.ENGINE)
        if self._stale:
            reasons.append(Exit.BASELINE)
        if self.tally.only_new and not foreign_failure:
            reasons.append(Exit.NO_TESTS)
        unproved = self.tally.unproved_methods() and not self.tally.partial
        if counts[Verdict.INCONCLUSIVE] or unproved or self.standing.broken or self.left_out:
            reasons.append(Exit.INCONCLUSIVE)
        return exit_code(*reasons)

    @property
    def left_out(self) -> str:
        """Why a run that was to be whole is not, or nothing."""
        if not self._whole or not self.tally.partial:
            return ""
        return (
            f"WHOLE  the run was to be whole, but {len(self.tally.cases)} of {counted(self.tally.total, 'case')} ran. "
            "Look for -k, -m or a path among the options, in the ini file's addopts and in PYTEST_ADDOPTS."
        )

    def footer(self, code: int, seconds: float, cut: str | None) -> Footer:
        """Return the footer of the results file; `cut` names the signal that ended the run early."""
        return Footer(
            finished=_now(),
            seconds=round(seconds, 2),
            counts=self.tally.counts,
            rows=self.tally.rows(),
            requests=self._requests,
            readings=self.tally.readings,
            withdrawn=self.tally.withdrawn,
            notes=(*self.tally.notes(), *self._stale, *self._used, *self._last_lines()),
            sentence=self.sentence,
            exit=code,
            cut=cut,
            after="",
        )

    def remarks(self, results: str = "RESULTS") -> Iterator[str]:
        """Yield the lines that follow pytest's own: faults, causes, notes on readings, and changes to the baseline.

        `results` is the path of the results file, for commands to copy.
        """
        yield from fault_lines(self.tally.faults())
        yield from in_lines(obstacles(self.tally.cases.values()))
        yield from (f"NOTE  {note}" for note in self.tally.notes())
        yield from (f"BASELINE  {change}" for change in self._stale[:_MOST_CHANGES])
        if self._stale:
            more = max(0, len(self._stale) - _MOST_CHANGES)
            command = f"slack-conformance baseline {shlex.quote(results)} --file {shlex.quote(self._baseline)}"
            yield f"BASELINE  {f'There are {more} more. ' if more else ''}{command} brings the file up to date."
        yield from self._used
        yield from self._last_lines()

    def _last_lines(self) -> Iterator[str]:
        if self.edition is not None:
            yield from in_edition(self.edition, self.tally.cases.values(), self._baseline_edition)
        if self._changed_data:
            yield f"DATA  judged by data that differ from those that were released: {', '.join(self._changed_data)}."
        yield from standing_in_words(self.standing)
        yield from filter(None, [self.left_out])

    def annotations(self) -> Iterator[str]:
        """Yield workflow commands of GitHub Actions if the run is in a workflow, else nothing."""
        if annotates():
            yield from workflow_commands(self.tally.faults(), self._catalog, strict=self.tally.strict)


def header(  # noqa: PLR0913 - what a header says
    catalog: Catalog,
    target: Target,
    profile: str | None,
    methods: tuple[str, ...],
    seed: int,
    *,
    readings: Mapping[str, str],
    selected: Collection[str],
    edition: Edition | None = None,
) -> Header:
    """Return the header: suite, target, and every rule, including those of methods that are not claimed.

    `readings` are those that the profile declares, `selected` the ids of the cases that are to run.
    """
    return Header(
        format=FORMAT,
        suite=__version__,
        catalog=catalog.sha256,
        started=_now(),
        target=target,
        profile=profile,
        methods=methods,
        readings=dict(readings),
        selection=None if len(selected) == len(catalog.cases) else tuple(sorted(selected)),
        cases=len(catalog.cases),
        environment={"python": platform.python_version(), "pytest": pytest.__version__},
        rules=tuple(rule_record(rule, method.page) for method in catalog.methods.values() for rule in method.rules),
        ledger={row.id: ledger_record(row) for row in catalog.ledger.values()},
        seed=seed,
        edition=None if edition is None else edition.name,
    )


def _now() -> str:
    """Return the current time in UTC in ISO 8601 format, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def standing_in_words(standing: SwitchStanding) -> Iterator[str]:
    """Yield lines about a target that commands of the profile switch, for the end of a run."""
    if standing.broken:
        yield f"STATE  {standing.broken}"
    elif standing.entered:
        times = "once" if standing.entered == 1 else f"{standing.entered} times"
        yield f"STATE  The profile's commands put the target into a state {times}, and out of it each time."
