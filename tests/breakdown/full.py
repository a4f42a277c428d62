"""A run whose folder of reports is on a disk that becomes full.

The disk is a file system in memory, mounted in a namespace of its own, so that it needs no right and leaves nothing.
"""

from __future__ import annotations

import re
import shutil
from random import Random
from typing import TYPE_CHECKING

from slack_conformance.results.io import ResultsError, read_even_cut
from tests.breakdown.runs import CHOSEN, Broken, files, started, unusable, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
_SCRIPT = 'mount -t tmpfs -o "$1" tmpfs reports || exit 99; shift; "$@"; code=$?; cp -a reports kept; exit $code'
_MOUNT_FAILED = 99
_EXIT_FAILED = 3
_FULL = "the disk is full"


def can_mount(folder: Path) -> bool:
    """Whether this system lets an ordinary user mount a file system in a namespace."""
    return shutil.which("unshare") is not None and _on_disk(folder, "size=64k", ["true"])[0] == 0


def filled(seed: int, folder: Path, most_kb: int) -> Broken:
    """Run in this folder, on a disk of a random size below that which would be enough."""
    random = Random(seed)  # noqa: S311 - no secret
    size, processes = random.randint(4, most_kb), 1 + seed % 2
    # Every fifth disk has room, but not for so many files.
    options = f"size=64m,nr_inodes={random.randint(1, 40)}" if seed % 5 == 0 else f"size={size}k"
    several = ["-n", str(processes)] if processes > 1 else []
    code, text = _on_disk(folder, options, words("run", "-k", CHOSEN, *several))
    left = ", ".join(sorted({name.partition("/")[0] for name in files(folder / "kept")})) or "nothing"
    return Broken(f"seed {seed}, {options}, -n {processes}", left, tuple(_wrong(folder / "kept", code, text)))


def needed_kb(folder: Path) -> int:
    """Return how much the reports of a run take, in blocks of 4 KiB as a disk counts them."""
    code, text = _on_disk(folder, "size=64m", words("run", "-k", CHOSEN))
    assert code == 0, text
    return sum(-(-len(content) // 4096) * 4 for content in files(folder / "kept").values())


def _on_disk(folder: Path, options: str, command: list[str]) -> tuple[int, str]:
    for name in ("reports", "kept"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "reports").mkdir()
    return started(folder, [*_NAMESPACE, _SCRIPT, "sh", options, *command])


def _wrong(kept: Path, code: int, text: str) -> Iterator[str]:
    """Yield what is wrong with the end of this run and with what it left."""
    if code != _EXIT_FAILED or text.count(_FULL) != 1:
        yield f"ended with {code}, and said {text.count(_FULL)} times that the disk is full: {text}"
    for word in ("Traceback", "INTERNALERROR", "fault of its own", "Errno"):
        if word in text:
            yield f"{word}: {text}"
    for name in unusable(kept):
        yield f"{name} is not whole"
    if (kept / ".unfinished").exists():
        yield "what was unfinished is still there"
    if not (kept / "results.jsonl").exists():
        if "no result is kept" not in text and "nothing could be written" not in text:
            yield f"there are no results, and nothing says so: {text}"
        return
    try:
        results, _ = read_even_cut(kept / "results.jsonl")
    except ResultsError as error:
        yield str(error)
        return
    said = re.search(r"results\.jsonl (is whole|keeps (\d+) cases? recorded before)", text)
    if (
        said is None
        or (said[2] is None) != (results.footer is not None)
        or int(said[2] or 0)
        not in {
            0 if results.footer else -1,
            len(results.cases),
        }
    ):
        yield f"{len(results.cases)} cases are kept, and the sentence is: {text}"
