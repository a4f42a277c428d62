"""Move credentials to where a method accepts them.

A server may read client credentials from the Basic header alone. That is a fault of each way in that sends them as
parameters, and is reported there; it says nothing about redirect addresses or content types. So if every way in with
credentials in one place is refused, and one with credentials in the other place succeeds, edited cases send them there.
Such a case gets the method's own base of that form if there is one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.catalog.model import OK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.catalog.model import Base, Case, Method
    from conformance.judge.causes import Way

_NAMES = {"basic": "HTTP Basic", "argument": "parameters", "header": "a header"}


def taken(ways: Sequence[Way]) -> Base | None:
    """Return the last base if it succeeded and all bases before it were refused and send credentials elsewhere."""
    *refused, last = ways
    elsewhere = refused and all(_place(way.base) != _place(last.base) for way in refused)
    if last.answer.outcome != OK or not elsewhere or not all(way.answer.usable for way in refused):
        return None
    return last.base


def moved(case: Case, method: Method, succeeded: Base) -> Case:
    """Return the case with a base that sends credentials as `succeeded` does; unchanged if no such base can exist."""
    base = case.base
    if _place(base) == _place(succeeded) or (base.token, base.credentials) == (None, None):
        return case
    token, credentials = succeeded.token if base.token else None, succeeded.credentials if base.credentials else None
    if token == "argument" and base.arguments not in {"form", "multipart"}:  # noqa: S105 - a place
        return case  # the pages know a token as a parameter of a POST only
    wanted = replace(base, token=token, credentials=credentials)
    like = next((one for one in method.bases.values() if _same(one, wanted)), None)
    name = f"{base.name} with {_NAMES[str(credentials or token)]}"
    return replace(case, base=like or replace(wanted, name=name))


def _place(base: Base) -> tuple[str | None, str | None]:
    return base.token, base.credentials


def _same(one: Base, other: Base) -> bool:
    """Whether two bases send the same request."""
    return replace(one, name="", place="") == replace(other, name="", place="")
