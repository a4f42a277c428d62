"""Which cases a fault can touch, known from one run of a method's cases without faults.

A fault of most kinds acts on a finding, on a valid request or on an answer, under a condition. In that run every
finding, valid request and answer is held against the conditions of all faults. A case in which a fault would not have
acted is judged with the fault as without it, so it need not be sent again for that fault.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ...catalog.edits.orders import Then
from ...engine import Engine
from ...sandbox import Sandbox
from ...sandbox.deviation import Deviation
from ...target.control import ControlClient
from ...target.profile import profile_of_url
from ..deviations.kinds import Answers, Ignores, IgnoresAll, Refuses, Renames
from .local import LocalCaller

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ...catalog.model import Case, Catalog, Method
    from ...sandbox.context import Context
    from ...sandbox.reply import Reply
    from ..deviations.kinds import DeliberateFault

KINDS = (Answers, Ignores, IgnoresAll, Refuses, Renames)
"""The kinds of faults of which it is known where they act."""


class _Watcher(Deviation):
    """Changes nothing; notes which faults would have acted in the case that is being run."""

    def __init__(self, faults: Mapping[str, DeliberateFault]) -> None:
        self._on_finding: dict[str, list[tuple[str, DeliberateFault]]] = defaultdict(list)
        self._on_valid: list[tuple[str, DeliberateFault]] = []
        self._on_answer: list[tuple[str, DeliberateFault]] = []
        self._on_any: list[tuple[str, DeliberateFault]] = []
        for name, fault in faults.items():
            match fault:
                case Ignores() | Renames():
                    self._on_finding[fault.found].append((name, fault))
                case IgnoresAll():
                    self._on_any.append((name, fault))
                case Refuses():
                    self._on_valid.append((name, fault))
                case _:
                    self._on_answer.append((name, fault))
        self.case = ""
        self.touched: dict[str, dict[str, None]] = defaultdict(dict)

    def refusal(self, code: str, context: Context) -> str | None:
        """Note the faults in what was found."""
        for found in {code, context.condition or ""}:
            self._note(self._on_finding.get(found, ()), context)
        self._note(self._on_any, context)
        return code

    def condemns(self, context: Context) -> str | None:
        """Note the faults that refuse a valid request."""
        self._note(self._on_valid, context)
        return None

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Note the faults in the answer."""
        self._note(self._on_answer, context)
        return reply

    def _note(self, faults: Iterable[tuple[str, DeliberateFault]], context: Context) -> None:
        for name, fault in faults:
            if fault.applies(context):
                self.touched[name][self.case] = None


def touched(
    catalog: Catalog, method: Method, cases: Iterable[Case], faults: Mapping[str, DeliberateFault]
) -> dict[str, list[Case]]:
    """Return for each fault those of the cases that it can touch, in their order; the faults are of the known `KINDS`.

    A case whose base is touched is one of them, though the base was sent for another.
    """
    cases, watcher = list(cases), _Watcher(faults)
    with Sandbox(catalog, control=False, deviation=watcher) as sandbox:
        control = ControlClient(LocalCaller(sandbox, catalog))
        with Engine(catalog, profile_of_url(sandbox.url, "sandbox"), control=control) as engine:
            for base in (case for case in method.cases if case.edit is None):
                watcher.case = base.base.name
                engine.run(base)
            for case in cases:
                watcher.case = case.id
                engine.run(case)
    return {name: [case for case in cases if watcher.touched[name].keys() & _of(case)] for name in faults}


def _of(case: Case) -> set[str]:
    other = {case.edit.base} if isinstance(case.edit, Then) else set()
    return {case.id, case.base.name, *other}
