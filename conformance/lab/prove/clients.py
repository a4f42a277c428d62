"""Faults derived from recorded clients: a target that handles all of them correctly but one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from conformance.catalog.edits import Replay
from conformance.catalog.model import OK
from conformance.lab.deviations.fault import Fault, always
from conformance.lab.deviations.kinds import Refuses
from conformance.lab.deviations.rows import OTHER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.catalog.model import Catalog
    from conformance.lab.deviations.fault import When
    from conformance.sandbox.context import Context

OF_EVERY_REQUEST = {"host", "authorization", "content-length", "connection"}


@dataclass(kw_only=True, eq=False)
class Takes(Fault):
    """Requests succeed whatever is wrong with them."""

    when: When = always

    def refusal(self, code: str, context: Context) -> str | None:
        """Accept the request whatever was found."""
        return None if self.concerns(context) and self.when(context) else code


def of_clients(catalog: Catalog) -> Iterator[Fault]:
    """Yield one fault per recorded request: a valid one is refused, or an invalid one accepted."""
    for case in catalog.cases:
        if not isinstance(case.edit, Replay) or case.why:
            continue
        replay, method = case.edit, catalog.methods[case.method]
        name, strength, when = f"{replay.client} {replay.version}", case.strength, _sent_by(replay)
        label = case.id.rpartition(".")[2]
        if OK in case.accept:
            fault: Fault = Refuses(
                rule=case.rule.name,
                fault=f"refuses-{label}",
                summary=f"A valid request is refused if {name} sends it.",
                strength=strength,
                code=OTHER,
                when=when,
            )
        else:
            summary = f"Whatever {name} sends is accepted."
            fault = Takes(rule=case.rule.name, fault=f"takes-{label}", summary=summary, strength=strength, when=when)
        yield fault.bound(method)


def _sent_by(replay: Replay) -> Callable[[Context], bool]:
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
