"""Read and write results files, and carry single results between processes.

A file is written line by line, so that a run that is cut off keeps everything recorded so far. Reading is strict: a
line that does not have the documented form, or that contradicts another one, is an error that names file and line. A
report made from half-understood results would be worse than none.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from ..catalog.model import OK
from .model import FORMAT, CaseResult, Footer, Header, LedgerRecord, RuleRecord
from .terms import Verdict
from .words import counted

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from .exchange import RecordedExchange

_T = TypeVar("_T")

_ACCUSING = {Verdict.FAIL, Verdict.WARN, Verdict.KNOWN}

_BETTER = {
    Verdict.ENGINE: {0, 1, 5, 10, 11},
    Verdict.FAIL: {0, 10, 11},
    Verdict.INCONCLUSIVE: {0},
}
"""Exit codes of a run that are too good to be true if a case has this verdict."""

_UNJUDGED = {Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.ENGINE}

_NOT_ASCII = re.compile("[^\x00-\x7f]+")

_LONGEST_LINE = 250_000_000
"""Bytes of a line that are read at most; ours are far shorter."""

_MARK = b"\xef\xbb\xbf"
"""The byte order mark, which an editor may have put before the first line."""


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
    cases: tuple[CaseResult, ...]
    footer: Footer | None
    rules: Mapping[str, RuleRecord] = field(init=False, repr=False, compare=False)
    """Every rule by its id, in the pages' order."""

    def __post_init__(self) -> None:
        """Index the rules once; every report looks them up for every case."""
        object.__setattr__(self, "rules", {rule.id: rule for rule in self.header.rules})

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """The number of cases with each verdict; withdrawn ones count as INCONCLUSIVE."""
        found = Counter(case.verdict for case in self.cases)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def ledger(self) -> Mapping[str, LedgerRecord]:
        """Every ledger row by its id."""
        return self.header.ledger


class ResultsWriter:
    """Writes each line at once, so that a run that is cut off keeps everything recorded so far."""

    def __init__(self, path: Path, header: Header) -> None:
        """Create the file with its header, and its folder if needed. Raises `OSError` if that fails."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        # Without a buffer, nothing of a line that could not be written is left to be written later.
        self._file: BinaryIO = path.open("wb", buffering=0)
        self._body = self._end = 0
        self._last = self._last_of_body = ""
        try:
            self.write(header)
        except OSError:
            self.close()
            path.unlink(missing_ok=True)
            raise

    def move(self, path: Path) -> None:
        """Go on in this place, where the file replaces another one at once. Raises `OSError` if that fails."""
        self.close()
        self.path = self.path.replace(path)
        self._file = path.open("r+b", buffering=0)
        self._file.seek(self._end)

    def write(self, line: Header | CaseResult | Footer) -> None:
        """Write one line, or nothing of it if the disk has no room for all. Raises `OSError` if that fails.

        A line says how the digest of the one before begins.
        """
        written = _line(line if isinstance(line, Header) else replace(line, after=self._last))
        rest = memoryview(written)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            self._file.seek(self._end)
            self._file.truncate()
            raise
        self._end, self._last = self._file.tell(), digest_of(written)
        if not isinstance(line, Footer):
            self._body, self._last_of_body = self._end, self._last

    def write_footer(self, footer: Footer) -> None:
        """Write the last line; a second call replaces it."""
        self._end, self._last = self._file.seek(self._body), self._last_of_body
        self._file.truncate()
        self.write(footer)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def to_text(case: CaseResult) -> str:
    """Return a case as its line in the results file; xdist and pytest's own logs carry plain values only."""
    return _line(case).decode().removesuffix("\n")


def from_text(line: str) -> CaseResult:
    """Return the case in a line of `to_text`."""
    return _CASE.decode(line)


