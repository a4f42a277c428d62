"""The full proof: `python -m tests.lab.variants 300` tries each variant alone and 300 random combinations.

With `--seeds 20`, what the suite draws varies as well: 20 seeds for each variant, and ten times as many for the sandbox
as it is.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from slack_conformance.lab.variants.registry import all_variants
from slack_conformance.results.words import counted
from tests.lab.variants.trial import CATALOG, Outcome, alone, as_it_is, seeded

if TYPE_CHECKING:
    from collections.abc import Iterable


def main(arguments: list[str]) -> int:
    """Try them all and print what came of it; 1 if any was accused."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab.variants", description=__doc__)
    parser.add_argument("combinations", type=int, nargs="?", default=300, help="number of combinations; default 300")
    parser.add_argument("--start", type=int, default=0, help="seed of the first combination; default 0")
    parser.add_argument("--seeds", type=int, default=1, help="number of seeds for each variant; default 1")
    given = parser.parse_args(arguments)
    names, count = list(all_variants(CATALOG)), given.combinations
    each = [(name, seed) for seed in range(given.seeds) for name in names]
    begun = time.perf_counter()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = 0
        if given.seeds > 1:
            plain = 10 * given.seeds
            found += _counted(f"the sandbox as it is, {plain} seeds", pool.map(as_it_is, range(plain)))
        text = f"{len(names)} variants alone with {counted(given.seeds, 'seed')} each"
        found += _counted(text, pool.map(alone, *zip(*each, strict=True)))
        seeds = range(given.start, given.start + count)
        found += _counted(f"{count} combinations, seeds from {given.start}", pool.map(seeded, seeds))
    sys.stdout.write(f"{found} accusations, {time.perf_counter() - begun:.0f} s\n")
    return 1 if found else 0


def _counted(what: str, outcomes: Iterable[Outcome]) -> int:
    cases = requests = found = accused = 0
    for outcome in outcomes:
        cases, requests = cases + outcome.cases, requests + outcome.requests
        found, accused = found + len(outcome.accusations), accused + bool(outcome.accusations)
        for accusation in outcome.accusations:
            sys.stdout.write(f"{outcome.name}: {accusation}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{what}: {cases} verdicts on {requests} requests, {found} accusations of {accused} targets\n")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
