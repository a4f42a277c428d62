"""The state of a run of the suite in one process: what it was asked for, what it has read, and what it has found out.

pytest's stash holds one `RunState` under one key. In a worker of xdist it runs cases. In xdist's controller it collects
results. In a run without workers it does both.
"""

from __future__ import annotations

import os
import secrets
import shlex
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace as replaced

from ..catalog.datafile import DataError
from ..catalog.members import random_of
from ..catalog.paths import path_of
from ..engine.adapting import WAITS_IN_ALL
from ..engine.exploring import MOST
from ..engine.plan import plan
from ..engine.reach import reach, reach_in_rows
from ..engine.scripts import runs_last
from ..engine.twice import asked_twice
from ..results.io import ResultsError
from ..results.model import Target
from ..results.terms import TargetKind
from ..results.words import counted
from ..run import folder, inputs
from ..run.account import Account, header, standing_in_words
from ..run.cases import case_of, catalog
from ..run.counting import Counting
from ..run.failure_text import visible
from ..run.folding import Folding
from ..run.leaks import message, search
from ..run.options import EMBEDDED, EMBEDDED_URL, read_options
from ..run.outcome import Exit, exit_code
from ..run.process_report import ProcessReport, Totals, taken_by
from ..run.record import redacted
from ..run.terminal import RunProgress, write_line
from ..run.unwritten import Unwritten, full_in_words, in_words
from ..signals import signals_of_run
from ..summary.editions import gates_in_words
from ..target.profile import profile_of_url, share_of
from ..target.switch import Switches, SwitchStanding
from ..wire.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..baseline.entries import Baseline
    from ..catalog.editions import Edition
    from ..catalog.model import Case
    from ..engine.plan import Plan
    from ..results.io import Results
    from ..results.model import CaseResult
    from ..run.evidence import Examiner
    from ..secrecy.secrets import Secrets
    from ..target.profile import Profile
    from .command_reports import CommandReports

SHARED_KEY = "conformance_shared"
"""Key in a worker's input for the path of the file in which the processes share the target's state."""

SEED_KEY = "conformance_seed"
"""Key in a worker's input for the seed of the run."""

_OPTION = "--conformance-reports"
_SEEDS = 10**9
"""A fresh seed is below this: short enough to be copied by hand."""


