"""Input and output of the judge, as frozen dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from msgspec import structs

from ..catalog.model import OK
from ..results.terms import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..catalog.model import Case, Method
    from ..results.model import Cause, Finding
    from ..wire.answer import Answer


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that the judge sees of one case."""

    case: Case
    method: Method
    edited: Answer
    """The answer to the request that decides; in a base's own case the answer to the base."""
    base: Answer | None = None
    """The answer to the base; `None` in a base's own case."""
    recheck: Answer | None = None
    """The answer to the base sent again, after the edited request got no usable answer."""
    minted: bool = False
    """Whether the target itself issued the values, by its control API."""
    others: Mapping[str, Answer] = field(default_factory=dict)
    """The answers that the other bases of the method got so far, by the base's name."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Values for which a placeholder was sent, in either request, each with the reason why there was none."""
    once: Mapping[str, str] = field(default_factory=dict)
    """Single-use values from the profile in the edited request, each with its source in words."""
    base_once: Mapping[str, str] = field(default_factory=dict)
    """The same for the base."""
    borrowed: frozenset[str] = frozenset()
    """Values of the healthy state in a request that is about another state, for want of values of that state."""
    journal: Mapping[str, Any] | None = None
    """What the control API reports of the world afterwards; `None` where no rule asks for it."""
    times: int = 0
    """How many requests were throttled unasked, if the case is judged on such an answer; else 0."""

    together: str = ""
    """How many of the requests that were completed at the same moment succeeded, in words; empty in other cases."""

    @property
    def succeeding(self) -> str | None:
        """The name of another documented way in that succeeded with values from the same source, or `None`.

        A base without a promise does not count: the renewal of a token succeeds without a code or redirect_uri.
        """
        bases = self.method.bases
        return next(
            (name for name, answer in self.others.items() if answer.outcome == OK and bases[name].promised), None
        )

    @property
    def sibling(self) -> bool:
        """Whether another base of the method succeeded."""
        return self.succeeding is not None

    @property
    def present(self) -> bool:
        """Whether another base was answered by the method itself, rather than by a proxy or a web server."""
        return any(answer.usable or answer.garbled for answer in self.others.values())


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a case, and the reasons for it."""

    verdict: Verdict
    expected: str
    got: str
    observed: str
    findings: tuple[Finding, ...] = ()
    seen: bool = False
    """Whether the rule's own code or warning was observed."""
    reading: tuple[str, str] | None = None
    """The ledger row and the reading of it that the answer follows, if its outcome depends on one."""
    differential: bool = False
    """Whether the base was refused, so that only the difference between the two answers counts."""
    cause: Cause | None = None
    """Why the case could not be judged, if it is INCONCLUSIVE."""
    explored: str = ""
    """What further values have shown after a FAIL or WARN, as a sentence; see `engine.exploring`."""

    def with_remark(self, text: str) -> Judgement:
        """Return the judgement with this text, in brackets, behind what the target did."""
        findings = tuple(structs.replace(finding, got=f"{finding.got} ({text})") for finding in self.findings)
        return replace(self, got=f"{self.got} ({text})", findings=findings)


def unexercised(cause: Cause, verdict: Verdict = Verdict.INCONCLUSIVE) -> Judgement:
    """Return the judgement on a case for which nothing was sent."""
    return Judgement(verdict, expected="", got="nothing was sent", observed="", cause=cause)
