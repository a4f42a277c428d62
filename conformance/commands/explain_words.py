"""Explain the words of our reports for `slack-conformance explain`: verdicts, findings, causes, exit codes."""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING

from ..judge.words import way
from ..lab.deviations import all_deviations
from ..lab.variants.registry import all_choices
from ..results.terms import Code, Kind, Verdict
from ..results.words import FINDINGS, NEEDS, counted
from ..run.outcome import Exit
from ..sandbox.injections import INJECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from enum import Enum

    from ..catalog.model import Catalog

_WIDTH = 100
_CONDITION = "a condition: what the sandbox found wrong with a request"


def reported(catalog: Catalog) -> dict[str, Callable[[], Iterator[str]]]:
    """Return what explains each word of a report; a word with two meanings has both."""
    found: dict[str, list[Callable[[], Iterator[str]]]] = {}
    for base in dict.fromkeys(base for method in catalog.methods.values() for base in method.bases):
        found.setdefault(base, []).append(partial(_base, base, catalog))
    for verdict, text in _VERDICTS.items():
        found.setdefault(str(verdict), []).append(partial(_entry, verdict, "a verdict", [("", text)]))
    for finding in Code:
        found.setdefault(str(finding), []).append(partial(_finding, finding))
    meanings = meanings_of(Kind)
    for kind in Kind:
        found.setdefault(str(kind), []).append(partial(_cause, kind, meanings[kind.name]))
    for number, text in meanings_of(Exit).items():
        code = str(int(Exit[number]))
        parts = [("", text), *([("next", _NEXT[Exit[number]])] if Exit[number] in _NEXT else [])]
        found.setdefault(code, []).append(partial(_entry, code, "an exit code", parts))
    for method in catalog.methods.values():
        for rule in method.rules:
            for condition in rule.conditions:
                parts = [("", f"{method.name} answers it with {rule.code or rule.name}."), ("rule", rule.id)]
                found.setdefault(condition, []).append(partial(_entry, condition, _CONDITION, parts))
    for name, injection in INJECTIONS.items():
        parts = [("", str(injection.__doc__))]
        found.setdefault(name, []).append(partial(_entry, name, "a failure that a test of an app can ask for", parts))
    return {name: partial(joined, each) for name, each in found.items()}


def sandboxes(catalog: Catalog) -> dict[str, Callable[[], Iterator[str]]]:
    """Return what explains each fault and variant of the sandbox; loading the faults takes a moment."""
    found: dict[str, Callable[[], Iterator[str]]] = {}
    for name, fault in all_deviations(catalog).items():
        parts = [("", fault.summary), ("breaks", ", ".join(fault.rules))]
        parts.append(("see it", f"slack-conformance serve --deviate {name}"))
        found[name] = partial(_entry, name, "a deliberate fault of the sandbox", parts)
    for choice in all_choices(catalog):
        row, reading = choice.reading or ("", "")
        parts = [("about", catalog.ledger[row].title if row else choice.topic)]
        parts += [("reading", f"{row} {reading}")] if row else []
        parts.append(("see it", f"slack-conformance serve --variant {choice.name}"))
        found[choice.name] = partial(_entry, choice.name, "a variant of the sandbox, which conforms too", parts)
    return found


@cache
def meanings_of(enum: type[Enum]) -> dict[str, str]:
    """Return the text below each member in the source, by the name of the member."""
    (made,) = ast.parse(textwrap.dedent(inspect.getsource(enum))).body
    body = made.body if isinstance(made, ast.ClassDef) else []
    return {
        member.targets[0].id: " ".join(text.value.value.split())
        for member, text in pairwise(body)
        if isinstance(member, ast.Assign)
        and isinstance(member.targets[0], ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


_VERDICTS = {
    Verdict.PASS: "The case got an accepted outcome: the one that the page names, or that of another reading.",
    Verdict.WARN: "The case broke a rule on which no FAIL may rest. Look at it; with --strict it fails the run.",
    Verdict.FAIL: "The case broke a rule of the page. Fix the target, dispute the reading, or accept it in a baseline.",
    Verdict.INCONCLUSIVE: "The case could not be tried, or showed nothing either way. What helps stands under 'needs'.",
    Verdict.NOT_APPLICABLE: "The profile rules the case out, by name and with a reason.",
    Verdict.KNOWN: "A FAIL that the baseline accepts for now. Fix it before the entry expires.",
    Verdict.NEW: "The case is newer than the edition of the run and gates nothing; reports say what it will be.",
    Verdict.ENGINE: "The suite itself failed. Please report it.",
}


_NEXT = {
    Exit.SECRET: "Look at the file that the output names, revoke the secret, and report how it got there.",
    Exit.ENGINE: "If the output speaks of the disk or of permissions, correct that; otherwise report it.",
    Exit.INTERRUPTED: "Run again: an interrupted run proves nothing about the cases that it did not reach.",
    Exit.USAGE: "Follow the message: it names the option, or the file with its line.",
    Exit.NO_TESTS: "Select cases that there are: slack-conformance list cases.",
    Exit.FAIL: "Start with the first problem in reports/conformance.html; a baseline accepts it for now.",
    Exit.BASELINE: "slack-conformance baseline RESULTS --file BASELINE brings the file up to date.",
    Exit.INCONCLUSIVE: "'What to do next' in reports/conformance.html says which values would let more cases run.",
}
"""What to do after each exit code but 0."""


def joined(each: list[Callable[[], Iterator[str]]]) -> Iterator[str]:
    """Yield what explains a word that has several meanings, one after the other."""
    for index, one in enumerate(each):
        if index:
            yield ""
        yield from one()


def _finding(code: Code) -> Iterator[str]:
    said = FINDINGS[code]
    consequence = said.consequence.format(name="of that code")
    parts = [("", f"What happened: the request {said.phrase}."), ("means", consequence)]
    yield from _entry(code, "a finding: how a rule was broken", parts)


def _cause(kind: Kind, meaning: str) -> Iterator[str]:
    parts = [("", meaning), *([("helps", NEEDS[kind])] if kind in NEEDS else [])]
    yield from _entry(kind, "a cause: why a case is INCONCLUSIVE", parts)


def _base(name: str, catalog: Catalog) -> Iterator[str]:
    yield f"{name}  (a base: a documented way to send a request, to which a case makes one edit)"
    for method in catalog.methods.values():
        if name in method.bases:
            base = method.bases[name]
            count = sum(case.base.name == name for case in method.cases)
            promised = "must succeed" if base.promised else "may be refused"
            yield from _wrapped("sent", f"{method.name}: {way(base)}; {promised}; base of {counted(count, 'case')}")


def _entry(name: str, what: str, parts: list[tuple[str, str]]) -> Iterator[str]:
    yield f"{name}  ({what})"
    for label, text in parts:
        yield from _wrapped(label, text)


def _wrapped(label: str, text: str) -> Iterator[str]:
    first, indent = (f"  {label:<9} ", " " * 12) if label else ("  ", "  ")
    if label == "see it":
        yield f"{first}{text}"  # a command, to be copied
        return
    yield from textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)
