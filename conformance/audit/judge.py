"""From what a client did to results: one case for each rule, method and run.

A method that the client does not call is N/A, unless it is demanded: a client that uses one of the methods must not be
red for the other. A client that calls no method at all leaves everything INCONCLUSIVE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..catalog.model import OK, Evidence, Strength
from ..results.model import CaseResult, Cause, Finding
from ..results.terms import Code, Kind, Level, Verdict
from .checks import CHECKS, Absent, Broken, Kept, Subject, Unknown, comes_to_end
from .record import IssuedValues, recorded
from .rules import PLAIN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ..catalog.model import Catalog
    from .checks import Outcome
    from .observed import Observed, Session
    from .rules import AuditBook, AuditRule

_SHOWN = 3
"""The most calls that a record has."""


def level_of(rule: AuditRule) -> Level:
    """Return how much it weighs to break the rule, as README has it for servers.

    A should-rule weighs fully where the client did not cope with an answer.
    """
    heavy = rule.strength is Strength.MUST or (rule.strength is Strength.SHOULD and rule.finding is Code.NOT_COPED)
    return Level.FAIL if heavy else Level.WARN


class Judge:
    """Judges the runs of one client."""

    def __init__(self, catalog: Catalog, book: AuditBook, url: str, demanded: Collection[str] = ()) -> None:
        """Take the rules, the address of the sandbox, and the methods that the client must call."""
        self._catalog, self._book, self._url, self._demanded = catalog, book, url, demanded

    def plain(self, session: Session) -> Iterator[CaseResult]:
        """Yield the results of the run in which nothing was injected, for every method."""
        used = used_methods(session, self._catalog)
        for method in self._catalog.methods:
            for rule in self._book.of(method):
                if method in used:
                    yield self._case(rule, session, PLAIN, self.outcome(rule, session))
                else:
                    yield self._uncalled(rule, nothing=not used)

    def injected(self, session: Session, method: str, injected: str) -> Iterator[CaseResult]:
        """Yield the results of the run in which this was injected into calls of this method."""
        met = any(one.call.injected for one in session.of(method))
        for rule in self._book.of(method, injected):
            outcome = self.outcome(rule, session)
            if not met and not isinstance(outcome, Broken):
                text = f"The client did not call {method} in the run with {injected}, so it met no failure."
                outcome = Unknown(text, "A client that does the same each time.")
            yield self._case(rule, session, injected, outcome)

    @staticmethod
    def in_doubt(case: CaseResult) -> CaseResult:
        """Return the case as INCONCLUSIVE, since the client did not do the same when it was run once more."""
        cause = Cause(
            Kind.NOT_DONE,
            "The client does not do the same in each run, so a difference proves nothing.",
            "A command that makes the same calls each time.",
        )
        return case.withdrawn(cause)

    def outcome(self, rule: AuditRule, session: Session) -> Outcome:
        """Return what the check of the rule finds; nothing is known of what a stopped client would have done next."""
        subject = Subject(session, self._catalog.methods[rule.method], rule.besides)
        found = CHECKS[rule.name](subject)
        if isinstance(found, Kept) and session.exit_code is None:
            return comes_to_end(subject)
        return found

    def _case(self, rule: AuditRule, session: Session, injected: str, outcome: Outcome) -> CaseResult:
        issued = IssuedValues(session.worlds.values(), session.calls)
        result = self._blank(rule, injected)
        match outcome:
            case Broken(details, calls):
                got = said(rule, details)
                finding = Finding(rule.id, rule.finding, level_of(rule), rule.summary, got, None)
                return self._with(result, calls, issued, got=got, verdict=Verdict(finding.level), findings=(finding,))
            case Kept(calls):
                return self._with(result, calls, issued, got="as documented", verdict=Verdict.PASS)
            case Absent(text):
                return self._with(result, (), issued, got=text, cause=Cause(Kind.NOT_DONE, text, ""))
            case Unknown(text, needs, kind):
                cause = Cause(kind, text, needs)
                calls = tuple(session.of(rule.method))
                return self._with(result, calls, issued, got=text, cause=cause, verdict=Verdict.INCONCLUSIVE)

    def _uncalled(self, rule: AuditRule, *, nothing: bool) -> CaseResult:
        if nothing:
            cause = Cause(
                Kind.NOT_CALLED,
                "The client called none of the methods at the sandbox's address.",
                "A client that takes the address from SLACK_API_URL, or from what --env gives it, past any proxy.",
            )
        elif rule.method in self._demanded:
            text = f"The client never called {rule.method}."
            cause = Cause(Kind.NOT_CALLED, text, f"A command that calls it, or no --method {rule.method}.")
        else:
            cause = Cause(Kind.NOT_CALLED, f"{rule.method} is not used by this client.", "")
        verdict = Verdict.INCONCLUSIVE if cause.needs else Verdict.NOT_APPLICABLE
        return self._with(self._blank(rule, PLAIN), (), IssuedValues(()), got=cause.text, cause=cause, verdict=verdict)

    def _with(  # noqa: PLR0913 - what differs between results
        self,
        result: CaseResult,
        calls: tuple[Observed, ...],
        issued: IssuedValues,
        *,
        got: str,
        verdict: Verdict = Verdict.NOT_APPLICABLE,
        findings: tuple[Finding, ...] = (),
        cause: Cause | None = None,
    ) -> CaseResult:
        shown = calls[:_SHOWN]
        exchanges = tuple(recorded(one, issued, self._url, self._catalog.methods) for one in shown)
        observed = shown[-1].call.answered if shown else None
        return replace(
            result, verdict=verdict, got=got, findings=findings, cause=cause, exchanges=exchanges, observed=observed
        )

    @staticmethod
    def _blank(rule: AuditRule, injected: str) -> CaseResult:
        return CaseResult(
            id=rule.case_id(injected),
            method=rule.method,
            rule=rule.id,
            also=(),
            concern=rule.concern,
            strength=rule.strength,
            evidence=Evidence.REQUEST if injected == PLAIN else Evidence.FAULT,
            differential=False,
            verdict=Verdict.NOT_APPLICABLE,
            observed=None,
            seen=False,
            reading=None,
            expected=rule.summary,
            got="",
            accept=(OK,),
            findings=(),
            cause=None,
            base="client",
            edit=None,
            edit_text="" if injected == PLAIN else f"with {injected} injected",
            state="healthy",
            exchanges=(),
            grounds=None,
            known=None,
            ms=0.0,
            worker="master",
            explored="",
            after="",
        )


def used_methods(session: Session, catalog: Catalog) -> tuple[str, ...]:
    """Return the methods of the catalog that were called."""
    called = {one.call.method for one in session.calls}
    return tuple(method for method in catalog.methods if method in called)


def said(rule: AuditRule, details: str) -> str:
    """Return what the client did, with details such as names of arguments that may be shown."""
    return f"{rule.breach}: {details}" if details else rule.breach
