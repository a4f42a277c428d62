"""The content of a results file: header, case results, footer, and their parts.

Everything that a run finds out passes through these classes. The judge returns findings and causes, the run records
case results, and the terminal, the HTML page, the Markdown summary, annotations, baselines and comparisons read them.
There is no second model of a case.

    line      class         written when
    --------  ------------  ------------------------------------------------------------
    header    `Header`      before the first case: target, rules, ledger
    case      `CaseResult`  as the case ends
    footer    `Footer`      at the end of the run; a file without one was cut off

They are structs of msgspec rather than dataclasses, since only a struct can refuse unknown keys. No field has a
default: a line has every key, and a reader never guesses. `schemas/results.schema.json` is generated from this module,
with its docstrings as descriptions: `python -m tests.results.schema` writes it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, Self

from msgspec import Meta, Struct
from msgspec.structs import replace

from ..catalog.model import GATEWAY, OK, Concern, Evidence, RuleKind, Strength
from .exchange import Amount, RecordedExchange
from .terms import Code, Kind, Level, TargetKind, Verdict

FORMAT: Final = 2
"""The version of the format that this suite writes and reads."""

Moment = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)$")]
CaseId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]+$")]
Count = Annotated[int, Meta(ge=0)]


class Finding(Struct, frozen=True, forbid_unknown_fields=True):
    """One way in which an answer breaks a rule."""

    rule: str
    """The id of the rule that is broken: the case's own, or another one that the exchange shows."""
    code: Code
    """The kind of the finding."""
    level: Level
    """How much it weighs."""
    expected: str
    """What is documented, in one line."""
    got: str
    """What the target did, in one line."""
    nearest: str | None
    """The documented code that the target probably meant, if the code in the answer is not documented."""


