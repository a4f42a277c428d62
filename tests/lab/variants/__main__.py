"""The full proof: `python -m tests.lab.variants 300` tries each variant alone and 300 random combinations."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from slack_conformance.lab.variants.registry import all_variants
from tests.lab.variants.trial import CATALOG, Outcome, alone, seeded

if TYPE_CHECKING:
    from collections.abc import Iterable


def main(arguments: list[str]) -> int:
    """Try them all and print what came of it; 1 if any was accused."""
    count, start = (int(text) for text in (*arguments, *("300", "0")[len(arguments) :]))
    names, seeds = list(all_variants(CATALOG)), range(start, start + count)
    begun = time.perf_counter()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = _counted(f"{len(names)} variants alone", pool.map(alone, names))
        found += _counted(f"{count} combinations, seeds {start} to {start + count - 1}", pool.map(seeded, seeds))
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
