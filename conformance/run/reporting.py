"""pytest hooks that collect the records of all workers, write our reports, and decide the exit code."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from conformance.results.model import Target, TargetKind
from conformance.run.account import Account, header
from conformance.run.baseline import baseline_of_run
from conformance.run.cases import case_of, catalog
from conformance.run.counting import COLLECTED, Counting
from conformance.run.deferred_signals import DeferredSignals
from conformance.run.failure_text import visible
from conformance.run.options import EMBEDDED, read_options
from conformance.run.outcome import Exit, exit_code
from conformance.run.own_reports import OwnReports, unwritten
from conformance.run.progress import RunProgress
from conformance.run.start import CUT, PLAN, stop_on_sigterm
from conformance.run.switched import in_words, left
from conformance.run.target import profile_of_run
from conformance.run.terminal import write_line
from conformance.run.totals import PROBLEM, TOTALS, Totals, totals_of
from conformance.target.switch import SwitchStanding

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from _pytest.terminal import TerminalReporter

    from conformance.results.model import CaseResult
    from conformance.summary.faults import TargetFault
    from conformance.target.profile import Profile


class Reporting:
    """Collects the records of a run in the main process; without a record it does nothing."""

    def __init__(self, config: pytest.Config) -> None:
        """Keep the configuration; no file is opened before the first record."""
        self._config = config
        self._progress = RunProgress()
        self._account: Account | None = None
        self._own_reports: OwnReports | None = None
        self._foreign_failure = False
        self._totals: list[Totals] = []
        self._settled = False
        self._problem = ""
        self._unwritten: list[str] = []
        self._deferred = DeferredSignals()
        self._standing = SwitchStanding()
        self._counting = Counting()
        self._miscounted: list[str] = []

    def sentence(self) -> str:
        """Return the first sentence of every report; empty without a case. Call it at the end of the session."""
        if self._account is None:
            return ""
        self._settle(self._account)
        return self._account.sentence

    def faults(self) -> Sequence[TargetFault]:
        """Return the faults of the target; empty without a case. Call it at the end of the session."""
        return self._account.tally.faults() if self._account is not None else ()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note which cases must be counted at the end."""
        self._counting.expect(case.id for item in session.items if (case := case_of(item)) is not None)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count and write the record in a report."""
        self._counting.see(report)
        self._foreign_failure |= report.failed and not getattr(report, "accounted", False)
        result: CaseResult | None = getattr(report, "conformance", None)
        if result is None:
            return
        if self._account is None:
            stop_on_sigterm(self._config)
            self._account = self._begun()
        result = replace(result, worker=getattr(report, "worker_id", "master"))
        self._account.add(result)
        if self._own_reports is not None:
            self._own_reports.write(result)
        self._show_progress(len(self._account.tally.verdicts))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note collection errors, which `--continue-on-collection-errors` must not turn into success."""
        self._foreign_failure |= report.failed

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ANN401, ARG002 - xdist's
        """Take a worker's totals."""
        output = getattr(node, "workeroutput", {})
        self._problem = output.get(PROBLEM) or self._problem
        self._counting.expect(output.get(COLLECTED, ()))
        totals = totals_of(output)
        if totals is not None:
            self._totals.append(totals)

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note that the run is cut, before teardown would send the bases again."""
        self._config.stash.setdefault(CUT, "SIGINT" if excinfo.errisinstance(KeyboardInterrupt) else "pytest.exit")
        if self._account is not None:
            # A signal may arrive between two lines; pytest cannot show such a frame, and would fail with a traceback.
            excinfo.traceback = excinfo.traceback.filter(_has_line)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Defer signals once the cases have ended, when they would cut the reports and not the run."""
        try:
            return (yield)
        finally:
            if self._account is not None:
                self._deferred.begin()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, object, object]:
        """Write the footer and our reports, and set the exit code, after all other reports are written."""
        result: object = None
        try:
            result = yield
        except OSError as error:
            self._unwritten.append(unwritten(error))
        self._finish(session, int(exitstatus))
        if not self._config.pluginmanager.has_plugin("terminalreporter"):
            for problem in self._problems():
                write_line(self._config, problem)
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_unconfigure(self) -> None:
        """Restore the signal handlers and release the folder."""
        self._deferred.end()
        if self._own_reports is not None:
            self._own_reports.leave()

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Print what pytest's own lines do not show, and the sentence as the last line."""
        for problem in self._problems():
            terminalreporter.write_line(problem, red=True)
        if self._account is None:
            for line in in_words(self._standing):
                terminalreporter.write_line(visible(line))
            return
        terminalreporter.section("conformance", sep="=", blue=True)
        for line in (
            *self._account.remarks(),
            *(self._own_reports.remarks if self._own_reports else ()),
            *self._account.annotations(),
        ):
            terminalreporter.write_line(visible(line))
        terminalreporter.write_line(visible(self._account.sentence), bold=True)

    def _begun(self) -> Account:
        """Return a new account; opens the results file if reports are wanted. Raises `pytest.UsageError`."""
        known, options, profile = catalog(), read_options(self._config), profile_of_run(self._config)
        methods = (profile.methods if profile else ()) or tuple(known.methods)
        if options.reports:
            self._own_reports = OwnReports(self._config, options.reports)
            self._own_reports.write(header(known, _target(profile), options.profile, methods))
        name = profile.name if profile else EMBEDDED
        baseline = baseline_of_run(self._config)
        return Account(known, methods, name, baseline, strict=options.strict)

    def _show_progress(self, done: int) -> None:
        made = self._config.stash.get(PLAN, None)
        line = None if made is None else self._progress.line(done, made.cases, made.seconds)
        if line is not None:
            write_line(self._config, line)

    def _settle(self, account: Account) -> None:
        """Add the totals of all processes to the account, once."""
        if not self._settled:
            self._settled = True
            if TOTALS in self._config.stash:
                self._totals.append(self._config.stash[TOTALS])
            account.settle(self._totals)

    def _finish(self, session: pytest.Session, status: int) -> None:
        self._standing = left(self._config)
        if self._problem:
            session.exitstatus = Exit.USAGE
        if self._account is not None:
            self._settle(self._account)
            self._account.standing = self._standing
            whole = status in {Exit.GOOD, Exit.FAIL} and not (
                session.shouldstop or session.shouldfail or CUT in self._config.stash
            )
            self._miscounted = list(self._counting.problems(self._account.tally, whole=whole))
            written = None
            # A signal or an error during the writing must appear in the reports too, so write them again.
            while written != (written := (self._deferred.name, tuple(self._problems()))):
                self._conclude(self._account, session, Exit.INTERRUPTED if self._deferred.name else status)
            if self._own_reports is not None:
                self._own_reports.close()
        elif self._unwritten:
            session.exitstatus = exit_code(status, Exit.ENGINE)

    def _conclude(self, account: Account, session: pytest.Session, status: int) -> None:
        """Set the exit code, then write the footer and our reports, which contain it."""
        reasons = [account.exit_code(status, foreign_failure=self._foreign_failure)]
        reasons += [Exit.USAGE] if self._problem else []
        reasons += (
            [Exit.ENGINE]
            if self._miscounted or self._unwritten or (self._own_reports and self._own_reports.problems)
            else []
        )
        session.exitstatus = exit_code(*reasons)
        if self._own_reports is not None:
            cut = self._config.stash.get(
                CUT, self._deferred.name or ("interrupted" if status == Exit.INTERRUPTED else None)
            )
            seconds = time.monotonic() - self._progress.begun
            self._own_reports.conclude(account.footer(int(session.exitstatus), seconds, cut))

    def _problems(self) -> Iterator[str]:
        """Yield a line for each problem of the run itself."""
        problems = [self._problem] if self._problem else []
        for problem in [
            *problems,
            *self._miscounted,
            *self._unwritten,
            *(self._own_reports.problems if self._own_reports else ()),
        ]:
            yield f"ERROR: {visible(problem)}"


def _has_line(entry: Any) -> bool:  # noqa: ANN401 - pytest does not make its class public
    try:
        return bool(entry.lineno >= 0)
    except TypeError:
        return False


def _target(profile: Profile | None) -> Target:
    if profile is None:
        return Target(EMBEDDED, "embedded", TargetKind.MOCK)
    return Target(profile.name, profile.url, TargetKind(profile.kind))
