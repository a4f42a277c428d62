"""`slack-conformance prove`: every deviation against the suite, and what is wrong with the proof if anything is."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.catalog.datafile import DataError, suggestion
from conformance.catalog.load import load_catalog
from conformance.judge.model import Verdict
from conformance.prove import complaints as about
from conformance.prove.deviations import all_deviations
from conformance.prove.grid import Run, grid
from conformance.prove.page import render
from conformance.prove.progress import Progress
from conformance.prove.runner import outcomes
from conformance.prove.trial import examined
from conformance.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.catalog.model import Catalog
    from conformance.prove.model import Outcome

OUT = "reports/prove"
GOOD, BAD = 0, 1


def prove(prefix: str = "", jobs: int | None = None, out: str = OUT) -> int:
    """Try every deviation of the rules that begin with the prefix, write the grid, say what is wrong; 0 if nothing is.

    Raises `DataError` when no rule begins with the prefix, or the folder cannot be made.
    """
    begun = time.perf_counter()
    catalog, jobs = load_catalog(), jobs or os.cpu_count() or 1
    known = all_deviations(catalog)
    names = [name for name, fault in known.items() if any(rule.startswith(prefix) for rule in fault.rules)]
    if not names:
        hint = suggestion(prefix, {rule for fault in known.values() for rule in fault.rules})
        raise DataError("--rule", "", f"no deviation breaks a rule that begins with {prefix!r}.", hint)
    folder = _folder(out)
    accused, requests = sound(catalog)
    progress, found = Progress(len(names), sys.stderr), []
    for outcome in outcomes(names, jobs):
        found.append(outcome)
        progress.step(outcome)
    progress.end()
    found.sort(key=lambda outcome: names.index(outcome.name))
    said = [*accused, *_complaints(catalog, found, prefix)]
    run = Run(prefix, jobs, time.perf_counter() - begun, tuple(said), requests)
    content = grid(catalog, found, run)
    (folder / "kill-grid.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "kill-grid.html").write_text(render(content), encoding="utf-8")
    _tell(said, f"{content['sentence']}\n{_cost(content)}; see {folder / 'kill-grid.html'}\n")
    return BAD if said else GOOD


def sound(catalog: Catalog) -> tuple[list[str], int]:
    """Return what the suite has against the sandbox without any fault, and how many requests it took to know."""
    with Sandbox(catalog, control=False) as sandbox:
        judged, requests = examined(catalog.cases, catalog, sandbox)
    accused = [
        f"{case.id} is {said.verdict} although the sandbox has no fault: the proof means nothing before it passes."
        for case, said in judged
        if said.verdict is not Verdict.PASS
    ]
    return accused, requests


def _complaints(catalog: Catalog, found: Sequence[Outcome], prefix: str) -> Iterator[str]:
    yield from about.complaints(found)
    rules = [rule for rule in catalog.rules if rule.id.startswith(prefix)]
    yield from about.unprotected(rules, [rule for outcome in found for rule in outcome.rules])
    chosen = {rule.id for rule in rules}
    yield from about.useless([case for case in catalog.cases if case.rule.id in chosen], found)


def _folder(out: str) -> Path:
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError("--out", "", f"{out} cannot be made ({error.strerror}).") from None
    return folder


def _cost(content: dict[str, object]) -> str:
    counts = content["counts"]
    assert isinstance(counts, dict)  # noqa: S101 - tells the type checker
    return f"{counts['requests']} requests in {content['seconds']} s, {content['jobs']} at a time"


def _tell(said: Sequence[str], last: str) -> None:
    for text in said:
        sys.stdout.write(f"{text}\n")
    sys.stdout.write(last)
