"""The full proof: `python -m tests.breakdown 50 20` kills so many runs, and fills so many disks, at random.

A third number is the first seed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tests.breakdown.full import can_mount, filled, needed_kb
from tests.breakdown.killed import killed, prepared
from tests.breakdown.runs import FAULT, Broken
from tests.targets import deviating

if TYPE_CHECKING:
    from collections.abc import Sequence

_AT_ONCE = 2


def main(arguments: list[str]) -> int:
    """Try them all; 1 if anything in a folder was not as it must be, or no disk could be filled."""
    kills, fills, first = (int(text) for text in (*arguments, *("50", "20", "0")[len(arguments) :]))
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(_AT_ONCE) as pool:
        root = Path(name)
        with deviating(FAULT, root) as profile:
            earlier = prepared(root)
            target = root / profile
            found: list[Broken] = list(
                pool.map(lambda seed: killed(seed, root / f"k{seed}", target, earlier), range(first, first + kills))
            )
        wrong = _told("runs killed", found)
        if fills and not can_mount(root):
            sys.stdout.write("no disk was filled: this system lets nobody mount a file system in a namespace\n")
            wrong += 1
        elif fills:
            most = needed_kb(root)
            wrong += _told(
                "disks filled", list(pool.map(lambda seed: _filled(seed, root, most), range(first, first + fills)))
            )
    sys.stdout.write(f"{time.perf_counter() - begun:.0f} s\n")
    return 1 if wrong else 0


def _filled(seed: int, root: Path, most_kb: int) -> Broken:
    folder = root / f"f{seed}"
    folder.mkdir()
    return filled(seed, folder, most_kb)


def _told(what: str, found: Sequence[Broken]) -> int:
    """Print what was left and every problem; return the number of problems."""
    problems = [f"{one.name}, left {one.left}: {problem}" for one in found for problem in one.problems]
    left = "; ".join(f"{number} left {words}" for words, number in Counter(one.left for one in found).most_common())
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    sys.stdout.write(f"{len(found)} {what}, {len(problems)} problems: {left}\n")
    return len(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