class RunState:
    """The state of a run in this process."""

    def __init__(self, config: pytest.Config) -> None:
        """Begin with nothing read, nothing sent and nothing written."""
        self.config, self.options = config, read_options(config)
        self.worker: dict[str, Any] | None = getattr(config, "workerinput", None)
        """What xdist's controller sent to this process; `None` if it is not a worker."""
        self.command: CommandReports | None = None
        """The reports that `slack-conformance run` has other plugins write; `None` in a run by `pytest`."""
        self.signals, self.folding = signals_of_run(), Folding()
        self.unwritten = Unwritten()
        """What this process, and in the end any other, could not write."""
        self._begun = time.time()
        self._shared: Path | None = None

        # Of a process that runs cases:
        self.examiner: Examiner | None = None
        self.results: dict[str, CaseResult] = {}
        """The results of cases that have not been reported yet, by node id."""
        self.collected: tuple[str, ...] = ()
        """The ids of the collected cases."""
        self.collected_by_workers: tuple[str, ...] = ()
        """The ids of the cases that each worker of this controller has collected."""
        self.asked_twice: frozenset[str] = frozenset()
        """The ids of the cases that are sent at the beginning and at the end."""
        self.totals: Totals | None = None
        self.problem = ""
        """Why this process, or a worker, runs nothing."""

        # Of the process that collects results:
        self._account: Account | None = None
        self._reports: folder.Reports | None = None
        self._processes: list[ProcessReport] = []
        self.counting, self._progress = Counting(), RunProgress()
        self.foreign_failure = False
        """Whether something failed that no verdict accounts for."""
        self.tried = False
        """Whether any test, of this suite or another, had an outcome."""
        self._settled = False
        self._standing = SwitchStanding()
        self._miscounted: list[str] = []
        self._remarks: list[str] = []
        self.leaks: list[str] = []
        """Lines about files that held secrets."""

    # What was asked for. Each property reads its file at the first call, and raises `pytest.UsageError`.

    @cached_property
    def profile(self) -> Profile | None:
        """The profile of the target, `None` for the embedded sandbox; of a worker its share of the values."""
        with _usage_errors():
            profile = inputs.find_profile(self.options, catalog(), self._root)
        if profile is not None and self.worker is not None:
            number = int(self.worker["workerid"].removeprefix("gw"))
            profile = share_of(profile, number, self.worker["workercount"])
        if profile is not None and profile.switches:
            profile = replace(profile, shared=self.shared_file())
        return profile

    @cached_property
    def edition(self) -> Edition | None:
        """The edition whose cases decide the exit code; `None` if there are no editions, so that every case does."""
        with _usage_errors():
            return inputs.edition_of(self.options, self.profile, catalog())

    @cached_property
    def baseline(self) -> Baseline:
        """The deviations that are accepted for now."""
        with _usage_errors():
            return inputs.find_baseline(self.options.baseline, catalog(), self._root)

    @cached_property
    def previous(self) -> tuple[Results | None, str]:
        """The results of an earlier run with a remark; read before this run may overwrite that file."""
        with _usage_errors():
            return inputs.find_previous(self.options, self._root)

    @cached_property
    def ctrf(self) -> Path | None:
        """Where the report in CTRF goes, `None` for the folder of the reports."""
        with _usage_errors():
            return inputs.place_of_ctrf(self.options, self._root)

    @cached_property
    def seed(self) -> int:
        """The seed of the run, a fresh one unless one was given; a worker has that of its controller.

        A run that is compared with an earlier one has the seed of that one, so that differences come from the target.
        """
        if self.worker is not None:
            return int(self.worker[SEED_KEY])
        given = self.options.seed
        before = self.previous[0] if self.command is not None and self.command.regression else None
        if given is None and before is not None:
            given = before.header.seed
        return secrets.randbelow(_SEEDS) if given is None else given

    @property
    def quiet(self) -> bool:
        """Whether `slack-conformance run -q` wants two lines: the sentence, and pytest's counts."""
        return self.command is not None and getattr(self.config.option, "verbose", 0) < 0  # of the terminal reporter

    def read_inputs(self) -> None:
        """Read everything that was asked for. Raises `pytest.UsageError`."""
        _ = self.profile, self.edition, self.baseline, self.previous, self.ctrf
        if self.profile is None:
            from ..sandbox.api import require_known_conditions  # noqa: PLC0415 - only a run that needs it may load it

            with _usage_errors():
                require_known_conditions(catalog())

    @property
    def _root(self) -> Path:
        return self.config.invocation_params.dir

    def shared_file(self) -> Path:
        """Return the path of the file that all processes of this run share; the first call creates it."""
        if self.worker is not None:
            return Path(self.worker[SHARED_KEY])
        if self._shared is None:
            number, name = tempfile.mkstemp(prefix="slack-conformance-")
            os.close(number)
            self._shared = Path(name)
        return self._shared

    def arrange(self, items: list[pytest.Item]) -> None:
        """Note the cases among the collected items, draw those that are asked twice, and order the items.

        Cases that are asked twice come near the end, behind them those that may get the target to throttle.
        """
        self.collected = tuple(case.id for item in items if (case := case_of(item)) is not None)
        tried = [case for item in items if (case := case_of(item)) and not item.get_closest_marker("skip")]
        profile = self.profile if tried else None
        random = random_of(f"{self.seed}/twice")
        self.asked_twice = asked_twice(tried, catalog(), profile, random) if tried else frozenset()

        def place(item: pytest.Item) -> int:
            case = case_of(item)
            if case is None:
                return 0
            return 2 if runs_last(case) else int(case.id in self.asked_twice)

        items.sort(key=place)

    def plan(self, items: Sequence[pytest.Item]) -> Plan | None:
        """Return the plan of these items, made on the first call; `None` if there is no case to run."""
        if self._plan is None:
            cases = self._tried(items)
            if cases:
                profile = self._planned
                made = plan(catalog(), profile, cases, self.seed, self.asked_twice, correlate=self.options.correlate)
                explored = MOST if self.explores(profile) else 0
                self._plan = replace(made, explored=explored, worst_s=self._worst_s(made.target + explored, profile))
        return self._plan

    def foresight(self, items: Sequence[pytest.Item], *, whole: bool = False) -> list[str]:
        """Return what a run of these items sends and can prove, in a few lines, or in `whole` with what is missing."""
        planned = self.plan(items)
        if planned is None:
            return ["no case is selected"] if whole else []
        cases = self._tried(items)
        lines = [*planned.lines(whole=whole), *gates_in_words(self.edition, cases, whole=whole)]
        asked = (catalog(), self._planned, cases, planned)
        if whole:
            return [*lines, *reach_in_rows(*asked).lines()]
        found = reach(*asked)
        if found.proved < found.total:
            lines += [found.sentence, self._more()]
        return lines

    def _more(self) -> str:
        """Return where to learn what is missing."""
        if self.options.profile:
            return f"what is missing: slack-conformance target check {shlex.quote(self.options.profile)}"
        return f"what is missing: slack-conformance target init {self.options.target} -o my-sandbox.toml"

    @property
    def _planned(self) -> Profile:
        """The profile, or one that stands for the embedded sandbox."""
        return self.profile or replace(
            profile_of_url("http://127.0.0.1/api/", EMBEDDED), control="http://127.0.0.1/conformance/v1"
        )

    def _tried(self, items: Sequence[pytest.Item]) -> list[Case]:
        return [case for item in items if (case := case_of(item)) and not item.get_closest_marker("skip")]

    def _worst_s(self, requests: int, profile: Profile) -> float:
        """Return the seconds that so many requests take at most, with waits for a target that throttles."""
        methods = len(profile.methods or catalog().methods)
        worst_s = requests * profile.limit_s + methods * WAITS_IN_ALL * profile.wait_s
        return min(worst_s, self.options.max_time or worst_s)

    def explores(self, profile: Profile) -> bool:
        """Whether cases that fail are tried with further values; on a real target only if that is asked for."""
        return self.options.explore or profile.kind != TargetKind.REAL

    _plan: Plan | None = None

    # What a process that runs cases has found out.

    @property
    def secrets(self) -> Secrets | None:
        """The secrets of this process, as soon as it has a target."""
        return None if self.examiner is None else self.examiner.secrets

    def end_cases(self) -> str:
        """Send the bases once more, once per process; return why and how many cases are withdrawn, or nothing."""
        if self.examiner is None or self.totals is not None:
            return ""
        self.totals, broken = end_cases(self.examiner, cut=bool(self.signals.cut))
        return broken

    def process_report(self) -> ProcessReport:
        """Return what this process has to report at its end."""
        secrets = tuple(self.secrets.pairs()) if self.secrets else ()
        return ProcessReport(self.problem, self.collected, self.totals, self.unwritten, secrets)

    # What the process that collects results does with them.

    def take(self, report: ProcessReport) -> None:
        """Take what a process has to report at its end."""
        self._processes.append(report)
        self.problem = report.problem or self.problem
        self.unwritten.join(report.unwritten)
        self.counting.expect(report.collected)

    def see(self, report: pytest.TestReport) -> None:
        """Count a report, and write the result in it. Raises `pytest.UsageError` if the folder cannot be used."""
        self.counting.see(report)
        self.foreign_failure |= report.failed and not getattr(report, "accounted", False)
        if not self.tried and (report.when == "call" or not report.passed):
            self.tried = True
            if self.command is not None:
                self._open_reports().replace(self.command.places)
        result: CaseResult | None = getattr(report, "conformance", None)
        if result is None:
            return
        if self._account is None:
            self.signals.catch()
            self._account = self._begin()
        result = replaced(result, worker=getattr(report, "worker_id", "master"))
        self._account.add(result)
        if self._reports is not None:
            self._reports.write(result)
        self._show_progress(len(self._account.tally.verdicts))

    @property
    def recorded(self) -> bool:
        """Whether there is a result."""
        return self._account is not None

    @property
    def account(self) -> Account | None:
        """The account of the whole run, once every case has ended; `None` without a result."""
        if self._account is not None and not self._settled:
            self._settled = True
            processes = [*self._processes, self.process_report()]
            self._account.settle([one.totals for one in processes if one.totals is not None])
        return self._account

    def drop_incomplete(self) -> None:
        """Delete the reports of other plugins that lack a part, which makes room for the rest on a full disk."""
        if self._reports is not None:
            self._reports.drop(self.unwritten.incomplete)

    def finish(self, session: pytest.Session, status: int) -> None:
        """Write the footer and the reports, set the exit code, and search what was written for secrets."""
        self._standing = self._leave_state()
        self.counting.expect(self.collected)
        if self.account is not None:
            self.account.standing = self._standing
            cut = session.shouldstop or session.shouldfail or self.signals.cut
            whole = status in {Exit.GOOD, Exit.FAIL} and not cut
            if self.signals.cut and status in {Exit.GOOD, Exit.FAIL}:
                status = Exit.INTERRUPTED  # the interrupt came where Python ignores exceptions, so no case was left out
            self._miscounted = list(self.counting.problems(self.account.tally, whole=whole))
        written = None
        # A signal or an error during the writing must appear in the reports too, so write them again.
        while written != (written := (self.signals.noted, tuple(self.problems()))):
            self._conclude(session, Exit.INTERRUPTED if self.signals.noted else status)
        self._search(session)
        if self._reports is not None:
            self._remarks = [f"NOTE  --conformance-previous: {self.previous[1]}"] if self.previous[1] else []
            self._remarks += [f"written: {path}" for path in self._reports.written]
            self._remarks += filter(None, [self._reports.close()])
        if self.command is not None:
            self.command.end(session, tried=self.tried, recorded=self.recorded)

    def _search(self, session: pytest.Session) -> None:
        """Search what was written for secrets, and enter the exit code into reports of ours that hold none."""
        known = [pair for one in (*self._processes, self.process_report()) for pair in one.secrets]
        leaks = search(self.config, self._begun, known, self.profile) if known else []
        if leaks:
            self.leaks = list(message(leaks, self.config.invocation_params.dir))
            if self._reports is not None and not self._reports.own & {leak.path for leak in leaks}:
                self._conclude(session, Exit.SECRET)
            session.exitstatus = Exit.SECRET

    def problems(self) -> Iterator[str]:
        """Yield a line for each problem of the run itself."""
        problems = [self.problem] if self.problem else []
        problems += [*self._miscounted, *self.unwritten.lines]
        if self.unwritten.full:
            problems.append(self._reports.full() if self._reports else full_in_words(self._root))
        yield from (f"ERROR: {visible(problem)}" for problem in problems)

    def closing_lines(self) -> Iterator[str]:
        """Yield what pytest's own lines do not show; without a result only the state of a switched target."""
        if self._account is None:
            yield from standing_in_words(self._standing)
        else:
            remarks = self._account.remarks(str(self._reports.path)) if self._reports else self._account.remarks()
            yield from (*remarks, *self._remarks, *self._account.annotations())
            if self.edition is not None:
                yield f"edition: {self.edition.name}"
            yield f"seed: {self.seed}"

    def close(self) -> None:
        """Restore the signal handlers, release the folder of the reports, and delete the shared file."""
        self.signals.restore()
        if self._reports is not None:
            folder.leave(self._folder())
        if self._shared is not None:
            self._shared.unlink(missing_ok=True)

    def _begin(self) -> Account:
        """Return a new account; opens the results file if reports are wanted. Raises `pytest.UsageError`."""
        known, profile = catalog(), self.profile
        methods = (profile.methods if profile else ()) or tuple(known.methods)
        if self.options.reports:
            try:
                opening = header(
                    known,
                    _target(profile),
                    self.options.profile,
                    methods,
                    self.seed,
                    readings=profile.readings if profile else {},
                    selected=self.collected or self.collected_by_workers,
                    edition=self.edition,
                )
                self._open_reports().begin(opening)
            except OSError as error:
                raise pytest.UsageError(f"{_OPTION}: {in_words(error)}") from None
        name = profile.name if profile else EMBEDDED
        account = Account(known, methods, name, self.baseline, self.options)
        account.edition = self.edition
        return account

    def _open_reports(self) -> folder.Reports:
        if self._reports is None:
            with _usage_errors():
                folder.take(self._folder(), _OPTION, folder.OWN)
            self._reports = folder.Reports(self._folder(), self.unwritten, self.previous[0], self.ctrf)
        return self._reports

    def _folder(self) -> Path:
        with _usage_errors():
            return path_of(self.options.reports or "", _OPTION, self._root)

    def _show_progress(self, done: int) -> None:
        line = self._progress.line(done, self._plan.cases, self._plan.seconds) if self._plan else None
        if line is not None:
            write_line(self.config, line)

    def _leave_state(self) -> SwitchStanding:
        """Take the target out of the state that it may be in, and return the final standing."""
        try:
            profile = self.profile if self._shared is not None else None
        except pytest.UsageError:
            return SwitchStanding()  # the run did not begin
        return SwitchStanding() if profile is None else Switches(profile.switches, profile.shared).end()

    def _conclude(self, session: pytest.Session, status: int) -> None:
        """Set the exit code, then write the footer and the reports, which contain it."""
        account = self.account
        reasons = [Exit.USAGE] if self.problem else []
        reasons += [Exit.ENGINE] if len(list(self.problems())) > bool(self.problem) else []
        if account is not None:
            own = account.exit_code(status, foreign_failure=self.foreign_failure)
            session.exitstatus = exit_code(own, *reasons)
        elif reasons:
            session.exitstatus = exit_code(status, *reasons)
        if self._reports is not None:
            if account is not None:
                cut = self.signals.cut or self.signals.noted or ("interrupted" if status == Exit.INTERRUPTED else None)
                seconds = time.monotonic() - self._progress.begun
                self._reports.conclude(account.footer(int(session.exitstatus), seconds, cut))
            self._reports.publish()