def read_results(path: Path, *, every_exchange: bool = False, exchanges: bool = True) -> Results:
    """Return the content of the file, validated, with the footer's withdrawals applied.

    The exchanges of passing cases stay in the file unless `every_exchange`: no report shows them, and a large run would
    be held in memory for nothing. Without `exchanges`, those of all cases do. Raises `CutError` with what there is when
    the footer is missing, and `ResultsError` for everything else that keeps the file from being read as it was meant.
    """
    header: Header | None = None
    cases: dict[str, CaseResult] = {}
    footer: Footer | None = None
    rules: set[str] = set()
    for number, line in _lines(path):
        if header is None:
            header = _header(path, line)
            rules = {rule.id for rule in header.rules}
            continue
        where = f"{path}: line {number}"
        if not line.endswith(b"\n") and not _is_json(line):
            break  # a run that is cut off may leave its last line unfinished
        if footer is not None:
            raise ResultsError(f"{where} stands after the footer; were two files joined?")
        content = _decoded(_LINE, line, where)
        if isinstance(content, Footer):
            footer = content
        else:
            _check_case(content, cases, rules, where)
            keep = exchanges and (every_exchange or content.verdict is not Verdict.PASS)
            cases[content.id] = content if keep else replace(content, exchanges=())
    if header is None:
        raise ResultsError(f"{path}: the file is empty.")
    if footer is None:
        results = Results(header, tuple(cases.values()), None)
        message = (
            f"{path}: the file ends without its footer: the run was cut off after {len(cases)} of "
            f"{counted(header.cases, 'case')}."
        )
        raise CutError(message, results)
    _withdraw(cases, footer, path)
    results = Results(header, tuple(cases.values()), footer)
    _check_counts(path, results, footer)
    return results


def _withdraw(cases: dict[str, CaseResult], footer: Footer, path: Path) -> None:
    """Apply the footer's withdrawals. Raises `ResultsError` for one that cannot be."""
    for name, cause in footer.withdrawn.items():
        if name not in cases:
            raise ResultsError(f"{path}: the footer withdraws {name}, which the file does not hold.")
        if cases[name].judged in _ACCUSING and cases[name].observed == OK:
            raise ResultsError(f"{path}: the footer withdraws {name}, a {cases[name].verdict} of what was accepted.")
        cases[name] = cases[name].withdrawn(cause)


def exchanges_in(path: Path) -> Iterator[RecordedExchange]:
    """Yield every exchange of a results file; lines that are not whole cases are skipped, as of a run still going on.

    Raises `ResultsError` if the file cannot be read.
    """
    for _, line in _lines(path):
        with suppress(ValueError):
            yield from _CASE.decode(line).exchanges


def lines_of(path: Path) -> Generator[tuple[int, Header | CaseResult | Footer, str]]:
    """Yield number, content and digest of each line, one at a time; a last line that was cut off is left out.

    Raises `ResultsError`.
    """
    for number, line in _lines(path):
        if not line.endswith(b"\n") and not _is_json(line):
            return
        content = _header(path, line) if number == 1 else _decoded(_LINE, line, f"{path}: line {number}")
        yield number, content, digest_of(line)


def digest_of(line: bytes) -> str:
    """Return how the SHA-256 of a line of a results file begins."""
    return hashlib.sha256(line).hexdigest()[:16]


def read_even_cut(path: Path) -> tuple[Results, str]:
    """Return the results, and a message that is empty unless they were cut off. Raises `ResultsError`."""
    try:
        return read_results(path), ""
    except CutError as error:
        return error.results, str(error)


class _Opening(msgspec.Struct):
    """What the first line of any version of a results file has."""

    type: object = None
    format: object = None
    suite: object = None


_CASE = msgspec.json.Decoder(CaseResult)
_LINE = msgspec.json.Decoder(CaseResult | Footer)
_OPENING = msgspec.json.Decoder(_Opening)
_HEADER = msgspec.json.Decoder(Header)


