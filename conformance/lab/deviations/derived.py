"""Faults that follow from the data without being written down: of error rows, bases and recorded clients."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from ...catalog.edits.rest import Replay
from ...catalog.model import OK, RuleKind
from ...sandbox.checks import Phase
from ...sandbox.intake import JSON, MULTIPART, URLENCODED
from ...sandbox.transport import CHECKS
from .changes import FAILURES
from .kinds import Answers, Ignores, IgnoresAll, Refuses, Renames
from .predicates import charset

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ...catalog.model import Base, Method, Rule
    from ...sandbox.context import Context
    from .kinds import DeliberateFault
    from .predicates import When

OTHER, OTHERS_OTHER = "accesslimited", "service_unavailable"
"""The wrong documented code for all rows, and the one for that row itself."""
MALFORMED = {check.condition for check in CHECKS if check.phase in {Phase.TRANSPORT, Phase.NAMES}}
"""Conditions of malformed requests, on which a server may fail without a proper answer."""
OF_EVERY_REQUEST = {"host", "authorization", "content-length", "connection"}
_TYPES = {"form": URLENCODED, "multipart": MULTIPART, "json": JSON, "query": None, "none": None}


def of_rows(method: Method, in_parts: Collection[str]) -> Iterator[DeliberateFault]:
    """Yield the faults of every error row: not enforced, another code, or no usable answer.

    Rows in `in_parts` have faults for parts of their condition, and none for the whole. Nor has a row that no case
    demands, since some reading lets the request succeed.
    """
    demanded = {case.rule.name for case in method.cases if OK not in case.accept}
    for rule in method.rules:
        if rule.kind is not RuleKind.ERROR or rule.untestable:
            continue
        code = rule.name
        if code not in in_parts and code in demanded:
            yield Ignores(rule=code, fault="not-enforced", summary=f"Nothing is ever refused with {code}.", found=code)
        yield from _with_another_code(code)
        if MALFORMED.intersection(rule.conditions):
            yield from _without_usable_answer(rule)


def _with_another_code(code: str) -> Iterator[DeliberateFault]:
    other = OTHER if code != OTHER else OTHERS_OTHER
    unknown = code.replace("_", "-") if "_" in code else f"{code}-error"
    for fault, answered, where in (
        ("other-documented-code", other, "this page"),
        ("undocumented-code", unknown, "no page"),
    ):
        summary = f"The answer has the code {answered}, which is on {where}, instead of {code}."
        yield Renames(rule=code, fault=fault, summary=summary, found=code, code=answered)


def _without_usable_answer(rule: Rule) -> Iterator[DeliberateFault]:
    code = rule.name
    for fault, words, change in ((fault, *failure) for fault, failure in FAILURES.items()):
        summary = f"Instead of answering {code}, {words}."
        yield Answers(rule=code, fault=fault, summary=summary, change=change, when=_refused_with(code))


def _refused_with(code: str) -> When:
    return lambda context: context.code == code


def of_bases(method: Method) -> Iterator[DeliberateFault]:
    """Yield a fault for each documented way to send a request: it is refused."""
    for name, base in method.bases.items():
        if base.promised and base.arguments != "json":
            yield Refuses(
                rule=f"via-{name}",
                fault="refused",
                summary=f"Refused: {base.verb}, arguments as {base.arguments}, {_credentials(base)}.",
                bases=(name,),
                code=OTHER,
                when=_sent_like(base, method),
            )


def _credentials(base: Base) -> str:
    token = f"token as {base.token}" if base.token else f"client credentials as {base.credentials}"
    return token + (f", {base.content_type}" if base.content_type else "") + (", one more" if base.extra else "")


def _sent_like(base: Base, method: Method) -> When:
    """Return a condition: the request is sent in the same way as the base."""
    in_body = base.arguments in {"form", "multipart"}
    telling = {name for other in method.bases.values() for name in other.extra}

    def like(context: Context) -> bool:
        call = context.call
        named = charset(context) is not None
        own = {"token", *method.arguments} - telling
        return (
            context.request.verb == base.verb
            and call.media_type in {_TYPES[base.arguments], (base.content_type or "").partition(";")[0] or None}
            and not (call.query if in_body else call.form)
            and named == ("charset" in (base.content_type or ""))
            and (call.bearer is not None) == (base.token == "header")  # noqa: S105 - where it travels
            and ("token" in call.arguments) == (base.token == "argument")  # noqa: S105 - where it travels
            and (call.basic is not None) == (base.credentials == "basic")
            and base.extra.keys() == call.arguments.keys() - own
        )

    return like


def of_clients(method: Method) -> Iterator[DeliberateFault]:
    """Yield one fault per recorded request: a valid one is refused, or an invalid one accepted."""
    for case in method.cases:
        if not isinstance(case.edit, Replay) or case.why:
            continue
        replay = case.edit
        name, strength, when = f"{replay.client} {replay.version}", case.strength, _sent_by(replay)
        rule, label = case.rule.name, case.id.rpartition(".")[2]
        if OK in case.accept:
            fault, summary = f"refuses-{label}", f"A valid request is refused if {name} sends it."
            refused = Refuses(rule=rule, fault=fault, summary=summary, strength=strength, code=OTHER, when=when)
            yield refused.bound(method)
        else:
            fault, summary = f"takes-{label}", f"Whatever {name} sends is accepted."
            yield IgnoresAll(rule=rule, fault=fault, summary=summary, strength=strength, when=when).bound(method)


def _sent_by(replay: Replay) -> When:
    """Return a condition: the request has exactly the client's headers and arguments, in its order."""
    names = {name.lower() for name, _ in replay.headers}
    query, form = ([name for name, _ in pairs] for pairs in (replay.query, replay.form))

    def sent(context: Context) -> bool:
        request = context.request
        return (
            request.verb == replay.verb
            and set(replay.headers) <= set(request.headers)
            and {name.lower() for name, _ in request.headers} - OF_EVERY_REQUEST == names
            and [name for name, _ in parse_qsl(request.query)] == query
            and list(context.call.form) == form
            and (request.header("Authorization") or "").partition(" ")[0].lower() == (replay.authorization or "")
        )

    return sent
