"""`slack-conformance target`: checks whether a profile can be used, and shows what a run with it would reach."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from ..catalog.load import load_catalog
from ..catalog.members import random_of
from ..catalog.paths import path_of
from ..engine.plan import plan
from ..engine.preflight import ruled_out
from ..engine.twice import asked_twice
from ..results.words import counted
from ..secrecy.of_profile import hidden_in_place_only
from ..target.profile import reaches_production, read_profile

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ..target.profile import Profile


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("action", choices=("check",), help="check: read the profile, and show what a run would reach")
    parser.add_argument("file", metavar="FILE", help="the profile")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Print what the profile says. Raises `DataError`."""
    sys.stdout.write(check(options.file))
    return 0


def check(file: str) -> str:
    """Return a description of the profile; nothing is sent and no value is used up. Raises `DataError`."""
    catalog = load_catalog()
    profile = read_profile(path_of(file, "FILE"), catalog)
    claimed = profile.methods or tuple(catalog.methods)
    without = {case.id: reason for case in catalog.cases if (reason := ruled_out(case, profile))}
    cases = [case for case in catalog.cases if case.id not in without]
    twice = asked_twice(cases, catalog, profile, random_of("twice"))
    lines = [
        *_profile(profile, claimed),
        *_without(without),
        *plan(catalog, profile, cases, asked_twice=twice).lines(whole=True),
    ]
    return "\n".join(lines) + "\n"


def _profile(profile: Profile, claimed: tuple[str, ...]) -> Iterator[str]:
    yield f"{profile.file}: usable"
    yield f"  target    {profile.name} at {profile.url} ({profile.kind})"
    if profile.host:
        yield f"  host      {profile.host}, in the Host header of every request"
    if reaches_production(profile):
        yield "            this is the production service: a run refuses it without --allow-production"
    yield f"  methods   {', '.join(claimed)}"
    yield f"  pace      {profile.pace}"
    yield f"  values    {', '.join(f'{name} ({source.said})' for name, source in profile.values.items()) or 'none'}"
    if names := hidden_in_place_only(profile):
        yield f"  secrets   hidden only where they stand alone, as a value, not within a text: {', '.join(names)}"
    yield f"  control   {profile.control or 'none'}"
    seeded = [name for name in profile.states if any(profile.seeded(name, method) for method in claimed)]
    yield f"  states    {', '.join(seeded) or 'none'}"
    switches = profile.switches
    if switches:
        yield f"  switched  by commands of the profile: {', '.join(switches)}"
    if profile.tls.unverified:
        yield f"  tls       not verified: {profile.tls.unverified}"


def _without(reasons: dict[str, str]) -> Iterator[str]:
    """Yield each reason for which the profile excludes cases, with their number."""
    for reason, count in Counter(reasons.values()).items():
        yield f"  without   {reason} ({counted(count, 'case')} N/A)"
