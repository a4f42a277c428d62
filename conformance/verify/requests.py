"""Compose the requests of a case again, and compare the recorded ones with them.

The values of a world are not in a results file. So each request is composed with a mark for each value, and becomes a
pattern (`verify.pattern`): everything but the values must be as composed, byte for byte: verb, path, arguments and
their order, headers, body. What an exchange was sent for decides which request it must be (`_forms`).

What the record has in the place of a value is compared within the line: a public value is the same in base and edited
request, and a secret has its own name or that of the case's state. Lines are not compared with each other: an honest
target may answer the same base differently from case to case.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from msgspec.structs import replace as changed

from ..catalog.alterations import ALTERATIONS
from ..catalog.edits.arguments import AddArgument
from ..catalog.edits.orders import AgainAfterRefusal, EachThenAll, Order, Then, Twice
from ..catalog.members import random_of
from ..catalog.values import (
    HEALTHY,
    PUBLIC_VALUES,
    AlteredValue,
    ExtendedValue,
    altered_name,
    name_in_state,
    name_taken,
)
from ..engine.adapting import SEPARATOR, delivered
from ..results.io import is_url
from ..results.terms import Role
from ..run.record import recorded_request
from ..wire.compose import Values, compose
from ..wire.draft import USER_AGENTS
from ..wire.request import BodySent
from . import pattern
from .pattern import ANY, MismatchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..catalog.edits.edit import Edit
    from ..catalog.model import Base, Case, Method
    from ..catalog.values import Value
    from ..results.exchange import Headers, RecordedExchange, RecordedRequest
    from ..results.model import CaseResult
    from .pattern import Held

    Form = tuple[Base, Edit | None]

_PUBLIC = PUBLIC_VALUES | {altered_name(name) for name in PUBLIC_VALUES} | {ANY}


@dataclass(slots=True)
class Sent:
    """One recorded request that is as composed, and what it shows beyond the case."""

    number: int
    address: str
    """The URL without the method's name and the query."""
    host: str
    further: Headers
    """Headers after those of the case, which come from the profile or a state."""
    names: dict[str, str] = field(default_factory=dict)
    """The name under which each secret is recorded, by its own name."""
    public: dict[str, str] = field(default_factory=dict)
    """Each public value."""


