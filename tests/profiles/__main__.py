"""The full proof: `python -m tests.profiles 500 100` tries so many random profiles, and so many pairs with a fault.

Every tenth profile is also completed, step by step, by what a cause of INCONCLUSIVE asks for.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.profiles.trial import Outcome, hunted, tried

HELPED_EVERY = 10
MOST_DRAWS = 20
"""Pairs that are drawn for each that is wanted: in some, the profile cannot show the fault."""


def main(arguments: list[str]) -> int:
    """Try them all; 1 if a conforming target was accused, a cause was of no use, or a fault was missed."""
    profiles, pairs = (int(text) for text in (*arguments, *("500", "100")[len(arguments) :]))
    begun = time.perf_counter()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(_tried, range(profiles)))
        found: list[Outcome] = []
        for start in range(0, pairs * MOST_DRAWS, pairs or 1):
            found += [one for one in pool.map(hunted, range(start, start + pairs)) if one is not None]
            if len(found) >= pairs:
                break
    accusations = [f"{one.name}: {text}" for one in outcomes for text in one.accusations]
    helpless = [f"{one.name}: {text}" for one in outcomes for text in one.helpless]
    missed = [text for one in found[:pairs] for text in one.helpless]
    for text in (*accusations, *helpless, *missed):
        sys.stdout.write(f"{text}\n")
    sys.stdout.write(
        f"{profiles} profiles, {sum(one.cases for one in outcomes)} verdicts: {len(accusations)} accusations,"
        f" {len(helpless)} causes of no use, {sum(one.helped for one in outcomes)} cases passed once all was added"
        f" that they asked for\n"
        f"{min(pairs, len(found))} pairs of fault and profile: {len(missed)} missed\n"
        f"{time.perf_counter() - begun:.0f} s\n"
    )
    return 1 if accusations or helpless or missed else 0


def _tried(seed: int) -> Outcome:
    return tried(seed, helping=seed % HELPED_EVERY == 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
