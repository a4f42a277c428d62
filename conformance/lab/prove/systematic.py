"""Faults that nobody picked: each check of the sandbox, weakened or misplaced by each operator that applies to it.

The faults beside the rules are written by hand, by the authors of the cases. Here they are generated. An *operator* is
one function in a registry; it gets a check, as its condition, its code and its phase, and yields faults:

    operator         what becomes of the check
    ---------------  ---------------------------------------------------------------------------------------------
    skipped          it is left out
    in one way       it is left out of requests that are delivered in one way, or by one verb, or with the token in one
                     place
    by turns         it is left out of the first request in a world, or of all but the first that is refused
    near miss        a comparison takes what differs from the right value by little, or belongs to somebody else
    by form only     a comparison takes any value with the form of the right one
    published only   it refuses only values that stand in the suite's data
    swapped          its code is that of another check of its phase
    misplaced        valid requests that are delivered in one way get its code

The cases that such a fault can touch are known from one run without faults, in which every request is held against the
conditions of all of them. A fault is tried on these cases alone, likely killers first, until one is FAIL or WARN.

A fault that survives is *equivalent* if every case that it touches accepts its answer by a reading of the ledger; a
fault that no request shows is *not sent*. For the others, and for those that are not sent, `fixtures/systematic.toml`
has the reason; without one a case is missing.
"""

from __future__ import annotations

import os
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from multiprocessing import get_context
from typing import TYPE_CHECKING

from ...catalog.alterations import ALTERATIONS
from ...catalog.datafile import read_toml
from ...catalog.load import load_catalog
from ...catalog.model import OK
from ...catalog.place import data_root
from ...results.terms import Verdict
from ...sandbox import Sandbox
from ...sandbox.api import checks_of
from ...sandbox.worlds import ASKED_SCOPES
from ..deviations.kinds import Ignores, Refuses, Renames
from ..deviations.predicates import PARTS, all_of, given, right
from .touched import touched
from .trial import examined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ...catalog.model import Case, Catalog, Method
    from ...sandbox.context import Context
    from ..deviations.kinds import DeliberateFault
    from ..deviations.predicates import When

EVERY = 100
"""Progress is reported after so many faults."""


@dataclass(frozen=True, slots=True)
class Target:
    """A check of one method, as operators see it."""

    method: Method
    condition: str
    code: str
    phase: str
    codes: tuple[str, ...]
    """The codes of the other checks of its phase."""

    @property
    def argument(self) -> str | None:
        """The argument, or `token`, whose value the check compares; `None` if it compares none."""
        name, _, problem = self.condition.partition(".")
        return name if problem in {"unknown", "mismatch"} and name in {*self.method.arguments, "token"} else None


@dataclass(frozen=True, slots=True)
class Fault:
    """A generated fault: operator and check name it, `detail` tells it from others of the same two."""

    operator: str
    target: Target
    detail: str
    deviation: DeliberateFault

    @property
    def name(self) -> str:
        """One line that no other fault has."""
        return f"{self.target.method.name}  {self.target.condition}  {self.operator}: {self.detail}".rstrip(": ")


Operator = "Callable[[Target], Iterator[tuple[str, DeliberateFault]]]"
OPERATORS: dict[str, Callable[[Target], Iterator[tuple[str, DeliberateFault]]]] = {}
"""Each operator by its name; it yields detail and fault."""


def operator(name: str) -> Callable[[Callable[[Target], Iterator[tuple[str, DeliberateFault]]]], None]:
    """Enter the function as the operator with this name."""

    def enter(generate: Callable[[Target], Iterator[tuple[str, DeliberateFault]]]) -> None:
        OPERATORS[name] = generate

    return enter


def _skip(target: Target, when: When) -> DeliberateFault:
    return Ignores(rule=target.code, fault="", summary="", found=target.condition, when=when, method=target.method.name)


def _deliveries(method: Method) -> tuple[str, ...]:
    """Return the ways in which a base delivers its arguments, as `Context.delivery` names them."""
    places = {"query": "get", "form": "form", "multipart": "multipart"}
    found = {
        f"{places[base.arguments]}{'-basic' if base.credentials == 'basic' else ''}"
        for base in method.bases.values()
        if base.arguments in places and base.promised and (base.verb == "GET") == (base.arguments == "query")
    }
    return tuple(sorted(found))


@operator("skipped")
def _skipped(target: Target) -> Iterator[tuple[str, DeliberateFault]]:
    yield "", _skip(target, all_of(()))


@operator("in one way")
def _in_one_way(target: Target) -> Iterator[tuple[str, DeliberateFault]]:
    ways = [f"by {delivery}" for delivery in _deliveries(target.method)] + ["post"]
    if target.phase == "transport":
        ways += ["text", "json"]
    if any(base.token for base in target.method.bases.values()):
        ways += ["token in header", "token in form"]
    for way in ways:
        yield way, _skip(target, all_of((way,)))


