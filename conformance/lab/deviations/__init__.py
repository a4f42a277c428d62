"""Deliberate faults, each of which breaks one documented rule, such as real servers have and the suite must find.

Most faults are data: a `[[….fault]]` beside the rule that it breaks, in `fixtures/methods/` and `fixtures/rules/`. Only
this package reads them (`load`). A fault has a *kind* (`kinds`: a condition is ignored, an answer is spoilt, …), a list
of *predicates* that limit it to some requests (`predicates`), and for some kinds a *change* (`changes`). Further faults
follow from the rules, the bases and the recorded clients themselves (`derived`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...catalog.datafile import DataError, suggestion
from .derived import of_bases, of_clients, of_rows
from .kinds import Ignores
from .load import declare_collateral, entries_of, faults_of
from .several import Several

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...catalog.model import Catalog, Method
    from ...sandbox.deviation import Deviation
    from .kinds import DeliberateFault


def all_deviations(catalog: Catalog) -> dict[str, DeliberateFault]:
    """Return every deviation by name. Raises `DataError` if the data of one is wrong or two have the same name."""
    known: dict[str, DeliberateFault] = {}
    for method in catalog.methods.values():
        for fault in _of(method):
            if fault.name in known:
                raise DataError("fixtures", fault.name, "this fault is here twice.")
            known[fault.name] = fault
    return known


def find(name: str, catalog: Catalog) -> DeliberateFault:
    """Return the deviation of this name. Raises `DataError` with a suggestion if there is none."""
    known = all_deviations(catalog)
    if name not in known:
        raise DataError("--deviate", "", f"there is no deviation {name!r}.", suggestion(name, known))
    return known[name]


def find_all(names: Sequence[str], catalog: Catalog) -> Deviation | None:
    """Return the deviations of these names as one, `None` without any. Raises `DataError`."""
    found = [find(name, catalog) for name in dict.fromkeys(names)]
    return Several(found) if len(found) > 1 else next(iter(found), None)


def _of(method: Method) -> Iterator[DeliberateFault]:
    entries = entries_of(method.name)
    written = faults_of(method, entries)
    in_parts = {fault.rule for fault in written if isinstance(fault, Ignores)}
    derived = [*of_rows(method, in_parts), *of_bases(method)]
    bound = [fault.bound(method) for fault in (*derived, *written)]
    declare_collateral(method, bound, entries)
    yield from bound
    yield from of_clients(method)
