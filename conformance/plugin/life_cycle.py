"""Every pytest hook of a run of the suite, in the order in which pytest calls them.

    hook                     plain run             xdist's controller    xdist's worker
    -----------------------  --------------------  --------------------  --------------------------
    configure                make the state        make the state        make the state
    configure_node                                 tell a worker paths
    collection_modifyitems   read the inputs                             read the inputs
    collection_finish        order the cases                             order the cases
    report_collectionfinish  print the plan
    runtestloop              around all cases      around all cases      around all cases
      (fixtures)             send and judge                              send and judge
      runtest_makereport     attach the result                           attach the result
      report_to_serializable                                             encode the result
      report_from_serial...                        decode the result
      runtest_logreport      take the result       take the result
      runtest_teardown       send the bases again                        send the bases again
      testnodedown                                 take worker's report
    sessionfinish            finish the reports    finish the reports    send the process's report
    terminal_summary         fold, conclude        fold, conclude
    unconfigure              release everything    release everything    release everything

A plain run takes its own results and its own `ProcessReport` by the same functions that a controller uses for those of
its workers. What the hooks know is in `plugin.state.RunState`. This module is registered when the first module of the
suite is collected, so it does nothing in other runs; see `plugin/__init__.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from ..engine.preflight import ruled_out
from ..judge.model import unexercised
from ..report.allure_labels import label
from ..results.io import from_text, to_text
from ..results.model import Cause
from ..results.terms import Kind, Verdict
from ..run.cases import case_of, catalog, class_name, declare_marks, in_drawn_order
from ..run.failure_text import headline, known_in_words, new_in_words, visible
from ..run.options import ALLURE_OF_WORKER
from ..run.outcome import EngineError, NotExercised, Violation
from ..run.process_report import ProcessReport
from ..run.record import record_of
from ..run.scrub import harmless, scrub_traceback, scrub_warning, without_arguments
from ..run.terminal import write_line
from ..wire.redact import Redactor
from .state import RUN, SEED_KEY, SHARED_KEY, RunState
from .writers import guard, junit_plugins

if TYPE_CHECKING:
    import warnings
    from collections.abc import Generator, Sequence

    from _pytest.terminal import TerminalReporter

    from ..catalog.editions import Edition
    from ..catalog.model import Case
    from ..results.model import CaseResult

_REPORT_KEY = "conformance_report"
"""Key in a worker's output for its `ProcessReport`."""

_ACCOUNTED = (Violation, NotExercised, EngineError)
"""What the suite raises for a case; the result, or the end of the run, accounts for it."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the state, register the hooks, and declare the marks where cases are collected."""
    run = config.stash[RUN] = RunState(config)
    controller = run.worker is None and getattr(config.option, "numprocesses", None)
    if run.options.plan and controller:
        text = "--conformance-plan and -n exclude each other: the plan is that of one process."
        raise pytest.UsageError(text)
    config.pluginmanager.register(LifeCycle(run), "conformance-life-cycle")
    if run.worker is None:
        config.pluginmanager.register(AroundTheSummary(run), "conformance-folding")
    if not controller:
        declare_marks(config)


_STATUS = {
    Verdict.WARN: ("warn", "W", "WARN"),
    Verdict.KNOWN: ("known", "K", "KNOWN"),
    Verdict.NEW: ("new", "N", "NEW"),
    Verdict.INCONCLUSIVE: ("inconclusive", "I", "INCONCLUSIVE"),
}
"""How pytest counts and shows the verdicts for which it has no word."""


