"""The vocabulary as frozen classes: method, argument, base, rule, case, state, ledger row.

A method's page is split into *rules*, one for each row or sentence that can be checked. A *base* is a documented
request that succeeds. A *case* tests a rule: it makes exactly one *edit* to a base and lists the accepted outcomes.
Where the request alone is not enough, the case names a *state*, a fact about the target's world. Where the pages
contradict themselves or say nothing, a *ledger row* lists the possible readings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from .values import HEALTHY, name_taken

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .edits.edit import Edit
    from .values import Value

OK = "ok"
"""The outcome of an answer with `ok: true`; any other outcome is an error code or that of a gateway."""

VIA = "via-"
"""Prefix of rule names: `VIA` + the name of a base is the rule that this way to send a request is accepted."""

GATEWAY = "http-"
"""Prefix of outcomes: `GATEWAY` + a status is the outcome that a gateway answers with it, in its own format."""

REQUESTS_A_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
"""Minimum rate of each tier in requests per minute and method; the pages give no numbers."""


class Strength(StrEnum):
    """How binding a rule is; together with the kind of finding it decides between FAIL and WARN (`judge/levels.py`)."""

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
    """What a case needs: only the request, a seeded value, a state, or a fault of the target."""

    REQUEST = "request"
    CREDENTIAL = "credential"
    STATE = "state"
    FAULT = "fault"


class Gate(StrEnum):
    """What the base must show before the edited request is judged."""

    OK = "ok"
    SILENT = "silent"
    DIFFERS = "differs"


class RuleKind(StrEnum):
    """The origin of a rule: a row of the error table, a row of the warning table, or another sentence of the page."""

    ERROR = "error"
    WARNING = "warning"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Argument:
    """One documented argument: its kind, the value in a valid request, and the code for each misuse."""

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
    """One documented way to send a successful request."""

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
class LedgerRow:
    """A point on which the pages contradict themselves or say nothing, with its possible readings."""

    id: str
    title: str
    places: tuple[str, ...]
    readings: Mapping[str, tuple[str, ...]]
    preferred: str
    because: str

    def followed(self, outcome: str) -> str | None:
        """Return the reading that an accepted outcome follows: the one that lists it, else the one that lists none.

        `None` if no single reading remains, or if the readings of this row do not show in an answer.
        """
        naming = [reading for reading, outcomes in self.readings.items() if outcome in outcomes]
        others = [reading for reading, outcomes in self.readings.items() if not outcomes]
        if not naming and len(others) < len(self.readings):
            naming = others
        return naming[0] if len(naming) == 1 else None


@dataclass(frozen=True, slots=True)
class State:
    """A fact about the workspace, app, user, token, code or service; never an error code.

    `gives` names the values that put a request into this state; `along` the values that go with them.
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
    conditions: tuple[str, ...] = ()
    """What a server finds in a request or its world when it gives this answer, in the sandbox's words."""

    @property
    def code(self) -> str | None:
        """The error code or warning of a row, `None` for a statement."""
        return None if self.kind is RuleKind.STATEMENT else self.name


@dataclass(frozen=True, slots=True)
class Case:
    """A base, exactly one edit (none for the base's own case), and the accepted outcomes."""

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
    """A state whose values show the same, for a target whose clock or rate limit cannot be changed."""
    why: str = ""
    """Why the case exists although other cases detect the same faults; empty for nearly all cases."""
    is_copy: bool = False
    """Whether the case is another one with a further base, for servers that check something in one place only."""

    def __repr__(self) -> str:
        """Return the id, which test reports show for a parameter and by which they keep its history."""
        return self.id

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that the case proves, its own first."""
        return (self.rule, *self.also)

    @property
    def state(self) -> str:
        """The state in which the edited request needs its world."""
        return (self.edit and self.edit.state) or self.world

    @property
    def states(self) -> frozenset[str]:
        """Every state that the case needs: for its base, its edited request, and worlds that it borrows values from."""
        borrowed = self.edit.borrows if self.edit is not None else {}
        return frozenset({self.world, self.state, *borrowed} - {HEALTHY})


_MOMENTARY = ("service.maintenance", "storage.read", "storage.commit")
"""Conditions of the service that pass by themselves, whatever is asked."""


@dataclass(frozen=True)
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
    """Hashes of the page's sentences that state no requirement, mapped to their places."""
    address: str = ""
    """A link to the page, or to its archived copy if it is no longer there; empty if none is known."""

    @cached_property
    def error_codes(self) -> frozenset[str]:
        """Every error code on the page, including hidden rows."""
        return frozenset(rule.name for rule in self.rules if rule.kind is RuleKind.ERROR)

    @cached_property
    def codes(self) -> dict[str, str]:
        """The error or warning for each condition that the page describes: of its rows, and of misused arguments."""
        misuses = {
            f"{arg.name}.{misuse}": code for arg in self.arguments.values() for misuse, code in arg.codes.items()
        }
        return misuses | {condition: rule.name for rule in self.rules for condition in rule.conditions}

    @cached_property
    def momentary_codes(self) -> frozenset[str]:
        """The errors of the server itself, which the same request may not get a moment later."""
        return frozenset(self.codes[condition] for condition in _MOMENTARY if condition in self.codes)

    def may_refuse(self, base: Base) -> bool:
        """Whether a conforming target may refuse this base: nothing promises it, or its rule accepts refusals too."""
        return not any(case.edit is None and case.base is base and case.accept == {OK} for case in self.cases)

    @cached_property
    def throttled_code(self) -> str | None:
        """The error code for a request that came too soon: the one with a Retry-After."""
        for case in self.cases:
            if any(rule.check == "retry-after" for rule in case.also):
                return case.rule.code
        return None

    @cached_property
    def warning_codes(self) -> frozenset[str]:
        """Every warning on the page."""
        return frozenset(rule.name for rule in self.rules if rule.kind is RuleKind.WARNING)


@dataclass(frozen=True)
class Catalog:
    """Everything that is documented, and what the documents leave open."""

    methods: Mapping[str, Method]
    states: Mapping[str, State]
    ledger: Mapping[str, LedgerRow]
    sha256: str = ""
    editions: Mapping[str, Path] = field(default_factory=dict)
    """The file of each published edition by its name, the oldest first; `catalog/editions.py` reads them."""

    @property
    def cases(self) -> tuple[Case, ...]:
        """Every case of every method."""
        return tuple(case for method in self.methods.values() for case in method.cases)

    @cached_property
    def by_id(self) -> Mapping[str, Case]:
        """Every case by its id."""
        return {case.id: case for case in self.cases}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of every method."""
        return tuple(rule for method in self.methods.values() for rule in method.rules)

    @property
    def one_shot_values(self) -> frozenset[str]:
        """The names of one-shot values."""
        arguments = (argument for method in self.methods.values() for argument in method.arguments.values())
        return frozenset(one.value[1:] for one in arguments if one.kind == "one-shot" and one.value)

    @property
    def value_names(self) -> frozenset[str]:
        """The names of all values of a world that a request can take."""
        methods = self.methods.values()
        taken: list[Value | None] = [argument.value for method in methods for argument in method.arguments.values()]
        taken += [value for method in methods for base in method.bases.values() for value in base.extra.values()]
        taken += [value for case in self.cases if case.edit is not None for value in case.edit.values]
        return frozenset(map(name_taken, taken)) - {""}