class Requests:
    """The requests of one line; `problems` compares them, and `sent` has those that are as composed."""

    def __init__(self, line: CaseResult, case: Case, original: Case, method: Method, seed: int) -> None:
        """Take the line, its case as it was exercised, and as the catalog has it."""
        self._line, self._case, self._original, self._method, self._seed = line, case, original, method, seed
        self._shown_literals = frozenset() if case.edit is None else case.edit.literals
        self.missing: set[str] = set()
        """The values for which the requests carry a placeholder."""
        self.altered: dict[str, str] = {}
        """How each public value is altered, by its name."""
        self.sent: dict[int, Sent] = {}

    def problems(self) -> Iterator[str]:
        """Yield where the recorded requests are not those that the case makes with this seed."""
        found: list[list[str]] = []
        for method in _with_and_without(self._method):
            self.sent, self.missing = {}, set()
            found.append(
                [text for number in range(len(self._line.exchanges)) if (text := self._problem(number, method))]
            )
            if not found[-1]:
                break
        yield from min(found, key=len)
        if not found[-1]:
            yield from self._of_values()

    def _problem(self, number: int, method: Method) -> str:
        """Return how a request differs from the nearest one that it may be; empty if it is one of them."""
        exchange, problems = self._line.exchanges[number], []
        fitting: list[tuple[Sent, _Template]] = []
        # A world in another state may lack an argument that the base has; so may an attempt before a simpler one.
        alone = self._case.state != HEALTHY or (exchange.role is Role.RECHECK and self._case.edit is None)
        for one in _with_and_without(self._method) if alone else (method,):
            for base, edit in self._forms(exchange, number):
                try:
                    fitting.append(self._compared(number, exchange.request, one, base, edit))
                except MismatchError as error:
                    problems.append(str(error))
        if fitting:
            # A header that the edit sets is not one of the profile.
            sent, template = min(fitting, key=lambda each: len(each[0].further))
            self.sent[number] = sent
            self.missing |= template.missing
            self.altered |= template.ways
            return ""
        where = f"request {number + 1} of {len(self._line.exchanges)} ({exchange.role})"
        return f"{where}: {problems[0] if problems else 'this case sends no such request'}"

    def _compared(
        self, number: int, recorded: RecordedRequest, method: Method, base: Base, edit: Edit | None
    ) -> tuple[Sent, _Template]:
        """Return what a request shows, if it is this one, and by which values. Raises `MismatchError`."""
        path = recorded.url.partition("?")[0]
        if not recorded.headers or recorded.headers[0][0] != "Host":
            raise MismatchError("its first header is not Host")
        if not path.endswith(f"/{method.name}") or not is_url(path):
            raise MismatchError(f"the URL is {recorded.url!r}, but should end with /{method.name}")
        address = path.removesuffix(method.name)
        agent = random_of(f"{self._seed}/{method.name}/{base.name}").choice(USER_AGENTS)
        missing = self._line.grounds.missing if self._line.grounds else {}
        template = _Template(_Marks(missing), _States(missing))
        request = compose(method, base, edit, address, template, agent=agent)
        known = pattern.hiding(template.secrets())
        composed = recorded_request(request, known, self._shown_literals)
        if composed.raw:
            whole = recorded_request(replace(request, sent=BodySent.WHOLE), known, self._shown_literals)
            composed = changed(composed, body=whole.body)
        held = pattern.held_in(recorded, composed, pattern.without_marks(request.body or b""))
        sent = Sent(number, address, recorded.headers[0][1], recorded.headers[len(composed.headers) :])
        _note(held, sent)
        return sent, template

    def _forms(self, exchange: RecordedExchange, number: int) -> list[Form]:
        """Return the requests that an exchange may be, by what it was sent for."""
        case, edit, grounds = self._case, self._case.edit, self._line.grounds
        plain: list[Form] = [(case.base, None)]
        edited: list[Form] = [(case.base, None if isinstance(edit, Order) else edit)]
        again = plain if isinstance(edit, Order) else edited
        match edit:
            case Then(base=name, edit=second):
                own = bases_of(self._original, self._method)
                # Where the second request is refused by itself, the line names the base of that one.
                plain = [(base, None) for base in own.values() if self._line.base not in own or base == case.base]
                seconds = (
                    list(seconds_of(self._original, self._method).values()) if name else [base for base, _ in plain]
                )
                edited = [(base, second) for base in seconds]
            case Twice(edit=inner):
                again = edited = [(case.base, inner)]
            case AgainAfterRefusal(name=name, value=value):
                again = [(case.base, AddArgument(name, value))]
            case _:
                pass
        match exchange.role:
            case Role.BASE:
                return plain
            case Role.EDITED:
                return edited
            case Role.AGAIN:
                return again
            case Role.RECHECK if grounds is not None and number == grounds.recheck:
                return plain
            case Role.RECHECK:
                return [*edited, *plain, *((base, None) for base in self._method.bases.values())]
            case _:
                return []

    def _of_values(self) -> Iterator[str]:
        """Yield where two requests of the line have different values, or values of another state."""
        line, case, grounds = self._line, self._case, self._line.grounds
        if grounds is None:
            return
        invented = sorted(grounds.missing.keys() - self.missing)
        if invented:
            yield f"the grounds call {', '.join(invented)} missing, which no request carries"
        base, edited = self.sent.get(-1 if grounds.base is None else grounds.base), self.sent.get(grounds.edited)
        for number, one in self.sent.items():
            where = f"request {number + 1} of {len(line.exchanges)} ({line.exchanges[number].role})"
            for name, text in one.public.items():
                plain = name.removesuffix(altered_name(""))
                held = base.public.get(plain) if base is not None else None
                if held is None or plain == ANY:
                    continue
                wanted = {ALTERATIONS[self.altered[plain]][1](held) if name != plain else held}
                if isinstance(case.edit, EachThenAll) and edited is not None:
                    whole = edited.public.get(name, "")
                    wanted |= {whole, *(element.strip() for element in whole.split(SEPARATOR))}
                if text not in wanted and case.state == HEALTHY:
                    yield f"{where}: its {name} is {text!r}, but that of the base is {held!r}"
            if case.state == HEALTHY and not (case.edit and case.edit.borrows):
                foreign = [said for name, said in one.names.items() if said.startswith(f"${name}_of_")]
                if foreign:
                    yield f"{where}: it carries {foreign[0]}, but the case is about no state"


