"""A finding as a sentence for people: "`colour` left out: accepted, should be refused with `bad_colour`".

Before the colon stands how the request differs from one that succeeds, after it what came and what should have come.
Names are in backticks, for each report to show in its own way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from ..catalog.model import GATEWAY, OK
from ..results.terms import Code
from ..results.words import FINDINGS
from .fault_kinds import named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..results.model import CaseResult, Finding

_SUBJECTS = (
    (r"without argument (\S+)", r"`\1` left out"),
    (r"without the header (\S+)", r"header `\1` left out"),
    (r"without any credentials", "no credentials"),
    (r"argument (\S+) = ['\"]{2}", r"`\1` empty"),
    (r"argument (\S+) = ['\"]?(.+?)['\"]?", r"`\1` is `\2`"),
    (r"one more argument (\S+) = (.+)", r"extra argument `\1`"),
    (r"argument (\S+) is called (\S+)", r"`\1` named `\2`"),
    (r"argument (\S+) (.+)", r"`\1` \2"),
    (r"(Content-Type): (.+)", r"`\1: \2`"),
    (r"the same request in the state (\S+)", r"in the state `\1`"),
)
"""Edits, as a run words them, and how they begin a sentence; any other stays as it is."""

OUTCOME = frozenset({Code.NOT_REFUSED, Code.WRONG_CODE, Code.UNDOCUMENTED_CODE, Code.REFUSED})
"""Findings about the outcome: something else was accepted or refused than the documentation says."""

OF_CLIENT = frozenset({Code.SENT, Code.NOT_COPED})
"""Findings of an audit, which say by themselves what the client does."""

_LONGEST = 90
"""The most characters of an edit or of an answer in a sentence."""


class Row(Protocol):
    """As much of a ledger row as orders outcomes."""

    @property
    def readings(self) -> Mapping[str, tuple[str, ...]]:
        """The outcomes of each reading."""

    @property
    def preferred(self) -> str:
        """The reading that we prefer."""


def sentence(case: CaseResult, finding: Finding, ledger: Mapping[str, Row]) -> str:
    """Return the finding as a sentence."""
    if finding.code in OF_CLIENT:
        return f"{finding.got[:1].upper()}{_plainly(finding.got[1:])}"
    clause = _CLAUSES.get(finding.code, _plain)(case, finding, outcomes(case, ledger))
    return f"{subject(case)}: {clause}"


def subject(case: CaseResult) -> str:
    """Return how the request differs from one that succeeds, as the beginning of a sentence."""
    if case.edit is None:
        return f"Request by `{case.base}`"
    text = _short(case.edit_text.replace("`", "'"))
    for pattern, words in _SUBJECTS:
        found = re.fullmatch(pattern, text)
        if found:
            text = found.expand(words)
            break
    return text if text.startswith("`") else f"{text[:1].upper()}{text[1:]}"


def outcomes(case: CaseResult, ledger: Mapping[str, Row]) -> tuple[str, ...]:
    """Return the accepted outcomes: the documented one first, then those of the readings that we prefer."""
    cited = set(re.findall(r"[\w-]+", case.expected))
    rows = [row for name, row in ledger.items() if name in cited]
    preferred = {code for row in rows for code in row.readings.get(row.preferred, ())}
    own = case.expected.partition(" (also accepted")[0]
    own = "" if " by reading " in own else own

    def rank(outcome: str) -> tuple[bool, bool, bool, bool, str]:
        documented = outcome == case.rule_name or (case.edit is None and outcome == OK)
        plainly = own.startswith("ok:true") if outcome == OK else f'"{outcome}"' in own
        return not documented, not plainly, outcome not in preferred, outcome != OK, outcome

    return tuple(sorted(case.accept, key=rank))


def in_words(outcome: str) -> str:
    """Return an outcome as what happened to the request."""
    if outcome == OK:
        return "accepted"
    if outcome.startswith(GATEWAY):
        return f"refused by a gateway with HTTP {outcome.removeprefix(GATEWAY)}"
    return {Code.NO_ANSWER.value: "not answered", Code.UNREADABLE.value: "answered unreadably"}.get(
        outcome, f"refused with {named(outcome)}"
    )


def _outcome(case: CaseResult, finding: Finding, accepted: tuple[str, ...]) -> str:
    del finding
    return f"{in_words(case.observed or '')}, {_should(accepted)}"


def _unreadable(case: CaseResult, finding: Finding, accepted: tuple[str, ...]) -> str:
    del case
    why = re.sub(r"^(?:HTTP \d+, )?(?:an answer that cannot be read|no answer): ", "", finding.got)
    what = "no answer" if finding.code == Code.NO_ANSWER else "the answer cannot be read"
    return f"{what} ({_short(why).replace('`', chr(39))}), {_should(accepted)}"


def _should(accepted: tuple[str, ...]) -> str:
    return f"should be {in_words(accepted[0])}" if accepted else "should be as documented"


def _fixed(words: str) -> Callable[[CaseResult, Finding, tuple[str, ...]], str]:
    """Return a clause that inserts what the finding expected and got."""
    return lambda _case, finding, _accepted: words.format(
        expected=_plainly(finding.expected), got=_plainly(finding.got)
    )


def _plain(case: CaseResult, finding: Finding, accepted: tuple[str, ...]) -> str:
    del case, accepted
    return f"{FINDINGS[finding.code].phrase} (expected {_plainly(finding.expected)}, got {_plainly(finding.got)})"


def _plainly(text: str) -> str:
    """Return a text of a finding, its names in backticks instead of double quotes."""
    return re.sub(r'"([^"]*)"', r"`\1`", _short(text.replace("`", "'")))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


_CLAUSES: Mapping[Code, Callable[[CaseResult, Finding, tuple[str, ...]], str]] = {
    **dict.fromkeys(OUTCOME, _outcome),
    Code.UNREADABLE: _unreadable,
    Code.NO_ANSWER: _unreadable,
    Code.WARNING_MISSING: _fixed("the {expected} is missing"),
    Code.WARNING_UNEXPECTED: _fixed("a warning that is not due: {got}"),
    Code.RETRY_AFTER_MISSING: _fixed("the `Retry-After` header is missing"),
    Code.RETRY_AFTER_UNREADABLE: _fixed("the `Retry-After` header cannot be used: {got}"),
    Code.STATUS: _fixed("the status is {got}, should be {expected}"),
    Code.MEDIA_TYPE: _fixed("the `Content-Type` is {got}, should be {expected}"),
}
