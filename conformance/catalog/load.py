"""Load the data files into a catalog; shared rules are instantiated for every method whose page claims them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from .clients import REAL_CLIENTS, read_clients, unlike
from .datafile import DataError, files_in, read_toml, suggestion
from .edits import Replay, Then, read_edit
from .members import CLASSES
from .model import (
    HEALTHY,
    OK,
    VIA,
    Argument,
    Base,
    Case,
    Catalog,
    Concern,
    Evidence,
    Gate,
    LedgerRow,
    Method,
    Rule,
    RuleKind,
    State,
    Strength,
)
from .place import data_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from .model import Edit

Table = dict[str, Any]


@cache
def load_catalog(root: Path | None = None) -> Catalog:
    """Return the catalog of the `fixtures/` folder under `root`, by default the package's own.

    Raises `DataError`, naming file and key, if a file does not match its schema or refers to something unknown.
    """
    fixtures = (root or data_root()) / "fixtures"
    states = _states(fixtures / "states.toml")
    ledger = _ledger(fixtures / "ledger.toml")
    shared = {path.stem: read_toml(path, "rules.schema.json") for path in files_in(fixtures / "rules")}
    clients = read_clients(fixtures / "clients")
    methods = [_Builder(path, shared, states, ledger, clients).method() for path in files_in(fixtures / "methods")]
    if not methods:
        raise DataError(str(fixtures / "methods"), "", "no methods were found.", "Install slack-conformance again.")
    digest = hashlib.sha256()
    for path in files_in(fixtures, "**/*.toml"):
        digest.update(path.read_bytes())
    return Catalog({method.name: method for method in methods}, states, ledger, digest.hexdigest())


def _states(path: Path) -> dict[str, State]:
    return {
        name: State(
            name,
            entry["fact"],
            Evidence(entry["evidence"]),
            tuple(entry.get("gives", ())),
            tuple(entry.get("along", ())),
        )
        for name, entry in read_toml(path, "states.schema.json").items()
    }


def _ledger(path: Path) -> dict[str, LedgerRow]:
    rows = {}
    for name, entry in read_toml(path, "ledger.schema.json").items():
        if entry["preferred"] not in entry["readings"]:
            hint = suggestion(entry["preferred"], entry["readings"])
            raise DataError(
                str(path), f"{name}.preferred", f"{entry['preferred']!r} is not a reading of this row.", hint
            )
        readings = {reading: tuple(codes) for reading, codes in entry["readings"].items()}
        rows[name] = LedgerRow(
            name, entry["title"], tuple(entry["places"]), readings, entry["preferred"], entry["because"]
        )
    return rows


@dataclass
class _Builder:
    """Builds one method from its file; every error names the file and the key."""

    path: Path
    shared: Mapping[str, Table]
    states: Mapping[str, State]
    ledger: Mapping[str, LedgerRow]
    clients: Mapping[str, list[Table]]

    def method(self) -> Method:
        content = read_toml(self.path, "method.schema.json")
        self.name = content["method"]
        self.arguments = {name: _argument(name, entry) for name, entry in content["argument"].items()}
        self.bases = {name: _base(name, entry) for name, entry in content["base"].items()}
        claims = list(self._claims(content))
        self.rules = {rule.name: rule for _, rule, _ in claims}
        if len(self.rules) != len(claims):
            names = [rule.name for _, rule, _ in claims]
            twice = next(name for name in names if names.count(name) > 1)
            raise self._error(twice, "this rule is here twice.")
        errors = {rule.name for rule in self.rules.values() if rule.kind is RuleKind.ERROR}
        self.documented = frozenset({OK, *errors})
        cases: dict[str, Case] = {}
        for key, rule, entries in claims:
            if not entries and not rule.untestable and not self._proved_elsewhere(rule, claims):
                raise self._error(key, "neither a case nor 'untestable' with its reason.")
            shared = sum("shared" in entry for entry in entries)  # they come first, and stand in another file
            for index, entry in enumerate(entries):
                at = f"{key}.rule" if index < shared else f"{key}.case[{index - shared}]"
                for one in self._by_every_base(at, entry):
                    case = self._case(at, rule, one)
                    if case.id in cases:
                        raise self._error(f"{at}.id", f"{case.id} is here twice.")
                    cases[case.id] = case
        return Method(
            name=self.name,
            page=content["page"],
            title=content["title"],
            tier=content["tier"],
            success_schema=content["success"],
            failure_schema=content["failure"],
            arguments=self.arguments,
            bases=self.bases,
            rules=tuple(self.rules.values()),
            cases=tuple(cases.values()),
            effect=content.get("effect", {"kind": "none"}),
            irrelevant={digest: entry["place"] for entry in content.get("prose", ()) for digest in entry["sha256"]},
            address=content.get("archive", content.get("address", "")),
        )

    def _claims(self, content: Table) -> Iterator[tuple[str, Rule, list[Table]]]:
        """Yield every rule with its position in the file and its cases: bases first, then rows and statements."""
        statements = [self._with_shared(f"rule[{at}]", entry) for at, entry in enumerate(content.get("rule", []))]
        on_success = [fields["name"] for fields in statements if fields.get("check") in _CHECKED_ON_SUCCESS]
        for name, entry in content["base"].items():
            if not self.bases[name].promised:
                continue
            fields = {"concern": "success", "strength": "must", "accept": [OK], **entry}
            case = {"id": "accepted", "base": name, "also": on_success}
            yield f"base.{name}", self._rule(f"base.{name}", f"{VIA}{name}", RuleKind.STATEMENT, fields), [case]
        for index, entry in enumerate(content["row"]):
            key, fields = f"row[{index}]", self._with_shared(f"row[{index}]", entry)
            kind = RuleKind(fields.get("kind", "error"))
            if kind is RuleKind.ERROR:
                fields.setdefault("accept", [entry["code"]])
            else:
                fields.setdefault("accept", ["documented"])
                fields.setdefault("check", "warning")
            yield key, self._rule(key, entry["code"], kind, fields), fields.get("case", [])
        for index, fields in enumerate(statements):
            key, name = f"rule[{index}]", fields["name"]
            replays = self.clients.get(self.name, []) if name == REAL_CLIENTS else []
            yield key, self._rule(key, name, RuleKind.STATEMENT, fields), [*fields.get("case", []), *replays]

    def _with_shared(self, key: str, entry: Table) -> Table:
        """Return the entry merged with the shared rule that it claims; its own keys win, its cases come last.

        A case of the shared rule has the rule's name under the key `shared`.
        """
        if "rule" not in entry:
            return dict(entry)
        file, _, name = entry["rule"].partition(".")
        if name not in self.shared.get(file, {}):
            known = [f"{file}.{rule}" for file, rules in self.shared.items() for rule in rules]
            raise self._error(f"{key}.rule", f"no shared rule {entry['rule']!r}.", suggestion(entry["rule"], known))
        rule = self.shared[file][name]
        shared = [{**case, "shared": entry["rule"]} for case in rule.get("case", [])]
        return {**rule, **entry, "case": [*shared, *entry.get("case", [])]}

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

    def _rule(self, key: str, name: str, kind: RuleKind, fields: Table) -> Rule:
        for row in fields.get("ledger", ()):
            self._ledger_row(f"{key}.ledger", row)
        return Rule(
            id=f"{self.name}.{name}",
            method=self.name,
            name=name,
            kind=kind,
            strength=Strength(fields["strength"]),
            concern=Concern(fields["concern"]),
            place=fields["place"],
            summary=fields["summary"],
            sha256=fields.get("sha256"),
            hidden=fields.get("hidden", False),
            check=fields.get("check", "outcome"),
            accept=tuple(fields.get("accept", [OK])),
            ledger=tuple(fields.get("ledger", ())),
            untestable=fields.get("untestable"),
            source=fields.get("source", ""),
            conditions=tuple(fields.get("conditions", ())),
        )

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

    def _proved_elsewhere(self, rule: Rule, claims: list[tuple[str, Rule, list[Table]]]) -> bool:
        return any(rule.name in case.get("also", ()) for _, _, cases in claims for case in cases)

    def _error(self, key: str, problem: str, hint: str = "") -> DataError:
        return DataError(str(self.path), key, problem, hint)


_WAY = re.compile("-by-[a-z-]+$|-in-the-query$")
"""What in a case's id says how its request is sent."""
_CHECKED_ON_SUCCESS = {"success-shape", "media-type", "status"}


def _argument(name: str, entry: Table) -> Argument:
    return Argument(
        name=name,
        kind=entry["kind"],
        required=entry.get("required", False),
        place=entry["place"],
        sha256=entry["sha256"],
        summary=entry["summary"],
        value=entry.get("value"),
        placeholder=entry.get("placeholder"),
        codes=entry.get("codes", {}),
    )


def _base(name: str, entry: Table) -> Base:
    return Base(
        name=name,
        verb=entry["verb"],
        arguments=entry["arguments"],
        place=entry["place"],
        token=entry.get("token"),
        credentials=entry.get("credentials"),
        content_type=entry.get("content_type"),
        body=entry.get("body"),
        extra=entry.get("extra", {}),
        omit=tuple(entry.get("omit", ())),
        promised=entry.get("promised", True),
    )
