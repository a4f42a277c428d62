"""Load the faults that stand in the data beside the rules that they break."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ...catalog.datafile import DataError, check, files_in, suggestion
from ...catalog.model import VIA, Strength
from ...catalog.place import data_root
from ...sandbox.api import conditions_of
from .changes import CALLS, REPLIES, REPLIES_WITH, REQUESTS, SHAPES, change_of_reply
from .kinds import (
    Answers,
    DeliberateFault,
    Ignores,
    Loses,
    Misreads,
    Presents,
    Refuses,
    Renames,
    Spends,
    SpendsLate,
    always,
)
from .predicates import all_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from ...catalog.model import Method
    from .predicates import When

    Table = dict[str, Any]

T = TypeVar("T")
SCHEMA = "fault.schema.json"
OF_CONDITIONS = ("ignores", "renames", "presents", "found")
OF_CODES = ("code", "refuses")


class FaultEntry(NamedTuple):
    """One `fault` table: where it stands, the rule that it breaks, and its content."""

    file: Path
    key: str
    rule: str
    shared: bool
    """Whether it stands beside a rule of several methods; then it applies to those that it fits."""
    content: Table

    def error(self, key: str, problem: str, hint: str = "") -> DataError:
        """Return an error about this key of the entry."""
        return DataError(str(self.file), f"{self.key}.{key}", problem, hint)


@cache
def entries_of(method: str, fixtures: Path | None = None) -> tuple[FaultEntry, ...]:
    """Return the `fault` tables of a method's file in this folder, and of the shared rules that it claims.

    Raises `DataError` if one does not match its schema or is not of exactly one kind.
    """
    fixtures = fixtures or data_root() / "fixtures"
    shared = {path.stem: (path, _toml(path)) for path in files_in(fixtures / "rules")}
    files = {path: _toml(path) for path in files_in(fixtures / "methods")}
    path, content = next((path, content) for path, content in files.items() if content["method"] == method)
    entries = tuple(_entries(path, content, shared))
    for entry in entries:
        _require_valid(entry)
    return entries


def faults_of(method: Method, entries: Iterable[FaultEntry]) -> list[DeliberateFault]:
    """Return the faults of these entries that the method can have, not yet bound to it.

    A fault of a shared rule is left out if the method has not all of its rules and bases. Raises `DataError` if a fault
    names a condition, code, predicate, change, rule or base that does not exist.
    """
    faults = []
    conditions = conditions_of(method)
    for entry in entries:
        _require_known(entry, conditions, method.error_codes)
        for fault in _faults(entry):
            missing = sorted(fault.missing(method))
            if not missing:
                faults.append(fault)
            elif not entry.shared:
                raise entry.error("name", f"{method.name} has no rule or base {missing[0]!r} that can be tested.")
    return faults


def declare_collateral(method: Method, faults: Iterable[DeliberateFault], entries: Iterable[FaultEntry]) -> None:
    """Add to the bound faults of a method what these entries say that they break besides.

    Raises `DataError` if there is no such fault, or no such rule.
    """
    known = {(fault.rule, fault.fault): fault for fault in faults}
    for entry in entries:
        for name in entry.content.get("of", ()):
            fault = known.get((entry.rule, name))
            if fault is None:
                hint = suggestion(name, [fault for rule, fault in known if rule == entry.rule])
                raise entry.error("of", f"{entry.rule} has no fault {name!r}.", hint)
            fault.declare(tuple(entry.content.get("also", ())), entry.content.get("breaks", {}))
            if missing := sorted(fault.missing(method)):
                raise entry.error("breaks", f"{method.name} has no rule {missing[0]!r} that can be tested.")


def _entries(path: Path, content: Table, shared: dict[str, tuple[Path, Table]]) -> Iterator[FaultEntry]:
    """Yield the entries of a method file, and of the shared rules that it claims."""
    for base, fields in content["base"].items():
        yield from _listed(path, f"base.{base}", f"{VIA}{base}", fields)
    for kind, name in (("row", "code"), ("rule", "name")):
        for index, fields in enumerate(content.get(kind, ())):
            if "rule" in fields:
                stem, _, rule = fields["rule"].partition(".")
                file, rules = shared[stem]
                yield from _listed(file, rule, fields[name], rules[rule], shared=True)
            yield from _listed(path, f"{kind}[{index}]", fields[name], fields)


def _listed(file: Path, key: str, rule: str, fields: Table, *, shared: bool = False) -> Iterator[FaultEntry]:
    for index, content in enumerate(fields.get("fault", ())):
        yield FaultEntry(file, f"{key}.fault[{index}]", rule, shared, content)


def _require_valid(entry: FaultEntry) -> None:
    check(entry.content, SCHEMA, f"{entry.file}: {entry.key}")
    kinds = [*KINDS, "shapes", "of"]
    if sum(kind in entry.content for kind in kinds) != 1:
        raise DataError(str(entry.file), entry.key, f"a fault has exactly one of these keys: {', '.join(kinds)}.")


def _require_known(entry: FaultEntry, conditions: Collection[str], codes: Collection[str]) -> None:
    for keys, known, what in ((OF_CONDITIONS, conditions, "condition"), (OF_CODES, codes, "error code")):
        for key in keys:
            name = entry.content.get(key)
            if name is not None and name not in known:
                raise entry.error(key, f"there is no {what} {name!r}.", suggestion(name, known))


def _toml(path: Path) -> Table:
    """Return the content of a file that the catalog has already checked, except its faults."""
    return tomllib.loads(path.read_text(encoding="utf-8-sig"))


def _faults(entry: FaultEntry) -> Iterator[DeliberateFault]:
    """Yield the fault of an entry, or one for each of its shapes; none if it is about other faults."""
    content = entry.content
    if "of" in content:
        return
    common = {
        "rule": entry.rule,
        "also": tuple(content.get("also", ())),
        "strength": Strength(content["strength"]) if "strength" in content else None,
        "breaks": content.get("breaks", {}),
        "bases": tuple(content.get("bases", ())),
        "like": content.get("like", {}),
        "when": _when(entry),
    }
    for shape in content.get("shapes", ()):
        words, change = _named(entry, "shapes", SHAPES, shape)
        name, summary = (content[key].replace("{shape}", said) for key, said in (("name", shape), ("summary", words)))
        yield Answers(fault=name, summary=summary, change=change, **common)
    if "shapes" not in content:
        yield _of_kind(entry, {"fault": content["name"], "summary": content["summary"], **common})


def _of_kind(entry: FaultEntry, common: Table) -> DeliberateFault:
    kind = next(kind for kind in KINDS if kind in entry.content)
    return KINDS[kind](entry, entry.content[kind], common)


def _when(entry: FaultEntry) -> When:
    condition, predicates = entry.content.get("found"), entry.content.get("when", ())
    try:
        holds = all_of(predicates) if predicates else always
    except ValueError as error:
        raise entry.error("when", str(error)) from None
    if condition is None:
        return holds
    return lambda context: context.condition == condition and holds(context)


def _change(entry: FaultEntry, change: str | Table) -> Callable[[Any], Any]:
    try:
        return change_of_reply(change)
    except KeyError as error:
        name = str(error.args[0])
        hint = suggestion(name, {*REPLIES, *REPLIES_WITH})
        raise entry.error("answers", f"there is no change {name!r}.", hint) from None


def _named(entry: FaultEntry, key: str, known: dict[str, T], name: str) -> T:
    if name not in known:
        raise entry.error(key, f"there is no {name!r}.", suggestion(name, known))
    return known[name]


KINDS: dict[str, Callable[[FaultEntry, Any, Table], DeliberateFault]] = {
    "ignores": lambda _, condition, common: Ignores(found=condition, **common),
    "renames": lambda entry, condition, common: Renames(found=condition, code=entry.content["code"], **common),
    "refuses": lambda _, code, common: Refuses(code=code, **common),
    "answers": lambda entry, change, common: Answers(change=_change(entry, change), **common),
    "misreads": lambda entry, name, common: Misreads(change=_named(entry, "misreads", CALLS, name), **common),
    "loses": lambda entry, name, common: Loses(change=_named(entry, "loses", REQUESTS, name), **common),
    "presents": lambda _, condition, common: Presents(found=condition, **common),
    "spends": lambda _, how, common: SpendsLate(**common) if how == "late" else Spends(**common),
}
"""The kinds of fault by the key that names them; each takes the entry, the key's value, and the common fields."""
