"""Compose the requests of a case again, and hold the recorded ones against them.

The values of a world are not in a results file. So the request is composed with a mark for each value, and becomes a
pattern: a secret stands in the record as its `$name`, a public value is any text. Everything else must be as composed:
verb, path, arguments and their order, headers, body. What a run draws follows from the seed, as far as it does not
depend on a value that the record hides; then the recorded text is taken.

Headers of the profile may follow the composed ones. Where a request is not sent whole, its body is not compared.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from msgspec import to_builtins

from ..catalog.edits.arguments import AddArgument
from ..catalog.edits.orders import AgainAfterRefusal, InState, Order, Then, Twice
from ..catalog.members import drawn, random_of
from ..catalog.model import (
    HEALTHY,
    PUBLIC_VALUES,
    AlteredValue,
    ExtendedValue,
    altered_name,
    is_altered,
    name_in_state,
    name_taken,
)
from ..engine.exploring import OF_A_CLASS
from ..results.model import CaseResult, Role
from ..run.record import recorded_request
from ..wire.by_name import HIDDEN
from ..wire.compose import Values, compose
from ..wire.draft import USER_AGENTS
from ..wire.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..catalog.model import Base, Case, Catalog, Edit, Method, Value
    from ..results.model import RecordedRequest

_LENGTH = "content-length"
_ANY = "any"
_PUBLIC = PUBLIC_VALUES | {altered_name(name) for name in PUBLIC_VALUES} | {_ANY}
"""Names of marks that stand for any text."""


def differences(line: CaseResult, case: Case, catalog: Catalog, seed: int) -> Iterator[str]:
    """Yield where the recorded requests are not those that the case makes with this seed."""
    assert line.grounds is not None  # noqa: S101 - the caller has looked
    yield from _of_the_edit(line, catalog, seed)
    if line.grounds.throttled:
        return  # it is judged on the first throttled answer, which is one to a request of another case
    forms = _Forms(line, case, catalog.methods[case.method], seed)
    for number, exchange in enumerate(line.exchanges):
        where = f"request {number + 1} of {len(line.exchanges)} ({exchange.role})"
        allowed = forms.base if number == line.grounds.base else forms.edited if number == line.grounds.edited else None
        problem = forms.problem(exchange.request, allowed or [*forms.base, *forms.edited, *forms.others])
        if problem:
            yield f"{where}: {problem}"
    invented = sorted(line.grounds.missing.keys() - forms.missing)
    if invented:
        yield f"the grounds call {', '.join(invented)} missing, which no request would carry"
    if line.grounds.base is None and case.edit is not None:
        yield "the grounds name no base, and the case has one"
    if line.grounds.base is not None and line.exchanges[line.grounds.base].role not in {Role.BASE, Role.RECHECK}:
        yield "the grounds call an exchange the base that was sent for something else"


def _of_the_edit(line: CaseResult, catalog: Catalog, seed: int) -> Iterator[str]:
    """Yield how the recorded edit differs from that of the case, with the members of classes that the seed draws."""
    case = next(case for case in catalog.cases if case.id == line.id)
    recorded = None if line.edit is None else (line.edit.kind, line.edit.value)
    if case.edit is None or recorded is None:
        if (case.edit is None) != (recorded is None):
            yield "it has an edit, and its case has none, or the other way round"
        return
    if case.instead and recorded == (InState.kind, case.instead):
        return
    names = [case.id, *(f"{case.id}/{number}" for number in range(2 * OF_A_CLASS) if line.explored)]
    own = _own(line, catalog.methods[case.method])
    edits = [drawn(case.edit, f"{seed}/{name}", lambda argument: own.get(argument) or "") for name in names]
    wanted = [(edit.kind, to_builtins(edit.data)) for edit in edits]
    if recorded in wanted:
        return
    # A member that depends on a value which the record hides cannot be drawn again; then its form is enough.
    hidden = drawn(case.edit, f"{seed}/{case.id}", lambda _: "Another-0wn.value") != edits[0]
    if recorded[0] != case.edit.kind or not hidden or not _same_names(recorded[1], wanted[0][1]):
        yield f"the edit is {recorded[1]!r}, and the seed makes {wanted[0][1]!r}"


def _own(line: CaseResult, method: Method) -> dict[str, str]:
    """Return the values of arguments that the record of the base shows, or that stand for missing ones."""
    held = {name: argument.placeholder or "" for name, argument in method.arguments.items()}
    if line.grounds is not None and line.grounds.base is not None:
        request = line.exchanges[line.grounds.base].request
        pairs = [*parse_qsl(urlsplit(request.url).query), *_PART.findall(request.body or "")]
        pairs += parse_qsl(request.body or "") if _is_form(request) else []
        held |= {name: value for name, value in pairs if not value.startswith("$")}
    return held


_PART = re.compile('name="([a-z_]+)"\r\n\r\n([^\r]*)\r\n')
"""Name and value of an argument in a multipart body."""


def _same_names(recorded: object, wanted: object) -> bool:
    """Whether two parameters of an edit have the same keys, whatever is below them."""
    if isinstance(recorded, dict) and isinstance(wanted, dict):
        return recorded.keys() == wanted.keys()
    return type(recorded) is type(wanted)


class _Forms:
    """The requests that a case may send: its base, the edited one, and what its script sends between them."""

    def __init__(self, line: CaseResult, case: Case, method: Method, seed: int) -> None:
        self._line, self._method, self._seed = line, method, seed
        edit = case.edit
        self._public = frozenset() if edit is None else edit.literals
        self.base: list[tuple[Base, Edit | None]] = [(case.base, None)]
        self.edited = [(case.base, None if isinstance(edit, Order) else edit)]
        self.others: list[tuple[Base, Edit | None]] = []
        self.missing: set[str] = set()
        """The values for which the requests that were recognised carry a placeholder."""
        match edit:
            case None:
                self.base = self.edited
            case Then(base=name, edit=second):
                bases = list(method.bases.values()) if name else [case.base]
                self.edited = [(base, second) for base in bases]
                self.others = [(base, None) for base in method.bases.values()]
            case Twice(edit=inner):
                self.edited = [(case.base, inner)]
            case AgainAfterRefusal(name=name, value=value):
                self.others = [(case.base, AddArgument(name, value))]
            case _:
                pass

    def problem(self, recorded: RecordedRequest, forms: list[tuple[Base, Edit | None]]) -> str:
        """Return how the recorded request differs from the nearest of these forms; empty if it is one of them."""
        problems = []
        for base, edit in forms:
            for method in _with_and_without(self._method):
                composed, missing = self._composed(recorded, method, base, edit)
                problem = _difference(recorded, composed)
                if not problem:
                    self.missing |= missing
                    return ""
                problems.append(problem)
        return problems[0]

    def _composed(
        self, recorded: RecordedRequest, method: Method, base: Base, edit: Edit | None
    ) -> tuple[RecordedRequest, set[str]]:
        """Return the request as a record has it, with marks for public values, and the values that are missing."""
        address = recorded.url.partition("?")[0].removesuffix(method.name)
        agent = random_of(f"{self._seed}/{method.name}/{base.name}").choice(USER_AGENTS)
        missing = self._line.grounds.missing if self._line.grounds else {}
        marks: dict[str, str] = {}
        template = _Template(_Marks(marks, missing), _States(marks, missing))
        template.marks = marks
        request = compose(method, base, edit, address, template, agent=agent)
        known = Redactor().extended((name, mark) for name, mark in marks.items() if name not in _PUBLIC)
        return recorded_request(request, known, self._public), template.missing


def _with_and_without(method: Method) -> Iterator[Method]:
    """Yield the method, and without each argument that a profile may lack or a run may leave out."""
    yield method
    for name, argument in method.arguments.items():
        if argument.kind == "must-match" and not argument.required:
            yield replace(method, arguments={**method.arguments, name: replace(argument, value=None)})


class _Marks(dict[str, str]):
    """A mark for each value but the missing ones. Marks need no escaping in a URL, in JSON or in a header."""

    def __init__(self, marks: dict[str, str], missing: Mapping[str, str], state: str = HEALTHY) -> None:
        super().__init__()
        self._marks, self._missing, self._state = marks, missing, state

    def __missing__(self, name: str) -> str:
        if (name if self._state == HEALTHY else f"{name} of {self._state}") in self._missing:
            raise KeyError(name)
        return _mark(self._marks, name_in_state(name, self._state))


class _States(dict[str, "_Marks"]):
    """The marks of the values of other states."""

    def __init__(self, marks: dict[str, str], missing: Mapping[str, str]) -> None:
        super().__init__()
        self._marks, self._missing = marks, missing

    def get(self, state: str, _default: object = None) -> _Marks:
        """Return the marks of this state."""
        return _Marks(self._marks, self._missing, state)


@dataclass
class _Template(Values):
    """Values that resolve to marks; one that is sent wrong by little has a mark of its own."""

    marks: dict[str, str] = field(default_factory=dict)

    def resolve(self, value: Value) -> str:
        """Return the mark of the value, or the literal text."""
        if isinstance(value, AlteredValue):
            name = name_taken(value)
            with suppress(KeyError):  # where there is no value, a placeholder is altered
                return _mark(self.marks, altered_name(name)) if self.own[name] else ""
        if isinstance(value, ExtendedValue):  # which is no secret any more
            with suppress(KeyError):
                return _mark(self.marks, _ANY) + value.then if self.own[name_taken(value)] else value.then
        return super().resolve(value)


def _mark(marks: dict[str, str], name: str) -> str:
    return marks.setdefault(name, f"qz{name.encode().hex()}zq")


def _difference(recorded: RecordedRequest, composed: RecordedRequest) -> str:
    """Return the first difference between a recorded request and what was composed; empty if there is none."""
    if recorded.verb != composed.verb:
        return f"the verb is {recorded.verb}, and follows as {composed.verb}"
    if not _fits(recorded.url, composed.url, "[^&]*"):
        return f"the URL is {recorded.url!r}, and follows as {_shown(composed.url)!r}"
    own = [(name, value) for name, value in composed.headers if name.lower() != "host"]
    sent = [(name, value) for name, value in recorded.headers if name.lower() != "host"]
    for at, (name, value) in enumerate(own):
        came = sent[at] if at < len(sent) else ("no header", "")
        pattern = "[0-9]+" if name.lower() == _LENGTH else ""
        if came[0] != name or not (re.fullmatch(pattern, came[1]) if pattern else _fits(came[1], value, ".*")):
            return f"a header is {': '.join(came)!r}, and follows as {_shown(f'{name}: {value}')!r}"
    if recorded.raw != composed.raw or (recorded.body is None) != (composed.body is None):
        return "it has no body where one follows, or the other way round"
    whole = not composed.raw and recorded.body is not None and composed.body is not None
    if whole and not _fits(recorded.body or "", composed.body or "", "[^&]*" if _is_form(composed) else ".*?"):
        return f"the body is {recorded.body!r}, and follows as {_shown(composed.body or '')!r}"
    return ""


def _is_form(request: RecordedRequest) -> bool:
    return any(name.lower() == "content-type" and "urlencoded" in value for name, value in request.headers)


def _fits(recorded: str, composed: str, anything: str) -> bool:
    """Whether a text is as composed, with any text for public values, and names of secrets with or without a state."""
    parts = (_SECRET.sub(_any_of_it, re.escape(part)) for part in _ANY_MARK.split(composed))
    return re.fullmatch(anything.join(parts), recorded, re.DOTALL) is not None


_SECRET = re.compile(r"\\\$([a-z_]+)|" + re.escape(re.escape(HIDDEN)))
"""What stands for a secret in a pattern: its name, or what redaction writes for a value that only has a secret name."""


def _any_of_it(secret: re.Match[str]) -> str:
    """Return a pattern for the name alone, as that of a value of a state, and as that of a second value."""
    if secret[1] is None:
        return rf"(?:{re.escape(HIDDEN)}|\$[a-z0-9_]+)"
    whole, altered = secret[1], altered_name("")
    of_a_state = "(?:_of_[a-z0-9_]+?)?(?:_[0-9]+)?"
    if is_altered(whole):
        return rf"(?:{re.escape(HIDDEN)}|\${whole.removesuffix(altered)}{of_a_state}{altered})"
    return rf"(?:{re.escape(HIDDEN)}|\${whole}{of_a_state})"


def _shown(text: str) -> str:
    return _ANY_MARK.sub("…", text)


_ANY_MARK = re.compile("(?:qz|%71%7A)(?:[0-9a-f]{2}|%[0-9A-F]{2})+(?:zq|%7A%71)")
"""The mark of a value, also with each character escaped."""
