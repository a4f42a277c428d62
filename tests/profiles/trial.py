"""One random profile's trial: every case against a conforming target, and what the suite should not have said."""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.values import HEALTHY
from slack_conformance.engine.preflight import ruled_out
from slack_conformance.lab.deviations import all_deviations
from slack_conformance.lab.prove.seeding import seeds_of
from slack_conformance.lab.prove.trial import UNTHROTTLED, attempt, judged_all
from slack_conformance.lab.variants.registry import all_variants
from slack_conformance.results.terms import Kind, Verdict
from slack_conformance.sandbox import Sandbox
from tests.profiles.drawing import drawn, written
from tests.witness.server import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_conformance.judge.model import Judgement
    from slack_conformance.lab.deviations.kinds import DeliberateFault

CATALOG = load_catalog()
VARIANTS = 10
HELPED = 5
"""How often what a cause asks for is added before the case must have been tried."""
FEW, FEW_OF_A_STATE, MANY = 16, 4, 50
"""One-shot values that a profile gets for one case, and how many more than a state has the healthy world has."""


@dataclass(slots=True)
class Outcome:
    """What the suite said of a conforming target that it reached by one random profile."""

    name: str
    cases: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    accusations: list[str] = field(default_factory=list)
    helpless: list[str] = field(default_factory=list)
    """Cases that could not be tried, with a cause that names neither a value nor a state that would help."""
    helped: int = 0
    """Cases in which what the cause asked for was added, and they passed."""


