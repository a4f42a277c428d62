"""Each real client against the sandbox: its caller gets what its documentation promises, and docs/clients.md says so.

`tox run -e clients` runs these tests. With `CONFORMANCE_CLIENTS=required` in the environment a client that cannot run
is an error; otherwise its tests are skipped, with the reason.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.model import OK
from tests.running import ROOT

from .model import REPLAYED, RETRY_AFTER_S, Client, Run, read_clients
from .playing import play_all, played
from .recorded import fixtures_of, nearest, request_of
from .situations import ACCESS, PERMISSIONS, REFUSED, SITUATIONS, WARNING
from .table import heading, observed, section, sections_of

if TYPE_CHECKING:
    from collections.abc import Iterator

WANTED = os.environ.get("CONFORMANCE_CLIENTS", "")
TYPES = {PERMISSIONS: "AppsPermissionsRequest", ACCESS: "OAuthAccess"}
"""How Java's types are called for each method."""

each_client = pytest.mark.parametrize("client", read_clients(), ids=lambda client: client.id)


def runs_of(client: Client) -> tuple[Run, ...]:
    """Return every run of a client; skips the test, or fails it, if the client cannot run."""
    if client.language == REPLAYED:
        return played(client)
    if not WANTED:
        pytest.skip("`tox run -e clients` installs the real clients and runs them")
    runs = play_all()[client.id]
    if isinstance(runs, str):
        (pytest.fail if WANTED == "required" else pytest.skip)(runs)
    return runs


def in_situation(client: Client, *situations: str) -> Iterator[Run]:
    """Yield the runs in these situations, of which there is one at least."""
    runs = [run for run in runs_of(client) if run.situation in situations]
    assert runs
    yield from runs


@each_client
def test_the_caller_gets_what_the_documentation_promises(client: Client) -> None:
    promises = {**{name: client.sees.get("refused", "") for name in REFUSED}, **client.sees}
    for run in runs_of(client):
        promised = promises.get(run.situation, "").replace("{method}", TYPES[run.method])
        missing = {*filter(None, promised.split("; "))} - {*observed(run)}
        assert not missing, f"{run.method}, {run.situation}: {missing} was promised, the caller saw {observed(run)}"


@each_client
def test_a_success_arrives(client: Client) -> None:
    for run in in_situation(client, "success", "warned", "slow"):
        assert [call.answered for call in run.sent] == [OK]
        assert (run.saw.raised, run.saw.error) == (None, None)
    for run in in_situation(client, "success"):
        tokens = {"access_token", "accessToken", "user"}  # an installation has the token in its user
        assert bool(tokens & {*run.saw.fields}) == (run.method == ACCESS)


@each_client
def test_the_code_of_a_refusal_arrives(client: Client) -> None:
    for run in in_situation(client, *REFUSED):
        assert [call.answered for call in run.sent] == [run.saw.error]
        assert run.saw.error not in {OK, None}


@each_client
def test_a_warning_is_returned_or_logged(client: Client) -> None:
    for run in in_situation(client, "warned"):
        assert run.saw.warning == WARNING or any(WARNING in line for line in run.saw.logged)


@each_client
def test_retry_after_is_obeyed_or_told(client: Client) -> None:
    for run in in_situation(client, "throttled"):
        assert run.waited_for_retry_after or run.saw.retry_after == str(RETRY_AFTER_S)


@each_client
def test_a_failure_is_survived_or_told(client: Client) -> None:
    """And a client that only waited for too short a time may find the trigger or code used by its first request."""
    for run in in_situation(client, "server-error", "dropped"):
        assert run.saw.raised or client.language == REPLAYED or len(run.sent) > 1
    for run in in_situation(client, "server-error-lasting", "dropped-lasting"):
        assert run.saw.raised or client.language == REPLAYED


@each_client
def test_the_requests_have_the_shape_of_those_that_the_suite_replays(client: Client) -> None:
    for run in in_situation(client, "success"):
        assert nearest(request_of(run), fixtures_of(client, run.method)) == []


@each_client
def test_the_page_is_what_this_run_observed(client: Client) -> None:
    kept = sections_of((ROOT / "docs/clients.md").read_text("utf-8")).get(heading(client), "")
    assert section(client, runs_of(client)) == kept, "`python -m tests.clients` writes docs/clients.md anew"


@each_client
def test_every_situation_was_played(client: Client) -> None:
    settings = {*SITUATIONS} - {"too-slow"} if not client.timeout else {*SITUATIONS}
    found = {(run.method, run.situation) for run in runs_of(client)}
    assert found == {(method, situation) for method in client.calls for situation in settings}
