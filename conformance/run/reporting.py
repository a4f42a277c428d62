"""Where the records of all workers come together: pytest's hooks around the account, the results file, our reports."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.report.results import ResultsError, read_results
from conformance.run.account import Account
from conformance.run.baseline import baseline_of_run
from conformance.run.cases import catalog
from conformance.run.failure_text import visible
from conformance.run.github import append_summary
from conformance.run.options import EMBEDDED, read_options
from conformance.run.outcome import Exit
from conformance.run.progress import Progress
from conformance.run.results import ResultsWriter, header
from conformance.run.start import CUT, PLAN, heed_sigterm
from conformance.run.target import profile_of_run
from conformance.run.totals import PROBLEM, TOTALS, Totals, totals_of

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

    from conformance.report.results import Results
    from conformance.target.profile import Profile


class Reporting:
    """One where all workers report to; without a record it does nothing at all."""

    def __init__(self, config: pytest.Config) -> None:
        """Keep the configuration; nothing is opened before the first record."""
        self._config = config
        self._progress = Progress()
        self._account: Account | None = None
        self._writer: ResultsWriter | None = None
        self._foreign_failure = False
        self._totals: list[Totals] = []
        self._problem = ""
        self._previous: Results | None = None
        self._last: list[str] = []

    def sentence(self) -> str:
        """Return the first sentence of every report; empty without a case."""
        return "" if self._account is None else self._account.sentence

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the record from a report."""
        self._foreign_failure |= report.failed and not getattr(report, "accounted", False)
        record = getattr(report, "conformance", None)
        if record is None:
            return
        if self._account is None:
            heed_sigterm(self._config)
            self._account = self._begun()
        record["worker"] = getattr(report, "worker_id", "master")
        self._account.add(record)
        if self._writer is not None:
            self._writer.write(record)
        self._tell_progress(len(self._account.tally.verdicts))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what could not be collected: `--continue-on-collection-errors` must not make it good."""
        self._foreign_failure |= report.failed

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ANN401, ARG002 - xdist's
        """Take a worker's totals."""
        output = getattr(node, "workeroutput", {})
        self._problem = output.get(PROBLEM) or self._problem
        totals = totals_of(output)
        if totals is not None:
            self._totals.append(totals)

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note that the run is cut, before anything is torn down and the bases would be asked again."""
        self._config.stash.setdefault(CUT, "SIGINT" if excinfo.errisinstance(KeyboardInterrupt) else "pytest.exit")
        if self._account is not None:
            # A signal may come between two lines; pytest cannot show such a place, and would end in a traceback.
            excinfo.traceback = excinfo.traceback.filter(_has_line)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the footer and our report, and decide the exit code."""
        if self._problem:
            session.exitstatus = Exit.USAGE
        if self._account is None:
            return
        if TOTALS in self._config.stash:
            self._totals.append(self._config.stash[TOTALS])
        self._account.settle(self._totals)
        session.exitstatus = self._account.exit_code(int(exitstatus), foreign_failure=self._foreign_failure)
        if self._writer is not None:
            cut = self._config.stash.get(CUT, "interrupted" if exitstatus == Exit.INTERRUPTED else None)
            seconds = time.monotonic() - self._progress.begun
            self._writer.write(self._account.footer(int(session.exitstatus), seconds, cut))
            self._writer.close()
            self._report(self._writer.path)

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Say what is not plain from pytest's own lines, and last the sentence."""
        if self._problem:
            terminalreporter.write_line(f"ERROR: {visible(self._problem)}", red=True)
        if self._account is None:
            return
        terminalreporter.section("conformance", sep="=", blue=True)
        for line in (*self._account.remarks(), *self._last, *self._account.annotations()):
            terminalreporter.write_line(visible(line))
        terminalreporter.write_line(visible(self._account.sentence), bold=True)

    def _begun(self) -> Account:
        """Open the account and, if reports are wanted, the results file. Raises `pytest.UsageError`."""
        known, options, profile = catalog(), read_options(self._config), profile_of_run(self._config)
        methods = (profile.methods if profile else ()) or tuple(known.methods)
        if options.reports:
            # Before our own file is opened: it may be the very one that is compared with.
            self._previous = self._read_previous(options.previous)
            folder = self._config.invocation_params.dir / Path(options.reports).expanduser()
            try:
                self._writer = ResultsWriter(folder / "results.jsonl")
            except OSError as error:
                raise pytest.UsageError(f"--conformance-reports {folder}: cannot be written ({error}).") from None
            self._writer.write(header(known, _target(profile), options.profile, methods))
        name = profile.name if profile else EMBEDDED
        readings = profile.readings if profile else None
        baseline = baseline_of_run(self._config)
        return Account(known, methods, name, baseline, strict=options.strict, readings=readings)

    def _tell_progress(self, done: int) -> None:
        made = self._config.stash.get(PLAN, None)
        line = None if made is None else self._progress.line(done, made.cases, made.seconds)
        if line is not None:
            reporter: Any = self._config.pluginmanager.get_plugin("terminalreporter")
            reporter.ensure_newline()
            reporter.write_line(line)

    def _read_previous(self, file: str | None) -> Results | None:
        if not file:
            return None
        try:
            return read_results(self._config.invocation_params.dir / Path(file).expanduser())
        except ResultsError as error:
            self._last.append(f"NOTE  --conformance-previous: {error}")
            return None

    def _report(self, results: Path) -> None:
        from conformance.report.files import write_reports  # noqa: PLC0415 - Jinja2 is only loaded for a report

        page, summary = write_reports(read_results(results), results.parent, self._previous)
        self._last += [f"written: {path}" for path in (results, page, summary)]
        try:
            append_summary(summary.read_text(encoding="utf-8"))
        except OSError as error:
            self._last.append(f"NOTE  GITHUB_STEP_SUMMARY: cannot be written ({error}).")


def _has_line(entry: Any) -> bool:  # noqa: ANN401 - pytest does not make its class public
    try:
        return bool(entry.lineno >= 0)
    except TypeError:
        return False


def _target(profile: Profile | None) -> dict[str, str]:
    if profile is None:
        return {"name": EMBEDDED, "url": "embedded", "kind": "mock"}
    return {"name": profile.name, "url": profile.url, "kind": profile.kind}
