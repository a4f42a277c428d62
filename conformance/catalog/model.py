"""The vocabulary as frozen classes: method, argument, base, rule, case, state, ledger row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OK = "ok"
"""The outcome of an answer with `ok: true`; every other outcome is an error code, or that of a gateway."""

VIA = "via-"
"""With the name of a base behind it, the name of the rule that this way to send a request is accepted."""

GATEWAY = "http-"
"""With a status behind it, the outcome that a gateway answers with that status, in a format of its own."""

HEALTHY = "healthy"
"""The state of a world in which nothing is out of the ordinary."""


REQUESTS_A_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
"""What each tier grants at least, in requests a minute and method; the pages say no number."""


def name_in_state(name: str, state: str) -> str:
    """Return how records, and the shell variables of a reproduction, call this value of a world in this state."""
    return name if state == HEALTHY else f"{name}_of_{state.replace('-', '_')}"


class Strength(StrEnum):
    """How binding a rule is; with what was found against it, it decides between FAIL and WARN (`judge/levels.py`)."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class Concern(StrEnum):
    """The part of the protocol that a rule is about; each has its own test module."""

    SUCCESS = "success"
    ARGUMENTS = "arguments"
    AUTHENTICATION = "authentication"
    CONTENT_TYPES = "content_types"
    ERRORS = "errors"
    AVAILABILITY = "availability"


class Evidence(StrEnum):
    """What had to be arranged for a case: nothing but the request, a seeded value, a fact, or a fault."""

    REQUEST = "request"
    CREDENTIAL = "credential"
    STATE = "state"
    FAULT = "fault"


class Gate(StrEnum):
    """What the base must have shown before the edited request may be judged."""

    OK = "ok"
    SILENT = "silent"
    DIFFERS = "differs"


class RuleKind(StrEnum):
    """Whether a rule is a row of the error table, a row of the warning table, or another sentence of the page."""

    ERROR = "error"
    WARNING = "warning"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Argument:
    """One documented argument: its kind, what a valid request sends, and what each misuse of it is called."""

    name: str
    kind: str
    required: bool
    place: str
    sha256: str
    summary: str
    value: str | None = None
    placeholder: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Base:
    """One documented way to send a request that succeeds."""

    name: str
    verb: str
    arguments: str
    place: str
    token: str | None = None
    credentials: str | None = None
    content_type: str | None = None
    body: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    omit: tuple[str, ...] = ()
    promised: bool = True


@dataclass(frozen=True, slots=True)
class Edit:
    """The one difference between a base and the request under test; `kind` names a function of the registry."""

    kind: str
    value: object

    @property
    def donors(self) -> dict[str, str]:
        """The states of other worlds from which the edit takes a value, each with the name of that value."""
        if not isinstance(self.value, dict):
            return {}
        wanted = (value for value in self.value.values() if isinstance(value, dict) and "of" in value)
        return {value["of"]: value["value"].removeprefix("$") for value in wanted}


@dataclass(frozen=True, slots=True)
class Replay:
    """A request as a real client sends it, whole; it stands in the place of the base's own.

    Values are text or `$name`; a pair without a value is a name without an equals sign. Characters in `safe` stay
    unescaped. Headers are the client's, without those that follow from target, credentials and body.
    """

    id: str
    client: str
    version: str
    variant: str
    derived: bool
    verb: str
    headers: tuple[tuple[str, str], ...]
    authorization: str | None = None
    query: tuple[tuple[str, str | None], ...] = ()
    form: tuple[tuple[str, str | None], ...] = ()
    json: str | None = None
    safe: str = ""
    unlike: tuple[str, ...] = ()
    """In what it differs from the base, in words."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A place where the pages contradict themselves or say nothing, with the ways to understand it."""

    id: str
    title: str
    places: tuple[str, ...]
    readings: Mapping[str, tuple[str, ...]]
    preferred: str
    because: str

    def followed(self, outcome: str) -> str | None:
        """Return the reading that an accepted outcome shows: the one that names it, else the one that names none.

        `None` where no single reading is left for it, or where no reading of the row shows in an answer.
        """
        naming = [reading for reading, outcomes in self.readings.items() if outcome in outcomes]
        others = [reading for reading, outcomes in self.readings.items() if not outcomes]
        if not naming and len(others) < len(self.readings):
            naming = others
        return naming[0] if len(naming) == 1 else None


