"""pytest hooks that concern single cases: options, marks, collection, and how an outcome is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.catalog.datafile import DataError
from conformance.catalog.model import Case
from conformance.catalog.model import Evidence as EvidenceClass
from conformance.judge.model import Cause, Verdict
from conformance.run.cases import catalog, mark_names
from conformance.run.evidence import EngineError, Evidence, Examiner, insist
from conformance.run.failure_text import headline
from conformance.run.options import EMBEDDED, Options, add_options, find_profile, read_options
from conformance.run.outcome import NotExercised, Violation
from conformance.run.record import record_of, unexercised
from conformance.run.reporting import PROBLEM, TOTALS, Reporting, Totals, WorkerTotals
from conformance.target.profile import profile_of_url
from conformance.wire.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from conformance.target.profile import Profile

RECORD: pytest.StashKey[dict[str, Any]] = pytest.StashKey()
PROFILE: pytest.StashKey[Profile | None] = pytest.StashKey()
EXAMINER: pytest.StashKey[Examiner] = pytest.StashKey()
_PACKAGE = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare our options."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the part that collects results, where there is one for all workers; it is idle until a case ends."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Reporting(config), "conformance-reporting")
    else:
        config.pluginmanager.register(WorkerTotals(), "conformance-totals")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> None:
    """Make our marks known before one of our modules is imported; other runs never see them."""
    if module_path.parent == _PACKAGE:
        known = parent.config.getini("markers")
        for name, text in mark_names():
            if not any(line.startswith(f"{name}:") for line in known):
                parent.config.addinivalue_line("markers", f"{name}: {text}")


def case_of(item: pytest.Item) -> Case | None:
    """Return the case that an item runs, `None` for an item that is not ours."""
    callspec = getattr(item, "callspec", None)
    value = callspec.params.get("case") if callspec is not None else None
    return value if isinstance(value, Case) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Find the target as soon as there is a case, and skip what its profile rules out."""
    ours = [(item, case) for item in items if (case := case_of(item)) is not None]
    if not ours:
        return
    try:
        profile = _profile(config)
    except pytest.UsageError as error:
        if not hasattr(config, "workeroutput"):
            raise
        # A worker that gives up at collection looks like a crash; its controller tells the user instead.
        config.workeroutput[PROBLEM] = str(error)
        items.clear()
        return
    if profile is None:
        return
    claimed = profile.methods or tuple(catalog().methods)
    for item, case in ours:
        reason = _ruled_out(case, profile, claimed)
        if reason:
            cause = Cause("not-claimed", reason, "Nothing, by the profile.")
            judgement = unexercised(cause, Verdict.NOT_APPLICABLE)
            item.stash[RECORD] = record_of(case, judgement, None, Redactor(), 0)
            item.add_marker(pytest.mark.skip(reason=reason))


def _ruled_out(case: Case, profile: Profile, claimed: tuple[str, ...]) -> str:
    if case.method not in claimed:
        return f"The profile claims no method {case.method}."
    needed = {case.world, case.state}
    for name in needed:
        seeded = profile.states.get(name)
        if seeded is not None and seeded.unavailable and case.evidence is not EvidenceClass.REQUEST:
            return f"{name}: {seeded.unavailable}"
    return ""


def _profile(config: pytest.Config) -> Profile | None:
    """Return the target's profile, found once. Raises `pytest.UsageError` with one message when it is unusable."""
    if PROFILE not in config.stash:
        try:
            config.stash[PROFILE] = find_profile(read_options(config), catalog(), config.invocation_params.dir)
        except DataError as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[PROFILE]


@pytest.fixture(scope="session")
def conformance_examiner(pytestconfig: pytest.Config) -> Iterator[Examiner]:
    """Start the embedded sandbox unless another target is named, and examine cases against it."""
    profile, known = _profile(pytestconfig), catalog()
    options = read_options(pytestconfig)
    keep_all = options.reports is not None
    if profile is not None:
        yield from _examining(pytestconfig, Examiner(known, profile, _rerun(options), keep_all=keep_all))
        return
    from conformance.sandbox.server import Sandbox  # noqa: PLC0415 - only a run that needs it may load the sandbox

    with Sandbox(known) as sandbox:
        embedded = profile_of_url(sandbox.url, EMBEDDED, sandbox.control)
        yield from _examining(pytestconfig, Examiner(known, embedded, _rerun(options), keep_all=keep_all))


def _examining(config: pytest.Config, examiner: Examiner) -> Iterator[Examiner]:
    config.stash[EXAMINER] = examiner
    yield examiner
    settle(config)
    examiner.session.close()


def settle(config: pytest.Config) -> str:
    """Send the bases once more, once per process; return what rested on one that now fails, in words."""
    if EXAMINER not in config.stash or TOTALS in config.stash:
        return ""
    examiner = config.stash[EXAMINER]
    causes = examiner.session.broken_bases()
    withdrawn = {
        case: {"kind": cause.kind, "text": examiner.redactor.by_value(cause.text), "needs": cause.needs}
        for case, cause in causes.items()
    }
    sent = {"target": examiner.session.sender.count, "control": examiner.session.control_sender.count}
    config.stash[TOTALS] = Totals(requests=sent, withdrawn=withdrawn)
    texts = sorted({cause.text for cause in causes.values()})
    return " ".join([*texts, f"{len(causes)} cases rested on it."]) if texts else ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, None, None]:
    """After a process's last case, ask the bases again; what rested on a broken one is not exercised after all."""
    broken = settle(item.config) if nextitem is None and case_of(item) is not None else ""
    yield
    if broken:
        raise NotExercised(broken)


@pytest.fixture
def evidence(request: pytest.FixtureRequest, case: Case, conformance_examiner: Examiner) -> Evidence:
    """Provision, send and judge one case; `evidence.conforms()` is the whole test."""
    found = conformance_examiner.examine(case)
    request.node.stash[RECORD] = found.record
    attach(found)
    return insist(found)


def attach(found: Evidence) -> None:
    """Give Allure the proof as plain text; without Allure this does nothing."""
    import allure  # noqa: PLC0415 - a part of allure-pytest that is loaded already where it is used

    if found.record["verdict"] != Verdict.PASS:
        allure.attach(found.proof, name="proof", attachment_type=allure.attachment_type.TEXT)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the report say what the case came to, in our redacted words, and carry its record to whoever writes it."""
    report = yield
    record = item.stash.get(RECORD, None)
    if call.excinfo is not None and isinstance(call.excinfo.value, Violation | NotExercised | EngineError):
        shown: Any = call.excinfo.getrepr(style="value")
        text = headline(record) if record is not None and call.when != "teardown" else str(call.excinfo.value)
        shown.reprcrash.message = text.partition("\n")[0]
        report.longrepr = shown
    if record is not None and (call.when == "call" or (call.when == "setup" and not report.passed)):
        report.conformance = record  # type: ignore[attr-defined]  # xdist carries what is in __dict__
    return report


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    """Give WARN and INCONCLUSIVE words and letters of their own."""
    record = getattr(report, "conformance", None)
    match record["verdict"] if record else None:
        case "WARN" if report.passed:
            return "warn", "W", ("WARN", {"yellow": True})
        case "INCONCLUSIVE":
            return "inconclusive", "I", ("INCONCLUSIVE", {"yellow": True})
        case _:
            return None


def _rerun(options: Options) -> str:
    """Return the command that runs one case again against the same target."""
    where = ""
    if options.profile:
        where = f" --profile {options.profile}"
    elif options.target:
        where = f" --target {options.target}"
    return f"slack-conformance run{where} -k {{case}}"
