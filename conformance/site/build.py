"""Build the site in a folder of its own, one results file at a time.

    first      the first line of each file says what it is about, and so which files belong together
    for each   the newest file that can be used counts: its exchanges are written as transcripts while it is in memory,
               and of the file only what `model` describes is kept; of older files, only what they counted
    last       the pages over all: the first page, one for each rule, and the JSON

So memory grows with the number of rules and implementations, and never with the length of the files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..report.visible import shortened
from ..results.io import CutError, read_results
from .collect import implementation_of, proofs, run_of, with_history
from .model import Source
from .names import FileNames
from .overall import Overall
from .pages import Pages
from .reading import LeftOutError, by_implementation, digest_of, opened, readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from ..results.io import Results
    from .model import Implementation, Run, Trust
    from .reading import Given

    Check = Callable[[Path], tuple[Trust, Sequence[str]]]

_REMARKS, _REMARK = 20, 300


@dataclass
class Built:
    """The result: how many implementations, and which files were left out or cut."""

    implementations: int = 0
    left_out: list[LeftOutError] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    """A message for each file that lacks its footer but is in the site."""


def build(paths: Iterable[Path], folder: Path, check: Check) -> Built:
    """Write the site over these files into the empty folder, or nothing if none can be used.

    `check` says what is known of a file before it is used, and raises `LeftOutError` if it is not to be used. Raises
    `OSError` if something cannot be written.
    """
    built = Built()
    files: list[Given] = []
    seen: dict[str, Given] = {}
    for path in dict.fromkeys(paths):
        try:
            files.append(opened(path))
        except LeftOutError as error:
            built.left_out.append(error)
    names, overall = FileNames(), Overall()
    pages = Pages(folder)
    for (name, kind), some in by_implementation(files).items():
        own = names.name(name, "" if kind == "mock" else kind)
        one: Implementation | None = None
        history: list[Run] = []
        for file in some:
            try:
                results, source = _read(file, check, seen, built)
            except LeftOutError as error:
                built.left_out.append(error)
                continue
            run = run_of(results, source)
            if one is not None:
                history.append(run)
                continue
            one = implementation_of(own, results, run)
            pages.proofs(one, proofs(results, one.rules))
            pages.keep(one, file.path)
            overall.note(one.id, results.header, file.started)
        if one is not None:
            one = with_history(one, tuple(history))
            overall.implementations.append(one)
    built.implementations = len(overall.implementations)
    if overall.implementations:
        pages.write(overall)
    return built


def _read(file: Given, check: Check, seen: dict[str, Given], built: Built) -> tuple[Results, Source]:
    """Return the content of a file and what is known of it. Raises `LeftOutError` if it cannot be used."""
    with readable(file.path):
        digest = digest_of(file.path)
        if digest in seen:
            raise LeftOutError(file.path, f"is the same as {seen[digest].path}.", wanted=True)
        seen[digest] = file
        trust, remarks = check(file.path)
        try:
            results = read_results(file.path, every_exchange=True)
        except CutError as error:
            results = error.results
            built.cut.append(str(error))
    shown = tuple(shortened(text, _REMARK) for text in remarks[:_REMARKS])
    return results, Source(shortened("/".join(file.path.parts[-2:]), _REMARK), digest, trust, shown)