class LifeCycle:
    """The hooks of a run in one process. Methods stand in the order of the table above."""

    def __init__(self, run: RunState) -> None:
        """Keep the state."""
        self._run = run

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - xdist's
        """Send a worker the paths of files that processes share."""
        self._run.signals.catch()  # SIGTERM must not end this process before the target is out of a state
        node.workerinput[SHARED_KEY] = str(self._run.shared_file())
        node.workerinput[SEED_KEY] = self._run.seed
        place = getattr(node.config.option, "allure_report_dir", None)
        if place:
            # Workers write Allure's results themselves, and have only the options that the user gave.
            node.workerinput[ALLURE_OF_WORKER] = str(node.config.invocation_params.dir / place)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: object, ids: Sequence[str]) -> None:  # noqa: ARG002 - xdist's
        """Note the cases that a worker has collected; all workers collect the same."""
        known = {case.id for case in catalog().cases}
        collected = (one.rpartition("[")[2].rstrip("]") for one in ids)
        self._run.collected_by_workers = tuple(case for case in collected if case in known)

    # Collection

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note collection errors, which `--continue-on-collection-errors` must not turn into success."""
        self._run.foreign_failure |= report.failed

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """If there is a case, read what the run needs, and skip those that the profile excludes."""
        run, ours = self._run, [(item, case) for item in items if (case := case_of(item)) is not None]
        if not ours:
            return
        run.signals.catch()
        items[:] = in_drawn_order(items, run.seed)
        for item, case in ours:
            label(item, case)
        try:
            run.read_inputs()
        except pytest.UsageError as error:
            if run.worker is None:
                raise
            # A worker that fails at collection looks like a crash, so the controller reports the problem instead.
            run.problem = str(error)
            items.clear()
            return
        for item, case in ours:
            reason = ruled_out(case, run.profile) if run.profile is not None else ""
            if reason:
                cause = Cause(Kind.NOT_CLAIMED, reason, "Nothing, by the profile.")
                judgement = unexercised(cause, Verdict.NOT_APPLICABLE)
                run.results[item.nodeid] = record_of(case, judgement, None, Redactor(), 0)
                item.add_marker(pytest.mark.skip(reason=reason))

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note which cases must be counted at the end, and order them before xdist's worker sends the order."""
        self._run.arrange(session.items)

    def pytest_report_collectionfinish(self, items: Sequence[pytest.Item]) -> list[str]:
        """Print the plan in short before the first request."""
        lines = [] if self._run.quiet else self._run.foresight(items)
        if lines:
            lines.append(f"seed {self._run.seed} (--seed {self._run.seed} repeats this run)")
        return [f"conformance: {line}" for line in lines]

    # The cases

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """With `--conformance-plan`, print the whole plan and run nothing. Else run the cases, then defer signals."""
        run = self._run
        guard(session.config, run.unwritten)  # by now, every plugin is registered
        if run.options.plan:
            for line in run.foresight(session.items, whole=True):
                write_line(session.config, line)
            session.items.clear()
        try:
            return (yield)
        finally:
            if run.recorded:
                run.signals.defer()  # from here on, a signal would cut the reports, and not the run

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put the redacted outcome of the case, and its result, into pytest's report.

        An exception that is not ours is replaced first: Allure reads it, others read the report; both must be clean.
        """
        run, case = self._run, case_of(item)
        if case is None:
            return (yield)
        if run.secrets is not None and call.excinfo is not None:
            call.excinfo = harmless(call.excinfo, run.secrets)
        raised = call.excinfo if call.excinfo and isinstance(call.excinfo.value, _ACCOUNTED) else None
        if raised is None:
            report = yield
        else:
            # pytest would look up and render our own source for each case: half of the time of a run that fails.
            traceback, raised.traceback = raised.traceback, type(raised.traceback)([])
            report = yield
            raised.traceback = traceback
        if run.secrets is not None:
            report.sections = [(title, run.secrets.hidden_in_prose(text)) for title, text in report.sections]
        _attach(report, case, run.results.get(item.nodeid), raised, run.edition)
        if call.when == "teardown":
            run.results.pop(item.nodeid, None)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_report_to_serializable(
        self, report: pytest.CollectReport | pytest.TestReport
    ) -> Generator[None, dict[str, Any], dict[str, Any]]:
        """Encode the result in a report: xdist's workers, and plugins that log reports, carry plain values only."""
        data = yield
        result = getattr(report, "conformance", None)
        return data if result is None else {**data, "conformance": to_text(result)}

    @pytest.hookimpl(wrapper=True)
    def pytest_report_from_serializable(
        self, data: dict[str, Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Decode the result in a report from a worker."""
        report = yield
        if "conformance" in data:
            report.conformance = from_text(data["conformance"])  # type: ignore[attr-defined]  # set by `_attach`
        return report

    def pytest_report_teststatus(
        self, report: pytest.CollectReport | pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Return the words and letters for WARN, KNOWN and INCONCLUSIVE."""
        result: CaseResult | None = getattr(report, "conformance", None)
        if result is None:
            return None
        category, letter, word = _STATUS.get(result.verdict, (report.outcome, "", ""))
        if self._run.quiet:
            return category, "", ("", {})
        passed = result.verdict is not Verdict.WARN or report.passed
        return (category, letter, (word, {"yellow": True})) if letter and passed else None

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the result of a case, here or from a worker."""
        if self._run.worker is None:
            self._run.see(report)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, None, None]:
        """After the last case of a process, send the bases again. Raises `NotExercised` if cases are withdrawn."""
        broken = self._run.end_cases() if nextitem is None and case_of(item) is not None else ""
        yield
        if broken:
            raise NotExercised(broken)

    # What may happen at any time

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Redact a warning that contains a secret before it is shown or sent to another process."""
        if self._run.secrets is not None:
            scrub_warning(warning_message, self._run.secrets)

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any) -> None:  # noqa: ANN401 - pytest does not make its class public
        """Remove arguments, variables and secrets from the traceback of a failed hook."""
        if self._run.secrets is not None:
            scrub_traceback(excrepr, self._run.secrets)

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note that the run is cut, before teardown would send the bases again."""
        run = self._run
        if run.secrets is not None:
            without_arguments(excinfo)  # `--full-trace` would show them
        run.signals.cut = run.signals.cut or ("SIGINT" if excinfo.errisinstance(KeyboardInterrupt) else "pytest.exit")
        if run.recorded:
            # A signal may arrive between two lines; pytest cannot show such a frame, and would fail with a traceback.
            excinfo.traceback = excinfo.traceback.filter(_has_line)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ANN401, ARG002 - xdist's
        """Take what a worker has to report at its end; one that died has nothing."""
        report = getattr(node, "workeroutput", {}).get(_REPORT_KEY)
        if report is not None:
            self._run.take(msgspec.convert(report, ProcessReport))

    # The end

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, object, object]:
        """After the other plugins have written their reports, finish ours and set the exit code.

        As the innermost wrapper it comes before pytest prints its summary, and before a worker sends its output.
        """
        run = self._run
        if run.recorded:
            for plugin in junit_plugins(session.config):
                plugin.add_global_property("conformance-seed", str(run.seed))
                if run.edition is not None:
                    plugin.add_global_property("conformance-edition", run.edition.name)
        run.drop_incomplete()
        result = yield
        if run.worker is not None:
            session.config.workeroutput[_REPORT_KEY] = msgspec.to_builtins(run.process_report())  # type: ignore[attr-defined]  # xdist's
            return result
        run.finish(session, int(exitstatus))
        if not session.config.pluginmanager.has_plugin("terminalreporter"):
            for line in run.problems():
                write_line(session.config, line)
        return result

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> Generator[None, None, None]:
        """Let other plugins see every failure, then print what pytest's own lines do not show, our sentence last."""
        run = self._run
        with run.folding.unfolded(terminalreporter):
            yield
        for problem in run.problems():
            terminalreporter.write_line(problem, red=True)
        if run.recorded and not run.quiet:
            terminalreporter.write_sep("=", "conformance", blue=True)
        for line in run.closing_lines():
            if not run.quiet:
                terminalreporter.write_line(visible(line))
        if run.account is not None:
            terminalreporter.write_line(visible(run.account.sentence), bold=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_unconfigure(self) -> None:
        """Restore the signal handlers, and release the folder of the reports."""
        self._run.close()


class AroundTheSummary:
    """The outermost hooks around the terminal's summary; `LifeCycle` has the innermost ones."""

    def __init__(self, run: RunState) -> None:
        """Keep the state."""
        self._run = run

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Give a case a class of our own in JUnit: a user's `test_errors` must not have the same one."""
        case = getattr(report, "conformance_case", None)
        if case is not None:
            for plugin in junit_plugins(self._run.config):
                plugin.node_reporter(report).add_attribute("classname", class_name(case))
        result: CaseResult | None = getattr(report, "conformance", None)
        if result is not None and result.verdict is Verdict.NEW and self._run.edition is not None:
            for plugin in junit_plugins(self._run.config):
                since = f"{self._run.edition.name}; once it counts: {result.judged}"
                plugin.node_reporter(report).add_property("conformance-new-since", since)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Name files that held secrets in the very last lines, behind the summary."""
        try:
            return (yield)
        finally:
            for line in self._run.leaks:
                write_line(session.config, line, red=True)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> Generator[None, None, None]:
        """Fold the list of failures while pytest prints it."""
        account = self._run.account
        with self._run.folding.folded(terminalreporter, account.tally.faults() if account is not None else ()):
            yield


def _attach(
    report: Any,  # noqa: ANN401 - with attributes of ours
    case: Case,
    result: CaseResult | None,
    raised: pytest.ExceptionInfo[BaseException] | None,
    edition: Edition | None,
) -> None:
    """Attach to pytest's report the id of the case, its result, and whether the result accounts for what was raised."""
    report.conformance_case = case.id
    if raised is not None:
        # A scrubbed exception of another plugin is an `EngineError` too, for which no result accounts.
        of_the_suite = result is not None and result.verdict is Verdict.ENGINE
        report.accounted = of_the_suite or not isinstance(raised.value, EngineError)
        shown: Any = raised.getrepr(style="value")
        text = headline(result) if result is not None and report.when != "teardown" else str(raised.value)
        shown.reprcrash.message = text.partition("\n")[0]
        report.longrepr = shown
    if result is None:
        return
    if result.verdict is Verdict.KNOWN and report.when == "call":
        report.outcome = "skipped"
        report.wasxfail = visible(known_in_words(result))
    if result.verdict is Verdict.NEW and result.judged is not Verdict.PASS and report.when == "call" and edition:
        report.outcome = "skipped"
        report.wasxfail = visible(new_in_words(result, edition.name))
    if report.when == "call" or (report.when == "setup" and not report.passed):
        report.conformance = result


def _has_line(entry: Any) -> bool:  # noqa: ANN401 - pytest does not make its class public
    try:
        return bool(entry.lineno >= 0)
    except TypeError:
        return False
