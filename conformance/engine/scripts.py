"""Scripts: what is sent for a case and in which order, by the kind of its edit.

A script returns a trial; the judge compares two of its exchanges. `_script` has the script for each kind of edit that
needs more than one changed request. All other kinds use `_edited`:

    kind of edit         exchanges, in order                                      base          edited
    -------------------  -------------------------------------------------------  ------------  --------------------
    (no edit)            base                                                     none          the base itself
    (any other)          base (shared by all cases), edited request               the base      the edited request
    again                base, then the same bytes or fresh single-use values     the first     the second
    then                 base, then another base or an edit, same or fresh values  the first     the second
    again_after          base, a throttled request, a wait, one more request      the first     the last
    again_after_refusal  a refused request, then the base with the same values    the shared    the last
    twice                base (shared), the refused request twice                 the base      the second of the two
    at_once              base, then in each round several requests with one        the shared    the worst refusal,
                         single-use value, completed at the same moment            base          or a second success
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

from ..catalog.edits.arguments import AddArgument
from ..catalog.edits.orders import (
    Advance,
    Again,
    AgainAfter,
    AgainAfterRefusal,
    AtOnce,
    EachThenAll,
    InState,
    Then,
    Twice,
)
from ..catalog.model import OK
from ..catalog.values import HEALTHY
from ..judge.model import Shown
from ..results.terms import Kind, Role
from ..target.world import Unreachable
from ..wire.flaws import Flaw
from .adapting import SEPARATOR, asked_wait_s, named_wait_s
from .composing import without_more
from .trial import Step, Trial

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..catalog.edits.edit import Edit
    from ..catalog.model import Case, Method
    from ..target.world import World
    from .session import Session


def exercise(session: Session, case: Case) -> Trial:
    """Send what the case needs and return the trial. Raises `Unreachable` if the case cannot be exercised."""
    with session.about(case.id):
        return _exercise(session, case)


def _exercise(session: Session, case: Case) -> Trial:
    if case.edit is None:
        return session.base_trial(case)
    by_values = _by_values(session, case)
    if by_values is not None:
        case = by_values
    elif exhausts(case) and not session.profile.exhaust:
        text = "The profile does not allow to use up a rate limit."
        raise Unreachable(Kind.NOT_ALLOWED, text, "exhaust = true in the profile.")
    elif isinstance(case.edit, AtOnce) and not session.profile.races:
        text = "The profile does not allow to send several requests at the same moment."
        raise Unreachable(Kind.NOT_ALLOWED, text, "race = true in the profile.")
    session.check(case)
    case = session.drawn(session.delivered(case))
    trial = _script(session, case)
    if any(one.exchange.reused and one.answer.flaw is Flaw.NOTHING for one in trial.sent):
        # A kept-alive connection may be closed between two requests, which is not a fault.
        trial = _script(session, case)
    if not trial.shown.edited.usable and trial.shown.base is not None and trial.shown.base.usable:
        trial.add(session.recheck(trial.shown.method, case.base, trial.shown.missing, case.world))
        trial.shown = replace(trial.shown, recheck=trial.sent[-1].answer)
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
    """Whether the case uses up a rate limit on purpose."""
    return isinstance(case.edit, AgainAfter) or any(rule.check == "retry-after" for rule in case.rules)


def runs_last(case: Case) -> bool:
    """Whether the target may throttle the requests that follow the case."""
    return exhausts(case) or isinstance(case.edit, AtOnce)


def _due(case: Case, method: Method) -> frozenset[str]:
    """Return the outcomes that are not repeated after a wait; throttling is one only if the case is about it."""
    about_it = exhausts(case) or case.rule.code == method.throttled_code
    return case.accept if about_it else case.accept - {method.throttled_code or ""}


def _script(session: Session, case: Case) -> Trial:
    """Send what the case needs, in the order that its kind of edit asks for."""
    match case.edit:
        case Again(how=how):
            trial = _again(session, case, how)
        case Then() as order:
            trial = _then(session, case, order)
        case AgainAfter():
            trial = _again_after(session, case)
        case AgainAfterRefusal(name=name, value=value):
            trial = _again_after_refusal(session, case, AddArgument(name, value))
        case Twice(edit=edit):
            trial = _twice(session, case, edit)
        case AtOnce(requests=requests, rounds=rounds):
            trial = _at_once(session, case, requests, rounds)
        case EachThenAll(name=name):
            trial = _each_then_all(session, case, name)
        case _:
            trial = _edited(session, case)
    return trial


def _edited(session: Session, case: Case) -> Trial:
    """Send the edited request in a new world; the base is shared, or sent first if its state is not healthy."""
    method, shared = session.catalog.methods[case.method], None
    world = session.worlds.provide(method.name, case.state, 1)
    if case.world == HEALTHY:
        shared = session.base_beside(method, case.base)
        base = shared.step
    else:
        base_world = session.worlds.provide(method.name, case.world, 1)
        base = session.send(Role.BASE, session.compose(method, case.base, None, base_world))
    expire = _expiring(session, case, world)
    composed = without_more(session.compose(method, case.base, case.edit, world), base.composed.missing)
    if shared is not None:
        shared.cases.append(case.id)
    expire()
    return _trial(session, case, [base, session.send(Role.EDITED, composed, _due(case, method))])


def _again(session: Session, case: Case, how: str) -> Trial:
    """Send the base again in one world: the same bytes, once or twice, or with fresh single-use values.

    Raises `Unreachable` if the bytes that are to be refused twice are not refused at once.
    """
    method, fresh = session.catalog.methods[case.method], how == "fresh"
    world = session.worlds.provide(method.name, case.state, 2 if fresh else 1)
    first = session.send(Role.BASE, session.compose(method, case.base, None, world))
    steps, again = [first], first.composed
    if fresh:
        again = without_more(session.compose(method, case.base, None, world), again.missing)
    elif how == "same-twice":
        steps.append(session.send(Role.AGAIN, again, _due(case, method)))
        _must_be_refused(steps[-1], method)
    return _trial(session, case, [*steps, session.send(Role.EDITED, again, _due(case, method))])


def _must_be_refused(step: Step, method: Method) -> None:
    """Raise `Unreachable` if the first of two requests that are to be refused is accepted."""
    if step.answer.outcome == OK:
        text = f"{method.name} does not refuse the request that is to be refused twice."
        raise Unreachable(Kind.NOT_REFUSED, text, "A target that refuses it, as another case requires.")


def _then(session: Session, case: Case, order: Then) -> Trial:
    """Send the base, then the second request of the order in the same world.

    If the second is sent as another base that does not succeed by itself, a reading of the pages may allow that: then
    the second is judged beside that base. Raises `Unreachable` if none does.
    """
    method, base = session.catalog.methods[case.method], case.base
    if order.base:
        base = session.delivered(replace(case, base=method.bases[order.base])).base
    same = order.carries == "same"
    world = session.worlds.provide(method.name, case.state, 1 if same else 2)
    values = session.values(method, world)
    first = session.send(Role.BASE, session.compose(method, case.base, None, world, values))
    refused = None
    if order.base and first.answer.outcome == OK:
        alone = session.base_beside(method, base).step
        outcome = alone.answer.outcome
        own = next((other for other in method.cases if other.base is base and other.edit is None), None)
        if outcome != OK and own is not None and outcome in own.readings:
            refused = alone
        elif outcome != OK:
            text = f'{method.name}: the base {base.name}, as which the second request is sent, gets "{outcome}".'
            raise Unreachable(Kind.BASE_REFUSED, text, f"A target that accepts {base.name}.")
    other = session.compose(method, base, order.edit, world, values if same else None)
    other = without_more(other, first.composed.missing)
    second = session.send(Role.EDITED, other, _due(case, method))
    if refused is None:
        return _trial(session, case, [first, second])
    return _trial(session, replace(case, base=base), [replace(refused, role=Role.RECHECK), first, second])


def _again_after(session: Session, case: Case) -> Trial:
    """Send until throttled, let the announced time pass, and send with fresh values."""
    method = session.catalog.methods[case.method]
    world = session.worlds.provide(method.name, case.state, 3)
    throttled_code = frozenset({method.throttled_code or ""})
    first = session.send(Role.BASE, session.compose(method, case.base, None, world))

    def again(role: Role) -> Step:
        composed = session.compose(method, case.base, None, world)
        return session.send(role, without_more(composed, first.composed.missing), throttled_code)

    throttled = again(Role.AGAIN)
    untold = "" if named_wait_s(throttled.exchange) else ", since the answer names no time in Retry-After"
    _passing(session, world, asked_wait_s(throttled.exchange), session.profile.wait_s, "wait_s", because=untold)()
    return _trial(session, case, [first, throttled, again(Role.EDITED)])


def _again_after_refusal(session: Session, case: Case, more: AddArgument) -> Trial:
    """Send the base with an argument for which it is refused, then without it, with the same single-use values."""
    method = session.catalog.methods[case.method]
    shared = session.base_beside(method, case.base)
    world = session.worlds.provide(method.name, case.state, 1)
    values = session.values(method, world)
    longer = session.compose(method, case.base, more, world, values)
    longer = without_more(longer, shared.step.composed.missing)
    shared.cases.append(case.id)
    refused = session.send(Role.AGAIN, longer, method.error_codes - {method.throttled_code or ""})
    if refused.answer.outcome == OK:
        text = f"{method.name} does not refuse the request that was to be refused first."
        raise Unreachable(Kind.NOT_REFUSED, text, "A target that refuses it, as another rule requires.")
    plain = session.compose(method, case.base, None, world, values)
    edited = session.send(Role.EDITED, plain, _due(case, method))
    return _trial(session, case, [shared.step, refused, edited])


def _twice(session: Session, case: Case, edit: Edit) -> Trial:
    """Send the base, then the request with this edit twice. Raises `Unreachable` if it is not refused at once."""
    method = session.catalog.methods[case.method]
    shared = session.base_beside(method, case.base)
    world = session.worlds.provide(method.name, case.state, 1)
    composed = without_more(session.compose(method, case.base, edit, world), shared.step.composed.missing)
    shared.cases.append(case.id)
    first = session.send(Role.AGAIN, composed, _due(case, method))
    _must_be_refused(first, method)
    second = session.send(Role.EDITED, composed, _due(case, method))
    return _trial(session, case, [shared.step, first, second])


def _at_once(session: Session, case: Case, requests: int, rounds: int) -> Trial:
    """Complete several requests with one single-use value at the same moment, in rounds, until two of them succeed.

    The trial shows the second success, else the first refusal that is not accepted, else any refusal. A round in which
    nothing succeeds is not evidence: its value may have been a bad one. Raises `Unreachable` if an answer is missing,
    or if there is no evidence at all.
    """
    method = session.catalog.methods[case.method]
    shared = session.base_beside(method, case.base)
    shared.cases.append(case.id)
    if shared.step.answer.outcome != OK:
        return _trial(session, case, [shared.step])
    shown: tuple[Step, Step] | None = None
    attempts = successes = 0
    for _ in range(rounds):
        world = session.worlds.provide(method.name, case.state, 1)
        composed = without_more(session.compose(method, case.base, None, world), shared.step.composed.missing)
        steps = session.send_together(composed, requests, _due(case, method))
        attempts += len(steps)
        succeeded = [one for one in steps if one.answer.outcome == OK]
        unanswered = [one for one in steps if one.answer.flaw is Flaw.NOTHING or one.answer.timed_out]
        if unanswered and len(succeeded) < 2:  # noqa: PLR2004 - a second success is a fault, whatever else is missing
            text = f"{method.name} does not answer {requests} requests at the same moment: {unanswered[0].answer.why}."
            needs = "A target that serves several connections at once, or a larger limit_s."
            raise Unreachable(Kind.NOT_AT_ONCE, text, needs)
        refused = [one for one in steps if one not in succeeded]
        others = [*succeeded[1:], *sorted(refused, key=lambda one: one.answer.outcome in case.accept)]
        if succeeded and others:
            successes += len(succeeded)
            if shown is None or len(succeeded) > 1 or shown[1].answer.outcome in case.accept:
                shown = succeeded[0], others[0]
        if len(succeeded) > 1:
            break
    if shown is None:
        text = f"{method.name} accepts none of {requests} requests at the same moment, or throttles the others."
        raise Unreachable(Kind.NOT_AT_ONCE, text, "Fresh single-use values, and a target that throttles less.")
    first, other = shown
    trial = _trial(session, case, [shared.step, first, replace(other, role=Role.EDITED)])
    trial.shown = replace(trial.shown, together=f"{successes} of {attempts} attempts succeeded")
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

    def send(role: Role, text: str, due: frozenset[str] = frozenset()) -> Step:
        world = session.worlds.provide(method.name, case.state, 1)
        values = world.draw()
        values[name] = text
        return session.send(role, session.compose(method, case.base, None, world, values), due)

    base = send(Role.BASE, elements[0])
    edited = send(Role.EDITED, whole, _due(case, method))
    if edited.answer.outcome == OK != base.answer.outcome:
        # Another case is about an element that is refused alone. The list is accepted, so compare with the base.
        base = session.base_beside(method, case.base).step
    sent = [base]
    if OK == base.answer.outcome != edited.answer.outcome:
        needs = f"A list for {argument.name} in the profile whose elements are all accepted alone, and go together."
        if edited.answer.outcome == argument.codes.get("mixed"):
            text = f"{method.name} says of the list of {argument.name} that its elements do not go together."
            raise Unreachable(Kind.BASE_REFUSED, text, needs)
        for element in elements[1:]:
            sent.append(send(Role.AGAIN, element))
            if sent[-1].answer.outcome != OK:
                text = f"{method.name} refuses an element of the list of {argument.name} also when it is sent alone."
                raise Unreachable(Kind.BASE_REFUSED, text, needs)
    return _trial(session, case, [*sent, edited])


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


def _expiring(session: Session, case: Case, world: World) -> Callable[[], object]:
    """Return a function that lets the values of a composed request expire. Raises `Unreachable`."""
    if not isinstance(case.edit, Advance):
        return lambda: None
    seconds, granted_s = case.edit.seconds, session.profile.expiry_wait_s
    instead = f", or values for [state.{case.instead}]" if case.instead else ""
    return _passing(session, world, seconds, granted_s, "expiry_wait_s", instead=instead)


def _passing(  # noqa: PLR0913 - the time, and what an owner reads where it is too long
    session: Session,
    world: World,
    seconds: int,
    granted_s: float,
    setting: str,
    *,
    instead: str = "",
    because: str = "",
) -> Callable[[], object]:
    """Return a function that lets these seconds pass. Raises `Unreachable` if the profile does not allow so many."""
    if session.control is not None and world.id is not None:
        return partial(session.control.advance, world.id, seconds)
    if seconds <= granted_s:
        return partial(session.pacer.clock.sleep, seconds)
    text = f"{seconds} seconds would have to pass{because}, and the profile's {setting} grants {granted_s:g}."
    needs = f"A control API that moves a world's clock, or {setting} = {seconds}{instead}."
    raise Unreachable(Kind.NO_TIME, text, needs)


def _trial(session: Session, case: Case, sent: list[Step]) -> Trial:
    """Return the trial of these steps: the first is the base, and the last is judged."""
    base, edited = sent[0], sent[-1]
    shown = Shown(
        case,
        session.catalog.methods[case.method],
        edited.answer,
        base=base.answer,
        minted=edited.composed.world.minted,
        others=session.others(case),
        missing={**base.composed.missing, **edited.composed.missing},
        once=edited.composed.once,
        base_once=base.composed.once,
        borrowed=edited.composed.borrowed,
        journal=session.journal(case, edited.composed.world),
    )
    return Trial(shown, sent)
