"""An audit from start to end: its runs, its results file and reports, and its exit code."""

from __future__ import annotations

import platform
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .. import __version__
from ..results.model import FORMAT, Header, RequestCount, Target
from ..results.terms import TargetKind, Verdict
from ..results.words import place_in_words
from ..run.account import Account
from ..run.folder import Reports, leave, take
from ..run.leaks import QUARANTINE, message, put_aside, scan
from ..run.options import Options
from ..run.outcome import Exit, exit_code
from ..run.process_report import Totals
from ..run.record import ledger_record
from ..run.unwritten import Unwritten
from ..sandbox import Sandbox
from ..secrecy.secrets import Secrets
from ..signals import Signals
from ..summary.tally import RecordedRules, Tally
from .record import secrets_of
from .runs import Runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ..baseline.entries import Baseline
    from ..catalog.model import Catalog
    from ..results.io import Results
    from ..results.model import CaseResult
    from .observed import Session
    from .rules import AuditBook
    from .runs import Plan

    Say = Callable[[str], None]

_LINE = 300
"""Characters of a line about a call."""


class Audit:
    """Judges one client."""

    def __init__(self, plan: Plan, catalog: Catalog, book: AuditBook, say: Say) -> None:
        """Take what to do, and a function that writes a line."""
        self._plan, self._catalog, self._book, self._say = plan, catalog, book, say
        self._proofs: list[str] = []
        self._proved: set[str] = set()

    def run(self, folder: Path, baseline: Baseline, previous: Results | None = None) -> int:
        """Run the client, write the reports into this folder, and return the exit code. Raises `DataError`."""
        take(folder, "--reports")
        unwritten = Unwritten()
        reports = Reports(folder, unwritten, previous)
        try:
            with Signals() as signals, Sandbox(self._catalog, control=False) as sandbox:
                runs = Runs(self._plan, self._catalog, self._book, sandbox, self._say)
                account, code = self._recorded(runs, reports, baseline, signals, sandbox.url)
            reports.publish()
            lines = [*self._proofs, *(f"NOTE  {note}" for note in runs.notes)]
            lines += [*unwritten.lines, *([reports.full()] if unwritten.full else [])]
            for line in filter(
                None, [*lines, *account.remarks(), reports.close(), *map("see {}".format, reports.written)]
            ):
                self._say(line)
            self._say(account.sentence)
            leaked = list(self._leaked(runs.sessions, reports.written, folder))
            for line in leaked:
                self._say(line)
            lost = Exit.ENGINE if unwritten.lines or unwritten.full else Exit.GOOD
            return exit_code(code, lost, Exit.SECRET if leaked else Exit.GOOD)
        finally:
            leave(folder)

    def _recorded(
        self, runs: Runs, reports: Reports, baseline: Baseline, signals: Signals, url: str
    ) -> tuple[Account, int]:
        """Write each result when it is there, and the footer at the end; return the account and the exit code."""
        begun, status = time.perf_counter(), int(Exit.GOOD)
        account: Account | None = None

        def record(results: Iterator[CaseResult]) -> None:
            nonlocal account
            for case in results:
                if account is None:
                    account = self._account(runs, reports, baseline, url)
                judged = baseline.judged(case)
                reports.write(judged)
                account.add(judged)
                if judged.verdict is Verdict.FAIL and judged.rule not in self._proved:
                    self._proved.add(judged.rule)
                    self._proofs += proof(judged, self._book)

        try:
            record(runs.results())
        except KeyboardInterrupt:
            status = Exit.INTERRUPTED
            signals.cut = signals.cut or "SIGINT"
        signals.defer()
        record(runs.broken_so_far())
        account = account or self._account(runs, reports, baseline, url)
        calls = sum(session.count for session in runs.sessions)
        account.settle([Totals(RequestCount(calls, 0), {}, {})])
        code = account.exit_code(status)
        reports.conclude(account.footer(code, time.perf_counter() - begun, signals.cut or None))
        return account, code

    def _account(self, runs: Runs, reports: Reports, baseline: Baseline, url: str) -> Account:
        """Begin the results file, and return the account; of the baseline, entries of other runs do not count."""
        cases, methods = runs.begun or ((), tuple(self._catalog.methods))
        reports.begin(self._header(len(cases), methods, url))
        others = set(self._book.case_ids(self._catalog)) - {*cases}
        entries = {name: entry for name, entry in baseline.entries.items() if name not in others}
        title, strict = self._plan.command.title, self._plan.strict
        options = Options(None, None, None, strict=strict)
        account = Account(self._catalog, methods, title, replace(baseline, entries=entries), options)
        records = RecordedRules([rule.record() for rule in self._book.rules])
        account.tally = Tally(records, methods, strict=strict, total=len(cases), client=True)
        return account

    def _header(self, cases: int, methods: tuple[str, ...], url: str) -> Header:
        cited = {row for rule in self._book.rules for row in rule.ledger}
        return Header(
            format=FORMAT,
            suite=__version__,
            catalog=self._catalog.sha256,
            started=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            target=Target(self._plan.command.title, url, TargetKind.CLIENT),
            profile=None,
            methods=methods,
            readings={},
            selection=None,
            cases=cases,
            environment={"python": platform.python_version()},
            rules=tuple(rule.record() for rule in self._book.rules),
            ledger={row.id: ledger_record(row) for row in self._catalog.ledger.values() if row.id in cited},
            seed=None,
            edition=None,
        )

    @staticmethod
    def _leaked(sessions: Sequence[Session], written: Sequence[Path], folder: Path) -> Iterator[str]:
        """Move reports that hold a secret aside, and yield lines about them."""
        secrets = dict.fromkeys(pair for session in sessions for pair in secrets_of(session))
        leaks = scan(written, Secrets(secrets)) if secrets else []
        if leaks:
            yield from message([put_aside(leak, folder.parent / QUARANTINE) for leak in leaks], folder)


def proof(case: CaseResult, book: AuditBook) -> Iterator[str]:
    """Yield lines about a FAIL: where the rule stands, what was sent, and what to do."""
    rule = next(one for one in book.rules if one.id == case.rule)
    yield f"FAIL  {case.id} ({rule.strength}; {place_in_words(rule.place)} of {rule.page})"
    yield f"      {case.got}{f', {case.edit_text}' if case.edit_text else ''}"
    for exchange in case.exchanges:
        sent = exchange.request
        credentials = "".join(f" ({value})" for name, value in sent.headers if name.lower() == "authorization")
        outcome = exchange.answer.body if exchange.answer is not None else exchange.problem
        yield f"      > {sent.verb} {sent.url} {sent.body or ''}{credentials}"[:_LINE]
        yield f"      < {outcome}"[:_LINE]
    yield f"      {rule.remedy}"
