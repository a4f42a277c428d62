"""What the site knows of each implementation. The pages show it, and the JSON beside them is the same data.

    document          file                                class
    ----------------  ----------------------------------  ----------------
    the whole site    api/v1/site.json                    `SiteDocument`
    implementation    api/v1/implementations/NAME.json    `Implementation`
    rules             api/v1/rules.json                   `RulesDocument`

All files with the same target name and kind are one implementation. The newest usable one counts; older ones are its
history. Nothing of an exchange is kept here: transcripts are written while their file is read.
`schemas/site.schema.json` is generated from this module: `python -m tests.results.schema` writes it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from ..report.standing import RuleVerdict
from ..results.model import RuleRecord
from ..results.terms import Level, TargetKind, Verdict

Format = Literal[1]


class Trust(StrEnum):
    """What is known of a results file when the site is made."""

    VERIFIED = "verified"
    """Its verdicts follow from the exchanges that it records."""
    INCOMPLETE = "incomplete"
    """Nothing contradicts it, but it lacks cases or its end, or could not be judged again."""
    UNVERIFIED = "not verified"
    """The site was made without verification."""


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """A results file."""

    name: str
    """The end of its path as it was given."""
    sha256: str
    """Its digest."""
    trust: Trust
    """What is known of it."""
    remarks: tuple[str, ...]
    """Why it is not verified."""


class Run(Struct, frozen=True, forbid_unknown_fields=True):
    """One run against an implementation: the one that counts, or one of its history."""

    source: Source
    """The results file."""
    url: str
    """The URL below which the methods were found."""
    started: str
    """When the run started."""
    suite: str
    """The version of the suite."""
    edition: str | None
    """The edition whose cases gate; null if the suite of the run had none."""
    catalog: str
    """SHA-256 of the rules and cases by which it was judged."""
    cases: int
    """The number of cases in a whole run."""
    counts: Mapping[Verdict, int]
    """The number of cases by verdict."""
    cut: bool
    """Whether the run was ended early."""

    @property
    def judged(self) -> int:
        """The number of cases in the file."""
        return sum(self.counts.values())

    @property
    def tried(self) -> int:
        """The number of cases that were sent and judged."""
        return sum(self.counts[one] for one in (Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.KNOWN))

    @property
    def judged_by(self) -> str:
        """The edition, or how the hash of rules and cases begins."""
        return f"edition {self.edition}" if self.edition else f"rules {self.catalog[:8]}"

    @property
    def whole(self) -> bool:
        """Whether the file holds every case."""
        return not self.cut and self.judged == self.cases


class Cell(Struct, frozen=True, forbid_unknown_fields=True):
    """What one implementation does about one rule."""

    standing: RuleVerdict
    """The worst of its cases."""
    case: str | None
    """The case that decides, whose exchanges are shown; null if there is none."""
    said: str
    """What that case shows, in one line."""


class Followed(Struct, frozen=True, forbid_unknown_fields=True):
    """A reading that an implementation follows where the pages leave room."""

    cases: int
    """How many cases show it."""
    rule: str
    """The rule of the first of them."""


class Fault(Struct, frozen=True, forbid_unknown_fields=True):
    """Findings with one cause."""

    level: Level
    """How much it weighs."""
    text: str
    """What is wrong, with names in backticks."""
    cases: int
    """How many cases show it."""
    rules: tuple[str, ...]
    """The rules that it breaks, by id, that of the best proof first."""


class Untested(Struct, frozen=True, forbid_unknown_fields=True):
    """Why some cases could not be judged."""

    text: str
    """The reason, in a sentence."""
    needs: str
    """What would help."""
    cases: int
    """How many cases have this reason."""


class Implementation(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="implementation"):
    """One server with what its newest run shows."""

    format: Format
    """The version of this format."""
    id: str
    """The name of its files in the site."""
    name: str
    """Its name; the author of the results file chose it, so it may be any text."""
    kind: TargetKind
    """Whether it is a mock or the real service."""
    tested: bool
    """Whether any case was sent and judged; if not, nothing is known about it."""
    standing: RuleVerdict
    """The verdict by which the headline is coloured."""
    title: str
    """The headline of the run."""
    detail: str
    """The line below it."""
    run: Run
    """The run that counts."""
    history: tuple[Run, ...]
    """Earlier runs, the newest first."""
    notes: tuple[str, ...]
    """What a reader should know before comparing."""
    faults: tuple[Fault, ...]
    """What is wrong with it, the heaviest first."""
    untested: tuple[Untested, ...]
    """What kept cases from being judged, the most frequent first."""
    rules: Mapping[str, Cell]
    """What it does about each rule, by id."""
    readings: Mapping[str, Mapping[str, Followed]]
    """The readings that it follows, by ledger row."""


class Listed(Struct, frozen=True, forbid_unknown_fields=True):
    """An implementation as the list has it."""

    id: str
    """The name of its files in the site."""
    name: str
    """Its name."""
    kind: TargetKind
    """Its kind."""
    tested: bool
    """Whether anything is known about it."""
    run: Run
    """The run that counts."""
    page: str
    """Its page, as a path in the site."""
    data: str
    """Its JSON, as a path in the site."""
    badge: str
    """Its badge, as a path in the site."""
    results: str
    """The results file itself, as a path in the site."""


class SiteDocument(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="site"):
    """What the first page shows, for programs."""

    format: Format
    """The version of this format."""
    suite: str
    """The version of the suite that made the site."""
    implementations: tuple[Listed, ...]
    """Every implementation, by name. The order is no ranking."""


class Compared(Struct, frozen=True, forbid_unknown_fields=True):
    """How the implementations of one kind stand on one rule; each is named by its id."""

    failed: tuple[str, ...]
    """Those that break it, known deviations included."""
    warned: tuple[str, ...]
    """Those that got a warning."""
    passed: tuple[str, ...]
    """Those that do what is documented, or what another reading allows."""


class RuleEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule, and how the implementations stand on it. Mocks and real services are never added up."""

    rule: RuleRecord
    """The rule, as worded in the newest run."""
    page: str
    """Its page, as a path in the site."""
    worded_otherwise: tuple[str, ...]
    """Ids of the implementations whose run had another wording of the rule."""
    kinds: Mapping[TargetKind, Compared]
    """How they stand, by kind."""


class RulesDocument(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="rules"):
    """Every rule."""

    format: Format
    """The version of this format."""
    rules: Mapping[str, RuleEntry]
    """Every rule by id, in the order of the pages."""
