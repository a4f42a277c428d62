"""Cases as pytest parameters: one id, and marks for method, concern, strength and evidence."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

import pytest

from ..catalog.datafile import DataError
from ..catalog.load import load_catalog
from ..catalog.members import random_of
from ..catalog.model import Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..catalog.model import Catalog, Concern


_WITHOUT_PLUGIN = (
    "The cases of slack_conformance need its plugin, and it is not loaded. Remove -p no:slack_conformance.plugin, or "
    "add -p slack_conformance.plugin where plugins are not loaded by themselves (PYTEST_DISABLE_PLUGIN_AUTOLOAD)."
)

_HINTED: list[bool] = []
"""Whether that was said: six modules would say it six times."""


def catalog() -> Catalog:
    """Return the catalog. Raises `pytest.Collector.CollectError` if the suite's data is unusable."""
    try:
        return load_catalog()
    except DataError as error:
        text = f"The suite's own data cannot be used. {error}"
        raise pytest.Collector.CollectError(text) from None


def marks_of(case: Case) -> tuple[str, ...]:
    """Return the names of the marks by which `-m` selects the case."""
    return (case.method.replace(".", "_"), str(case.rule.concern), str(case.strength), str(case.evidence))


def mark_names() -> Iterable[tuple[str, str]]:
    """Yield the name and the description of every mark."""
    known = catalog()
    for method in known.methods:
        yield method.replace(".", "_"), f"cases of the method {method}"
    for kind, about in (("concern", "about"), ("strength", "of strength"), ("evidence", "with evidence of class")):
        names = sorted({str(getattr(case.rule if kind == "concern" else case, kind)) for case in known.cases})
        yield from ((name, f"cases {about} {name}") for name in names)


def declare_marks(config: pytest.Config) -> None:
    """Declare every mark, for `--markers` and `--strict-markers`."""
    for name, text in mark_names():
        config.addinivalue_line("markers", f"{name}: {text}")


def class_name(case: str) -> str:
    """Return the class of a case in JUnit, from its id: package, method and group."""
    found = _by_id().get(case)
    return f"slack_conformance.{found.method.replace('.', '_')}.{found.rule.concern}" if found else "slack_conformance"


@cache
def _by_id() -> dict[str, Case]:
    return {case.id: case for case in catalog().cases}


def cases(concern: Concern) -> pytest.MarkDecorator:
    """Return a mark that parametrizes a test with every case of a concern."""
    if "slack_conformance.plugin" not in sys.modules:
        if _HINTED:
            pytest.skip("The first of these modules says why.", allow_module_level=True)
        _HINTED.append(True)
        raise pytest.Collector.CollectError(_WITHOUT_PLUGIN)
    chosen = [case for case in catalog().cases if case.rule.concern is concern]
    if not chosen:
        text = f"The suite has no case about {concern}."
        raise pytest.Collector.CollectError(text)
    return pytest.mark.parametrize("case", [pytest.param(case, id=case.id, marks=_marks(case)) for case in chosen])


def in_drawn_order(items: Sequence[pytest.Item], seed: int) -> list[pytest.Item]:
    """Return the items with the cases in an order that follows from the seed, each module's together.

    Items of other suites stay in their places.
    """
    random = random_of(f"{seed}/order")
    modules: dict[object, list[pytest.Item]] = {}
    for item in sorted((one for one in items if case_of(one) is not None), key=lambda one: one.nodeid):
        modules.setdefault(item.path, []).append(item)
    drawn = [
        item
        for module in random.sample(list(modules.values()), len(modules))
        for item in random.sample(module, len(module))
    ]
    coming = iter(drawn)
    return [item if case_of(item) is None else next(coming) for item in items]


def _marks(case: Case) -> list[pytest.MarkDecorator]:
    return [getattr(pytest.mark, name) for name in marks_of(case)]


def case_of(item: pytest.Item) -> Case | None:
    """Return the case that an item runs, or `None` if the item belongs to another suite."""
    callspec = getattr(item, "callspec", None)
    value = callspec.params.get("case") if callspec is not None else None
    return value if isinstance(value, Case) else None
