"""Honest files of targets that do odd things, each of which puts something unusual into a line: they are verified."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from slack_conformance.engine.preflight import probes
from slack_conformance.results.io import read_results
from slack_conformance.results.terms import Code, Kind, Role, Verdict
from slack_conformance.sandbox.deviation import Deviation
from slack_conformance.verify.verify import State, verify_file
from tests.verify.recording import chosen, record

if TYPE_CHECKING:
    from pathlib import Path

    from slack_conformance.catalog.model import Catalog
    from slack_conformance.results.io import Results
    from slack_conformance.results.model import CaseResult
    from slack_conformance.sandbox.context import Context
    from slack_conformance.sandbox.reply import Reply

pytestmark = pytest.mark.slow


class Odd(Deviation):
    """Counts its answers; a subclass changes some of them."""

    name = "odd"

    def __init__(self) -> None:
        """Begin with no answer."""
        self.count = 0

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Count the answer."""
        del context
        self.count += 1
        return reply


class NowAndThen(Odd):
    """Answers with an error of its own now and then, and with a web page at other times."""

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Replace a few answers."""
        reply = super().reply(reply, context)
        if self.count % 13 == 7:
            return replace(reply, document={"ok": False, "error": "internal_error"})
        return replace(reply, body=b"<html>busy</html>") if self.count % 17 == 9 else reply


class NoLists(Odd):
    """Refuses a list of scopes."""

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Refuse it."""
        if "," in str(context.arguments.get("scopes", "")):
            return replace(reply, document={"ok": False, "error": "invalid_scope"})
        return reply


class Yes(Odd):
    """Accepts everything."""

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Accept it."""
        del context
        return replace(reply, document={"ok": True})


class Broken(Odd):
    """Fails for good after some time."""

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Fail."""
        reply = super().reply(reply, context)
        late = self.count > LATE
        return replace(reply, document={"ok": False, "error": "internal_error"}) if late else reply


LATE = 80


class SaysTheCode(Odd):
    """Refuses with the code that was sent as its error."""

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Repeat it."""
        code = context.arguments.get("code")
        refused = reply.document is not None and not reply.document.get("ok")
        return replace(reply, document={"ok": False, "error": str(code)}) if refused and code else reply


class Wordy(Odd):
    """Sends long answers when it succeeds."""

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Add to it."""
        del context
        return replace(reply, document={**(reply.document or {}), "padding": "p" * 25_000})


class Waits(Odd):
    """Says of a wait what looks like a secret."""

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Say it."""
        del context
        waits = reply.header("Retry-After") is not None
        headers = (*reply.without("Retry-After"), ("Retry-After", "soon token=fake-one"))
        return replace(reply, headers=headers) if waits else reply


class NotUtf8(Odd):
    """Sends bytes that are not UTF-8 in some of its answers."""

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Add them."""
        reply = super().reply(reply, context)
        return replace(reply, body=b'{"ok":false,"error":"\xff"}') if self.count % 9 == 4 else reply


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the results file."""
    return tmp_path / "results.jsonl"


def verified(path: Path, catalog: Catalog) -> Results:
    """Return the content of a file that is verified."""
    found = verify_file(path, catalog)
    assert (found.state, found.remarks) == (State.VERIFIED, [])
    return read_results(path, every_exchange=True)


def test_an_answer_that_does_not_come_again(path: Path, catalog: Catalog) -> None:
    """The unstable answer stands in the line, also where the base was sent again after it."""
    record(path, catalog, chosen(catalog, ["invalid_arg_name", "bad_redirect_uri", "via-"], 60), NowAndThen())
    unstable = [case for case in verified(path, catalog).cases if _codes(case) == [Code.UNSTABLE]]
    assert unstable
    assert {case.exchanges[0].role for case in unstable} == {Role.RECHECK}
    unreadable = [case for case in unstable if "cannot be read" in case.findings[0].got]
    assert unreadable
    assert all(case.exchanges[0].flaw is not None for case in unreadable)


def test_a_list_whose_elements_are_sent_alone(path: Path, catalog: Catalog) -> None:
    record(path, catalog, chosen(catalog, ["scopes-comma-separated"]), NoLists())
    tried = [case for case in verified(path, catalog).cases if Role.AGAIN in {one.role for one in case.exchanges}]
    assert tried


def test_a_method_that_is_given_up(path: Path, catalog: Catalog) -> None:
    """What was sent to find that out is judged all the same."""
    methods = catalog.methods.values()
    sent = {case.id for method in methods for base in method.bases.values() for case in probes(method, base)}
    record(path, catalog, chosen(catalog, ["via-", *sent], 20), Yes())
    cases = verified(path, catalog).cases
    assert {Verdict.FAIL, Verdict.INCONCLUSIVE} <= {case.verdict for case in cases}
    assert Kind.INDISCRIMINATE in {case.cause.kind for case in cases if case.cause}


def test_a_base_that_fails_at_the_end(path: Path, catalog: Catalog) -> None:
    """A row that only a withdrawn case had seen is not among those that were seen."""
    footer = record(path, catalog, chosen(catalog, ["invalid_code", "bad_client_secret", "via-"]), Broken())
    assert footer.withdrawn
    verified(path, catalog)


def test_an_error_code_that_repeats_a_secret(path: Path, catalog: Catalog) -> None:
    record(path, catalog, chosen(catalog, ["oauth.access.invalid_code"]), SaysTheCode())
    cases = verified(path, catalog).cases
    assert any("$code" in finding.got for case in cases for finding in case.findings)


def test_a_header_that_looks_like_a_secret(path: Path, catalog: Catalog) -> None:
    record(path, catalog, chosen(catalog, ["ratelimited"]), Waits())
    assert Code.RETRY_AFTER_UNREADABLE in {code for case in verified(path, catalog).cases for code in _codes(case)}


def test_bytes_that_are_not_utf_8(path: Path, catalog: Catalog) -> None:
    record(path, catalog, chosen(catalog, ["invalid_arg_name"]), NotUtf8())
    cases = verified(path, catalog).cases
    assert any("not UTF-8" in finding.got for case in cases for finding in case.findings)


def test_a_long_answer_is_not_judged_again(path: Path, catalog: Catalog) -> None:
    record(path, catalog, chosen(catalog, ["oauth.access.via-"]), Wordy())
    found = verify_file(path, catalog)
    assert found.state is State.INCOMPLETE
    assert {remark.text.partition(",")[0] for remark in found.remarks} == {
        "only the beginning of a long answer is recorded"
    }


def test_a_value_of_the_profile_that_is_sent_with_a_character_more(path: Path, catalog: Catalog) -> None:
    """The base has the value itself, and its record says so."""
    record(path, catalog, chosen(catalog, ["one-character-more"]), Odd(), by_profile=True)
    for case in verified(path, catalog).cases:
        base, edited = (str((one.request.headers, one.request.body, one.request.url)) for one in case.exchanges[:2])
        assert "_altered" not in base
        assert "_altered" in edited


def _codes(case: CaseResult) -> list[Code]:
    return [finding.code for finding in case.findings]
