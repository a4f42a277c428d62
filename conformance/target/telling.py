"""Which values put a request into a state, for each method.

A state is a fact, and a target without a control API learns of it from the values that a request carries: the token of
an app that was removed, a code whose user never verified an address. The methods carry different values, so they
identify a state by different ones. These are not listed per method but derived from the state's `gives` and from the
requests of the cases: a case needs those of the state's values that its base sends, and one that borrows a value from
another world needs that value. A state that is a fact about the service has no such values; a mock may bind it to any
value that a request carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..catalog.model import Base, Case, Catalog, Method, State


def told_by(state: State, catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Return the names of the values that together put a request into the state, for each method with a case in it.

    No names mean that values alone cannot put requests of the method into the state.
    """
    return {
        method.name: tuple(sorted(set().union(*(_needed(state, case, method) for case in cases))))
        for method in catalog.methods.values()
        if (cases := [case for case in method.cases if needs(case, state.name)])
    }


def bound_to(state: State, method: Method) -> tuple[str, ...]:
    """Return the names of the values to which a mock may bind a state without own values: all that requests carry."""
    carried = set().union(*(_carried(method, case.base) for case in method.cases if needs(case, state.name)))
    return tuple(sorted(carried))


def needs(case: Case, state: str) -> bool:
    """Whether the case needs a world in this state, or can use one instead."""
    return state in case.states or state == case.instead


def _needed(state: State, case: Case, method: Method) -> set[str]:
    borrowed = case.edit.borrows if case.edit is not None else {}
    if state.name in borrowed:
        return {borrowed[state.name]}
    return set(state.gives) & _carried(method, case.base)


def _carried(method: Method, base: Base) -> set[str]:
    """Return the names of the world's values that a request of this base carries."""
    sent = [argument.value for argument in method.arguments.values() if argument.name not in base.omit]
    return {text[1:] for text in (*sent, *base.extra.values()) if text and text.startswith("$")}
