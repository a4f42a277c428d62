"""Load the data files into a catalog; shared rules are instantiated for every method whose page claims them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from .clients import REAL_CLIENTS, read_clients
from .datafile import DataError, files_in, read_toml, suggestion
from .editions import edition_files
from .manifest import is_as_released
from .model import (
    OK,
    VIA,
    Argument,
    Base,
    Catalog,
    Concern,
    Evidence,
    LedgerRow,
    Method,
    Rule,
    RuleKind,
    State,
    Strength,
)
from .place import data_root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from .cases import Claim
    from .model import Case

Table = dict[str, Any]


@cache
def load_catalog(root: Path | None = None, *, cases: bool = True) -> Catalog:
    """Return the catalog of the `fixtures/` folder under `root`, by default the package's own.

    Without `cases` it has what a sandbox needs, neither cases nor the ledger, and takes a third of the time. Raises
    `DataError`, naming file and key, if a file does not match its schema or refers to something unknown; data that are
    as they were released are not held against their schemas again.
    """
    root = root or data_root()
    fixtures = root / "fixtures"
    read = partial(read_toml, checked=not is_as_released(root))
    states = _states(read(fixtures / "states.toml", "states.schema.json"))
    ledger = _ledger(fixtures / "ledger.toml", read) if cases else None
    shared = {path.stem: read(path, "rules.schema.json") for path in files_in(fixtures / "rules")}
    clients = read_clients(fixtures / "clients", read) if cases else {}
    methods = [
        _Builder(path, read(path, "method.schema.json"), shared, states, ledger, clients).method()
        for path in files_in(fixtures / "methods")
    ]
    if not methods:
        raise DataError(str(fixtures / "methods"), "", "no methods were found.", "Install slack-conformance again.")
    digest = hashlib.sha256()
    for path in files_in(fixtures, "**/*.toml"):
        digest.update(path.read_bytes())
    editions = edition_files(root) if cases else {}
    return Catalog({method.name: method for method in methods}, states, ledger or {}, digest.hexdigest(), editions)


def _states(content: Table) -> dict[str, State]:
    return {
        name: State(
            name,
            entry["fact"],
            Evidence(entry["evidence"]),
            tuple(entry.get("gives", ())),
            tuple(entry.get("along", ())),
        )
        for name, entry in content.items()
    }


def _ledger(path: Path, read: Callable[[Path, str], Table]) -> dict[str, LedgerRow]:
    rows = {}
    for name, entry in read(path, "ledger.schema.json").items():
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
    content: Table
    shared: Mapping[str, Table]
    states: Mapping[str, State]
    ledger: Mapping[str, LedgerRow] | None
    """`None` if no cases are wanted."""
    clients: Mapping[str, list[Table]]

    def method(self) -> Method:
        content = self.content
        self.name = content["method"]
        self.arguments = {name: _argument(name, entry) for name, entry in content["argument"].items()}
        self.bases = {name: _base(name, entry) for name, entry in content["base"].items()}
        claims = list(self._claims(content))
        self.rules = {rule.name: rule for _, rule, _ in claims}
        if len(self.rules) != len(claims):
            names = [rule.name for _, rule, _ in claims]
            twice = next(name for name in names if names.count(name) > 1)
            raise self._error(twice, "this rule is here twice.")
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
            cases=self._cases(claims) if self.ledger is not None else (),
            effect=content.get("effect", {"kind": "none"}),
            irrelevant={digest: entry["place"] for entry in content.get("prose", ()) for digest in entry["sha256"]},
            address=content.get("archive") or content.get("address") or "",
        )

    def _claims(self, content: Table) -> Iterator[Claim]:
        """Yield every rule with its position in the file and its cases: bases first, then rows and statements."""
        statements = [self._with_shared(f"rule[{at}]", entry) for at, entry in enumerate(content.get("rule", []))]
        on_success = [fields["name"] for fields in statements if fields.get("check") in _CHECKED_ON_SUCCESS]
        for name, entry in content["base"].items():
            if not self.bases[name].promised:
                continue
            fields = {"concern": "success", "strength": "must", "accept": [OK], **entry}
            case = {"id": "accepted", "base": name, "also": on_success}
            yield f"base.{name}", self._rule(f"{VIA}{name}", RuleKind.STATEMENT, fields), [case]
        for index, entry in enumerate(content["row"]):
            key, fields = f"row[{index}]", self._with_shared(f"row[{index}]", entry)
            kind = RuleKind(fields.get("kind", "error"))
            if kind is RuleKind.ERROR:
                fields.setdefault("accept", [entry["code"]])
            else:
                fields.setdefault("accept", ["documented"])
                fields.setdefault("check", "warning")
            yield key, self._rule(entry["code"], kind, fields), fields.get("case", [])
        for index, fields in enumerate(statements):
            key, name = f"rule[{index}]", fields["name"]
            replays = self.clients.get(self.name, []) if name == REAL_CLIENTS else []
            yield key, self._rule(name, RuleKind.STATEMENT, fields), [*fields.get("case", []), *replays]

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

    def _rule(self, name: str, kind: RuleKind, fields: Table) -> Rule:
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

    def _cases(self, claims: list[Claim]) -> tuple[Case, ...]:
        from .cases import CaseBuilder  # noqa: PLC0415 - the classes of edits take a while, and a sandbox needs none

        builder = CaseBuilder(
            self.path, self.name, self.arguments, self.bases, self.rules, self.states, self.ledger or {}
        )
        return tuple(builder.cases(claims).values())

    def _error(self, key: str, problem: str, hint: str = "") -> DataError:
        return DataError(str(self.path), key, problem, hint)


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
