"""Each real client against the sandbox: its caller gets what its documentation promises, and docs/clients.md says so.

`tox run -e clients` runs these tests. With `CONFORMANCE_CLIENTS=required` in the environment a client that cannot run
is an error; otherwise its tests are skipped, with the reason.
"""

from __future__ import annotations

import os

import pytest

from tests.running import ROOT

from .checks import complaints
from .model import REPLAYED, Client, Run, read_clients
from .playing import play_all, played
from .recorded import fixtures_of, nearest, request_of
from .situations import SITUATIONS
from .table import heading, section, sections_of

WANTED = os.environ.get("CONFORMANCE_CLIENTS", "")

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


@each_client
def test_the_caller_gets_what_is_promised_and_owed(client: Client) -> None:
    assert [(run.method, run.situation, one) for run in runs_of(client) for one in complaints(run)] == []


@each_client
def test_the_requests_have_the_shape_of_those_that_the_suite_replays(client: Client) -> None:
    recorded = {run.method: request_of(run) for run in runs_of(client) if run.situation == "success"}
    assert set(recorded) == set(client.calls)
    assert {method: nearest(one, fixtures_of(client, method)) for method, one in recorded.items()} == {
        method: [] for method in recorded
    }


@each_client
def test_the_page_is_what_this_run_observed(client: Client) -> None:
    kept = sections_of((ROOT / "docs/clients.md").read_text("utf-8")).get(heading(client), "")
    assert section(client, runs_of(client)) == kept, "`python -m tests.clients` writes docs/clients.md anew"


@each_client
def test_every_situation_was_played(client: Client) -> None:
    settings = {*SITUATIONS} - {"too-slow"} if not client.timeout else {*SITUATIONS}
    found = {(run.method, run.situation) for run in runs_of(client)}
    assert found == {(method, situation) for method in client.calls for situation in settings}