@operator("by turns")
def _by_turns(target: Target) -> Iterator[tuple[str, DeliberateFault]]:
    yield "the first time", _skip(target, all_of(("not called before",)))
    yield "once refused", _skip(target, all_of(("refused before",)))


@operator("near miss")
def _near_miss(target: Target) -> Iterator[tuple[str, DeliberateFault]]:
    name = target.argument
    ways = (*ALTERATIONS, "longer", "of-another", *(PARTS if name == "redirect_uri" else ()))
    for how in ways if name is not None else ():
        yield how, _skip(target, all_of((f"near {name}={how}",)))


@operator("by form only")
def _by_form_only(target: Target) -> Iterator[tuple[str, DeliberateFault]]:
    name = target.argument
    if name is not None:
        yield "", _skip(target, lambda context: _has_the_form(context, name))


@operator("published only")
def _published_only(target: Target) -> Iterator[tuple[str, DeliberateFault]]:
    yield "", _skip(target, lambda context: not _published() & {*context.arguments.values(), context.call.bearer})


@operator("swapped")
def _swapped(target: Target) -> Iterator[tuple[str, DeliberateFault]]:
    for code in target.codes:
        yield (
            code,
            Renames(
                rule=target.code, fault="", summary="", found=target.condition, code=code, method=target.method.name
            ),
        )


@operator("misplaced")
def _misplaced(target: Target) -> Iterator[tuple[str, DeliberateFault]]:
    for delivery in _deliveries(target.method):
        when = all_of((f"by {delivery}",))
        yield (
            delivery,
            Refuses(rule=target.code, fault="", summary="", code=target.code, when=when, method=target.method.name),
        )


def _has_the_form(context: Context, name: str) -> bool:
    """Whether the value differs from a right one in letters and digits alone."""
    text = given(context, name) or ""
    return any(_form(text) == _form(value) for value in right(context, name))


def _form(text: str) -> str:
    return re.sub(r"[A-Za-z0-9]", "x", text)


@cache
def _published() -> frozenset[str]:
    """Return the literals by which cases break a rule, without those that valid requests have too."""
    edits = [case.edit for case in load_catalog().cases if case.edit is not None and OK not in case.accept]
    return frozenset().union(*(edit.literals for edit in edits)) - {"1", ASKED_SCOPES, *ASKED_SCOPES.split(",")}


def targets(method: Method) -> Iterator[Target]:
    """Yield every check for which the method's page has a code."""
    for phase, entries in checks_of(method).items():
        for check, code in entries:
            others = dict.fromkeys(other for _, other in entries if other != code)
            yield Target(method, check.condition, code, phase.name.lower(), tuple(others))


@cache
def faults(catalog: Catalog | None = None) -> tuple[Fault, ...]:
    """Return every generated fault, always in the same order."""
    return tuple(
        Fault(name, target, detail, deviation)
        for method in (catalog or load_catalog()).methods.values()
        for target in targets(method)
        for name, generate in OPERATORS.items()
        for detail, deviation in generate(target)
    )


def likely_killers(catalog: Catalog, method: Method) -> dict[str, list[str]]:
    """Return the ids of the cases that each fault of the method can touch, likely killers first."""
    mine = {fault.name: fault for fault in faults() if fault.target.method.name == method.name}
    cases = touched(catalog, method, method.cases, {name: fault.deviation for name, fault in mine.items()})

    def first(fault: Fault) -> Callable[[Case], tuple[bool, bool]]:
        return lambda case: (case.rule.name != fault.target.code, case.edit is not None)

    return {name: [case.id for case in sorted(cases[name], key=first(fault))] for name, fault in mine.items()}


# Trying them


@dataclass(frozen=True, slots=True)
class Result:
    """A fault and the case that killed it; `killer` is empty for one that survived."""

    name: str
    killer: str = ""
    why: str | None = ""
    """Why a survivor is equivalent or not sent; `None` if nobody knows, empty if it was killed."""
    is_sent: bool = True


def attempt(number: int, ids: Sequence[str]) -> Result:
    """Return the result of the fault with this number on these cases, one after the other."""
    catalog, fault = load_catalog(), faults()[number]
    cases = {case.id: case for case in fault.target.method.cases}
    chosen = [cases[one] for one in ids]
    # One after the other would ask the bases of each case again; a few at a time share them.
    for at in range(0, len(chosen), 4):
        part = chosen[at : at + 4]
        with Sandbox(catalog, control=False, deviation=fault.deviation) as sandbox:
            judged, _ = examined(part, catalog, sandbox)
        for case, judgement in judged:
            if judgement.verdict in {Verdict.FAIL, Verdict.WARN}:
                return Result(fault.name, case.id)
    return Result(fault.name, why=_by_reading(fault, chosen) or _reason(fault))


