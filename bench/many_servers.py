"""Results files of many servers, made from those of one run: `bench` builds the site over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from slack_conformance.results.io import Results, ResultsWriter, read_results
from slack_conformance.summary.tally import tally_of

if TYPE_CHECKING:
    from pathlib import Path

CASES = 300


def results_of(path: Path, folder: Path, servers: int) -> list[Path]:
    """Write a file of `CASES` cases for each server, which can be verified like that of a run, and return them."""
    run = read_results(path, every_exchange=True)
    if run.footer is None:
        raise ValueError(path)
    cases = run.cases[:CASES]
    files = []
    for number in range(servers):
        name = f"server-{number:03}"
        target = replace(run.header.target, name=name)
        header = replace(run.header, target=target, selection=tuple(case.id for case in cases), cases=len(cases))
        results = Results(header, cases, run.footer)
        tally = tally_of(results)
        footer = replace(
            run.footer,
            counts=results.counts,
            rows=tally.rows(),
            readings={row: dict(found) for row, found in tally.readings.items()},
            notes=(),
            sentence=tally.sentence(name),
        )
        files.append(folder / f"{name}.jsonl")
        writer = ResultsWriter(files[-1], header)
        for case in cases:
            writer.write(case)
        writer.write_footer(footer)
        writer.close()
    return files
