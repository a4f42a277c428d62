"""Check which exchanges a line has, and which of them the grounds name, by the kind of the case's edit.

The judge looks at two or three exchanges of a line; `engine.scripts` says which. A line that names others would let a
forger choose what is judged. So the number and the order of the roles are fixed:

    exchanges, in order                   in the line of
    ------------------------------------  ------------------------------------------------------------------
    base                                  a base's own case; a case with `at_once` whose base is refused
    base, edited                          any other case
    base, again, edited                   an order that sends three; a refusal that was asked for twice
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
from ..catalog.values import HEALTHY
from ..results.terms import Code, Kind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..catalog.model import Case, Method
    from ..results.model import CaseResult, Grounds
    from ..wire.answer import Answer

_TOGETHER = re.compile("([0-9]{1,4}) of ([0-9]{1,4}) attempts succeeded")


def differences(line: CaseResult, case: Case, method: Method, answers: Sequence[Answer]) -> Iterator[str]:
    """Yield what no run records in exchanges and grounds of a line. The exchanges that the grounds name must exist."""
    grounds = line.grounds
    assert grounds is not None  # noqa: S101 - the caller has looked
    roles = [one.role for one in line.exchanges]
    yield from _of_the_grounds(line, case, method, grounds)
    if grounds.throttled:
        if roles != [Role.EDITED] or grounds.base is not None:
            yield "it is judged on a throttled answer, but has other exchanges too"
        return
    yield from _roles(case, grounds, roles, answers)
    yield from _rechecks(line, case, grounds, answers)


def _roles(case: Case, grounds: Grounds, roles: list[Role], answers: Sequence[Answer]) -> Iterator[str]:
    """Yield which exchanges are too many or too few, and which the grounds may not name."""
    count = roles.count
    if count(Role.CLIENT):
        yield "it has an exchange of a client"
    if case.edit is None:
        if (count(Role.BASE), count(Role.EDITED), count(Role.AGAIN)) != (1, 0, 0) or grounds.base is not None:
            yield "the case is about a base alone, but it has other exchanges too"
        elif roles[grounds.edited] is not Role.BASE:
            yield "the exchange that the grounds name as judged is not the base"
    elif isinstance(case.edit, AtOnce) and roles == [Role.BASE]:
        if (grounds.base, grounds.edited) != (0, 0) or answers[0].outcome == OK:
            yield "it has the base alone, but that was not refused, or is not the exchange that is judged"
    else:
        yield from _pair(case, grounds, roles)


def _pair(case: Case, grounds: Grounds, roles: list[Role]) -> Iterator[str]:
    """Yield what is wrong with base and edited request, and with what was sent between them."""
    count = roles.count
    if (count(Role.BASE), count(Role.EDITED)) != (1, 1):
        yield f"it has {count(Role.BASE)} exchanges with the base and {count(Role.EDITED)} with the edited request"
        return
    if roles[grounds.edited] is not Role.EDITED:
        yield "the exchange that the grounds name as judged is not the edited request"
    if grounds.base is None:
        yield "the grounds name no base, but the case has one"
    elif roles[grounds.base] is not Role.BASE and not (isinstance(case.edit, Then) and grounds.base == 0):
        yield "the exchange that the grounds call the base was sent for something else"
    least, most = _again(case)
    if not least <= count(Role.AGAIN) <= most:
        yield f"it has {count(Role.AGAIN)} requests between the base and the edited one"


def _again(case: Case) -> tuple[int, int]:
    """Return the least and the greatest number of requests between the base and the edited one."""
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
    """Yield what is wrong with rechecks: a base that was sent again, and answers from before the base."""
    roles = [one.role for one in line.exchanges]
    after = [number for number, role in enumerate(roles) if role is Role.RECHECK and number > grounds.edited]
    before = [number for number, role in enumerate(roles) if role is Role.RECHECK and number < grounds.edited]
    edited, base = answers[grounds.edited], None if grounds.base is None else answers[grounds.base]
    in_doubt = line.cause is not None and line.cause.kind is Kind.VALUE_IN_DOUBT
    if base is not None and base.usable and not edited.usable:
        if [grounds.recheck] != after:
            yield "its answer cannot be used, but the grounds do not name the base that was sent again after it"
    elif grounds.recheck is not None:
        yield "the grounds name a base that was sent again, but no answer called for that"
    elif after and not (in_doubt and (grounds.once or case.edit is None)):
        yield "the base was sent again after a usable answer, but nothing in the line says why"
    own = grounds.base if isinstance(case.edit, Then) and grounds.base == 0 else None
    unstable = any(finding.code is Code.UNSTABLE for finding in line.findings)
    if case.edit is not None and [number for number in before if number != own] and not (unstable or grounds.once):
        yield "it has an earlier answer, but neither calls the target unstable nor doubts a value"


def _of_the_grounds(line: CaseResult, case: Case, method: Method, grounds: Grounds) -> Iterator[str]:
    """Yield which grounds contradict each other, or do not fit the case."""
    yield from _values(case, method, grounds)
    yield from _counts(case, method, grounds)
    yield from _attempts(line, case, grounds)
    unknown = sorted(grounds.others.keys() - method.bases.keys())
    if unknown:
        yield f"the grounds name bases that the method does not have: {', '.join(unknown)}"


def _values(case: Case, method: Method, grounds: Grounds) -> Iterator[str]:
    if grounds.minted and (grounds.once or grounds.borrowed):
        yield "the grounds say both that the target issued the values and that the profile gave them"
    one_shots = {str(one.value)[1:] for one in method.arguments.values() if one.kind == "one-shot"}
    strange = sorted((grounds.once.keys() | grounds.base_once.keys()) - one_shots)
    if strange:
        yield f"the grounds say that these are single-use values, but they are not: {', '.join(strange)}"
    if grounds.borrowed and case.state == HEALTHY:
        yield "the grounds name borrowed values, but the case is about no state"


def _counts(case: Case, method: Method, grounds: Grounds) -> Iterator[str]:
    if grounds.throttled and case.rule.code != method.throttled_code:
        yield "it is judged on a throttled answer, but is not about throttling"
    counts = case.edit is not None and not grounds.throttled and any(one.check == "not-presented" for one in case.rules)
    if grounds.presented is not None and not counts:
        yield "the grounds count permission requests, but no rule of the case asks for them"
    if grounds.presented is None and counts and grounds.minted:
        yield "the grounds count no permission requests, but a rule of the case asks for them"


def _attempts(line: CaseResult, case: Case, grounds: Grounds) -> Iterator[str]:
    together = _TOGETHER.fullmatch(grounds.together)
    sent = isinstance(case.edit, AtOnce) and len(line.exchanges) > 1
    if sent != bool(grounds.together) or (sent and together is None):
        yield "what the grounds say about requests at the same moment is not what a run writes"
    if together is not None and isinstance(case.edit, AtOnce):
        succeeded, attempts = int(together[1]), int(together[2])
        second = line.exchanges[grounds.edited].flaw is None and line.observed == OK
        if not 1 + second <= succeeded <= attempts <= case.edit.requests * case.edit.rounds:
            yield f"the grounds say {grounds.together!r}, which is impossible for this case"
