"""Build the cases of a method from its data; `load` reads everything else, which is all that a sandbox needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .clients import unlike
from .datafile import DataError, suggestion
from .edits import read_edit
from .edits.orders import Then
from .edits.rest import Replay
from .members import CLASSES
from .model import OK, Case, Evidence, Gate, RuleKind, Strength
from .values import HEALTHY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from .edits.edit import Edit
    from .model import Argument, Base, LedgerRow, Rule, State

    Table = dict[str, Any]
    Claim = tuple[str, Rule, list[Table]]
    """A rule, with its position in the file and its cases."""


@dataclass
class CaseBuilder:
    """Builds the cases of one method, whose rules are known; every error names the file and the key."""

    path: Path
    name: str
    arguments: Mapping[str, Argument]
    bases: Mapping[str, Base]
    rules: Mapping[str, Rule]
    states: Mapping[str, State]
    ledger: Mapping[str, LedgerRow]

    def cases(self, claims: Sequence[Claim]) -> dict[str, Case]:
        """Return every case by its id."""
        errors = {rule.name for rule in self.rules.values() if rule.kind is RuleKind.ERROR}
        self.documented = frozenset({OK, *errors})
        cases: dict[str, Case] = {}
        for key, rule, entries in claims:
            for row in rule.ledger:
                self._ledger_row(f"{key}.ledger", row)
            if not entries and not rule.untestable and not _proved_elsewhere(rule, claims):
                raise self._error(key, "neither a case nor 'untestable' with its reason.")
            shared = sum("shared" in entry for entry in entries)  # they come first, and stand in another file
            for index, entry in enumerate(entries):
                at = f"{key}.rule" if index < shared else f"{key}.case[{index - shared}]"
                for one in self._by_every_base(at, entry):
                    case = self._case(at, rule, one)
                    if case.id in cases:
                        raise self._error(f"{at}.id", f"{case.id} is here twice.")
                    cases[case.id] = case
        return cases

    def _by_every_base(self, key: str, entry: Table) -> Iterator[Table]:
        """Yield the entry, and a copy for each further base that it names."""
        yield entry
        name = _WAY.sub("", entry["id"])
        for base in entry.get("also_by", ()):
            if base in self.bases:
                yield {**entry, "id": f"{name}-by-{base.removeprefix('post-')}", "base": base, "copy": True}
            elif "shared" not in entry:
                hint = suggestion(base, self.bases)
                raise self._error(f"{key}.also_by", f"{self.name} has no base {base!r}.", hint)

    def _case(self, key: str, rule: Rule, entry: Table) -> Case:
        if entry["base"] not in self.bases:
            hint = suggestion(entry["base"], self.bases)
            wanted = f", which the rule's case {entry['id']!r} needs" if "shared" in entry else ""
            raise self._error(f"{key}.base", f"{self.name} has no base {entry['base']!r}{wanted}.", hint)
        edit = read_edit(*next(iter(entry["edit"].items()))) if "edit" in entry else None
        for value in edit.classes if edit is not None else ():
            if value.like not in CLASSES:
                hint = suggestion(value.like, CLASSES)
                raise self._error(f"{key}.edit", f"no class of values {value.like!r}.", hint)
        if isinstance(edit, Replay):
            edit = replace(edit, unlike=unlike(edit, self.bases[entry["base"]], self.arguments))
        if isinstance(edit, Then) and edit.base and edit.base not in self.bases:
            hint = suggestion(edit.base, self.bases)
            raise self._error(f"{key}.edit", f"{self.name} has no base {edit.base!r}.", hint)
        own_accept = "accept" in entry
        ledger = [*([] if own_accept else rule.ledger), *entry.get("ledger", ())]
        readings = {
            code: (row, reading)
            for row in ledger
            for reading, codes in self._ledger_row(f"{key}.ledger", row).readings.items()
            for code in codes
        }
        accept: set[str] = set()
        for outcome in (*(entry["accept"] if own_accept else rule.accept), *readings):
            accept |= self.documented if outcome == "documented" else {outcome}
        also = []
        for name in entry.get("also", ()):
            if name not in self.rules:
                raise self._error(f"{key}.also", f"no rule {name!r}.", suggestion(name, self.rules))
            also.append(self.rules[name])
        if OK in accept:
            # Whatever a request proves, its success has the form that the page promises.
            shapes = (other for other in self.rules.values() if other.check == "success-shape")
            also += [other for other in shapes if other not in (rule, *also)]
        silent = entry.get("silent", False)
        warned = rule.kind is RuleKind.WARNING and not silent
        return Case(
            id=f"{self.name}.{rule.name}.{entry['id']}",
            method=self.name,
            rule=rule,
            base=self.bases[entry["base"]],
            edit=edit,
            accept=frozenset(accept),
            strength=Strength(entry.get("strength", rule.strength)),
            gate=Gate(entry.get("gate", "ok")),
            evidence=self._evidence(key, entry, edit),
            world=entry.get("world", HEALTHY),
            warning=rule.name if warned else None,
            silent=silent,
            also=tuple(also),
            readings=readings,
            ledger=tuple(self.ledger[row] for row in dict.fromkeys(ledger)),
            note=entry.get("note", ""),
            instead=entry.get("instead", ""),
            why=entry.get("why", ""),
            is_copy=entry.get("copy", False),
        )

    def _evidence(self, key: str, entry: Table, edit: Edit | None) -> Evidence:
        """Derive the evidence class from the states that the case needs."""
        names = [entry["world"]] if "world" in entry else []
        if edit is not None:
            names += [*filter(None, [edit.state]), *edit.borrows]
        for name in [*names, *filter(None, [entry.get("instead")])]:
            if name not in self.states:
                hint = suggestion(name, self.states)
                raise self._error(key, f"states.toml has no state {name!r}.", hint)
        if names:
            return max((self.states[name].evidence for name in names), key=list(Evidence).index)
        return Evidence.STATE if edit is not None and edit.wait else Evidence.REQUEST

    def _ledger_row(self, key: str, row: str) -> LedgerRow:
        if row not in self.ledger:
            raise self._error(key, f"ledger.toml has no row {row!r}.", suggestion(row, self.ledger))
        return self.ledger[row]

    def _error(self, key: str, problem: str, hint: str = "") -> DataError:
        return DataError(str(self.path), key, problem, hint)


_WAY = re.compile("-by-[a-z-]+$|-in-the-query$")
"""What in a case's id says how its request is sent."""


def _proved_elsewhere(rule: Rule, claims: Sequence[Claim]) -> bool:
    return any(rule.name in case.get("also", ()) for _, _, cases in claims for case in cases)