@contextmanager
def target(seed: int, fault: DeliberateFault | None = None) -> Iterator[tuple[str, str, dict[str, dict[str, Any]]]]:
    """Yield name, URL and everything that a profile may give of the sandbox, one of ten variants, or the witness."""
    kind = seed % 12
    if kind == 11 and fault is None:
        with Witness() as witness:
            values = {
                state or HEALTHY: {name: _plain(one.texts) for name, one in seeds.items()}
                for state, seeds in witness.seeds.values.items()
            }
            yield "witness", witness.url, values
        return
    names = _variants()
    variant = UNTHROTTLED if kind == 0 or fault is not None else _unthrottled(names[(seed // 12 + kind) % len(names)])
    with Sandbox(CATALOG, control=False, variant=variant, deviation=fault) as sandbox:
        yield variant.name or "sandbox", sandbox.url, seeds_of(sandbox, CATALOG)


def _variants() -> list[str]:
    """Return the variants that the suite may not even warn of, spread over the registry."""
    silent = [name for name, variant in all_variants(CATALOG).items() if not variant.warns]
    return silent[:: max(1, len(silent) // VARIANTS)]


def _unthrottled(name: str) -> Any:  # noqa: ANN401 - a variant
    return all_variants(CATALOG)[name].changed(requests_a_minute=UNTHROTTLED.requests_a_minute)


def _plain(texts: tuple[str, ...]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else list(texts)


def tried(seed: int, *, helping: bool = False) -> Outcome:
    """Try the random profile of this seed; with `helping`, also add what one cause of INCONCLUSIVE asks for."""
    random = Random(seed)  # noqa: S311 - no secret
    with target(seed) as (name, url, everything), tempfile.TemporaryDirectory() as folder:
        content = drawn(everything, random, CATALOG)
        judged = _judged(content, url, Path(folder))
        outcome = Outcome(f"seed {seed}, {name}", len(judged))
        for case, said in judged.items():
            outcome.counts[said.verdict] = outcome.counts.get(said.verdict, 0) + 1
            if said.verdict not in {Verdict.PASS, Verdict.INCONCLUSIVE}:
                outcome.accusations.append(f"{said.verdict} {case}: expected {said.expected}, got {said.got}")
            elif said.cause is not None and not _helps(said):
                outcome.helpless.append(f"{case}: {said.cause.text} Needs: {said.cause.needs}")
        stuck = sorted(case for case, said in judged.items() if said.cause is not None and wanted(said.cause.needs))
        if helping and stuck:
            _help(random.choice(stuck), content, everything, url, Path(folder), outcome)
    return outcome


def hunted(seed: int) -> Outcome | None:
    """Put one random fault into a sandbox that is reached by a random profile; say if no case names it.

    `None` where the fault cannot show with this profile: each case that names it otherwise cannot be judged on the
    healthy sandbox, or is INCONCLUSIVE on the faulty one for want of values, or needs the journal of a control API.
    A finding of a rule that the fault breaks besides, as declared, names it too.
    """
    random = Random(seed)  # noqa: S311 - no secret
    fault = random.choice(_faults())
    healthy, faulty = (_seen(seed, one) for one in (None, fault))
    naming = {red.case for red in attempt(fault, CATALOG).kills}
    tried_here = {case for case, said in healthy.items() if said.verdict is Verdict.PASS and not said.differential}
    unexplained = {case for case, said in faulty.items() if said.cause is None or said.cause.kind not in _FOR_WANT}
    if fault.name in _FRESH_WORLDS_ONLY or any(
        rule.check == "not-presented" for rule in CATALOG.rules if rule.id in fault.rules
    ):
        return None
    if not tried_here & unexplained & naming:
        return None
    outcome = Outcome(f"seed {seed}, {fault.name}", len(faulty))
    named = {finding.rule for said in faulty.values() for finding in said.findings}
    collateral = {f"{fault.method}.{rule}" for rule in fault.breaks}
    if not named & {*fault.rules, *collateral}:
        outcome.helpless.append(f"{fault.name} is not named; found: {', '.join(sorted(named)) or 'nothing'}")
    return outcome


def _seen(seed: int, fault: DeliberateFault | None) -> dict[str, Judgement]:
    with target(0, fault) as (_, url, everything), tempfile.TemporaryDirectory() as folder:
        return _judged(drawn(everything, Random(seed), CATALOG), url, Path(folder))  # noqa: S311 - no secret


_FRESH_WORLDS_ONLY = {"apps.permissions.request.not_authed--get-without-token"}
"""Faults that act only where no other value was used, while a profile's values are all of one world."""


_FOR_WANT = {Kind.USED_VALUE, Kind.NO_VALUE, Kind.BASE_REFUSED, Kind.WAY_NOT_TAKEN}
"""Kinds of causes that more values of the profile may remove."""


@cache
def _faults() -> list[DeliberateFault]:
    return list(all_deviations(CATALOG).values())


def _judged(content: dict[str, Any], url: str, folder: Path, only: str = "") -> dict[str, Judgement]:
    profile = replace(written(content, url, folder, CATALOG), wait_s=0.0, limit_s=30.0)
    claimed = profile.methods or tuple(CATALOG.methods)
    cases = [
        case
        for case in CATALOG.cases
        if case.method in claimed and not ruled_out(case, profile) and (not only or case.id == only)
    ]
    judged, _ = judged_all(cases, CATALOG, profile)
    return {case.id: said for case, said in judged}


def _helps(said: Judgement) -> bool:
    """Whether a cause names something that the profile's owner can add or change."""
    needs = "" if said.cause is None else said.cause.needs
    return bool(wanted(needs)) or any(word in needs for word in ("control API", "wait_s", "in the profile's [values]"))


def wanted(needs: str) -> list[tuple[str, str]]:
    """Return the tables and values that a text under "needs" names; an empty value is the whole table."""
    found = [(state, "") for state in re.findall(r"A \[state\.([a-z0-9-]+)\]", needs)]
    found += [
        (state, name)
        for state, names in re.findall(r"In \[state\.([a-z0-9-]+)\]: ([a-z_, ]+?) that", needs)
        for name in names.split(", ")
    ]
    for part in re.findall(r"Values in the profile: (.*?); or", needs):
        for names, table in re.findall(r"([a-z_, ]+?) in \[(values|state\.[a-z0-9-]+)\]", part):
            state = HEALTHY if table == "values" else table.removeprefix("state.")
            found += [(state, name) for name in names.strip(", ").split(", ")]
    for names in re.findall(r"(?:A fresh|Values for) ([a-z_, ]+?)(?: in| for)", needs):
        found += [(HEALTHY, name) for name in names.split(", ")]
    return found


def _help(  # noqa: PLR0917 - the target and its profile
    case: str,
    content: dict[str, Any],
    everything: dict[str, dict[str, Any]],
    url: str,
    folder: Path,
    outcome: Outcome,
) -> None:
    """Add what the causes of this case ask for until it passes; note it as helpless if that leads nowhere."""
    said = None
    for _ in range(HELPED):
        _renew(content["values"], everything[HEALTHY])
        for state, table in content["state"].items():
            _renew(table, everything[state])
        said = _judged(content, url, folder, case)[case]
        if said.verdict is Verdict.PASS:
            outcome.helped += 1
            return
        asked = wanted(said.cause.needs) if said.cause is not None else []
        if not asked or any(state not in everything for state, _ in asked):
            return
        for state, name in asked:
            table = content["values"] if state == HEALTHY else content["state"].setdefault(state, {})
            table.pop("methods", None)
            table |= dict.fromkeys([name] if name else everything[state], "")
            _renew(table, everything[state])
    why = said.cause.text if said is not None and said.cause is not None else "no cause"
    outcome.helpless.append(f"{case}: not tried after all was added that it asked for: {why}")


def _renew(table: dict[str, Any], everything: dict[str, Any]) -> None:
    """Fill in the values of a table, with one-shot values that no trial has taken yet."""
    for name in table.keys() & everything.keys():
        value = everything[name]
        if isinstance(value, list):
            few = FEW if len(value) > MANY else FEW_OF_A_STATE
            everything[name], table[name] = value[:-few], value[-few:]
        else:
            table[name] = value
    for name in [name for name, value in table.items() if value == ""]:  # what the target does not have
        del table[name]
