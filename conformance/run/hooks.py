"""pytest hooks about single cases: marks, collection, the `evidence` fixture, and the report of an outcome."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from conformance.engine.ruled_out import ruled_out
from conformance.judge.model import Cause, Verdict, unexercised
from conformance.report.allure_labels import label
from conformance.report.rerun import rerun_command
from conformance.run.baseline import baseline_of_run
from conformance.run.cases import case_of, catalog, mark_names
from conformance.run.evidence import Evidence, Examiner, require_verdict
from conformance.run.failure_text import headline, known_in_words, visible
from conformance.run.folding import Folding, Unfolding
from conformance.run.leaks import SECRETS, Watch, WorkerSecrets
from conformance.run.options import EMBEDDED, read_options
from conformance.run.outcome import EngineError, NotExercised, Violation
from conformance.run.previous import previous_of_run
from conformance.run.record import cause_of, record_of
from conformance.run.reporting import Reporting
from conformance.run.scrub import Scrub, logs_without
from conformance.run.start import CUT, stop_on_sigterm, throttling_last
from conformance.run.switched import Switched
from conformance.run.target import profile_of_run
from conformance.run.terminal import write_line
from conformance.run.totals import PROBLEM, TOTALS, Totals, WorkerTotals, taken_by
from conformance.summary.counted import counted
from conformance.target.profile import profile_of_url
from conformance.wire.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from conformance.catalog.model import Case

RECORD: pytest.StashKey[dict[str, Any]] = pytest.StashKey()
EXAMINER: pytest.StashKey[Examiner] = pytest.StashKey()
_ACCOUNTED = (Violation, NotExercised, EngineError)


def pytest_configure(config: pytest.Config) -> None:
    """Register plugins: in the main process those that collect results, in a worker those that send them."""
    if read_options(config).plan and getattr(config.option, "numprocesses", None):
        text = "--conformance-plan and -n exclude each other: the plan is that of one process."
        raise pytest.UsageError(text)
    if not hasattr(config, "workerinput"):
        reporting = Reporting(config)
        folding = Folding(reporting.faults)
        config.pluginmanager.register(reporting, "conformance-reporting")
        config.pluginmanager.register(folding, "conformance-folding")
        config.pluginmanager.register(Unfolding(folding), "conformance-unfolding")
        config.pluginmanager.register(Watch(config), "conformance-watch")
        config.pluginmanager.register(Switched(), "conformance-switched")
    else:
        config.pluginmanager.register(WorkerTotals(), "conformance-totals")
        config.pluginmanager.register(WorkerSecrets(), "conformance-secrets")
    config.pluginmanager.register(Scrub(config), "conformance-scrub")
    if hasattr(config, "workerinput") or not getattr(config.option, "numprocesses", None):
        # Only processes that collect need marks; xdist's controller does not collect.
        for name, text in mark_names():
            config.addinivalue_line("markers", f"{name}: {text}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Read profile and baseline if there is a case, and skip cases that the profile excludes."""
    ours = [(item, case) for item in items if (case := case_of(item)) is not None]
    if not ours:
        return
    stop_on_sigterm(config)
    throttling_last(items)
    for item, case in ours:
        label(item, case)
    try:
        profile = profile_of_run(config)
        baseline_of_run(config)
        previous_of_run(config)
    except pytest.UsageError as error:
        if not hasattr(config, "workeroutput"):
            raise
        # A worker that fails at collection looks like a crash, so the controller reports the problem instead.
        config.workeroutput[PROBLEM] = str(error)
        items.clear()
        return
    if profile is None:
        return
    for item, case in ours:
        reason = ruled_out(case, profile)
        if reason:
            cause = Cause("not-claimed", reason, "Nothing, by the profile.")
            judgement = unexercised(cause, Verdict.NOT_APPLICABLE)
            item.stash[RECORD] = record_of(case, judgement, None, Redactor(), 0)
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def conformance_examiner(pytestconfig: pytest.Config) -> Iterator[Examiner]:
    """Yield the examiner of this process; starts the embedded sandbox unless another target is named."""
    profile, options, known = profile_of_run(pytestconfig), read_options(pytestconfig), catalog()
    with contextlib.ExitStack() as stack:
        if profile is None:
            from conformance.sandbox.server import Sandbox  # noqa: PLC0415 - only a run that needs it may load it

            sandbox = stack.enter_context(Sandbox(known))
            profile = profile_of_url(sandbox.url, EMBEDDED, sandbox.control)
        examiner = Examiner(
            known,
            profile,
            lambda case: rerun_command(case, options.profile, options.target),
            keep_all=options.reports is not None,
            baseline=baseline_of_run(pytestconfig),
        )
        if not hasattr(pytestconfig, "workerinput"):  # a worker of xdist has no terminal
            examiner.show_waiting(lambda line: write_line(pytestconfig, f"conformance: {line}"))
        stack.callback(examiner.session.close)
        pytestconfig.stash[EXAMINER], pytestconfig.stash[SECRETS] = examiner, examiner.secrets
        with logs_without(examiner.secrets):
            yield examiner
            settle(pytestconfig)


