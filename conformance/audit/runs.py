"""Runs a client without and with injections, each time in a fresh world, and judges each run when it has ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .checks import COMPARING, Broken, Subject, same_as_plain
from .judge import Judge, used_methods
from .observed import MOST_CALLS, Session
from .rules import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..catalog.model import Catalog
    from ..results.model import CaseResult
    from ..sandbox import Sandbox
    from .client import Command
    from .rules import AuditBook, Injection


@dataclass(frozen=True, slots=True)
class Plan:
    """What an audit is asked to do."""

    command: Command
    injections: tuple[str, ...] = ()
    demanded: tuple[str, ...] = ()
    """Methods that the client must call."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Values that the client has fixed; an empty redirect_uri says that codes are asked for without one."""
    strict: bool = False


class Runs:
    """The runs of one audit."""

    def __init__(
        self, plan: Plan, catalog: Catalog, book: AuditBook, sandbox: Sandbox, say: Callable[[str], None]
    ) -> None:
        """Run nothing yet; `say` takes a line about each run."""
        self._plan, self._catalog, self._book, self._sandbox, self._say = plan, catalog, book, sandbox, say
        self._judge = Judge(catalog, book, sandbox.url, plan.demanded)
        self.sessions: list[Session] = []
        self.notes: list[str] = []
        """What was asked for and could not be done."""
        self.begun: tuple[tuple[str, ...], tuple[str, ...]] | None = None
        """Once the first run has ended: the ids of all cases, and the methods that they are about."""

    def results(self) -> Iterator[CaseResult]:
        """Run the client as often as needed, and yield the results of each run."""
        plain = self._run(None, "")
        further = self._begin(plain)
        yield from self._judge.plain(plain)
        for method, name in further:
            injection = self._book.injected(name, self._catalog.methods[method])
            results = list(self._judge.injected(self._run(injection, method, plain), method, name))
            if any(one.findings and self._compares(one) for one in results):
                results = list(self._looked_at_again(results, injection, method, plain))
            yield from results

    def broken_so_far(self) -> Iterator[CaseResult]:
        """Yield what the calls of a first run show that did not come to its end."""
        if self.begun is None and self.sessions:
            self._begin(self.sessions[0])
            yield from (one for one in self._judge.plain(self.sessions[0]) if one.findings)

    def _begin(self, plain: Session) -> list[tuple[str, str]]:
        """Decide from the first run which others follow, and return method and injection of each."""
        used = used_methods(plain, self._catalog)
        further = list(self._further(used))
        cases = [rule.case_id(PLAIN) for method in self._catalog.methods for rule in self._book.of(method)]
        cases += [rule.case_id(name) for method, name in further for rule in self._book.of(method, name)]
        self.begun = tuple(cases), tuple(dict.fromkeys([*used, *self._plan.demanded])) or tuple(self._catalog.methods)
        return further

    def _further(self, used: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for name in self._plan.injections:
            code = name.partition("=")[2]
            able = [method for method in used if not code or code in self._catalog.methods[method].error_codes]
            yield from ((method, name) for method in able)
            if not able:
                self.notes.append(f"{name} was not injected: the client calls no method that can be answered so.")

    def _compares(self, case: CaseResult) -> bool:
        return any(case.rule == rule.id for rule in self._book.rules if rule.name in COMPARING)

    def _looked_at_again(
        self, results: list[CaseResult], injection: Injection, method: str, plain: Session
    ) -> Iterator[CaseResult]:
        """Yield the results; that a client does something else than before counts only if it does so each time."""
        again = self._run(None, "", plain)
        unsteady = isinstance(same_as_plain(Subject(again, self._catalog.methods[method])), Broken)
        repeated = self._judge.injected(self._run(injection, method, plain), method, injection.name)
        second = {one.id: one for one in repeated}
        for one in results:
            doubtful = self._compares(one) and (unsteady or not second[one.id].findings)
            yield self._judge.in_doubt(one) if doubtful else one

    def _run(self, injection: Injection | None, method: str, plain: Session | None = None) -> Session:
        """Run the client once."""
        command, given = self._plan.command, dict(self._plan.values)
        session = Session(exit_code=None, limit_s=command.timeout_s, plain=plain)
        self.sessions.append(session)
        without = given.get("redirect_uri") == ""
        if without:
            del given["redirect_uri"]
        what = f", {injection.name} injected into {method}" if injection is not None else ""
        self._say(f"AUDIT  {command.title}{what}")
        with self._sandbox.world(**given) as world:
            environment = command.environment(world, without_redirect_uri=without)
            if injection is not None:
                world.inject(injection.kind, times=injection.times, method=method, **injection.parameters)
            stop = self._sandbox.observe(session.see)
            try:
                session.exit_code = command.run(environment)
            finally:
                stop()
        if session.count > MOST_CALLS:
            self.notes.append(f"Only the first {MOST_CALLS} of {session.count} calls were judged{what}.")
        return session
