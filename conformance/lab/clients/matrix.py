"""The kill matrix of client faults: each small client, the rules that must report it, and those that did.

fault      a word that `client.py` understands; empty for the client that conforms
injected   the failures that it is run with; what it does then belongs to the fault
kills      the rule that the fault is for, and further ones that it breaks as well, each declared here
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...audit.client import Command
from ...audit.rules import load_book
from ...audit.runs import Plan, Runs
from ...results.terms import Verdict
from ...sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...audit.rules import AuditBook
    from ...catalog.model import Catalog

CLIENT = Path(__file__).with_name("client.py")
ALWAYS = frozenset({"deprecated-method"})
"""What every client breaks that calls the deprecated method."""
EXCHANGE, ASK = "oauth.access", "apps.permissions.request"
FAILURES = ("server-error", "dropped", "slow", "refused", "unknown-error")
TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class ClientFault:
    """A client with one fault."""

    fault: str
    kills: frozenset[str]
    injected: tuple[str, ...] = ()
    only: str = ""
    """The only method that it calls; empty for both."""
    breaks: frozenset[str] = frozenset()
    """Rules that the fault breaks besides."""
    timeout_s: float = TIMEOUT_S

    @property
    def name(self) -> str:
        """How the matrix calls it."""
        words = [self.fault or "conforming", *(["in", self.only] if self.only else [])]
        return " ".join([*words, *(["with", *self.injected] if self.injected else [])])


def _killed_by(*rules: str) -> frozenset[str]:
    return frozenset(rules)


FAULTS: Sequence[ClientFault] = (
    ClientFault("", frozenset(), only=EXCHANGE),
    ClientFault("", _killed_by("deprecated-method"), only=ASK),
    *(
        ClientFault(name, _killed_by(name))
        for name in (
            *("credentials-in-query", "credentials-twice", "basic-preferred", "charset-superfluous"),
            *("unknown-argument", "scopes-separator", "required-argument-missing", "redirect-uri-mismatch"),
        )
    ),
    *(
        ClientFault(name, _killed_by(name), only=method)
        for method in (EXCHANGE, ASK)
        for name in (
            *("charset-invalid", "charset-missing", "content-type-missing", "content-type-invalid"),
            *("form-unreadable", "array-argument", "argument-name", "one-shot-twice"),
        )
    ),
    ClientFault("json-arguments", _killed_by("json-arguments"), only=ASK),
    *(ClientFault("", frozenset(), (name,)) for name in (*FAILURES, "throttled", "warned", "unknown-field")),
    *(ClientFault("failure-not-success", _killed_by("failure-not-success"), (name,)) for name in FAILURES),
    ClientFault("retry-after", _killed_by("retry-after"), ("throttled",)),
    ClientFault("warning-survived", _killed_by("warning-survived"), ("warned",)),
    ClientFault("field-survived", _killed_by("field-survived"), ("unknown-field",)),
    ClientFault(
        "one-shot-after-warning",
        _killed_by("one-shot-twice"),
        ("warned",),
        breaks=_killed_by("warning-survived"),  # since there is a call more than without the warning
    ),
    ClientFault("breaks", _killed_by("comes-to-end")),
    ClientFault("hangs", _killed_by("comes-to-end"), ("refused",), only=EXCHANGE, timeout_s=1.5),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A client, the rules that reported it, and what is wrong with that; empty if nothing is."""

    fault: ClientFault
    reported: frozenset[str]
    complaint: str


def matrix(catalog: Catalog, faults: Sequence[ClientFault] = FAULTS) -> Iterator[Row]:
    """Run every client and yield its row."""
    book = load_book(catalog)
    with Sandbox(catalog, control=False) as sandbox:
        for fault in faults:
            yield _row(fault, _reported(fault, catalog, book, sandbox))


def unproved(rows: Sequence[Row], book: AuditBook) -> list[str]:
    """Return the names of rules that no client breaks."""
    killing = {name for row in rows for name in row.fault.kills}
    return sorted({rule.name for rule in book.rules} - killing)


def _reported(fault: ClientFault, catalog: Catalog, book: AuditBook, sandbox: Sandbox) -> frozenset[str]:
    """Return the names of the rules by which the client was reported; of its end, if nothing is known of it."""
    words = (sys.executable, str(CLIENT), fault.fault, fault.only)
    plan = Plan(Command(words, {}, fault.timeout_s, quiet=True), fault.injected)
    results = list(Runs(plan, catalog, book, sandbox, lambda _: None).results())
    names = {rule.id: rule.name for rule in book.rules}
    broken = {names[one.rule] for one in results if one.findings}
    if broken or not any(one.verdict is Verdict.INCONCLUSIVE for one in results):
        return frozenset(broken)
    return frozenset({"comes-to-end"})


def _row(fault: ClientFault, reported: frozenset[str]) -> Row:
    wanted = fault.kills | fault.breaks
    missing, more = wanted - reported, reported - wanted - ALWAYS
    complaints = [f"not reported by {', '.join(sorted(missing))}"] if missing else []
    complaints += [f"reported by {', '.join(sorted(more))} without cause"] if more else []
    return Row(fault, reported, " and ".join(complaints))


def prove_clients(catalog: Catalog, faults: Sequence[ClientFault] = FAULTS) -> int:
    """Print the matrix and what is wrong with it; return 0 if nothing is."""
    rows = []
    width = max(len(fault.name) for fault in faults)
    for row in matrix(catalog, faults):
        rows.append(row)
        said = ", ".join(sorted(row.reported)) or "nothing"
        sys.stdout.write(f"{row.fault.name:<{width}}  {said}{f'  <- {row.complaint}' if row.complaint else ''}\n")
    complaints = [f"{row.fault.name} is {row.complaint}." for row in rows if row.complaint]
    if faults is FAULTS:
        complaints += [f"No client breaks {name}." for name in unproved(rows, load_book(catalog))]
    sys.stdout.writelines(f"{complaint}\n" for complaint in complaints)
    killed = sum(bool(row.fault.kills) and not row.complaint for row in rows)
    faulty = sum(bool(row.fault.kills) for row in rows)
    sys.stdout.write(
        f"{killed} of {faulty} faulty clients are reported by the right rule; {len(complaints)} complaints\n"
    )
    return 1 if complaints else 0
