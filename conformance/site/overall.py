"""What is known once every file was read: the implementations, and the rules and ledger of the newest run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..results.terms import TargetKind
from .model import RuleEntry
from .names import FileNames
from .ranking import Group, compared, disagreements, group_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ..results.model import Header, LedgerRecord, RuleRecord
    from .model import Implementation
    from .ranking import Disagreement


@dataclass(frozen=True, slots=True)
class Side:
    """The implementations of one kind beside each other."""

    kind: TargetKind
    tested: tuple[Implementation, ...]
    groups: Mapping[Group, tuple[RuleEntry, ...]]
    """The rules in each group that has any, in the order of the groups."""
    disagreements: tuple[Disagreement, ...]


@dataclass
class Overall:
    """Everything that the pages over several implementations need."""

    implementations: list[Implementation] = field(default_factory=list)
    ledger: Mapping[str, LedgerRecord] = field(default_factory=dict)
    rules: dict[str, RuleRecord] = field(default_factory=dict)
    _newest: datetime | None = None
    _wordings: dict[RuleRecord, list[str]] = field(default_factory=dict)
    """Every wording of a rule, kept once, with the implementations that were judged by it."""

    def note(self, name: str, header: Header, started: datetime) -> None:
        """Note by which rules an implementation was judged."""
        for rule in header.rules:
            self._wordings.setdefault(rule, []).append(name)
        if self._newest is None or started > self._newest:
            self._newest, self.ledger = started, header.ledger
            newest = {rule.id: rule for rule in header.rules}
            self.rules = newest | {name: rule for name, rule in self.rules.items() if name not in newest}
        else:
            for rule in header.rules:
                self.rules.setdefault(rule.id, rule)

    def entries(self) -> Mapping[str, RuleEntry]:
        """Return each rule with how the implementations stand on it, in the order of the pages."""
        kinds = {kind: self.of_kind(kind) for kind in (TargetKind.MOCK, TargetKind.REAL) if self.of_kind(kind)}
        names = FileNames()
        otherwise: dict[str, list[str]] = {}
        for rule, those in self._wordings.items():
            if rule != self.rules[rule.id]:
                otherwise.setdefault(rule.id, []).extend(those)
        return {
            name: RuleEntry(
                rule,
                f"rules/{names.name(name)}.html",
                tuple(otherwise.get(name, ())),
                {kind: compared(name, some) for kind, some in kinds.items()},
            )
            for name, rule in self.rules.items()
        }

    def of_kind(self, kind: TargetKind) -> list[Implementation]:
        """Return the implementations of this kind of which anything is known, by name."""
        return [one for one in self.implementations if one.kind is kind and one.tested]

    def sides(self, entries: Mapping[str, RuleEntry]) -> tuple[Side, ...]:
        """Return mocks and real services, each beside their own kind."""
        found = []
        for kind in (TargetKind.MOCK, TargetKind.REAL):
            if tested := self.of_kind(kind):
                groups: dict[Group, list[RuleEntry]] = {group: [] for group in Group}
                for entry in entries.values():
                    groups[group_of(entry.kinds[kind])].append(entry)
                some = {group: tuple(those) for group, those in groups.items() if those}
                found.append(Side(kind, tuple(tested), some, disagreements(self.ledger, tested)))
        return tuple(found)
