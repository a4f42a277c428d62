"""The content of a results file as frozen classes: header, case, footer, and their parts."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the decoder reads the annotations at run time
from dataclasses import dataclass
from enum import StrEnum

from conformance.catalog.model import Concern, Evidence, RuleKind, Strength  # noqa: TC001 - see above


class Verdict(StrEnum):
    """The verdict on a case, in the order in which counts are shown."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    WARN = "WARN"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    NA = "N/A"
    KNOWN = "KNOWN"
    ENGINE = "ENGINE"


class Level(StrEnum):
    """The level of a finding."""

    FAIL = "FAIL"
    WARN = "WARN"


class TargetKind(StrEnum):
    """Whether the target is a mock or the real service; their results are never added up."""

    MOCK = "mock"
    REAL = "real"


class Role(StrEnum):
    """What an exchange was for."""

    BASE = "base"
    EDITED = "edited"
    AGAIN = "again"
    RECHECK = "recheck"


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a run."""

    name: str
    url: str
    kind: TargetKind


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """One documented requirement, as the run knew it."""

    id: str
    method: str
    name: str
    kind: RuleKind
    strength: Strength
    concern: Concern
    place: str
    page: str
    summary: str
    hidden: bool
    untestable: str | None
    source: str


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """One place where the pages contradict themselves or say nothing."""

    title: str
    places: tuple[str, ...]
    readings: Mapping[str, tuple[str, ...]]
    preferred: str
    because: str


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: what was run against whom, and what is documented."""

    type: str
    format: int
    suite: str
    catalog: str
    started: str
    target: Target
    profile: str | None
    methods: tuple[str, ...]
    cases: int
    environment: Mapping[str, str]
    rules: tuple[RuleRecord, ...]
    ledger: Mapping[str, LedgerRecord]


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """One way in which the exchanges break a rule."""

    rule: str
    code: str
    level: Level
    expected: str
    got: str
    nearest: str | None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a case could not be judged, and what would make it possible."""

    kind: str
    text: str
    needs: str


@dataclass(frozen=True, slots=True)
class EditRecord:
    """The one difference between base and edited request."""

    kind: str
    value: object


@dataclass(frozen=True, slots=True)
class Request:
    """A request as sent, redacted; bytes that are not UTF-8 become hex escapes; a body of `None` means no body."""

    verb: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str | None
    raw: bool
    note: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as received, redacted; every part of it is controlled by the target."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    role: Role
    request: Request
    answer: Answer | None
    problem: str | None
    ms: float


@dataclass(frozen=True, slots=True)
class Known:
    """The entry of the baseline that accepts a deviation for now."""

    issue: str
    owner: str
    expires: str
    reason: str


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case and its result."""

    type: str
    id: str
    method: str
    rule: str
    also: tuple[str, ...]
    concern: Concern
    strength: Strength
    evidence: Evidence
    differential: bool
    verdict: Verdict
    observed: str | None
    seen: bool
    reading: tuple[str, str] | None
    expected: str
    got: str
    accept: tuple[str, ...]
    findings: tuple[FindingRecord, ...]
    cause: Cause | None
    base: str
    edit: EditRecord | None
    edit_text: str
    state: str
    exchanges: tuple[Exchange, ...]
    known: Known | None
    ms: float
    worker: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The results of the documented rows, as lists of rule ids."""

    seen: tuple[str, ...]
    other_reading: tuple[str, ...]
    not_reachable: tuple[str, ...]
    excluded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestCount:
    """The number of requests sent."""

    target: int
    control: int


@dataclass(frozen=True, slots=True)
class Footer:
    """The last line: the sums of the run."""

    type: str
    finished: str
    seconds: float
    counts: Mapping[str, int]
    rows: Rows
    requests: RequestCount
    readings: Mapping[str, Mapping[str, tuple[str, ...]]]
    withdrawn: Mapping[str, Cause]
    notes: tuple[str, ...]
    sentence: str
    exit: int
    cut: str | None
