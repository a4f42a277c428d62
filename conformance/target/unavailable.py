"""What the profile declares the target not to have: states, methods, rules or cases, each with a reason.

Cases that are declared unavailable are N/A instead of INCONCLUSIVE, so that a target which conforms in everything it
has exits with 0. A must-rule that the request alone can test cannot be declared unavailable: nothing is needed to try
it, and leaving it out would make the run green by declaration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..catalog.datafile import DataError, suggestion
from ..catalog.model import Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..catalog.model import Case, Catalog


def read_unavailable(table: Mapping[str, Any], catalog: Catalog, file: str) -> dict[str, str]:
    """Return the reasons, by name of a state or method or by id of a rule or case.

    Ids contain dots, so TOML reads an unquoted id as nested tables. Raises `DataError` for unknown names and for cases
    that cannot be declared unavailable.
    """
    declared = dict(_flat(table, f"{file}: unavailable"))
    rules, cases = {rule.id for rule in catalog.rules}, {case.id: case for case in catalog.cases}
    for name in declared:
        if name in catalog.states or name in catalog.methods:
            continue
        if name not in rules | cases.keys():
            hint = suggestion(name, [*catalog.states, *catalog.methods, *rules, *cases])
            raise DataError(
                f"{file}: unavailable.{name}", "", "there is no state, method, rule or case with this name.", hint
            )
        for case in cases.values():
            if name in {case.id, case.rule.id} and _by_request_alone(case):
                problem = f"{case.id} needs only a request, and its rule is a must."
                hint = "It cannot be declared unavailable. Accept a deviation in a baseline instead."
                raise DataError(f"{file}: unavailable.{name}", "", problem, hint)
    return declared


def _by_request_alone(case: Case) -> bool:
    return case.evidence is Evidence.REQUEST and case.strength is Strength.MUST


def _flat(table: Mapping[str, Any], key: str, before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        match value:
            case dict():
                yield from _flat(value, key, f"{before}{name}.")
            case str() if value.strip():
                yield before + name, value
            case _:
                raise DataError(f"{key}.{before}{name}", "", "this has the wrong type.", "Give the reason as text.")
