"""The registry of scripts: in which order a case's base and edited request are sent, by the kind of its edit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.catalog.model import HEALTHY, OK, Edit
from conformance.judge.model import Shown
from conformance.run.session import Session, wait_told_s
from conformance.run.trial import Sent, Trial
from conformance.target.world import Unreachable, World
from conformance.wire.answer import Flaw

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Case, Method
    from conformance.wire.sender import Exchange


def exercise(session: Session, case: Case) -> Trial:
    """Send what the case needs and return the evidence. Raises `Unreachable` where the target cannot be brought."""
    if case.edit is None:
        return session.base_trial(case)
    by_values = _by_values(session, case)
    if by_values is not None:
        case = by_values
    elif exhausts(case) and not session.profile.exhaust:
        text = "The profile does not allow to use up a rate limit."
        raise Unreachable("not-allowed", text, "exhaust = true in the profile.")
    script = _SCRIPTS.get(case.edit.kind if case.edit is not None else "", _edited)
    trial = script(session, case)
    if any(one.exchange.reused and one.exchange.answer.flaw is Flaw.NOTHING for one in trial.sent):
        # A kept-alive connection may die between two requests without anybody's fault.
        trial = script(session, case)
    if not trial.shown.edited.usable and trial.shown.base is not None and trial.shown.base.usable:
        sent, world = session.recheck(trial.shown.method, case.base, trial.shown.missing, case.world)
        trial.sent.append(sent)
        trial.worlds.append(world)
        trial.shown = replace(trial.shown, recheck=sent.exchange.answer)
    return trial


def _by_values(session: Session, case: Case) -> Case | None:
    """Return the case with the state that it may be shown by instead, where its own cannot be had otherwise."""
    profile, method = session.profile, case.method

    def reached(state: str) -> bool:
        by_control = session.control is not None and not profile.without_state(state, method)
        return by_control or profile.seeded(state, method) is not None

    by_itself = all(map(reached, case.states)) if case.states else session.control is not None
    if not case.instead or by_itself or profile.seeded(case.instead, method) is None:
        return None
    return replace(case, world=HEALTHY, edit=Edit("state", case.instead))


def exhausts(case: Case) -> bool:
    """Whether the case uses up a rate limit on purpose; such cases come last."""
    waits = case.edit is not None and case.edit.kind == "again_after"
    return waits or any(rule.check == "retry-after" for rule in case.rules)


def _due(case: Case, method: Method) -> frozenset[str]:
    """Return the outcomes that end the waiting for a throttling target: throttling only where the case is about it."""
    about_it = exhausts(case) or case.rule.code == method.throttled_code
    return case.accept if about_it else case.accept - {method.throttled_code or ""}


def _edited(session: Session, case: Case) -> Trial:
    """Send the edited request in a world of its own; the base is shared, or sent first in that world's state."""
    method = session.catalog.methods[case.method]
    if case.world == HEALTHY:
        shared = session.base(method, case.base)
        shared.cases.append(case.id)
        base, base_world = shared.exchange, shared.world
    else:
        base_world = session.worlds.provide(method.name, case.world, 1)
        base = session.send(method, session.compose(method, case.base, None, base_world)[0])
    world = session.worlds.provide(method.name, case.state, 1)
    _let_pass(session, case, world)
    request, missing = session.compose(method, case.base, case.edit, world)
    edited = session.send(method, request, _due(case, method))
    return _trial(session, case, [("base", base), ("edited", edited)], [base_world, world], missing)


def _again(session: Session, case: Case) -> Trial:
    """Send the base twice in one world: the very same bytes, or with fresh one-shot values."""
    method = session.catalog.methods[case.method]
    fresh = case.edit is not None and case.edit.value == "fresh"
    world = session.worlds.provide(method.name, case.state, 2 if fresh else 1)
    request, missing = session.compose(method, case.base, None, world)
    first = session.send(method, request)
    if fresh:
        request, missing = session.compose(method, case.base, None, world)
    second = session.send(method, request, _due(case, method))
    return _trial(session, case, [("base", first), ("edited", second)], [world], missing)


def _again_after(session: Session, case: Case) -> Trial:
    """Send until throttled, let the announced time pass, send with fresh values."""
    method = session.catalog.methods[case.method]
    world = session.worlds.provide(method.name, case.state, 3)
    throttled_code = frozenset({method.throttled_code or ""})
    first = session.send(method, session.compose(method, case.base, None, world)[0])
    throttled = session.send(method, session.compose(method, case.base, None, world)[0], throttled_code)
    _pass_time(session, world, wait_told_s(throttled))
    request, missing = session.compose(method, case.base, None, world)
    after = session.send(method, request, throttled_code)
    sent = [("base", first), ("again", throttled), ("edited", after)]
    return _trial(session, case, sent, [world], missing)


def _again_after_refusal(session: Session, case: Case) -> Trial:
    """Send the base with one more argument, for which it is refused, then as it is, with the same one-shot values."""
    method = session.catalog.methods[case.method]
    shared = session.base(method, case.base)
    shared.cases.append(case.id)
    world = session.worlds.provide(method.name, case.state, 1)
    steady = replace(world, values=world.draw(), fresh={}, sources={})
    more = Edit("add_argument", case.edit.value if case.edit else None)
    due = method.error_codes - {method.throttled_code or ""}
    refused = session.send(method, session.compose(method, case.base, more, steady)[0], due)
    if refused.answer.outcome == OK:
        text = f"{method.name} does not refuse the request that was to be refused first."
        raise Unreachable("not-refused", text, "A target that refuses it, as another rule has it.")
    request, missing = session.compose(method, case.base, None, steady)
    plain = session.send(method, request, _due(case, method))
    trial = _trial(session, case, [("again", refused), ("edited", plain)], [shared.world, world], missing)
    trial.shown = replace(trial.shown, base=shared.exchange.answer)
    return trial


def _let_pass(session: Session, case: Case, world: World) -> None:
    if case.edit is not None and case.edit.kind == "advance_s":
        _pass_time(session, world, int(str(case.edit.value)))


def _pass_time(session: Session, world: World, seconds: int) -> None:
    if session.control is not None and world.id is not None:
        session.control.advance(world.id, seconds)
    elif seconds <= session.profile.wait_s:
        session.pacer.clock.sleep(seconds)
    else:
        text = f"{seconds} seconds would have to pass, more than the profile's wait_s grants."
        raise Unreachable("no-time", text, "A control API that moves a world's clock, or a larger wait_s.")


def _trial(
    session: Session,
    case: Case,
    sent: list[tuple[str, Exchange]],
    worlds: list[World],
    missing: frozenset[str],
) -> Trial:
    method = session.catalog.methods[case.method]
    shown = Shown(
        case,
        method,
        sent[-1][1].answer,
        base=sent[0][1].answer,
        minted=worlds[-1].minted,
        sibling=session.succeeded(method.name, case.base.name),
        missing=missing,
    )
    trial = Trial(shown, [Sent(role, exchange) for role, exchange in sent], worlds)
    session.journal(trial, worlds[-1])
    return trial


_SCRIPTS: dict[str, Callable[[Session, Case], Trial]] = {
    "again": _again,
    "again_after": _again_after,
    "again_after_refusal": _again_after_refusal,
}
