"""What a client owes its caller: what its own documentation promises, and what every client owes in each situation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_conformance.catalog.model import OK

from .model import RETRY_AFTER_S
from .situations import ACCESS, PERMISSIONS, REFUSED, WARNING
from .table import observed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .model import Run

TYPES = {PERMISSIONS: "AppsPermissionsRequest", ACCESS: "OAuthAccess"}
"""How Java's types are called for each method."""
TOKENS = {"access_token", "accessToken", "user"}
"""The field of a success that has the token; an installation has it in its user."""


def complaints(run: Run) -> Iterator[str]:
    """Yield what the caller of a client did not get, a sentence each."""
    promised = run.client.sees.get(run.situation) or run.client.sees.get(
        "refused" if run.situation in REFUSED else "", ""
    )
    found = observed(run)
    for phrase in filter(None, promised.replace("{method}", TYPES[run.method]).split("; ")):
        if phrase not in found:
            yield f"The documentation promises “{phrase}”; the caller saw {found}."
    yield from _owed(run)


def _owed(run: Run) -> Iterator[str]:
    saw, answers = run.saw, [call.answered for call in run.sent]
    told = bool(saw.raised) or saw.returned == "no answer" or (saw.status or 200) != 200
    match run.situation:
        case "success" | "warned" | "slow" if answers != [OK] or saw.raised or saw.error:
            yield f"The call should succeed at once: it was answered {answers}, and the caller saw {saw}."
        case "success" if bool(TOKENS & {*saw.fields}) != (run.method == ACCESS):
            yield f"A token comes from oauth.access and from no other method: {saw.fields}."
        case "warned" if saw.warning != WARNING and not any(WARNING in line for line in saw.logged):
            yield f"The warning {WARNING} was neither returned nor logged."
        case "throttled" if not run.waited_for_retry_after and saw.retry_after != str(RETRY_AFTER_S):
            yield "Retry-After was neither obeyed nor told to the caller."
        case "server-error" | "dropped" if not told and len(run.sent) == 1:
            yield "The failure was neither survived nor told to the caller."
        case "server-error-lasting" | "dropped-lasting" if not told:
            yield "The failure was not told to the caller."
        case situation if situation in REFUSED and (answers != [saw.error] or saw.error in {OK, None}):
            yield f"The caller should see the code {answers}, not {saw.error}."
