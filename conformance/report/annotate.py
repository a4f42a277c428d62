"""Mark each sentence in the user's copy of a page with the standing of its rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..catalog.model import RuleKind
from ..catalog.page import read_page
from .marking import parts
from .standing import RuleStanding, RuleVerdict, standings, worst

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..catalog.model import Catalog, Method
    from ..results.io import Results
    from .marking import Part


class UnknownPageError(ValueError):
    """The text is not one of the pages that the suite knows."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the page and the rules that rest on it; `unclaimed` if it should have rules and has none."""

    text: str
    rules: tuple[RuleStanding, ...] = ()
    unclaimed: bool = False

    @property
    def standing(self) -> RuleVerdict | None:
        """The worst standing of the rules, or `None` without rules."""
        return worst(self.rules) if self.rules else None

    @property
    def leads_to(self) -> str:
        """The id of the first rule with the worst standing."""
        return next(one.rule.id for one in self.rules if one.standing is self.standing)


@dataclass(frozen=True, slots=True)
class Passage:
    """A line, row or argument: its parts, and all rules that rest on any of them."""

    stretches: tuple[Stretch, ...]
    notes: tuple[RuleStanding, ...]


@dataclass(frozen=True, slots=True)
class Annotated:
    """One page with its passages in order."""

    method: str
    title: str
    passages: tuple[Passage, ...]

    @property
    def counts(self) -> Mapping[RuleVerdict, int]:
        """The number of sentences with each standing, the worst first."""
        return _counted(self._stretches())

    @property
    def unclaimed(self) -> tuple[str, ...]:
        """The sentences without a rule that are not marked as free of requirements."""
        return tuple(one.text for one in self._stretches() if one.unclaimed)

    def _stretches(self) -> Iterator[Stretch]:
        return (stretch for passage in self.passages for stretch in passage.stretches)


def annotated(title: str, text: str, results: Results, catalog: Catalog) -> Annotated:
    """Return the page with its sentences marked. Raises `UnknownPageError` if it is not the page of a known method."""
    codes = {rule.name for rule in catalog.rules if rule.kind is not RuleKind.STATEMENT}
    found = {name: read_page(text, codes, method.arguments) for name, method in catalog.methods.items()}
    method = max(catalog.methods.values(), key=lambda one: len(_claimed(one) & found[one.name].hashes()))
    page = found[method.name]
    if not _claimed(method) & {row.sha256 for row in page.rows}:
        raise UnknownPageError
    marker = _Marker(method, results)
    return Annotated(method.name, title, tuple(marker.passage(part) for part in parts(text, page)))


def _claimed(method: Method) -> set[str | None]:
    return {rule.sha256 for rule in method.rules}


class _Marker:
    """Maps the sentences of one method's page to rules and their standings."""

    def __init__(self, method: Method, results: Results) -> None:
        of_rule = {entry.rule.id: entry for entry in standings(results)}
        self._by_hash: dict[str, list[RuleStanding]] = {}
        self._by_place: dict[str, list[RuleStanding]] = {}
        for rule in method.rules:
            entry = of_rule.get(rule.id)
            if entry is not None and rule.sha256 is not None:
                self._by_hash.setdefault(rule.sha256, []).append(entry)
            if entry is not None:
                self._by_place.setdefault(rule.place, []).append(entry)
        names = {rule.name: of_rule[rule.id] for rule in method.rules if rule.id in of_rule}
        # An argument's rules are also the rows that say what its misuse is called.
        for argument in method.arguments.values():
            misuse = [names[code] for code in argument.codes.values() if code in names]
            self._by_place.setdefault(argument.place, []).extend(misuse)
        self._known = _claimed(method) | {argument.sha256 for argument in method.arguments.values()}
        self._plain = method.irrelevant.keys()

    def passage(self, part: Part) -> Passage:
        whole = self._by_hash.get(part.sha256, [])
        beside = [*whole, *self._by_place.get(part.place, [])] if part.place else []
        is_known = part.sha256 in self._known
        stretches = []
        for piece in part.pieces:
            rules = [*whole, *self._by_hash.get(piece.sha256, [])] or (beside if is_known else [])
            if not piece.text.strip():
                rules = []
            settled = is_known or piece.sha256 in self._known or piece.sha256 in self._plain
            is_sentence = bool(piece.sha256) and any(map(str.isalnum, piece.text))
            stretches.append(Stretch(piece.text, _unique(rules), unclaimed=is_sentence and not settled))
        inner = [rule for stretch in stretches for rule in stretch.rules]
        return Passage(tuple(stretches), _unique([*beside, *inner]))


def _unique(rules: Sequence[RuleStanding]) -> tuple[RuleStanding, ...]:
    return tuple({entry.rule.id: entry for entry in rules}.values())


def _counted(stretches: Iterator[Stretch]) -> Mapping[RuleVerdict, int]:
    counted = Counter(stretch.standing for stretch in stretches if stretch.rules)
    return {standing: counted[standing] for standing in RuleVerdict if counted[standing]}
