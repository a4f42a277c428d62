"""The checks of clients: one small function for each rule of `fixtures/audit.toml`, by the rule's name.

A check gets what the client did in one run, and the method. What it returns is not a verdict yet:

    outcome   means
    --------  ----------------------------------------------------------------------------------
    `Kept`    the client did what the rule is about, and as documented
    `Broken`  it broke the rule; `calls` show it
    `Absent`  the rule does not concern what this client does, so nothing is missing
    `Unknown` something that should have happened did not, so nothing can be said

`Broken` rests on what was received, never on what a client may have meant. Where a client cannot know something (an
answer that was late, a request that was on its way already), it is not held against it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ..results.terms import Kind
from ..sandbox.intake import CHARSETS, FORMS, JSON, MEDIA_TYPES, TEXT
from .observed import Observed, Session, is_nothing
from .record import shown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from ..catalog.model import Method

_ARRAY = re.compile(r"[^\[\]]*\[[^\[\]]*\].*")
_NAME = re.compile(r"[A-Za-z0-9_]+")
_BETWEEN_SCOPES = re.compile(r"[\w:.-]\s*[\s;|+&]\s*[\w:.-]")
_EARLY_S = 0.05
"""Seconds by which a repetition may come early, since clocks differ."""
_LATE = "slow"
"""The injection whose answer may come after the client has given up."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The rule was kept; `calls` show it."""

    calls: tuple[Observed, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """The rule was broken: details of the breach, which may be empty, and the calls that show it."""

    details: str
    calls: tuple[Observed, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """The rule does not concern this client."""

    text: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing can be said; `needs` is what would help."""

    text: str
    needs: str
    kind: Kind = Kind.NOT_DONE


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: a run of a client, a method, and the names of further arguments that it has."""

    session: Session
    method: Method
    besides: Collection[str] = ()

    @property
    def calls(self) -> tuple[Observed, ...]:
        """The calls of the method."""
        return tuple(self.session.of(self.method.name))


Outcome: TypeAlias = Kept | Broken | Absent | Unknown
Check: TypeAlias = "Callable[[Subject], Outcome]"


def each(
    applies: Callable[[Observed, Subject], bool], wrong: Callable[[Observed, Subject], Collection[str]], absent: str
) -> Check:
    """Return a check of each call for itself: `wrong` returns names of what is wrong with one to which it applies."""

    def check(subject: Subject) -> Outcome:
        judged = tuple(one for one in subject.calls if applies(one, subject))
        broken = [(one, wrong(one, subject)) for one in judged]
        calls = tuple(one for one, names in broken if names)
        if calls:
            return Broken(", ".join(dict.fromkeys(name for _, names in broken for name in names if name)), calls)
        return Kept(judged) if judged else Absent(absent)

    return check


def _any(_one: Observed, _subject: Subject) -> bool:
    return True


def _with_body(one: Observed, _subject: Subject) -> bool:
    return one.call.verb == "POST" and one.has_body


def _with_type(one: Observed, _subject: Subject) -> bool:
    return one.call.verb == "POST" and one.content_type is not None


def _of(types: Collection[str]) -> Callable[[Observed, Subject], bool]:
    return lambda one, _: (
        one.call.verb == "POST" and one.content_type is not None and one.content_type.media_type in types
    )


def _read(one: Observed, _subject: Subject) -> bool:
    """Whether the sandbox could read what was sent; of another body nobody knows what is missing in it."""
    return bool(not one.has_body or one.call.form or one.call.json)


def _named(one: Observed, _subject: Subject) -> bool:
    return bool(one.call.arguments)


_NO_BODY = "This client sends no POST with a body."
_NO_TYPE = "This client sends no POST with a Content-Type."
_NO_FORM = "This client sends no form."
_NO_ARGUMENTS = "This client sends no arguments."


def _secret_names(subject: Subject) -> set[str]:
    kinds = {"token", "client-secret", "one-shot"} if "client-secret" in _kinds(subject.method) else {"token"}
    return {"token", *(name for name, argument in subject.method.arguments.items() if argument.kind in kinds)}


def _kinds(method: Method) -> set[str]:
    return {argument.kind for argument in method.arguments.values()}


def _by_kind(method: Method, *kinds: str) -> list[str]:
    return [name for name, argument in method.arguments.items() if argument.kind in kinds]


def _secrets_in_query(one: Observed, subject: Subject) -> Collection[str]:
    return sorted(_secret_names(subject) & one.call.query.keys())


def _twice(one: Observed, subject: Subject) -> Collection[str]:
    arguments = one.call.arguments
    clients = _by_kind(subject.method, "client-id", "client-secret")
    if one.call.basic is not None:
        return [name for name in clients if arguments.get(name)]
    return [name for name in _by_kind(subject.method, "token") if one.bearer and one.call.form.get(name)]


def _client_parameters(one: Observed, subject: Subject) -> Collection[str]:
    names = _by_kind(subject.method, "client-id", "client-secret")
    return [] if one.call.basic is not None else [name for name in names if one.call.arguments.get(name)]


def _with_client(one: Observed, subject: Subject) -> bool:
    return one.call.basic is not None or bool(_client_parameters(one, subject))


def _charset(one: Observed) -> str | None:
    return one.content_type.charset if one.content_type is not None else None


def _wrong_charset(one: Observed, _subject: Subject) -> Collection[str]:
    charset = _charset(one)
    return [] if charset is None or charset in CHARSETS else [shown_name(charset)]


def _superfluous_charset(one: Observed, _subject: Subject) -> Collection[str]:
    charset = _charset(one)
    return [charset] if charset in CHARSETS else []


def _no_charset(one: Observed, _subject: Subject) -> Collection[str]:
    return [one.content_type.media_type] if one.content_type is not None and _charset(one) is None else []


def _no_type(one: Observed, _subject: Subject) -> Collection[str]:
    return [] if one.content_type is not None else [""]


def _wrong_type(one: Observed, _subject: Subject) -> Collection[str]:
    found = one.content_type
    return [] if found is None or found.media_type in MEDIA_TYPES else [shown_name(found.media_type)]


def _unreadable(one: Observed, _subject: Subject) -> Collection[str]:
    condition = one.call.condition or ""
    return [condition.removeprefix("body.").replace("-", " ")] if condition in _UNREADABLE else []


_UNREADABLE = {"body.empty-form", "body.broken-form", "body.bare-name", "body.json-as-form", "body.cut"}


def _json(one: Observed, subject: Subject) -> Collection[str]:
    return sorted((one.call.json or {}).keys() & subject.method.arguments.keys())


def _names(one: Observed) -> list[str]:
    """Return the names of its arguments; of a body that cannot be read, nothing is an argument."""
    return [] if one.call.condition in _UNREADABLE else list(one.call.arguments)


def _unknown_names(one: Observed, subject: Subject) -> Collection[str]:
    known = {*subject.method.arguments, *subject.besides}
    return [shown_name(name) for name in _names(one) if _NAME.fullmatch(name) and name not in known]


def _array_names(one: Observed, _subject: Subject) -> Collection[str]:
    return [shown_name(name) for name in _names(one) if _ARRAY.fullmatch(name)]


def _odd_names(one: Observed, _subject: Subject) -> Collection[str]:
    return [shown_name(name) for name in _names(one) if not _NAME.fullmatch(name) and not _ARRAY.fullmatch(name)]


def _missing(one: Observed, subject: Subject) -> Collection[str]:
    sent = {name: [value] for name, value in one.call.arguments.items()}
    if one.tokens:
        sent["token"] = list(one.tokens)
    required = [argument.name for argument in subject.method.arguments.values() if argument.required]
    return [name for name in required if all(map(is_nothing, sent.get(name, ())))]


def _not_by_commas(one: Observed, subject: Subject) -> Collection[str]:
    names = _by_kind(subject.method, "comma-separated")
    return [name for name in names if _BETWEEN_SCOPES.search(one.call.arguments.get(name, ""))]


def _with_list(one: Observed, subject: Subject) -> bool:
    return any(one.call.arguments.get(name) for name in _by_kind(subject.method, "comma-separated"))


def comes_to_end(subject: Subject) -> Outcome:
    """Kept if the client ended, and with 0 unless something was injected; never broken."""
    session = subject.session
    if session.exit_code is None:
        text = f"The client had to be stopped: it did not end within {session.limit_s:g} s."
        return Unknown(text, "A command that ends by itself, or a larger --timeout.", Kind.CLIENT_ENDED)
    if session.exit_code and session.plain is None:
        text = f"The command ended with exit code {session.exit_code} although nothing was made to fail."
        needs = "A command that ends with 0, so that it is known to have done everything."
        return Unknown(text, needs, Kind.CLIENT_ENDED)
    return Kept(subject.calls)


def redirect_uri(subject: Subject) -> Outcome:
    """Compare, by what the sandbox found, redirect_uri with the one of the code."""
    names = _by_kind(subject.method, "must-match")
    judged = [one for one in subject.calls if one.call.ok or one.call.condition == f"{names[0]}.mismatch"]
    broken = tuple(one for one in judged if one.failed and one.call.arguments.get(names[0]))
    if broken:
        return Broken("", broken)
    if any(one.failed for one in judged):
        text = "The client sends no redirect_uri, and the code was asked for with one."
        return Unknown(text, "If your app asks for codes without one, say so: --set redirect_uri=")
    if judged:
        return Kept(tuple(judged))
    return Unknown(f"No call of {subject.method.name} came so far that redirect_uri was compared.", _SUCCESS)


_SUCCESS = "A client that takes its values from the environment; look at the refusals among its calls."


def one_shot_twice(subject: Subject) -> Outcome:
    """Find a value that was sent again after the answer that it was used."""
    (name,) = _by_kind(subject.method, "one-shot")
    used: dict[str, Observed] = {}
    for one in subject.calls:
        value = one.call.arguments.get(name, "")
        if value in used and one.call.received_at > used[value].answered_at:
            return Broken(name, (used[value], one))
        if value and one.call.ok and one.call.injected != _LATE:
            used[value] = one
    if used:
        return Kept(tuple(used.values()))
    if any(one.call.ok for one in subject.calls):
        return Absent("No value that works once was used up with an answer in time.")
    return Unknown(f"No call of {subject.method.name} succeeded.", _SUCCESS)


def failure_taken(subject: Subject) -> Outcome:
    """Find a token that nobody has, sent after a failure and before a success, and by no call before the failure."""
    failure: Observed | None = None
    met: list[Observed] = []
    for one in subject.session.in_order():
        if one.call.method == subject.method.name:
            late = one.call.injected == _LATE
            failure = one if one.failed or late else None
            met += [one] if failure is not None else []
            continue
        hollow = any(map(is_nothing, one.tokens))
        if hollow and not met:
            return Absent("The client has no token before anything fails.")
        if hollow and failure is not None and one.call.received_at > failure.answered_at:
            return Broken(f"its next token is {_word(one)}", (failure, one))
    return Kept(tuple(met)) if met else Absent("No call failed in this run; --inject shows what the client does then.")


def _word(one: Observed) -> str:
    token = next(token for token in one.tokens if is_nothing(token))
    return f'"{token}"' if token else "empty"


def retry_after(subject: Subject) -> Outcome:
    """Find the same request again before the time in Retry-After has passed since its answer."""
    calls = subject.calls
    throttled = [one for one in calls if one.retry_after_s is not None and one.failed]
    for one in throttled:
        until = one.answered_at + (one.retry_after_s or 0) - _EARLY_S
        for other in calls:
            same = other.call.arguments == one.call.arguments and other.call.number > one.call.number
            if same and one.answered_at < other.call.received_at < until:
                waited = other.call.received_at - one.answered_at
                return Broken(f"after {waited:.1f} s instead of {one.retry_after_s} s", (one, other))
    return Kept(tuple(throttled)) if throttled else Absent("No call was throttled.")


def same_as_plain(subject: Subject) -> Outcome:
    """Compare calls, outcomes and exit code with the run in which nothing was injected."""
    session, plain = subject.session, subject.session.plain
    if plain is None:
        return Absent("There is no run to compare with.")
    met = tuple(one for one in subject.calls if one.call.injected)
    differences = []
    if session.exit_code != plain.exit_code:
        differences.append(f"exit code {session.exit_code} instead of {plain.exit_code}")
    now, then = (Counter((one.call.method, one.call.ok) for one in run.calls) for run in (session, plain))
    for method in sorted({name for name, _ in (now - then) + (then - now)}):
        counts = [sum(count for (name, _), count in each_run.items() if name == method) for each_run in (now, then)]
        differences.append(f"{counts[0]} instead of {counts[1]} calls of {method}")
    return Broken(", ".join(differences), met) if differences else Kept(met)


COMPARING = ("warning-survived", "field-survived")
"""The rules that compare two runs."""

CHECKS: Mapping[str, Check] = {
    "comes-to-end": comes_to_end,
    "credentials-in-query": each(_any, _secrets_in_query, _NO_ARGUMENTS),
    "credentials-twice": each(_any, _twice, _NO_ARGUMENTS),
    "basic-preferred": each(_with_client, _client_parameters, "This client sends no client id and secret."),
    "charset-invalid": each(_with_type, _wrong_charset, _NO_TYPE),
    "charset-superfluous": each(_of(FORMS), _superfluous_charset, _NO_FORM),
    "charset-missing": each(_of((JSON, TEXT)), _no_charset, "This client sends neither JSON nor plain text."),
    "content-type-missing": each(_with_body, _no_type, _NO_BODY),
    "content-type-invalid": each(_with_type, _wrong_type, _NO_TYPE),
    "form-unreadable": each(_of(FORMS), _unreadable, _NO_FORM),
    "json-arguments": each(_any, _json, _NO_ARGUMENTS),
    "unknown-argument": each(_named, _unknown_names, _NO_ARGUMENTS),
    "array-argument": each(_named, _array_names, _NO_ARGUMENTS),
    "argument-name": each(_named, _odd_names, _NO_ARGUMENTS),
    "required-argument-missing": each(_read, _missing, _NO_ARGUMENTS),
    "scopes-separator": each(_with_list, _not_by_commas, "This client sends no scopes."),
    "redirect-uri-mismatch": redirect_uri,
    "one-shot-twice": one_shot_twice,
    "failure-not-success": failure_taken,
    "retry-after": retry_after,
    "warning-survived": same_as_plain,
    "field-survived": same_as_plain,
    "deprecated-method": each(_any, lambda *_: [""], _NO_ARGUMENTS),
}