def prove(jobs: int | None, page: Callable[[str], None]) -> int:
    """Try every generated fault and write the page; return 0 if every survivor is explained, else 1."""
    begun, catalog, jobs = time.perf_counter(), load_catalog(), jobs or os.cpu_count() or 1
    cases: dict[str, list[str]] = {}
    for method in catalog.methods.values():
        cases |= likely_killers(catalog, method)
    found = {fault.name: Result(fault.name, why=_reason(fault), is_sent=False) for fault in faults()}
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = [
            pool.submit(attempt, number, cases[fault.name])
            for number, fault in enumerate(faults())
            if cases[fault.name]
        ]
        for done, future in enumerate(as_completed(waiting), 1):
            result = future.result()
            found[result.name] = result
            if done % EVERY == 0 or done == len(waiting):
                left = (time.perf_counter() - begun) / done * (len(waiting) - done)
                sys.stderr.write(f"{done} of {len(waiting)} faults tried, about {left:.0f} s left\n")
    page(_page(found))
    unexplained = [one for one in found.values() if one.why is None]
    for one in unexplained:
        sys.stdout.write(f"survived{'' if one.is_sent else ', not sent'}: {one.name}\n")
    alive = [one for one in found.values() if not one.killer and one.why is not None]
    equivalent = sum(one.is_sent for one in alive)
    sys.stdout.write(
        f"{len(found)} generated faults: {len(found) - len(alive) - len(unexplained)} killed, {equivalent} equivalent,"
        f" {len(alive) - equivalent} not sent for a reason, {len(unexplained)} survived;"
        f" {time.perf_counter() - begun:.0f} s, {jobs} at a time\n"
    )
    return 1 if unexplained else 0


# Why survivors are equivalent


@dataclass(frozen=True, slots=True)
class Reason:
    """Why faults of these checks and operators cannot be held against a target; all are patterns with `*`."""

    methods: str
    conditions: tuple[str, ...]
    operators: tuple[str, ...]
    details: tuple[str, ...]
    why: str


def _by_reading(fault: Fault, cases: Iterable[Case]) -> str | None:
    """Return the readings by which every one of these cases accepts the fault's answer; `None` if one does not."""
    outcome = fault.deviation.code if isinstance(fault.deviation, Renames | Refuses) else OK
    if isinstance(fault.deviation, Refuses):
        # A request that must be refused is refused as before; of such a case, the fault only touches the base.
        cases = [case for case in cases if OK in case.accept]
    bases = {case.base.name: case for case in fault.target.method.cases if case.edit is None}
    rows: dict[str, None] = {}
    for case in cases:
        accepting = [one for one in (case, bases.get(case.base.name)) if one is not None and outcome in one.accept]
        if not accepting:
            return None
        rows |= dict.fromkeys(
            " of ".join(reversed(one.readings[outcome])) for one in accepting if outcome in one.readings
        )
    return f"Accepted by {', '.join(f'reading {one}' for one in rows)}." if rows else None


@cache
def _reasons() -> tuple[Reason, ...]:
    content = read_toml(data_root() / "fixtures" / "systematic.toml", "systematic.schema.json")
    return tuple(
        Reason(
            one.get("method", "*"),
            tuple(one.get("conditions", ["*"])),
            tuple(one.get("operators", ["*"])),
            tuple(one.get("details", ["*"])),
            one["why"],
        )
        for one in content["reason"]
    )


def _reason(fault: Fault) -> str | None:
    def fits(text: str, patterns: tuple[str, ...]) -> bool:
        return any(fnmatchcase(text, pattern) for pattern in patterns)

    for one in _reasons():
        of_check = fits(fault.target.method.name, (one.methods,)) and fits(fault.target.condition, one.conditions)
        if of_check and fits(fault.operator, one.operators) and fits(fault.detail, one.details):
            return one.why
    return None


def _page(found: Mapping[str, Result]) -> str:
    """Return the page: checks by operators with their counts, then every survivor with its reason."""
    lines = ["# Generated faults", "", "Killed / equivalent / not sent / survived, by check and operator.", ""]
    for method in load_catalog().methods.values():
        lines += [f"## {method.name}", "", f"| check | {' | '.join(OPERATORS)} |", f"|---{'|---' * len(OPERATORS)}|"]
        for target in targets(method):
            of_check = [fault for fault in faults() if fault.target == target]
            cells = [_cell([found[one.name] for one in of_check if one.operator == name]) for name in OPERATORS]
            lines.append(f"| {target.condition} | {' | '.join(cells)} |")
        lines.append("")
    lines += ["## Survivors", ""]
    alive = [one for one in found.values() if not one.killer]
    lines += [f"* `{one.name}`: {one.why or '**no reason: a case is missing**'}" for one in alive]
    return "\n".join([*lines, ""])


def _cell(results: Sequence[Result]) -> str:
    known = [one for one in results if not one.killer and one.why is not None]
    sent = sum(one.is_sent for one in known)
    counts = (
        sum(bool(one.killer) for one in results),
        sent,
        len(known) - sent,
        sum(one.why is None for one in results),
    )
    return " / ".join(map(str, counts)) if results else ""
