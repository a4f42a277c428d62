"""The part of a record that summaries need: without exchanges, so that long runs take little memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conformance.catalog.model import GATEWAY, OK, Evidence
from conformance.judge.model import Cause, Code, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_A_CODE = {OK, str(Code.NO_ANSWER), str(Code.UNREADABLE), ""}


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of a case; `code` is that in the results file."""

    rule: str
    code: str
    level: Verdict
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case and how it ended."""

    id: str
    method: str
    rule: str
    verdict: Verdict
    evidence: Evidence = Evidence.REQUEST
    base: str = ""
    edited: bool = True
    """Whether the request has an edit; if not, this is a base's own case."""
    observed: str = ""
    accept: frozenset[str] = frozenset()
    findings: tuple[Found, ...] = ()
    cause: Cause | None = None

    @property
    def tried(self) -> bool:
        """Whether the case was sent and judged."""
        return self.verdict in {Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.KNOWN}

    @property
    def must_be_refused(self) -> bool:
        """Whether every accepted outcome is a refusal."""
        return OK not in self.accept

    @property
    def error(self) -> str:
        """The error code of the answer; empty if it has none or cannot be read."""
        return "" if self.observed in _NOT_A_CODE or self.observed.startswith(GATEWAY) else self.observed

    def withdrawn(self, cause: Cause) -> Outcome:
        """Return the case as INCONCLUSIVE with this cause."""
        return replace(self, verdict=Verdict.INCONCLUSIVE, findings=(), cause=cause)

    @property
    def rule_name(self) -> str:
        """The rule's id without its method."""
        return self.rule.removeprefix(f"{self.method}.")


def outcome_of(record: Mapping[str, Any]) -> Outcome:
    """Return the outcome in a line of the results file."""
    cause = record["cause"]
    return Outcome(
        id=record["id"],
        method=record["method"],
        rule=record["rule"],
        verdict=Verdict(record["verdict"]),
        evidence=Evidence(record["evidence"]),
        base=record["base"],
        edited=record["edit"] is not None,
        observed=record["observed"] or "",
        accept=frozenset(record["accept"]),
        findings=tuple(
            Found(one["rule"], one["code"], Verdict(one["level"]), one["expected"], one["got"])
            for one in record["findings"]
        ),
        cause=None if cause is None else Cause(cause["kind"], cause["text"], cause["needs"]),
    )
