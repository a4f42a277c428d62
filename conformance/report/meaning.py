"""Say in one sentence what a finding means for an app whose tests rely on the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import Concern, RuleKind

if TYPE_CHECKING:
    from conformance.report.records import RuleRecord

_BY_FINDING = {
    "not-refused": (
        "An app tested here never meets the refusal {name}: the mistake behind it stays hidden until production."
    ),
    "wrong-code": (
        "An app that handles {name} takes another branch here: its handling goes untested, and another one runs "
        "in its place."
    ),
    "undocumented-code": (
        "An app knows only the documented codes: here its fallback runs, and its handling of {name} goes untested."
    ),
    "refused": (
        "An app that calls the method in this documented way is turned away here, though the real service would "
        "serve it."
    ),
    "no-answer": "An app gets no answer where one is documented: it will hang, retry or crash instead of handling it.",
    "unreadable": (
        "An app gets an answer that it cannot read where one is documented: it will crash or guess instead of "
        "handling it."
    ),
    "warning-missing": (
        "A developer is not warned here of what the real service warns of, so the request stays as it is."
    ),
    "warning-unexpected": (
        "A developer is warned here of what the real service has no objection to, and may change a request that "
        "is right."
    ),
    "warning-in-one-place": (
        "A client that looks for warnings in the one place sees something else than a client that looks in the other."
    ),
    "warning-shape": "A client that reads warnings in their documented form cannot read the ones that come from here.",
    "retry-after-missing": "An app that waits for the announced time gets none, so its back-off cannot be tested here.",
    "retry-after-unreadable": (
        "An app that waits for the announced time cannot read it, so its back-off fails or guesses."
    ),
    "shape": "A client with typed answers may fail to read this one, or miss a field that it relies on.",
    "status": "A client that looks at the HTTP status before the body takes this answer for something else.",
    "media-type": "A client that looks at the Content-Type before it parses may refuse to read this answer.",
    "declared-reading": (
        "The profile says how this target reads an open place of the page, and the target answers otherwise: people "
        "who rely on the profile are misled."
    ),
    "presented": "An app's answer says that nothing was presented to the user although it was, or the other way round.",
}

_BY_CONCERN = {
    Concern.SUCCESS: "An app that calls the method in this way does not get here what the page promises.",
    Concern.ARGUMENTS: (
        "An app's arguments are taken differently here: what passes its tests may fail later, or the other way round."
    ),
    Concern.AUTHENTICATION: "An app is authenticated differently here, so its tests prove nothing about signing in.",
    Concern.CONTENT_TYPES: "An HTTP client may work here and fail elsewhere, or the other way round.",
    Concern.ERRORS: "An app that reads errors in their documented form may misread the ones that come from here.",
    Concern.AVAILABILITY: "An app that waits, retries or gives up as documented cannot be tested here.",
}


def meaning(rule: RuleRecord, finding: str) -> str:
    """Return the consequence of a finding with this code against this rule."""
    if rule.kind is RuleKind.STATEMENT and finding in {"not-refused", "wrong-code", "undocumented-code"}:
        return _BY_CONCERN[rule.concern]
    return _BY_FINDING.get(finding, _BY_CONCERN[rule.concern]).format(name=rule.name)