@dataclass(frozen=True, slots=True)
class State:
    """A fact about the workspace, app, user, token, code or service; never an error code.

    `gives` names the values by which a request is in this state; `along` those that belong to them.
    """

    name: str
    fact: str
    evidence: Evidence
    gives: tuple[str, ...] = ()
    along: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One documented requirement of one method."""

    id: str
    method: str
    name: str
    kind: RuleKind
    strength: Strength
    concern: Concern
    place: str
    summary: str
    sha256: str | None = None
    hidden: bool = False
    check: str = "outcome"
    accept: tuple[str, ...] = ()
    ledger: tuple[str, ...] = ()
    untestable: str | None = None
    source: str = ""

    @property
    def code(self) -> str | None:
        """The error code or warning of a row, `None` for another statement."""
        return None if self.kind is RuleKind.STATEMENT else self.name


@dataclass(frozen=True, slots=True)
class Case:
    """A base, exactly one edit (none for the base's own case), and the outcomes that are accepted."""

    id: str
    method: str
    rule: Rule
    base: Base
    edit: Edit | None
    accept: frozenset[str]
    strength: Strength
    gate: Gate
    evidence: Evidence
    world: str = HEALTHY
    warning: str | None = None
    silent: bool = False
    also: tuple[Rule, ...] = ()
    readings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    ledger: tuple[LedgerRow, ...] = ()
    note: str = ""
    instead: str = ""
    """A state whose plain values show the same, for a target whose clock or rate limit cannot be moved."""
    why: str = ""
    """Why the case stands although other cases see everything that it sees; empty for nearly all."""

    def __repr__(self) -> str:
        """Return the id: it is all that a test report is to show of a parameter, and what its history rests on."""
        return self.id

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that the case proves, its own first."""
        return (self.rule, *self.also)

    @property
    def state(self) -> str:
        """The state that the edited request needs of its world."""
        if self.edit is not None and self.edit.kind == "state":
            return str(self.edit.value)
        return self.world

    @property
    def states(self) -> frozenset[str]:
        """Every state that the case needs: of its base, of its edited request, and of worlds that lend a value."""
        donors = self.edit.donors if self.edit is not None else {}
        return frozenset({self.world, self.state, *donors} - {HEALTHY})


@dataclass(frozen=True, slots=True)
class Method:
    """One documented method: its page, arguments, bases, rules and cases, each in the page's order."""

    name: str
    page: str
    title: str
    tier: int
    success_schema: str
    failure_schema: str
    arguments: Mapping[str, Argument]
    bases: Mapping[str, Base]
    rules: tuple[Rule, ...]
    cases: tuple[Case, ...]
    effect: Mapping[str, object] = field(default_factory=dict)
    irrelevant: Mapping[str, str] = field(default_factory=dict)
    """Hashes of the sentences of the page that ask for nothing, with their places."""

    @property
    def error_codes(self) -> frozenset[str]:
        """Every error code that the page lists, hidden rows included."""
        return frozenset(rule.name for rule in self.rules if rule.kind is RuleKind.ERROR)

    @property
    def throttled_code(self) -> str | None:
        """The code with which the page refuses a request that came too soon: the one that goes with Retry-After."""
        for case in self.cases:
            if any(rule.check == "retry-after" for rule in case.also):
                return case.rule.code
        return None

    @property
    def warning_codes(self) -> frozenset[str]:
        """Every warning that the page lists."""
        return frozenset(rule.name for rule in self.rules if rule.kind is RuleKind.WARNING)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that is documented, and what the documents leave open."""

    methods: Mapping[str, Method]
    states: Mapping[str, State]
    ledger: Mapping[str, LedgerRow]
    sha256: str = ""

    @property
    def cases(self) -> tuple[Case, ...]:
        """Every case of every method."""
        return tuple(case for method in self.methods.values() for case in method.cases)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of every method."""
        return tuple(rule for method in self.methods.values() for rule in method.rules)

    @property
    def one_shot_values(self) -> frozenset[str]:
        """The names of the values of a world that work only once."""
        arguments = (argument for method in self.methods.values() for argument in method.arguments.values())
        return frozenset(one.value[1:] for one in arguments if one.kind == "one-shot" and one.value)

    @property
    def value_names(self) -> frozenset[str]:
        """The names of all values of a world that a request can take."""
        methods = self.methods.values()
        taken: list[object] = [argument.value for method in methods for argument in method.arguments.values()]
        taken += [base.extra for method in methods for base in method.bases.values()]
        taken += [case.edit.value for case in self.cases if case.edit is not None]
        return frozenset(text[1:] for value in taken for text in _texts(value) if text.startswith("$"))


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a value of the data."""
    match value:
        case str():
            yield value
        case Mapping():
            for inner in value.values():
                yield from _texts(inner)
        case tuple() | list():
            for inner in value:
                yield from _texts(inner)
        case Replay():
            yield from _texts((value.query, value.form))