def _note(held: list[Held], sent: Sent) -> None:
    """Note the values of a request. Raises `MismatchError` if it carries one value in two ways."""
    for one in held:
        found = sent.names if one.is_secret else sent.public
        if one.name != ANY and found.setdefault(one.name, one.text) != one.text:
            raise MismatchError(f"{one.name} is {found[one.name]!r} in one place and {one.text!r} in another")


def seconds_of(case: Case, method: Method) -> dict[str, Base]:
    """Return the bases as which the second of two requests may be sent, if the case names one."""
    name = case.edit.base if isinstance(case.edit, Then) else ""
    return bases_of(replace(case, base=method.bases[name]), method) if name else {}


def bases_of(case: Case, method: Method) -> dict[str, Base]:
    """Return the bases that a line of the case may name: its own, and with its credentials elsewhere."""
    found = {case.base.name: case.base}
    if case.edit is not None:
        for succeeded in method.bases.values():
            base = delivered(case, method, succeeded).base
            found.setdefault(base.name, base)
    return found


def _with_and_without(method: Method) -> Iterator[Method]:
    """Yield the method, and without each argument that a profile may lack or a run may leave out."""
    yield method
    for name, argument in method.arguments.items():
        if argument.kind == "must-match" and not argument.required:
            yield replace(method, arguments={**method.arguments, name: replace(argument, value=None)})


class _Marks(dict[str, str]):
    """A mark for each value but the missing ones."""

    def __init__(self, missing: Mapping[str, str], state: str = HEALTHY) -> None:
        super().__init__()
        self._missing, self._state = missing, state

    def __missing__(self, name: str) -> str:
        if (name if self._state == HEALTHY else f"{name} of {self._state}") in self._missing:
            raise KeyError(name)
        self[name] = pattern.mark_of(name_in_state(name, self._state))
        return self[name]


class _States(dict[str, _Marks]):
    """The marks of the values of other states."""

    def __init__(self, missing: Mapping[str, str]) -> None:
        super().__init__()
        self._missing = missing

    def get(self, state: str, _default: object = None) -> _Marks:
        """Return the marks of this state."""
        return self.setdefault(state, _Marks(self._missing, state))


@dataclass
class _Template(Values):
    """Values that resolve to marks; an altered one (`catalog/alterations.py`) has a mark of its own."""

    ways: dict[str, str] = field(default_factory=dict)
    """How each altered value differs from the value itself."""

    def resolve(self, value: Value) -> str:
        """Return the mark of the value, or the literal text."""
        name = name_taken(value)
        if isinstance(value, AlteredValue) and self.has(f"${name}"):
            self.ways[name] = value.altered
            return pattern.mark_of(altered_name(name))
        if isinstance(value, ExtendedValue) and self.has(f"${name}"):
            # With text behind it, a secret is no longer recognised.
            return pattern.mark_of(name if name in PUBLIC_VALUES else ANY) + value.then
        return super().resolve(value)

    def secrets(self) -> set[str]:
        """Return the names of all secrets that the request may carry."""
        of_states = {
            name_in_state(name, state)
            for state, marks in self.of.items()
            for name in marks
            if name not in PUBLIC_VALUES
        }
        return ({*self.own} | {altered_name(name) for name in self.ways} | of_states) - _PUBLIC
