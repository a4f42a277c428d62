"""What a summary looks at in one case: its record without the exchanges, so that long runs take little memory."""

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
    """One finding of a case; `code` is the name of its kind, as in the results file."""

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
    """Whether the request differs from its base; if not, the case is that of the base itself."""
    observed: str = ""
    accept: frozenset[str] = frozenset()
    findings: tuple[Found, ...] = ()
    cause: Cause | None = None

    @property
    def tried(self) -> bool:
        """Whether it was sent and judged."""
        return self.verdict in {Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.KNOWN}

    @property
    def must_be_refused(self) -> bool:
        """Whether every accepted outcome is a refusal."""
        return OK not in self.accept

    @property
    def error(self) -> str:
        """The error code of the answer, empty where it had none that can be read."""
        return "" if self.observed in _NOT_A_CODE or self.observed.startswith(GATEWAY) else self.observed

    def withdrawn(self, cause: Cause) -> Outcome:
        """Return the case as one that could not be tried after all."""
        return replace(self, verdict=Verdict.INCONCLUSIVE, findings=(), cause=cause)

    @property
    def rule_name(self) -> str:
        """The rule's name without that of its method."""
        return self.rule.removeprefix(f"{self.method}.")


def outcome_of(record: Mapping[str, Any]) -> Outcome:
    """Return what a line of the results file says of its case."""
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
