"""Read results files, for every report and every comparison of two runs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from conformance.report.decode import DecodeError, decoder
from conformance.report.records import CaseRecord, Footer, Header, LedgerRecord, RuleRecord, Verdict
from conformance.summary.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FORMAT = 1
"""The version of the results file that this suite writes and reads."""

_FORMER = frozenset({"partial"})
"""What headers of this format held at first and no report needs: it was never true."""


_ACCUSING = {Verdict.FAIL, Verdict.WARN, Verdict.KNOWN}


class ResultsError(ValueError):
    """A results file cannot be used; the text says which file, which line, and what is wrong."""


class CutError(ResultsError):
    """A results file ends before its footer; `results` is what there is."""

    def __init__(self, message: str, results: Results) -> None:
        """Keep the results that could be read, so that a report can show them, marked as cut."""
        super().__init__(message)
        self.results = results


@dataclass(frozen=True, slots=True)
class Results:
    """A results file as read; without a footer it is that of a run that was cut off."""

    header: Header
    cases: tuple[CaseRecord, ...]
    footer: Footer | None
    rules: Mapping[str, RuleRecord] = field(init=False, repr=False, compare=False)
    """Every rule by its id, in the pages' order."""

    def __post_init__(self) -> None:
        """Index the rules once; every report looks them up for every case."""
        object.__setattr__(self, "rules", {rule.id: rule for rule in self.header.rules})

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """The number of cases with each verdict; withdrawn ones count as INCONCLUSIVE."""
        counted = Counter(case.verdict for case in self.cases)
        return {verdict: counted[verdict] for verdict in Verdict}

    @property
    def ledger(self) -> Mapping[str, LedgerRecord]:
        """Every ledger row by its id."""
        return self.header.ledger

    @property
    def sentence(self) -> str:
        """The first sentence of every report; of a cut run, how far it came."""
        if self.footer is not None:
            return self.footer.sentence
        cases = counted(self.header.cases, "case")
        return f"Cut off: {len(self.cases)} of {cases} were judged, and nothing was summed up."


def read_results(path: Path, *, every_exchange: bool = False) -> Results:
    """Return the content of the file, validated, with the footer's withdrawals applied.

    The exchanges of passing cases stay in the file unless `every_exchange`: no report shows them, and a large run would
    be held in memory for nothing. Raises `CutError` with what there is when the footer is missing, and `ResultsError`
    for everything else that keeps the file from being read as it was meant.
    """
    header: Header | None = None
    cases: dict[str, CaseRecord] = {}
    footer: Footer | None = None
    rules: set[str] = set()
    for number, line in _lines(path):
        if header is None:
            header = _header(path, line)
            rules = {rule.id for rule in header.rules}
        elif footer is not None:
            raise ResultsError(f"{path}: line {number} stands after the footer; were two files joined?")
        elif line.get("type") == "case":
            case = _decoded(CaseRecord, line, path, number)
            _check_case(case, cases, rules, f"{path}: line {number}")
            keep = every_exchange or case.verdict is not Verdict.PASS
            cases[case.id] = case if keep else replace(case, exchanges=())
        elif line.get("type") == "footer":
            footer = _decoded(Footer, line, path, number)
        else:
            raise ResultsError(f"{path}: line {number}: {line.get('type')!r} is neither 'case' nor 'footer'.")
    if header is None:
        raise ResultsError(f"{path}: the file is empty.")
    if footer is None:
        results = Results(header, tuple(cases.values()), None)
        message = (
            f"{path}: the file ends without its footer: the run was cut off after {len(cases)} of "
            f"{counted(header.cases, 'case')}."
        )
        raise CutError(message, results)
    for name, cause in footer.withdrawn.items():
        if name not in cases:
            raise ResultsError(f"{path}: the footer withdraws {name}, which the file does not hold.")
        cases[name] = replace(cases[name], verdict=Verdict.INCONCLUSIVE, cause=cause, findings=(), seen=False)
    results = Results(header, tuple(cases.values()), footer)
    _check_counts(path, results, footer)
    return results


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield every line as an object, without an unfinished last line."""
    try:
        # An editor may have put a mark before the first line, which says nothing.
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, 1):
                try:
                    value = json.loads(line, parse_constant=_no_number)
                except ValueError as error:
                    if number > 1 and not line.endswith("\n"):
                        return
                    raise ResultsError(f"{path}: line {number} is not JSON ({error}).") from None
                except RecursionError:
                    raise ResultsError(f"{path}: line {number} is nested more deeply than any line of ours.") from None
                if not isinstance(value, dict):
                    raise ResultsError(f"{path}: line {number} is not a JSON object.")
                yield number, value
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise ResultsError(f"{path}: is not UTF-8 ({error.reason} at byte {error.start}).") from None


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number")


def _header(path: Path, line: dict[str, Any]) -> Header:
    """Return the header; its format version is checked first, since keys may differ between versions."""
    if line.get("type") != "header":
        raise ResultsError(f"{path}: does not begin with a header; it is not a results file of this suite.")
    if line.get("format") != FORMAT:
        raise ResultsError(
            f"{path}: results format {line.get('format')!r}, written by suite {line.get('suite')!r}; this suite reads "
            f"format {FORMAT}. Use the version that wrote it, or run again."
        )
    known = {key: value for key, value in line.items() if key not in _FORMER}
    header: Header = _decoded(Header, known, path, 1)
    return header


def _decoded(kind: type, line: dict[str, Any], path: Path, number: int) -> Any:  # noqa: ANN401 - an instance of `kind`
    try:
        return decoder(kind)(line, "")
    except DecodeError as error:
        raise ResultsError(f"{path}: line {number}: {error}") from None


def _check_case(case: CaseRecord, cases: Mapping[str, CaseRecord], rules: set[str], where: str) -> None:
    if case.id in cases:
        raise ResultsError(f"{where}: case {case.id} stands here twice.")
    unknown = {case.rule, *case.also, *(finding.rule for finding in case.findings)} - rules
    if unknown:
        raise ResultsError(f"{where}: case {case.id} names {min(unknown)}, which is not a rule in the header.")
    if case.verdict in _ACCUSING and not case.findings:
        raise ResultsError(f"{where}: case {case.id} is {case.verdict}, but no finding says of what.")
    if case.known is not None and not _is_day(case.known.expires):
        raise ResultsError(f"{where}: case {case.id}: known.expires: {case.known.expires!r} is not a date.")
    for number, exchange in enumerate(case.exchanges):
        if not _is_url(exchange.request.url):
            place = f"exchanges[{number}].request.url"
            raise ResultsError(f"{where}: case {case.id}: {place}: {exchange.request.url!r} is not a URL.")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_url(text: str) -> bool:
    """Whether the URL can be parsed; its content does not matter."""
    try:
        _ = urlsplit(text).port
    except ValueError:
        return False
    return True


def _check_counts(path: Path, results: Results, footer: Footer) -> None:
    """Raise `ResultsError` if the footer's counts differ from the lines, as after an edit or a loss."""
    found = {str(verdict): count for verdict, count in results.counts.items()}
    if footer.counts != found:
        odd = next((name for name in found if footer.counts.get(name) != found[name]), "another verdict")
        said = footer.counts.get(odd, "nothing")
        raise ResultsError(
            f"{path}: the footer counts {said} {odd}, the lines {found.get(odd, 0)}: the file is not whole."
        )
