"""The wording of findings, causes, places and commands, once for every report.

A new finding code gets its entry in `FINDINGS`; a new kind of cause that one sentence can help against gets one in
`NEEDS`.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from ..catalog.model import Concern, RuleKind
from .terms import Code, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .model import CaseResult, RuleRecord


API = "Slack Web API"
"""What a target is held against, as every report says it first."""


def counted(number: int, noun: str) -> str:
    """Return the number with its noun, which takes an "s" unless there is exactly one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class FindingWords(NamedTuple):
    """The wording of one finding code."""

    phrase: str
    """What happened to the request of a case: "The request …"."""
    consequence: str
    """What it means for an app whose tests rely on the target; `{name}` is the name of the rule."""


FINDINGS: Mapping[Code, FindingWords] = {
    Code.NOT_REFUSED: FindingWords(
        "succeeded, though it is to be refused",
        "An app tested here never meets the refusal {name}: the mistake behind it stays hidden until production.",
    ),
    Code.REFUSED: FindingWords(
        "was refused, though it is to succeed",
        "An app that calls the method in this documented way is turned away here, though the real service would "
        "serve it.",
    ),
    Code.WRONG_CODE: FindingWords(
        "came with another documented code",
        "An app tested against this target never exercises its handling of {name}; another branch of it runs "
        "in its place.",
    ),
    Code.UNDOCUMENTED_CODE: FindingWords(
        "came with a code that no page has",
        "An app knows only the documented codes: here its fallback runs, and its handling of {name} goes untested.",
    ),
    Code.NO_ANSWER: FindingWords(
        "got no answer",
        "An app gets no answer where one is documented: it will hang, retry or crash instead of handling it.",
    ),
    Code.UNREADABLE: FindingWords(
        "got an answer that cannot be read",
        "An app gets an answer that it cannot read where one is documented: it will crash or guess instead of "
        "handling it.",
    ),
    Code.WARNING_MISSING: FindingWords(
        "lacked its warning",
        "A developer is not warned here of what the real service warns of, so the request stays as it is.",
    ),
    Code.WARNING_UNEXPECTED: FindingWords(
        "got a warning that is not due",
        "A developer is warned here of what the real service has no objection to, and may change a request that "
        "is right.",
    ),
    Code.WARNING_ONE_PLACE: FindingWords(
        "had its warning in one of the two places only",
        "A client that looks for warnings in the one place sees something else than a client that looks in the other.",
    ),
    Code.WARNING_SHAPE: FindingWords(
        "had a warning of the wrong shape",
        "A client that reads warnings in their documented form cannot read the ones that come from here.",
    ),
    Code.RETRY_AFTER_MISSING: FindingWords(
        "did not say when to try again",
        "An app that waits for the announced time gets none, so its back-off cannot be tested here.",
    ),
    Code.RETRY_AFTER_UNREADABLE: FindingWords(
        "said when to try again, but not usably",
        "An app that waits for the announced time cannot do so, so its back-off fails or guesses.",
    ),
    Code.SHAPE: FindingWords(
        "came in another shape than documented",
        "A client with typed answers may fail to read this one, or miss a field that it relies on.",
    ),
    Code.STATUS: FindingWords(
        "came with another HTTP status",
        "A client that looks at the HTTP status before the body takes this answer for something else.",
    ),
    Code.MEDIA_TYPE: FindingWords(
        "came with another media type",
        "A client that looks at the Content-Type before it parses may refuse to read this answer.",
    ),
    Code.PRESENTED: FindingWords(
        "did what it must not do, or did not do what it said",
        "An app's answer says that nothing was presented to the user although it was, or the other way round.",
    ),
    Code.DECLARED_READING: FindingWords(
        "was answered otherwise than the profile declares",
        "The profile says how this target reads an open place of the page, and the target answers otherwise: people "
        "who rely on the profile are misled.",
    ),
    Code.UNSTABLE: FindingWords(
        "was answered wrongly once, and rightly when it was sent again",
        "An app's tests fail here now and then, for no reason of their own.",
    ),
    Code.SENT: FindingWords(
        "was sent otherwise than documented",
        "The real service may refuse such a request, warn of it, or leave a part of it unread.",
    ),
    Code.NOT_COPED: FindingWords(
        "was followed by what its answer rules out",
        "The client works as long as every call succeeds, and breaks, or makes things worse, when one does not.",
    ),
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

_ABOUT_A_CODE = {Code.NOT_REFUSED, Code.WRONG_CODE, Code.UNDOCUMENTED_CODE}
"""Findings whose consequence names a code; a statement has none."""


def consequence(rule: RuleRecord, code: Code) -> str:
    """Return what a finding with this code against this rule means for an app whose tests rely on the target."""
    if rule.kind is RuleKind.STATEMENT and code in _ABOUT_A_CODE:
        return _BY_CONCERN[rule.concern]
    return FINDINGS[code].consequence.format(name=rule.name)


NEEDS: Mapping[Kind, str] = {
    Kind.NOTHING_THERE: "Start the target, or correct its address (--target, or url in the profile).",
    Kind.TOO_SLOW: "A target that answers within limit_s, or a larger limit_s in the profile.",
    Kind.TARGET_DOWN: "A target that answers with a JSON object.",
    Kind.ANOTHER_API: "The url of the Web API itself, or what a gateway before it asks for: [headers], [tls], proxy.",
    Kind.METHOD_MISSING: "The url below which the method is, often …/api/; or `methods` in the profile without it.",
    Kind.METHOD_RETIRED: "A target that still has the method, or `methods` in the profile without it.",
    Kind.WAY_NOT_TAKEN: "A target that takes this way in too.",
    Kind.UNREADABLE: "Answers with a boolean ok and, where it is false, a code for error.",
    Kind.CODING: "A target that compresses with gzip or deflate, or not at all, when it is tested.",
    Kind.INDISCRIMINATE: "A target that looks at what it is sent.",
    Kind.TIME_IS_UP: "A larger --max-time, or a target that answers sooner.",
    Kind.ENGINE: "A fix of the suite.",
}
"""What would help against a cause of this kind, where that does not depend on the case."""

_ROW = re.compile(r"(Errors|Warnings|Arguments)/([0-9-]+)")
_NUMBERED = re.compile(r"(.+)/([0-9]+)")


def place_in_words(place: str) -> str:
    """Return `Errors/4` as `Errors, row 4`, `text/2` as `text, no. 2`, `Facts/Rate limits` as `Facts, Rate limits`."""
    if found := _ROW.fullmatch(place):
        return f"{found[1]}, {'rows' if '-' in found[2] else 'row'} {found[2]}"
    if found := _NUMBERED.fullmatch(place):
        return f"{found[1]}, no. {found[2]}"
    return place.replace("/", ", ")


def audit_again(case: CaseResult) -> str:
    """Return the command that audits a client again, with the failure that was injected in this case.

    The client's own command may hold secrets, so no report has it.
    """
    injected = case.edit_text.removeprefix("with ").removesuffix(" injected")
    return f"slack-conformance audit {f'--inject {injected} ' if injected else ''}-- COMMAND"


def rerun_command(
    case: str, profile: str | None, target: str | None, seed: int | None, *, correlate: bool = False
) -> str:
    """Return the command; without profile and target it runs against the embedded sandbox.

    It has a folder of its own, so that its reports do not replace those in which somebody reads it.
    """
    command = ["slack-conformance", "run", "-k", f"[{case}]"]
    if profile is not None:
        command += ["--profile", profile]
    elif target is not None:
        command += ["--target", target]
    if seed is not None:
        command += ["--seed", str(seed)]
    command += [*(["--correlate"] if correlate else []), "--reports", "reports/again"]
    return shlex.join(command)
