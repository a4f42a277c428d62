"""Where the records of all workers come together: results file, our report, terminal summary, exit code."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.catalog.datafile import DataError
from conformance.judge.summary import Tally
from conformance.run.cases import catalog
from conformance.run.failure_text import visible
from conformance.run.gate import Gate, baseline_of_run
from conformance.run.github import Annotations, annotates, append_summary
from conformance.run.options import EMBEDDED, Options, find_profile, read_options
from conformance.run.outcome import Exit, exit_code
from conformance.run.results import ResultsWriter, header, now
from conformance.run.start import CUT, PLAN, heed_sigterm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.terminal import TerminalReporter

    from conformance.target.profile import Profile


@dataclass
class Totals:
    """What a process knows when its last case is done: requests sent, and cases withdrawn with their cause."""

    requests: dict[str, int] = field(default_factory=dict)
    withdrawn: dict[str, dict[str, str]] = field(default_factory=dict)


TOTALS: pytest.StashKey[Totals] = pytest.StashKey()
PROBLEM = "conformance_problem"
"""Under this key a worker tells its controller why it runs nothing."""


_SLOW_S = 20
"""Seconds between two lines of progress; a run that takes less needs none."""


class Reporting:
    """Collects records where all workers report to; without a record it does nothing at all."""

    def __init__(self, config: pytest.Config) -> None:
        """Keep the configuration; nothing is opened before the first record."""
        self._config = config
        self._begun = time.monotonic()
        self._tally: Tally | None = None
        self._writer: ResultsWriter | None = None
        self._target = EMBEDDED
        self._foreign_failure = False
        self._totals: list[Totals] = []
        self._written: list[Path] = []
        self._sentence = ""
        self._warned: list[dict[str, Any]] = []
        self._problem = ""
        self._told = self._begun
        self._gate: Gate | None = None
        self._stale: list[str] = []
        self._annotations: Annotations | None = None
        self._unsummed = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the record from a report."""
        record = getattr(report, "conformance", None)
        if record is None:
            self._foreign_failure |= report.failed and report.when != "teardown"
            return
        if self._tally is None:
            heed_sigterm(self._config)
            self._begin()
        record["worker"] = getattr(report, "worker_id", "master")
        assert self._tally is not None  # noqa: S101 - `_begin` has set it; tells the type checker
        self._tally.add(record)
        if self._gate is not None:
            self._gate.see(record)
        if self._annotations is not None:
            self._annotations.add(record)
        if record["verdict"] in {"WARN", "INCONCLUSIVE", "ENGINE"}:
            self._warned.append({key: record[key] for key in ("id", "verdict", "findings", "cause")})
        if self._writer is not None:
            self._writer.write(record)
        self._tell_progress()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ANN401, ARG002 - xdist's
        """Take a worker's totals."""
        output = getattr(node, "workeroutput", {})
        self._problem = output.get(PROBLEM) or self._problem
        said = output.get("conformance")
        if said is not None:
            self._totals.append(Totals(**said))

    def pytest_keyboard_interrupt(self) -> None:
        """Note that the run is cut, before anything is torn down and the bases would be asked again."""
        self._config.stash.setdefault(CUT, "SIGINT")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the footer and our report, and decide the exit code."""
        if self._problem:
            session.exitstatus = Exit.USAGE
        if self._tally is None:
            return
        if TOTALS in self._config.stash:
            self._totals.append(self._config.stash[TOTALS])
        for totals in self._totals:
            self._tally.withdraw(totals.withdrawn)
        if self._gate is not None:
            self._stale = self._gate.changes(self._tally.verdicts, partial=self._tally.partial)
            self._tally.stale = len(self._stale)
        session.exitstatus = self._exit(int(exitstatus))
        self._sentence = self._tally.sentence(self._target)
        if self._writer is not None:
            cut = self._config.stash.get(CUT, "interrupted") if exitstatus == Exit.INTERRUPTED else None
            self._writer.write(self._footer(int(session.exitstatus), cut))
            self._writer.close()
            self._report(self._writer.path)

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Say what is not plain from pytest's own lines, causes once each, and last the sentence."""
        if self._problem:
            terminalreporter.write_line(f"ERROR: {visible(self._problem)}", red=True)
        if self._tally is None:
            return
        terminalreporter.section("conformance", sep="=", blue=True)
        for line in self._findings():
            terminalreporter.write_line(visible(line))
        for line in self._told_at_last():
            terminalreporter.write_line(visible(line))
        terminalreporter.write_line(visible(self._sentence), bold=True)

    def _findings(self) -> Iterator[str]:
        """Yield what deserves a remark of its own, and every cause once."""
        for record in self._warned:
            for finding in record["findings"]:
                text = f"WARN  {record['id']}  {finding['code']}: expected {finding['expected']}; got {finding['got']}"
                yield text
        for text, needs, cases in self._causes():
            yield f"INCONCLUSIVE  {len(cases)} cases: {text}"
            yield f"              needs: {needs}"

    def _told_at_last(self) -> Iterator[str]:
        """Yield what concerns the run as a whole."""
        assert self._tally is not None  # noqa: S101 - only called with one
        yield from (f"NOTE  {note}" for note in self._tally.notes())
        yield from (f"BASELINE  {change}" for change in self._stale)
        if self._unsummed:
            yield f"NOTE  {self._unsummed}"
        yield from (f"written: {path}" for path in self._written)
        if self._annotations is not None:
            yield from self._annotations.lines(self._tally.verdicts, strict=self._tally.strict)

    def _begin(self) -> None:
        known, options = catalog(), read_options(self._config)
        try:
            profile = find_profile(options, known, self._config.invocation_params.dir)
        except DataError as error:
            raise pytest.UsageError(str(error)) from None
        methods = (profile.methods if profile else ()) or tuple(known.methods)
        self._tally = Tally(known, methods, strict=options.strict)
        self._gate = Gate(baseline_of_run(self._config))
        self._annotations = Annotations(known) if annotates() else None
        if profile is not None:
            self._target = profile.name
        if options.reports:
            folder = _folder(options, self._config)
            try:
                self._writer = ResultsWriter(folder / "results.jsonl")
            except OSError as error:
                raise pytest.UsageError(f"--conformance-reports {folder}: cannot be written ({error}).") from None
            self._writer.write(header(known, _target(profile), options.profile, methods))

    def _tell_progress(self) -> None:
        """Say now and then how long a slow run will take still; plain lines, since they end up in logs of CI too."""
        made, now = self._config.stash.get(PLAN, None), time.monotonic()
        if made is None or made.seconds < _SLOW_S or now - self._told < _SLOW_S:
            return
        assert self._tally is not None  # noqa: S101 - only called with one
        self._told, done = now, len(self._tally.verdicts)
        left = (now - self._begun) / done * (made.cases - done)
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        reporter.ensure_newline()
        reporter.write_line(f"conformance: {done} of {made.cases} cases, about {left:.0f} s left")

    def _causes(self) -> list[tuple[str, str, list[str]]]:
        """Return every cause with its cases, the one that explains most first."""
        assert self._tally is not None  # noqa: S101 - only called with one
        grouped: dict[tuple[str, str], list[str]] = {}
        for case, cause in self._tally.causes.items():
            if self._tally.verdicts[case] == "INCONCLUSIVE":
                grouped.setdefault((cause["text"], cause["needs"]), []).append(case)
        return [(*key, cases) for key, cases in sorted(grouped.items(), key=lambda entry: -len(entry[1]))]

    def _exit(self, status: int) -> int:
        assert self._tally is not None  # noqa: S101 - only called with one
        counts = self._tally.counts
        reasons = [status] if status not in {Exit.GOOD, Exit.FAIL} else []
        if counts["FAIL"] or self._foreign_failure or (self._tally.strict and counts["WARN"]):
            reasons.append(Exit.FAIL)
        if counts["ENGINE"]:
            reasons.append(Exit.ENGINE)
        if self._stale:
            reasons.append(Exit.BASELINE)
        unproved = self._tally.unproved_methods() and not self._tally.partial
        if counts["INCONCLUSIVE"] or unproved:
            reasons.append(Exit.INCONCLUSIVE)
        return exit_code(*reasons)

    def _footer(self, code: int, cut: str | None) -> dict[str, Any]:
        assert self._tally is not None  # noqa: S101 - only called with one
        requests = {"target": 0, "control": 0}
        for totals in self._totals:
            for kind, count in totals.requests.items():
                requests[kind] += count
        return {
            "type": "footer",
            "finished": now(),
            "seconds": round(time.monotonic() - self._begun, 2),
            "counts": self._tally.counts,
            "rows": self._tally.rows(),
            "requests": requests,
            "readings": self._tally.readings,
            "withdrawn": self._tally.withdrawn,
            "notes": [*self._tally.notes(), *self._stale],
            "sentence": self._sentence,
            "exit": code,
            "cut": cut,
        }

    def _report(self, results: Path) -> None:
        from conformance.report.commands import write_reports  # noqa: PLC0415 - Jinja2 is only loaded for a report
        from conformance.report.results import read_results  # noqa: PLC0415

        page, summary = write_reports(read_results(results), results.parent)
        self._written = [results, page, summary]
        try:
            append_summary(summary.read_text(encoding="utf-8"))
        except OSError as error:
            self._unsummed = f"GITHUB_STEP_SUMMARY: cannot be written ({error})."


def _folder(options: Options, config: pytest.Config) -> Path:
    return config.invocation_params.dir / Path(options.reports or "").expanduser()


def _target(profile: Profile | None) -> dict[str, str]:
    if profile is None:
        return {"name": EMBEDDED, "url": "embedded", "kind": "mock"}
    return {"name": profile.name, "url": profile.url, "kind": profile.kind}


class WorkerTotals:
    """Hands an xdist worker's totals to the controller."""

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Put the totals where xdist carries them."""
        config: Any = session.config
        if TOTALS in config.stash:
            totals = config.stash[TOTALS]
            config.workeroutput["conformance"] = {"requests": totals.requests, "withdrawn": totals.withdrawn}
