"""The vocabulary as frozen classes: method, argument, base, rule, case, state, ledger row.

A method's page is split into *rules*, one for each row or sentence that can be checked. A *base* is a documented
request that succeeds. A *case* tests a rule: it makes exactly one *edit* to a base and lists the accepted outcomes.
Where the request alone is not enough, the case names a *state*, a fact about the target's world. Where the pages
contradict themselves or say nothing, a *ledger row* lists the possible readings.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

from .alterations import ALTERATIONS, REVERSED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from ..wire.draft import Draft, Text

OK = "ok"
"""The outcome of an answer with `ok: true`; any other outcome is an error code or that of a gateway."""

VIA = "via-"
"""Prefix of rule names: `VIA` + the name of a base is the rule that this way to send a request is accepted."""

GATEWAY = "http-"
"""Prefix of outcomes: `GATEWAY` + a status is the outcome that a gateway answers with it, in its own format."""

HEALTHY = "healthy"
"""The state of an ordinary world."""


REQUESTS_A_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
"""Minimum rate of each tier in requests per minute and method; the pages give no numbers."""


PUBLIC_VALUES = frozenset({"scopes", "scopes_mixed", "redirect_uri"})
"""Values of a world that are not secret."""


def name_in_state(name: str, state: str) -> str:
    """Return the name of this value of a world in this state, for records and the shell variables of a reproduction."""
    return name if state == HEALTHY else f"{name}_of_{state.replace('-', '_')}"


_ALTERED = "_altered"


def altered_name(name: str) -> str:
    """Return the name of this value, sent wrong by little, for records and the shell variables of a reproduction."""
    return f"{name}{_ALTERED}"


def is_altered(name: str) -> bool:
    """Whether the name is that of a value sent wrong by little."""
    return name.endswith(_ALTERED)


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
class BorrowedValue:
    """A value (`$name`) of another world, which is in the state `of`."""

    value: str
    of: str


@dataclass(frozen=True, slots=True)
class ExtendedValue:
    """A value (`$name`) of the world, with text behind it."""

    value: str
    then: str


@dataclass(frozen=True, slots=True)
class AlteredValue:
    """A value (`$name`) of the world that is wrong by little; `catalog/alterations.py` has the ways."""

    value: str
    altered: str


@dataclass(frozen=True, slots=True)
class RepeatedText:
    """A text, repeated."""

    repeat: str
    times: int


@dataclass(frozen=True, slots=True)
class LikeValue:
    """Any member of the class `like` (`catalog/members.py`), between two fixed texts; each run draws one."""

    like: str
    before: str = ""
    then: str = ""

    def __str__(self) -> str:
        """Return the class in words, with the fixed texts."""
        return f"{self.before}(any {self.like}){self.then}"

    @property
    def data(self) -> dict[str, str]:
        """The class and the texts as in the data."""
        return {name: text for name, text in asdict(self).items() if text}


Value: TypeAlias = str | BorrowedValue | ExtendedValue | AlteredValue | RepeatedText | LikeValue
"""What to send, in any form that the data allows. A string is literal, or `$name` for a value of the world."""


def name_taken(value: Value | None) -> str:
    """Return the name of the world's value that this takes; empty if it takes none."""
    reference = value.value if isinstance(value, BorrowedValue | ExtendedValue | AlteredValue) else value
    return reference[1:] if isinstance(reference, str) and reference.startswith("$") else ""


@dataclass(frozen=True)
class Edit:
    """The one difference between a base and the request under test; `catalog/edits/` has a class for each kind."""

    kind: ClassVar[str]
    """The name of the kind in the data and in results files."""
    phrase: ClassVar[str] = ""
    """The edit as one line, with the fields in braces."""
    names: ClassVar[tuple[str, ...]] = ()
    """The fields that hold the name of an argument or header."""
    sends_before: ClassVar[bool] = False
    """Whether what was sent before the last request is part of the difference, so that it must be sent again too."""
    without_base: ClassVar[bool] = False
    """Whether that is so for other requests, but not for the base, which has values of its own."""
    wait: ClassVar[str] = ""
    """The time that must pass before the last request, as a sentence for somebody who repeats it in a shell."""

    @classmethod
    def read(cls, value: Any) -> Self:  # noqa: ANN401 - what the schema allows for this kind
        """Return the edit with this parameter, as the data and results files have it."""
        make: Callable[..., Self] = cls
        return make(**value) if isinstance(value, dict) else make(value)

    @property
    def data(self) -> object:
        """The parameter, in the form that `read` takes."""
        parameters = {one.name: getattr(self, one.name) for one in fields(self)}
        given = {
            name: value.data if isinstance(value, LikeValue) else value
            for name, value in parameters.items()
            if value is not None
        }
        return given if len(parameters) > 1 else next(iter(given.values()))

    def words(self) -> str:
        """Return the edit as one line for terminal and reports."""
        return self.phrase.format_map({one.name: getattr(self, one.name) for one in fields(self)})

    def drawn(self, member: Callable[[LikeValue, str], str]) -> Self:
        """Return the edit with a member in place of each class; itself if it names none.

        `member` draws one, given the class and the name of the argument or header that it is sent as.
        """
        about = str(getattr(self, "name", ""))
        changes: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, LikeValue):
                changes[one.name] = member(value, about)
            elif isinstance(value, Edit) and (inner := value.drawn(member)) is not value:
                changes[one.name] = inner
        return replace(self, **changes) if changes else self

    @property
    def classes(self) -> tuple[LikeValue, ...]:
        """The classes of which a run draws members."""
        own = [getattr(self, one.name) for one in fields(self)]
        inner = [value for edit in own if isinstance(edit, Edit) for value in edit.classes]
        return (*(value for value in own if isinstance(value, LikeValue)), *inner)

    def apply(self, draft: Draft, resolve: Callable[[Value], Text]) -> None:
        """Change the draft of the base's request; `resolve` turns a value of the data into the text to send."""

    @property
    def values(self) -> tuple[Value, ...]:
        """What the edit sends in place of, or beside, the values of the base."""
        return ()

    @property
    def literals(self) -> frozenset[str]:
        """Texts that are sent where a secret is expected. They are public, and reports show them."""
        return frozenset()

    @property
    def touches(self) -> frozenset[str]:
        """The arguments and headers that differ, in lower case; empty if anything may differ."""
        return frozenset(str(getattr(self, field)).lower() for field in self.names)

    @property
    def borrows(self) -> dict[str, str]:
        """States of other worlds from which the edit takes a value, mapped to the name of the value."""
        return {value.of: name_taken(value) for value in self.values if isinstance(value, BorrowedValue)}

    @property
    def state(self) -> str:
        """The state in which the request is sent; empty if it is that of its base."""
        return ""

    def is_about(self, argument: str, reference: str) -> bool:
        """Whether the edit sends, changes or drops this argument, or sends its value, `reference`, elsewhere."""
        return argument in self.touches or reference in self.values

    def conditions(self) -> Iterator[str]:
        """Yield a sentence for each thing to do by hand when somebody repeats the request in a shell."""
        for state, name in self.borrows.items():
            yield f"{name_in_state(name, state).upper()} is the {name} of a world in the state {state}."
        for value in self.values:
            if isinstance(value, AlteredValue) and value.altered != REVERSED:
                name = name_taken(value)
                yield f"{altered_name(name).upper()} is the {name} {ALTERATIONS[value.altered][0]}."
        if self.wait:
            yield self.wait.format_map(asdict(self))


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
