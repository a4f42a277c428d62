"""Cases that a profile excludes before anything is sent; they become N/A with the profile's reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.catalog.model import Case
    from conformance.target.profile import Profile


def ruled_out(case: Case, profile: Profile) -> str:
    """Return why the profile excludes the case; empty if it does not."""
    declared = profile.unavailable
    if profile.methods and case.method not in profile.methods:
        return declared.get(case.method, f"The profile claims no method {case.method}.")
    for name in (case.id, case.rule.id):
        if name in declared:
            return f"{name}: {declared[name]}"
    reasons = {name: reason for name in case.states if (reason := profile.without_state(name, case.method))}
    if case.instead:
        if profile.seeded(case.instead, case.method) is not None:
            return ""
        reason = profile.without_state(case.instead, case.method)
        if reason and (reasons or not case.states):
            reasons[case.instead] = reason
    return "; ".join(f"{name}: {reason}" for name, reason in sorted(reasons.items()))
