"""The rules for clients: `fixtures/audit.toml`, with places and hashes of the catalog's rules that they cite."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ..catalog.datafile import DataError, read_toml, suggestion
from ..catalog.manifest import is_as_released
from ..catalog.model import Concern, RuleKind, Strength
from ..catalog.place import data_root
from ..results.model import RuleRecord
from ..results.terms import Code
from ..sandbox.injections import INJECTIONS
from .checks import CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ..catalog.model import Catalog, Method

PLAIN = "plain"
"""The run in which nothing is injected."""
REFUSED = "refused"
"""The injection that takes an error code."""
EVERY_CODE = "all"
"""Stands for every documented code in `refused=all`."""
LASTING = 1_000_000
"""The number of calls that a lasting injection meets."""


@dataclass(frozen=True, slots=True)
class AuditRule:
    """One requirement on clients of one method."""

    name: str
    method: str
    concern: Concern
    strength: Strength
    summary: str
    breach: str
    remedy: str
    finding: Code
    under: tuple[str, ...]
    ledger: tuple[str, ...]
    place: str
    page: str
    sha256: str | None
    source: str
    besides: frozenset[str]

    @property
    def id(self) -> str:
        """The id in results; no rule or case about servers begins so."""
        return f"client.{self.method}.{self.name}"

    def case_id(self, injected: str) -> str:
        """Return the id of its case in the run with this injection; that of the plain run is the rule's own."""
        return self.id if injected == PLAIN else f"{self.id}.{injected.replace('=', '-')}"

    def record(self) -> RuleRecord:
        """Return the rule as a results file has it."""
        return RuleRecord(
            id=self.id,
            method=self.method,
            name=self.name,
            kind=RuleKind.STATEMENT,
            strength=self.strength,
            concern=self.concern,
            place=self.place,
            page=self.page,
            summary=self.summary,
            hidden=False,
            untestable=None,
            source=self.source,
        )


@dataclass(frozen=True, slots=True)
class Injection:
    """A failure that an audit injects, by the name that the user gives: `dropped`, `refused=CODE`."""

    name: str
    times: int
    parameters: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The name without a code."""
        return self.name.partition("=")[0]


@dataclass(frozen=True, slots=True)
class AuditBook:
    """Every rule for clients and every injection."""

    rules: tuple[AuditRule, ...]
    injections: Mapping[str, Mapping[str, Any]]

    def of(self, method: str, injected: str = PLAIN) -> Iterator[AuditRule]:
        """Yield the rules of this method that are judged in the run with this injection."""
        kind = injected.partition("=")[0]
        yield from (rule for rule in self.rules if rule.method == method and kind in rule.under)

    def injected(self, name: str, method: Method) -> Injection:
        """Return the injection of this name for a method."""
        kind, _, code = name.partition("=")
        entry = self.injections[kind]
        parameters = dict(entry.get("parameters", {}))
        if kind == REFUSED:
            parameters["error"] = code or entry["error"][method.name]
        return Injection(name, LASTING if entry.get("lasts") else 1, parameters)

    def case_ids(self, catalog: Catalog) -> Iterator[str]:
        """Yield the id of every case that an audit can have."""
        for rule in self.rules:
            codes = sorted(catalog.methods[rule.method].error_codes)
            for injected in rule.under:
                yield rule.case_id(injected)
                if injected == REFUSED:
                    yield from (rule.case_id(f"{REFUSED}={code}") for code in codes)


@cache
def _content(root: Path) -> tuple[Path, dict[str, Any]]:
    """Return the file and what it holds; as released, it matches its schema. Raises `DataError`."""
    path = root / "fixtures" / "audit.toml"
    return path, read_toml(path, "audit.schema.json", checked=not is_as_released(root))


def load_book(catalog: Catalog, root: Path | None = None) -> AuditBook:
    """Return the rules and injections. Raises `DataError`, naming file and key, if one refers to something unknown."""
    path, content = _content(root or data_root())
    cited = {rule.id: rule for rule in catalog.rules}
    rules = []
    for name, entry in content["rule"].items():
        known = {PLAIN, *content["injection"]}
        _require(str(path), f"rule.{name}", name, CHECKS)
        for each in entry.get("under", ()):
            _require(str(path), f"rule.{name}.under", each, known)
        for row in entry.get("ledger", ()):
            _require(str(path), f"rule.{name}.ledger", row, catalog.ledger)
        for method, on in entry["on"].items():
            key = f"rule.{name}.on.{method}"
            _require(str(path), key, method, catalog.methods)
            _require(str(path), f"{key}.cites", on["cites"], cited)
            if on["strength"] == Strength.MAY and "source" not in on:
                raise DataError(str(path), key, "a may-rule has no source.")
            where = cited[on["cites"]]
            rules.append(
                AuditRule(
                    name=name,
                    method=method,
                    concern=Concern(entry["concern"]),
                    strength=Strength(on["strength"]),
                    summary=entry["summary"],
                    breach=entry["breach"],
                    remedy=entry["remedy"],
                    finding=Code(entry.get("finding", Code.SENT)),
                    under=tuple(entry.get("under", (PLAIN,))),
                    ledger=tuple(entry.get("ledger", ())),
                    place=where.place,
                    page=catalog.methods[where.method].page,
                    sha256=where.sha256,
                    source=on.get("source", ""),
                    besides=frozenset(on.get("besides", ())),
                )
            )
    for name in content["injection"]:
        _require(str(path), f"injection.{name}", name, INJECTIONS)
    return AuditBook(tuple(rules), content["injection"])


def chosen_injections(words: Sequence[str], book: AuditBook, catalog: Catalog) -> tuple[str, ...]:
    """Return the names in these options, separated by commas: `all` is one of each kind, `refused=all` every code.

    Raises `DataError` for one that does not exist.
    """
    documented = sorted({code for method in catalog.methods.values() for code in method.error_codes})
    found: dict[str, None] = {}
    for name in (part.strip() for word in words for part in word.split(",") if part.strip()):
        kind, equals, code = name.partition("=")
        if name == EVERY_CODE:
            found.update(dict.fromkeys(book.injections))
        elif kind == REFUSED and equals:
            if code != EVERY_CODE and code not in documented:
                raise DataError("--inject", "", f"no page has the code {code!r}.", suggestion(code, documented))
            found.update(dict.fromkeys(f"{REFUSED}={one}" for one in (documented if code == EVERY_CODE else [code])))
        elif name in book.injections:
            found[name] = None
        else:
            hint = suggestion(name, [*book.injections, EVERY_CODE])
            raise DataError("--inject", "", f"there is no injection {name!r}.", hint)
    return tuple(found)


def _require(file: str, key: str, word: str, known: Any) -> None:  # noqa: ANN401 - any collection of names
    if word not in known:
        raise DataError(file, key, f"{word!r} is not known.", suggestion(word, known))