RUN: pytest.StashKey[RunState] = pytest.StashKey()


def end_cases(examiner: Examiner, *, cut: bool = False) -> tuple[Totals, str]:
    """Send the bases once more, unless the run was `cut`; return the totals, and why and how many cases are withdrawn.

    The text is empty if no case that gates is withdrawn.
    """
    causes = {} if cut else examiner.engine.withdrawn()
    # A text of the target may be cut in the middle of a secret; only the redactor recognises its beginning.
    known = examiner.secrets.redactor() if causes else Redactor()
    hidden = examiner.secrets.hidden
    withdrawn = {case: redacted(cause, lambda text: hidden(known.sentence(text))) for case, cause in causes.items()}
    gating = [cause.text for case, cause in withdrawn.items() if not examiner.is_newer(case)]
    broken = " ".join([*sorted(set(gating)), f"{counted(len(gating), 'case')} rested on it."]) if gating else ""
    return Totals(examiner.engine.session.requests, withdrawn, taken_by(examiner.engine.profile)), broken


@contextmanager
def _usage_errors() -> Iterator[None]:
    """Turn errors of the user's files into those that pytest shows in one line."""
    try:
        yield
    except DataError as error:
        raise pytest.UsageError(str(error)) from None
    except ResultsError as error:
        raise pytest.UsageError(f"--conformance-previous: {error}") from None


def _target(profile: Profile | None) -> Target:
    if profile is None:
        return Target(EMBEDDED, EMBEDDED_URL, TargetKind.MOCK)
    return Target(profile.name, profile.url, TargetKind(profile.kind))
