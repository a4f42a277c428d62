"""Scripts: what is sent for a case and in which order, by the kind of its edit.

A script returns a trial; the judge compares two of its exchanges. `_script` has the script for each kind of edit that
needs more than one changed request. All other kinds use `_edited`:

    kind of edit         exchanges, in order                                      base          edited
    -------------------  -------------------------------------------------------  ------------  --------------------
    (no edit)            base                                                     none          the base itself
    (any other)          base (shared by all cases), edited request               the base      the edited request
    again                base, then the same bytes or fresh single-use values     the first     the second
    again_after          base, a throttled request, a wait, one more request      the first     the last
    again_after_refusal  a refused request, then the base with the same values    the shared    the last
    each_then_all        one element of a list, the list, other elements if the   the element   the list
                         list is refused

Each script works in worlds of its own, so that no case depends on another; only bases in the healthy state are shared.
`exercise` adds what is common to all: it replaces a state that cannot be reached by an equivalent one (`Case.instead`),
repeats a trial in which a kept-alive connection died, and sends the base again after an unusable answer (`recheck`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from conformance.catalog.edits import AddArgument, Advance, Again, AgainAfter, AgainAfterRefusal, EachThenAll, InState
from conformance.catalog.model import HEALTHY, OK
from conformance.engine.adapting import SEPARATOR, asked_wait_s
from conformance.engine.composing import without_more
from conformance.engine.session import Session, Step, Trial
from conformance.judge.model import Shown
from conformance.results.model import Kind, Role
from conformance.target.world import Unreachable, World
from conformance.wire.answer import Flaw

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Case, Method
    from conformance.engine.composing import Composed
    from conformance.target.control import Control
    from conformance.wire.sender import Exchange


def exercise(session: Session, case: Case) -> Trial:
    """Send what the case needs and return the trial. Raises `Unreachable` if the case cannot be exercised."""
    if case.edit is None:
        return session.base_trial(case)
    by_values = _by_values(session, case)
    if by_values is not None:
        case = by_values
    elif exhausts(case) and not session.profile.exhaust:
        text = "The profile does not allow to use up a rate limit."
        raise Unreachable(Kind.NOT_ALLOWED, text, "exhaust = true in the profile.")
    session.check(case)
    case = session.drawn(session.delivered(case))
    trial = _script(session, case)
    if any(one.exchange.reused and one.exchange.answer.flaw is Flaw.NOTHING for one in trial.sent):
        # A kept-alive connection may be closed between two requests, which is not a fault.
        trial = _script(session, case)
    if not trial.shown.edited.usable and trial.shown.base is not None and trial.shown.base.usable:
        sent, world, _ = session.recheck(trial.shown.method, case.base, trial.shown.missing, case.world)
        trial.sent.append(sent)
        trial.worlds.append(world)
        trial.shown = replace(trial.shown, recheck=sent.exchange.answer)
    session.patience.note(case, trial)
    return trial


def _by_values(session: Session, case: Case) -> Case | None:
    """Return the case with its equivalent state (`instead`) if its own cannot be reached, else `None`."""
    profile, method = session.profile, case.method

    def reached(state: str) -> bool:
        by_control = session.control is not None and not profile.without_state(state, method)
        return by_control or profile.seeded(state, method) is not None

    by_itself = all(map(reached, case.states)) if case.states else session.control is not None
    if not case.instead or by_itself or profile.seeded(case.instead, method) is None:
        return None
    return replace(case, world=HEALTHY, edit=InState(case.instead))


def exhausts(case: Case) -> bool:
    """Whether the case uses up a rate limit on purpose; such cases run last."""
    return isinstance(case.edit, AgainAfter) or any(rule.check == "retry-after" for rule in case.rules)


def _due(case: Case, method: Method) -> frozenset[str]:
    """Return the outcomes that are not repeated after a wait; throttling is one only if the case is about it."""
    about_it = exhausts(case) or case.rule.code == method.throttled_code
    return case.accept if about_it else case.accept - {method.throttled_code or ""}


def _script(session: Session, case: Case) -> Trial:
    """Send what the case needs, in the order that its kind of edit asks for."""
    match case.edit:
        case Again(how=how):
            return _again(session, case, fresh=how == "fresh")
        case AgainAfter():
            return _again_after(session, case)
        case AgainAfterRefusal(name=name, value=value):
            return _again_after_refusal(session, case, AddArgument(name, value))
        case EachThenAll(name=name):
            return _each_then_all(session, case, name)
        case _:
            return _edited(session, case)


def _edited(session: Session, case: Case) -> Trial:
    """Send the edited request in a new world; the base is shared, or sent first if its state is not healthy."""
    method = session.catalog.methods[case.method]
    world = session.worlds.provide(method.name, case.state, 1)
    if case.world == HEALTHY:
        shared = session.base(method, case.base)
        base, base_world, first = shared.exchange, shared.world, shared.composed
    else:
        base_world = session.worlds.provide(method.name, case.world, 1)
        first = session.compose(method, case.base, None, base_world)
        base = session.send(method, first)
    expire = _expiring(session, case, world)
    composed = without_more(method, session.compose(method, case.base, case.edit, world), first.missing)
    if case.world == HEALTHY:
        shared.cases.append(case.id)
    expire()
    edited = session.send(method, composed, _due(case, method))
    return _trial(session, case, [(Role.BASE, base), (Role.EDITED, edited)], [base_world, world], (first, composed))


def _again(session: Session, case: Case, *, fresh: bool) -> Trial:
    """Send the base twice in one world: the same bytes, or with fresh single-use values."""
    method = session.catalog.methods[case.method]
    world = session.worlds.provide(method.name, case.state, 2 if fresh else 1)
    one = other = session.compose(method, case.base, None, world)
    first = session.send(method, one)
    if fresh:
        other = without_more(method, session.compose(method, case.base, None, world), one.missing)
    second = session.send(method, other, _due(case, method))
    return _trial(session, case, [(Role.BASE, first), (Role.EDITED, second)], [world], (one, other))


def _again_after(session: Session, case: Case) -> Trial:
    """Send until throttled, let the announced time pass, and send with fresh values."""
    method = session.catalog.methods[case.method]
    world = session.worlds.provide(method.name, case.state, 3)
    throttled_code = frozenset({method.throttled_code or ""})
    one = session.compose(method, case.base, None, world)
    first = session.send(method, one)
    other = without_more(method, session.compose(method, case.base, None, world), one.missing)
    throttled = session.send(method, other, throttled_code)
    _passing(session, world, asked_wait_s(throttled), session.profile.wait_s, "wait_s")()
    other = without_more(method, session.compose(method, case.base, None, world), one.missing)
    after = session.send(method, other, throttled_code)
    sent = [(Role.BASE, first), (Role.AGAIN, throttled), (Role.EDITED, after)]
    return _trial(session, case, sent, [world], (one, other))


def _again_after_refusal(session: Session, case: Case, more: AddArgument) -> Trial:
    """Send the base with an argument for which it is refused, then without it, with the same single-use values."""
    method = session.catalog.methods[case.method]
    shared = session.base(method, case.base)
    world = session.worlds.provide(method.name, case.state, 1)
    values = session.values(method, world)
    due = method.error_codes - {method.throttled_code or ""}
    longer = without_more(method, session.compose(method, case.base, more, world, values), shared.missing)
    shared.cases.append(case.id)
    refused = session.send(method, longer, due)
    if refused.answer.outcome == OK:
        text = f"{method.name} does not refuse the request that was to be refused first."
        raise Unreachable(Kind.NOT_REFUSED, text, "A target that refuses it, as another rule requires.")
    composed = session.compose(method, case.base, None, world, values)
    plain = session.send(method, composed, _due(case, method))
    sent = [(Role.AGAIN, refused), (Role.EDITED, plain)]
    trial = _trial(session, case, sent, [shared.world, world], (shared.composed, composed))
    trial.shown = replace(trial.shown, base=shared.exchange.answer)
    return trial


def _each_then_all(session: Session, case: Case, listed: str) -> Trial:
    """Send the first element of a list alone, then the list; if that is refused, every other element alone too.

    Raises `Unreachable` if the values of the list may be the reason: one of them is refused alone, or the target
    reports that they do not go together.
    """
    method = session.catalog.methods[case.method]
    argument = method.arguments[listed]
    name = (argument.value or "")[1:]
    elements, whole = _elements(session, case, name)

    def send(text: str, due: frozenset[str] = frozenset()) -> tuple[Exchange, World, Composed]:
        world = session.worlds.provide(method.name, case.state, 1)
        values = world.draw()
        values[name] = text
        composed = session.compose(method, case.base, None, world, values)
        return session.send(method, composed, due), world, composed

    base, base_world, first = send(elements[0])
    edited, world, composed = send(whole, _due(case, method))
    if edited.answer.outcome == OK != base.answer.outcome:
        # Another case is about an element that is refused alone. The list is accepted, so compare with the base.
        shared = session.base(method, case.base)
        base, base_world, first = shared.exchange, shared.world, shared.composed
    sent, worlds = [(Role.BASE, base)], [base_world]
    if OK == base.answer.outcome != edited.answer.outcome:
        needs = f"A list for {argument.name} in the profile whose elements are all accepted alone, and go together."
        if edited.answer.outcome == argument.codes.get("mixed"):
            text = f"{method.name} says of the list of {argument.name} that its elements do not go together."
            raise Unreachable(Kind.BASE_REFUSED, text, needs)
        for element in elements[1:]:
            other, other_world, _ = send(element)
            sent.append((Role.AGAIN, other))
            worlds.append(other_world)
            if other.answer.outcome != OK:
                text = f"{method.name} refuses an element of the list of {argument.name} also when it is sent alone."
                raise Unreachable(Kind.BASE_REFUSED, text, needs)
    return _trial(session, case, [*sent, (Role.EDITED, edited)], [*worlds, world], (first, composed))


def _elements(session: Session, case: Case, name: str) -> tuple[list[str], str]:
    """Return the elements of the list that the world gives under this name, and the list itself.

    Raises `Unreachable` if there are fewer than two.
    """
    whole = session.worlds.provide(case.method, case.state, 1).steady(name) or ""
    elements = [element.strip() for element in whole.split(SEPARATOR) if element.strip()]
    if len(elements) < 2:  # noqa: PLR2004 - two make a list
        text = f"{case.method}: there are not two {name} to send as a list."
        raise Unreachable(Kind.NO_VALUE, text, f"Two {name} or more in the profile's [values], separated by commas.")
    return elements, whole


def _expiring(session: Session, case: Case, world: World) -> Callable[[], None]:
    """Return a function that lets the values of a composed request expire. Raises `Unreachable`."""
    if not isinstance(case.edit, Advance):
        return lambda: None
    seconds, granted_s = case.edit.seconds, session.profile.expiry_wait_s
    instead = f", or values for [state.{case.instead}]" if case.instead else ""
    return _passing(session, world, seconds, granted_s, "expiry_wait_s", instead=instead)


def _passing(  # noqa: PLR0913 - the time, and what an owner reads where it is too long
    session: Session, world: World, seconds: int, granted_s: float, setting: str, *, instead: str = ""
) -> Callable[[], None]:
    """Return a function that lets these seconds pass. Raises `Unreachable` if the profile does not allow so many."""
    if session.control is not None and world.id is not None:
        return partial(_advance, session.control, world.id, seconds)
    if seconds <= granted_s:
        return partial(session.pacer.clock.sleep, seconds)
    text = f"{seconds} seconds would have to pass, and the profile's {setting} grants {granted_s:g}."
    needs = f"A control API that moves a world's clock, or {setting} = {seconds}{instead}."
    raise Unreachable(Kind.NO_TIME, text, needs)


def _advance(control: Control, world: str, seconds: int) -> None:
    control.advance(world, seconds)


def _trial(
    session: Session,
    case: Case,
    sent: list[tuple[Role, Exchange]],
    worlds: list[World],
    composed: tuple[Composed, Composed],
) -> Trial:
    """Return the trial of these exchanges; `composed` are the base and the edited request as composed."""
    method, (base, edited) = session.catalog.methods[case.method], composed
    shown = Shown(
        case,
        method,
        sent[-1][1].answer,
        base=sent[0][1].answer,
        minted=worlds[-1].minted,
        others=session.others(case),
        missing={**base.missing, **edited.missing},
        once=edited.once,
        base_once=base.once,
        borrowed=edited.borrowed,
    )
    trial = Trial(shown, [Step(role, exchange) for role, exchange in sent], worlds)
    session.journal(trial, worlds[-1])
    return trial
