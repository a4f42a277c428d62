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
from ..results.io import CutError, ResultsError, read_results
from .collect import implementation_of, proofs, run_of, with_history
from .model import Source
from .names import FileNames
from .overall import Overall
from .pages import Pages
from .reading import LeftOut, by_implementation, digest_of, opened, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from ..results.io import Results
    from .model import Implementation, Run, Trust
    from .reading import Given

    Check = Callable[[Path], tuple[Trust, tuple[str, ...]] | LeftOut]

_REMARKS, _REMARK = 20, 300


@dataclass
class Built:
    """What became of the files."""

    implementations: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    """A message for each file that ends before its footer, and is in the site all the same."""


def build(paths: Iterable[Path], folder: Path, check: Check) -> Built:
    """Write the site over these files into the empty folder; `check` verifies a file before it is used.

    Nothing is written if no file can be used. Raises `OSError` if something cannot be written.
    """
    built = Built()
    files: list[Given] = []
    seen: dict[str, Given] = {}
    for path in dict.fromkeys(paths):
        found = opened(path)
        if isinstance(found, LeftOut):
            built.left_out.append(found)
        else:
            files.append(found)
    names, overall = FileNames(), Overall()
    pages = Pages(folder)
    for (name, kind), some in by_implementation(files).items():
        own = names.name(name, "" if kind == "mock" else kind)
        one: Implementation | None = None
        history: list[Run] = []
        for file in some:
            read = _read(file, check, seen, built)
            if read is None:
                continue
            results, source = read
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


def _read(file: Given, check: Check, seen: dict[str, Given], built: Built) -> tuple[Results, Source] | None:
    """Return the content of a file that can be used, or note why it is left out."""
    try:
        digest = digest_of(file.path)
        if digest in seen:
            built.left_out.append(LeftOut(file.path, f"is the same as {seen[digest].path}.", wanted=True))
            return None
        seen[digest] = file
        checked = check(file.path)
        if isinstance(checked, LeftOut):
            built.left_out.append(checked)
            return None
        trust, remarks = checked
        results = read_results(file.path, every_exchange=True)
    except OSError as error:
        built.left_out.append(LeftOut(file.path, f"cannot be read ({error.strerror})."))
        return None
    except CutError as error:
        results = error.results
        built.cut.append(str(error))
    except ResultsError as error:
        built.left_out.append(LeftOut(file.path, reason_of(error, file.path)))
        return None
    shown = tuple(shortened(text, _REMARK) for text in remarks[:_REMARKS])
    return results, Source(shortened("/".join(file.path.parts[-2:]), _REMARK), digest, trust, shown)
