"""What the judge is shown and what it says: frozen classes, nothing that could send or wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from conformance.catalog.model import OK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Case, Method
    from conformance.wire.answer import Answer


class Verdict(StrEnum):
    """What a case came to."""

    PASS = "PASS"  # noqa: S105 - no password
    WARN = "WARN"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_APPLICABLE = "N/A"
    KNOWN = "KNOWN"
    ENGINE = "ENGINE"


class Code(StrEnum):
    """The stable name of a kind of finding."""

    WRONG_CODE = "wrong-code"
    UNDOCUMENTED_CODE = "undocumented-code"
    NOT_REFUSED = "not-refused"
    REFUSED = "refused"
    NO_ANSWER = "no-answer"
    UNREADABLE = "unreadable"
    WARNING_MISSING = "warning-missing"
    WARNING_UNEXPECTED = "warning-unexpected"
    WARNING_ONE_PLACE = "warning-in-one-place"
    WARNING_SHAPE = "warning-shape"
    RETRY_AFTER_MISSING = "retry-after-missing"
    RETRY_AFTER_UNREADABLE = "retry-after-unreadable"
    SHAPE = "shape"
    STATUS = "status"
    MEDIA_TYPE = "media-type"
    PRESENTED = "presented"
    DECLARED_READING = "declared-reading"


@dataclass(frozen=True, slots=True)
class Finding:
    """What an exchange shows against a rule, and what that weighs."""

    rule: str
    code: Code
    level: Verdict
    expected: str
    got: str
    nearest: str | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a case could not be exercised: kind, one sentence that cases with one cause share, and what would help.

    The kinds are those of `judge.causes.Kind`.
    """

    kind: str
    text: str
    needs: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that the judge sees of one case.

    `base` is `None` in the base's own case; `recheck` is the base sent again after an edited request drew no usable
    answer; `others` holds what the other bases of the method got so far, by name; `missing` says, for each value of
    which a placeholder had to be sent with base or edited request, why there was none. `once` says where each value
    came from that the edited request carries, that the profile gave, and that works only once; `base_once` says the
    same of the base. `borrowed` are the values of an edited request in a state that the profile does not give for this
    state, so that the healthy ones were sent. `times` is how often an answer like `edited` came to requests that were
    not meant to get one: 0 unless the case is judged on such an answer, for want of its state.
    """

    case: Case
    method: Method
    edited: Answer
    base: Answer | None = None
    recheck: Answer | None = None
    minted: bool = False
    others: Mapping[str, Answer] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    once: Mapping[str, str] = field(default_factory=dict)
    base_once: Mapping[str, str] = field(default_factory=dict)
    borrowed: frozenset[str] = frozenset()
    journal: Mapping[str, Any] | None = None
    times: int = 0

    @property
    def succeeding(self) -> str | None:
        """The name of another base that succeeded, with values from the same source; `None` if there is none."""
        return next((name for name, answer in self.others.items() if answer.outcome == OK), None)

    @property
    def sibling(self) -> bool:
        """Whether another base of the method succeeded."""
        return self.succeeding is not None

    @property
    def present(self) -> bool:
        """Whether the method itself, and nothing in its place, answered another base."""
        return any(answer.usable or answer.garbled for answer in self.others.values())


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a case came to, and why."""

    verdict: Verdict
    expected: str
    got: str
    observed: str
    findings: tuple[Finding, ...] = ()
    seen: bool = False
    reading: tuple[str, str] | None = None
    differential: bool = False
    cause: Cause | None = None