def _line(content: Header | CaseResult | Footer) -> bytes:
    """Return a line of the file, in ASCII, since some other characters end a line for programs or command terminals."""
    line = msgspec.json.encode(content)
    if not line.isascii():
        # Outside its strings, JSON is ASCII.
        line = _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], line.decode()).encode()
    return line + b"\n"


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield every line with its number."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(partial(file.readline, _LONGEST_LINE), b""), 1):
                if len(line) == _LONGEST_LINE:
                    raise ResultsError(f"{path}: line {number} is longer than any line of ours.")
                yield number, line.removeprefix(_MARK) if number == 1 else line
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read ({error.strerror}).") from None


def _header(path: Path, line: bytes) -> Header:
    """Return the header; its format version is checked first, since keys may differ between versions."""
    where = f"{path}: line 1"
    opening = _decoded(_OPENING, line, where)
    if opening.type != "header":
        raise ResultsError(f"{path}: does not begin with a header; it is not a results file of this suite.")
    if opening.format != FORMAT:
        raise ResultsError(
            f"{path}: results format {opening.format!r}, written by suite {opening.suite!r}; this suite reads "
            f"format {FORMAT}. Use the version that wrote it, or run again."
        )
    return _decoded(_HEADER, line, where)


def _decoded(decoder: msgspec.json.Decoder[_T], line: bytes, where: str) -> _T:
    """Return the content of a line. Raises `ResultsError`."""
    try:
        return decoder.decode(line)
    except msgspec.ValidationError as error:
        raise ResultsError(f"{where}: {_in_words(error)}") from None
    except UnicodeDecodeError as error:
        raise ResultsError(f"{where} is not UTF-8 ({error.reason}).") from None
    except msgspec.DecodeError as error:
        raise ResultsError(f"{where} is not JSON ({error}).") from None
    except RecursionError:
        raise ResultsError(f"{where} is nested more deeply than any line of ours.") from None


def _is_json(line: bytes) -> bool:
    try:
        msgspec.json.decode(line)
    except ValueError:
        return False
    return True


def _in_words(error: msgspec.ValidationError) -> str:
    """Return the problem with the path of the value before it."""
    problem, _, path = str(error).partition(" - at `$.")
    return f"{path.removesuffix('`')}: {problem}." if path else f"{problem}."


def _check_case(case: CaseResult, cases: Mapping[str, CaseResult], rules: set[str], where: str) -> None:
    if case.id in cases:
        raise ResultsError(f"{where}: case {case.id} stands here twice.")
    unknown = {case.rule, *case.also, *(finding.rule for finding in case.findings)} - rules
    if unknown:
        raise ResultsError(f"{where}: case {case.id} names {min(unknown)}, which is not a rule in the header.")
    if case.judged in _ACCUSING and not case.findings:
        raise ResultsError(f"{where}: case {case.id} is {case.verdict}, but no finding says of what.")
    if case.judged not in _ACCUSING and case.findings:
        raise ResultsError(f"{where}: case {case.id} is {case.verdict}, and yet has findings.")
    if case.verdict in _UNJUDGED and case.cause is None:
        raise ResultsError(f"{where}: case {case.id} is {case.verdict}, but no cause says why.")
    for number, exchange in enumerate(case.exchanges):
        if not is_url(exchange.request.url):
            place = f"exchanges[{number}].request.url"
            raise ResultsError(f"{where}: case {case.id}: {place}: {exchange.request.url!r} is not a URL.")


def is_url(text: str) -> bool:
    """Whether the URL can be parsed; its content does not matter."""
    try:
        _ = urlsplit(text).port
    except ValueError:
        return False
    return True


def _check_counts(path: Path, results: Results, footer: Footer) -> None:
    """Raise `ResultsError` if the footer's counts or exit code differ from the lines, as after an edit or a loss."""
    for verdict, found in results.counts.items():
        said = footer.counts.get(verdict, "nothing")
        if said != found:
            raise ResultsError(f"{path}: the footer counts {said} {verdict}, the lines {found}: the file is not whole.")
    for verdict, better in _BETTER.items():
        if results.counts[verdict] and footer.exit in better:
            raise ResultsError(f"{path}: the footer says exit {footer.exit}, although a case is {verdict}.")