class Cause(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a case could not be judged, or does not apply."""

    kind: Kind
    """The kind of the cause."""
    text: str
    """A sentence that is the same for all cases with this cause."""
    needs: str
    """What would make the case testable."""


class EditRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """The one difference between base and edited request."""

    kind: str
    """The kind of the edit, as in the case's data."""
    value: object
    """The parameter of the edit."""


class OtherBase(Struct, frozen=True, forbid_unknown_fields=True):
    """What another base of the method was answered, as far as it matters for the verdict on a case of this one."""

    outcome: str
    """The observed outcome."""
    status: int | None
    """The HTTP status, null if nothing readable was received."""
    flaw: str | None
    """The kind of what was wrong with the answer, null if it can be used."""
    problem: str | None
    """What was wrong with the answer, as a phrase."""
    says_ok: bool
    """Whether the body names `ok`, so that it comes from the method itself."""


class Grounds(Struct, frozen=True, forbid_unknown_fields=True):
    """What the judge saw beside the answers themselves, so that anybody can judge the exchanges again."""

    edited: Count
    """The exchange that is judged, by its number in `exchanges`."""
    base: Count | None
    """The exchange with the base, null in a base's own case."""
    recheck: Count | None
    """The exchange with the base sent again, null if it was not needed."""
    minted: bool
    """Whether the target itself issued the values."""
    others: Mapping[str, OtherBase]
    """What the other bases of the method were answered so far, by name; empty where the case's own base succeeded."""
    missing: Mapping[str, str]
    """Values for which a placeholder was sent, each with the reason why there was none."""
    once: Mapping[str, str]
    """Single-use values of the profile in the edited request, each with its source."""
    base_once: Mapping[str, str]
    """The same for the base."""
    borrowed: tuple[str, ...]
    """Values of the healthy state that were sent for want of values of the case's own state."""
    presented: Count | None
    """How many permission requests the control API reported, null if no rule asks for them."""
    throttled: Count
    """How many requests were throttled unasked, if the case is judged on such an answer; else 0."""
    together: str
    """How many of the requests that were completed at the same moment succeeded; empty in other cases."""


class Known(Struct, frozen=True, forbid_unknown_fields=True):
    """The terms on which a baseline accepts a deviation for now."""

    issue: str
    """Link to the issue under which it will be fixed."""
    owner: str
    """Who answers for it."""
    expires: date
    """The last day on which it is accepted."""
    reason: str
    """Why it is accepted until then."""


_TRIED = frozenset({Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.KNOWN})
_NEVER_NEW = frozenset({Verdict.ENGINE, Verdict.NOT_APPLICABLE})


class CaseResult(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="case"):
    """One line for each case, in the order of completion.

    Fields from catalog and judge are never redacted; those that hold or quote what was on the wire always are.
    """

    id: CaseId
    """Method, rule and case; the only key in results, baselines and history."""
    method: str
    """The method under test."""
    rule: str
    """The id of the rule that the case tests."""
    also: tuple[str, ...]
    """The ids of other rules that the same exchange tests."""
    concern: Concern
    """The concern of the rule."""
    strength: Strength
    """The strength with which the case is judged."""
    evidence: Evidence
    """What it takes to test the case."""
    differential: bool
    """Whether the case was judged against a base that was refused for another reason; it can prove, never fail."""
    verdict: Verdict
    """The verdict."""
    observed: str | None
    """The observed outcome: ok, the error code, no-answer or unreadable; null if nothing was sent."""
    seen: bool
    """Whether the rule's own code or warning came back in a passing case."""
    reading: tuple[str, str] | None
    """The ledger row and the reading that the answer follows, null if no row applies."""
    expected: str
    """What is documented, in one line."""
    got: str
    """What the target did, in one line."""
    accept: tuple[str, ...]
    """The accepted outcomes."""
    findings: tuple[Finding, ...]
    """What the exchanges show against rules; empty in a passing case."""
    cause: Cause | None
    """Why the case could not be judged, or does not apply."""
    base: str
    """The name of the base."""
    edit: EditRecord | None
    """The one difference from the base, null for the base's own case."""
    edit_text: str
    """The edit as a phrase."""
    state: str
    """The state of the world in which the edited request was sent."""
    exchanges: tuple[RecordedExchange, ...]
    """Every request and its answer, in the order sent."""
    grounds: Grounds | None
    """What else the verdict rests on, null if nothing was judged."""
    known: Known | None
    """The entry of the baseline that accepts this deviation for now."""
    ms: Amount
    """How long the case took, in milliseconds."""
    worker: str
    """The process that ran the case."""
    explored: str
    """What further values have shown after a FAIL or WARN, in one sentence; empty if none were tried."""
    after: str
    """How the SHA-256 of the line before begins, so that a line that was changed or moved shows."""

    @property
    def judged(self) -> Verdict:
        """The verdict; of a NEW case the one that it will have under an edition that has the case."""
        if self.verdict is not Verdict.NEW:
            return self.verdict
        if self.cause is not None:
            return Verdict.INCONCLUSIVE
        if self.known is not None:
            return Verdict.KNOWN
        levels = {finding.level for finding in self.findings}
        return Verdict.FAIL if Level.FAIL in levels else Verdict.WARN if levels else Verdict.PASS

    @property
    def tried(self) -> bool:
        """Whether the case was sent and judged."""
        return self.judged in _TRIED

    @property
    def must_be_refused(self) -> bool:
        """Whether every accepted outcome is a refusal."""
        return OK not in self.accept

    @property
    def must_succeed(self) -> bool:
        """Whether the case is about a request that must succeed."""
        return self.edit is None or self.accept == (OK,)

    @property
    def error(self) -> str:
        """The error code of the answer; empty if it has none or cannot be read."""
        observed = self.observed or ""
        return "" if observed in {OK, Code.NO_ANSWER, Code.UNREADABLE} or observed.startswith(GATEWAY) else observed

    @property
    def rule_name(self) -> str:
        """The rule's id without its method."""
        return self.rule.removeprefix(f"{self.method}.")

    def withdrawn(self, cause: Cause) -> Self:
        """Return the case as INCONCLUSIVE with this cause; one that is NEW stays so."""
        verdict = Verdict.NEW if self.verdict is Verdict.NEW else Verdict.INCONCLUSIVE
        return replace(self, verdict=verdict, findings=(), seen=False, cause=cause)

    def newer(self) -> Self:
        """Return the case as one that is newer than the run's edition; what the suite itself got wrong stays so."""
        return self if self.verdict in _NEVER_NEW else replace(self, verdict=Verdict.NEW)


class Target(Struct, frozen=True, forbid_unknown_fields=True):
    """The target of a run."""

    name: str
    """Its name in reports."""
    url: str
    """The URL below which its methods are found."""
    kind: TargetKind
    """Whether it is a mock or the real service."""


class RuleRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """One documented requirement, as the run knew it."""

    id: str
    """Method and name."""
    method: str
    """The method that it belongs to."""
    name: str
    """The code of a row, or the name of a statement."""
    kind: RuleKind
    """Whether it is a row of a table or a statement of the text."""
    strength: Strength
    """How strictly it binds."""
    concern: Concern
    """What it is about."""
    place: str
    """The place in the page."""
    page: str
    """The file name of the page."""
    summary: str
    """What is documented, in our own words."""
    hidden: bool
    """Whether the page marks the row as hidden."""
    untestable: str | None
    """Why no case can prove the rule, null when one can."""
    source: str
    """The source of a rule that is not on the page; else empty."""


class LedgerRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """One place where the pages contradict themselves or say nothing."""

    title: str
    """The contradiction in one sentence."""
    places: tuple[str, ...]
    """The places that contradict each other or say nothing."""
    readings: Mapping[str, tuple[str, ...]]
    """The accepted outcomes of each reading."""
    preferred: str
    """The reading that the sandbox follows."""
    because: str
    """Why that one."""


class Header(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="header"):
    """The first line: the suite, the target, and the documented rules."""

    format: Literal[2]
    """The version of this format; readers reject any other."""
    suite: str
    """The version of the suite that wrote the file."""
    catalog: str
    """SHA-256 of the data files: two runs with the same hash were judged by the same rules."""
    started: Moment
    """When the run started, in UTC."""
    target: Target
    """The target."""
    profile: str | None
    """The profile of the target, null if there is none."""
    methods: tuple[str, ...]
    """The methods that the target claims; cases of any other are N/A."""
    readings: Mapping[str, str]
    """The readings that the profile declares, by ledger row."""
    selection: tuple[CaseId, ...] | None
    """The ids of the cases that were selected, null for all of them."""
    cases: Count
    """Number of cases in a complete run; fewer lines mean that the run was partial or cut."""
    environment: Mapping[str, str]
    """Versions, by name."""
    rules: tuple[RuleRecord, ...]
    """Every rule that the suite knows, in the order of the pages."""
    ledger: Mapping[str, LedgerRecord]
    """The rows of the ledger, by id."""
    seed: int | None
    """The seed of everything that the run drew, null for clients."""
    edition: str | None
    """The edition whose cases gate; null for clients, where every case gates."""


class Rows(Struct, frozen=True, forbid_unknown_fields=True):
    """Coverage of the documented rows, by rule id."""

    seen: tuple[str, ...]
    """Rules whose own code or warning came back."""
    other_reading: tuple[str, ...]
    """Rules that were answered by another reading only."""
    not_reachable: tuple[str, ...]
    """Rules that could not be exercised."""
    excluded: tuple[str, ...]
    """Rules that do not apply to this target, or cannot be tested."""


class RequestCount(Struct, frozen=True, forbid_unknown_fields=True):
    """Number of requests to the target and to its control API."""

    target: Count
    """Requests to the target."""
    control: Count
    """Calls to its control API."""

    def __add__(self, other: "RequestCount") -> "RequestCount":
        """Return the sums."""
        return RequestCount(self.target + other.target, self.control + other.control)


class Footer(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="footer"):
    """The last line, which sums the run up; a file without it was cut off."""

    finished: Moment
    """When the run ended, in UTC."""
    seconds: Amount
    """How long the run took."""
    counts: Annotated[Mapping[Verdict, Count], Meta(extra_json_schema={"required": [*Verdict]})]
    """Number of cases by verdict, with withdrawn ones counted as INCONCLUSIVE."""
    rows: Rows
    """Coverage of the documented rows."""
    requests: RequestCount
    """Number of requests."""
    readings: Mapping[str, Mapping[str, tuple[str, ...]]]
    """By ledger row and reading: the cases whose answer follows it."""
    withdrawn: Mapping[str, Cause]
    """Cases whose base failed when it was sent again at the end: every reader treats them as INCONCLUSIVE."""
    notes: tuple[str, ...]
    """Further remarks about the run."""
    sentence: str
    """The first sentence of every report."""
    exit: int
    """The exit code of the run."""
    cut: str | None
    """What ended the run early, null if it is complete."""
    after: str
    """How the SHA-256 of the line before begins."""
