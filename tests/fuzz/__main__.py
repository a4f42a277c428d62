"""The fuzz at full size: `python -m tests.fuzz`, and the soak: `python -m tests.fuzz --soak 200`.

The numbers are those of mutated requests, combinations and mutated answers; the seed is a fresh one unless it is given.
A failing example is printed with its seed, its number and its bytes: `--seed S --from N --requests 1` (or the like)
repeats that one.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time

from slack_conformance.catalog.load import load_catalog
from slack_conformance.sandbox import Sandbox
from tests.fuzz import answers, server, soak

REQUESTS, COMBINATIONS, ANSWERS, SOAK = 20_000, 2_000, 20_000, 200


def main(arguments: list[str]) -> int:
    """Run what is asked for, print one line for each part, and return 1 if there was any problem."""
    asked = _asked(arguments)
    seed = secrets.randbelow(10**9) if asked.seed is None else asked.seed
    begun = time.perf_counter()
    problems: list[object] = []
    lines = []
    everything = asked.requests is asked.combinations is asked.answers is asked.soak is None
    requests, combinations, mutations = (
        usual if everything else (number or 0)
        for number, usual in (
            (asked.requests, REQUESTS),
            (asked.combinations, COMBINATIONS),
            (asked.answers, ANSWERS),
        )
    )
    if requests or combinations:
        with Sandbox(load_catalog()) as sandbox:
            sent, combined = server.fuzzed(sandbox, seed, requests, combinations, asked.first)
        problems += [*sent.problems, *combined.problems]
        lines += [sent.line("mutated requests"), combined.line("combinations")]
    if mutations:
        judged = answers.fuzzed(seed, mutations, asked.first)
        problems += judged.problems
        lines.append(judged.line())
    if asked.soak:
        soaked = soak.soaked(asked.soak, seed)
        problems += soaked.problems
        lines.append(soaked.line())
    for text in (*problems, *lines, f"seed {seed}, {time.perf_counter() - begun:.0f} s"):
        sys.stdout.write(f"{text}\n")
    return 1 if problems else 0


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, metavar="N", help=f"mutated requests ({REQUESTS} by default)")
    parser.add_argument("--combinations", type=int, metavar="N", help=f"combinations ({COMBINATIONS} by default)")
    parser.add_argument("--answers", type=int, metavar="N", help=f"mutated answers ({ANSWERS} by default)")
    parser.add_argument("--soak", type=int, metavar="RUNS", nargs="?", const=SOAK, help="only runs one after the other")
    parser.add_argument("--seed", type=int, help="the seed of an earlier run, to repeat it")
    parser.add_argument("--from", type=int, default=0, dest="first", metavar="NUMBER", help="the first example")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
