"""Which exchanges a line may hold, and which of them the grounds may name, by the kind of the case's edit.

The judge looks at two or three exchanges of a line; `engine.scripts` says which. A line that names others would let a
forger choose what is judged. So each role has its number and its place:

    exchanges, in order                   in the line of
    ------------------------------------  ------------------------------------------------------------------
    base                                  a base's own case; one about requests at once, if its base is refused
    base, edited                          any other case
    base, again, edited                   an order that sends more; a refusal that was asked for twice
    … edited, recheck                     an answer that cannot be used, or a value of the profile in doubt
    recheck, base …                       an unstable answer; a value of the profile that was replaced; a base that is
                                          refused by a reading; an earlier attempt with a base
    edited                                the case about throttling, judged on a throttled answer
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..catalog.edits.orders import Again, AgainAfter, AgainAfterRefusal, AtOnce, EachThenAll, Order, Then, Twice
from ..catalog.model import OK, Evidence
from ..results.terms import Code, Kind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..catalog.model import Case, Method
    from ..results.model import CaseResult, Grounds
    from ..wire.answer import Answer

_TOGETHER = re.compile("([0-9]{1,4}) of ([0-9]{1,4}) attempts succeeded")


def differences(line: CaseResult, case: Case, method: Method, answers: Sequence[Answer]) -> Iterator[str]:
    """Yield what the exchanges and the grounds of a line cannot be; the grounds name exchanges that are there."""
    grounds = line.grounds
    assert grounds is not None  # noqa: S101 - the caller has looked
    roles = [one.role for one in line.exchanges]
    yield from _of_the_grounds(line, case, method, grounds)
    if grounds.throttled:
        if roles != [Role.EDITED] or grounds.base is not None:
            yield "it is judged on a throttled answer, and has other exchanges than that one"
        return
    yield from _roles(case, grounds, roles, answers)
    yield from _rechecks(line, case, grounds, answers)


def _roles(case: Case, grounds: Grounds, roles: list[Role], answers: Sequence[Answer]) -> Iterator[str]:  # noqa: C901
    """Yield which exchanges are too many or too few, and which the grounds may not name."""
    count = roles.count
    if count(Role.CLIENT):
        yield "it has an exchange of a client"
    if case.edit is None:
        if (count(Role.BASE), count(Role.EDITED), count(Role.AGAIN)) != (1, 0, 0) or grounds.base is not None:
            yield "the case is about a base, and it has other exchanges than that one"
        elif roles[grounds.edited] is not Role.BASE:
            yield "the grounds name another exchange than the base as the one that is judged"
        return
    if isinstance(case.edit, AtOnce) and roles == [Role.BASE]:
        if (grounds.base, grounds.edited) != (0, 0) or answers[0].outcome == OK:
            yield "the grounds name exchanges for others than they are"
        return
    if (count(Role.BASE), count(Role.EDITED)) != (1, 1):
        yield f"it has {count(Role.BASE)} exchanges with the base and {count(Role.EDITED)} with the edited request"
        return
    if roles[grounds.edited] is not Role.EDITED:
        yield "the grounds name another exchange as the one that is judged than the edited request"
    if grounds.base is None:
        yield "the grounds name no base, and the case has one"
    elif roles[grounds.base] is not Role.BASE and not (isinstance(case.edit, Then) and grounds.base == 0):
        yield "the grounds call an exchange the base that was sent for something else"
    least, most = _again(case)
    if not least <= count(Role.AGAIN) <= most:
        yield f"it has {count(Role.AGAIN)} requests between the base and the edited one"


def _again(case: Case) -> tuple[int, int]:
    """Return how many requests may stand beside base and edited request, at least and at most."""
    match case.edit:
        case Again(how="same-twice") | AgainAfter() | AgainAfterRefusal() | Twice() | AtOnce():
            return 1, 1
        case EachThenAll():
            return 0, 1000
        case Order():
            return 0, 0
        case _:
            refusal = case.evidence is Evidence.REQUEST and OK not in case.accept and not case.warning
            return 0, int(refusal)


def _rechecks(line: CaseResult, case: Case, grounds: Grounds, answers: Sequence[Answer]) -> Iterator[str]:
    """Yield what is wrong with the exchanges with a base that was sent again, and with those that came before."""
    roles = [one.role for one in line.exchanges]
    after = [number for number, role in enumerate(roles) if role is Role.RECHECK and number > grounds.edited]
    before = [number for number, role in enumerate(roles) if role is Role.RECHECK and number < grounds.edited]
    edited, base = answers[grounds.edited], None if grounds.base is None else answers[grounds.base]
    in_doubt = line.cause is not None and line.cause.kind is Kind.VALUE_IN_DOUBT
    if base is not None and base.usable and not edited.usable:
        if [grounds.recheck] != after:
            yield "its answer cannot be used, and the grounds do not name the base that was sent again after it"
    elif grounds.recheck is not None:
        yield "the grounds name a base that was sent again, and nothing asks for it"
    elif after and not (in_doubt and (grounds.once or case.edit is None)):
        yield "the base was sent again after an answer that can be used, and nothing in the line says why"
    own = grounds.base if isinstance(case.edit, Then) and grounds.base == 0 else None
    unstable = any(finding.code is Code.UNSTABLE for finding in line.findings)
    if case.edit is not None and [number for number in before if number != own] and not (unstable or grounds.once):
        yield "it has an earlier answer, and neither calls the target unstable nor doubts a value"


def _of_the_grounds(line: CaseResult, case: Case, method: Method, grounds: Grounds) -> Iterator[str]:  # noqa: C901
    """Yield which grounds exclude each other, or cannot be those of the case."""
    if grounds.minted and (grounds.once or grounds.borrowed):
        yield "the grounds say that the target issued the values, and that they are the profile's"
    one_shots = {str(one.value)[1:] for one in method.arguments.values() if one.kind == "one-shot"}
    strange = sorted((grounds.once.keys() | grounds.base_once.keys()) - one_shots)
    if strange:
        yield f"the grounds call {', '.join(strange)} a single-use value, which it is not"
    if grounds.throttled and case.rule.code != method.throttled_code:
        yield "it is judged on a throttled answer, and is not about throttling"
    counts = case.edit is not None and not grounds.throttled and any(one.check == "not-presented" for one in case.rules)
    if grounds.presented is not None and not counts:
        yield "the grounds count permission requests, which no rule of the case asks for"
    if grounds.presented is None and counts and grounds.minted:
        yield "the grounds count no permission requests, which a rule of the case asks for"
    if grounds.borrowed and case.state == "healthy":
        yield "the grounds name values that are borrowed, and the case is about no state"
    together = _TOGETHER.fullmatch(grounds.together)
    sent = isinstance(case.edit, AtOnce) and len(line.exchanges) > 1
    if sent != bool(grounds.together) or (sent and together is None):
        yield "the grounds say of requests at once what no run says"
    if together is not None and isinstance(case.edit, AtOnce):
        succeeded, attempts = int(together[1]), int(together[2])
        second = line.exchanges[grounds.edited].flaw is None and line.observed == OK
        if not 1 + second <= succeeded <= attempts <= case.edit.requests * case.edit.rounds:
            yield f"the grounds count {grounds.together}, which cannot be"
    unknown = sorted(grounds.others.keys() - method.bases.keys())
    if unknown:
        yield f"the grounds name {', '.join(unknown)}, which is not a base of the method"