def settle(config: pytest.Config) -> str:
    """Send the bases once more, once per process; return why and how many cases are withdrawn, empty if none are."""
    if EXAMINER not in config.stash or TOTALS in config.stash:
        return ""
    examiner = config.stash[EXAMINER]
    causes = {} if CUT in config.stash else examiner.session.broken_bases()
    # A text of the target may be cut in the middle of a secret; only the redactor recognises its beginning.
    known = examiner.secrets.redactor() if causes else Redactor()
    hidden = examiner.secrets.hidden
    withdrawn = {
        case: {key: hidden(text) for key, text in cause_of(cause, known).items()} for case, cause in causes.items()
    }
    sent = {"target": examiner.session.sender.count, "control": examiner.session.control_sender.count}
    config.stash[TOTALS] = Totals(sent, withdrawn, taken_by(examiner.profile))
    texts = sorted({cause["text"] for cause in withdrawn.values()})
    return " ".join([*texts, f"{counted(len(causes), 'case')} rested on it."]) if texts else ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, None, None]:
    """After the last case of a process, send the bases again. Raises `NotExercised` if cases are withdrawn."""
    broken = settle(item.config) if nextitem is None and case_of(item) is not None else ""
    yield
    if broken:
        raise NotExercised(broken)


@pytest.fixture
def evidence(request: pytest.FixtureRequest, case: Case, conformance_examiner: Examiner) -> Evidence:
    """Exercise and judge one case. Raises `NotExercised` or `EngineError` if there is no verdict on the target."""
    found = conformance_examiner.examine(case)
    request.node.stash[RECORD] = found.record
    attach(found)
    return require_verdict(found)


def attach(found: Evidence) -> None:
    """Attach the proof to Allure's result as plain text; does nothing without Allure."""
    if found.record["verdict"] != Verdict.PASS:
        import allure  # noqa: PLC0415 - a part of allure-pytest that is loaded already where it is used

        allure.attach(found.proof, name="proof", attachment_type=allure.attachment_type.TEXT)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the redacted outcome of the case, and its record, into pytest's report."""
    raised = call.excinfo if call.excinfo and isinstance(call.excinfo.value, _ACCOUNTED) else None
    if raised is None:
        report = yield
    else:
        # pytest would look up and render our own source for each case, more than half of the time of a run that fails.
        traceback, raised.traceback = raised.traceback, type(raised.traceback)([])
        report = yield
        raised.traceback = traceback
    record, case = item.stash.get(RECORD, None), case_of(item)
    if case is not None:
        report.conformance_case = case.id  # type: ignore[attr-defined]  # xdist carries what is in __dict__
    if raised is not None:
        # Record or footer account for it. A scrubbed exception of another plugin is an EngineError too.
        known = not isinstance(raised.value, EngineError) or (record or {}).get("verdict") == Verdict.ENGINE
        report.accounted = known  # type: ignore[attr-defined]  # xdist carries what is in __dict__
        shown: Any = raised.getrepr(style="value")
        text = headline(record) if record is not None and call.when != "teardown" else str(raised.value)
        shown.reprcrash.message = text.partition("\n")[0]
        report.longrepr = shown
    if record is not None and record["verdict"] == Verdict.KNOWN and call.when == "call":
        report.outcome = "skipped"
        report.wasxfail = visible(known_in_words(record))
    if record is not None and (call.when == "call" or (call.when == "setup" and not report.passed)):
        report.conformance = record  # type: ignore[attr-defined]  # xdist carries what is in __dict__
    return report


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    """Return the words and letters for WARN, KNOWN and INCONCLUSIVE."""
    record = getattr(report, "conformance", None)
    match record["verdict"] if record else None:
        case "WARN" if report.passed:
            return "warn", "W", ("WARN", {"yellow": True})
        case "KNOWN":
            return "known", "K", ("KNOWN", {"yellow": True})
        case "INCONCLUSIVE":
            return "inconclusive", "I", ("INCONCLUSIVE", {"yellow": True})
        case _:
            return None
