"""Real cases, picked by what they do, so that renaming one turns no test red that only needs such a case."""

from __future__ import annotations

from slack_conformance.catalog.load import load_catalog

CATALOG = load_catalog()


def case_of(rule: str, kind: str = "set_argument", base: str = "post-form") -> str:
    """Return the id of the rule's first case that has this base and this kind of edit."""
    return next(
        case.id
        for case in CATALOG.cases
        if (case.rule.id, case.base.name) == (rule, base)
        and case.edit is not None
        and case.edit.kind == kind
        and not case.is_copy
    )


def cases_of(rule: str, kind: str) -> list[str]:
    """Return the ids of the rule's cases that have this kind of edit, copies included."""
    return [case.id for case in CATALOG.cases if case.rule.id == rule and case.edit and case.edit.kind == kind]
