"""Secrets that are common words, single letters or numbers: they change no result, and are hidden on the wire."""

from __future__ import annotations

import json
import re
import shutil
import string
from email.parser import BytesParser
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from slack_conformance.results.io import read_results
from tests.cases import case_of
from tests.secrecy.words import CATALOG, WORDS, run, seeded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from slack_conformance.results.exchange import RecordedRequest
    from tests.running import Runner


CASES = [
    case for at, case in enumerate(CATALOG.cases) if at % 6 == 0 or case.rule.id == "oauth.access.bad_client_secret"
]

OURS = sorted(
    {"secret", "token", "ok", "error", "code", "access", "PASS", "FAIL", "must", "case", "by-form", "base", "true"}
    | {name for method in CATALOG.methods.values() for name in (*method.arguments, *method.bases, *method.error_codes)}
)
WORD = st.one_of(
    st.sampled_from(OURS),
    st.sampled_from(string.ascii_letters),
    st.text(string.digits, min_size=1, max_size=6),
    st.text(f"{string.ascii_letters}.-_~!'\"&=+%<>", min_size=1, max_size=9),
    st.sampled_from(["111.222:secret", '","', '":"', "$other", "[redacted]", "</td>", "\\", "&amp;"]),
)
CREDENTIALS = st.lists(WORD, min_size=len(WORDS), max_size=len(WORDS), unique=True).map(
    # A colon in a client's id cannot be sent by HTTP Basic.
    lambda words: dict(zip(WORDS, words, strict=True)) | {"client_id": words[1].replace(":", ".")}
)


@pytest.fixture(scope="module")
def distinctive(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the verdicts of a run whose secrets look like nothing else."""
    folder = tmp_path_factory.mktemp("distinctive")
    with pytest.MonkeyPatch.context() as environment, seeded(folder, {}, environment) as profile:
        ran = run(profile, CASES, folder)
    assert ran.code == 1
    return {record.id: record.verdict for record in ran.records}


@pytest.mark.slow
@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # each example is a run, so that shrinking one would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(dict(zip(WORDS, ("token", "access", "secret", "ok"), strict=True)))
@example(dict(zip(WORDS, ("by-form", "a", "code", "error"), strict=True)))
@given(CREDENTIALS)
def test_no_word_changes_a_result(tmp_path: Path, distinctive: dict[str, str], words: dict[str, str]) -> None:
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    with pytest.MonkeyPatch.context() as environment, seeded(tmp_path, words, environment) as profile:
        ran = run(profile, CASES, tmp_path)
    assert {record.id: record.verdict for record in ran.records} == distinctive
    assert ran.code == 1
    assert [case.id for case in ran.results.cases] == [case.id for case in CASES]
    HTMLParser().feed(ran.page)
    assert "FAIL" in ran.summary
    secrets = set(words.values())
    for record in ran.records:
        for exchange in record.exchanges:
            assert not secrets & set(_sent(exchange.request)), exchange.request
            assert not secrets & set(_strings(json.loads(exchange.answer.body if exchange.answer else "{}"))), (
                exchange.answer
            )


def _sent(request: RecordedRequest) -> Iterator[str]:
    """Yield every value that a recorded request carries, read without any of our own code."""
    headers = {name.lower(): value for name, value in request.headers}
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme:
        yield from credentials.split(":", 1) if scheme == "Basic" else (credentials,)
    body, kind = request.body or "", headers.get("content-type", "")
    yield from (value for _, value in parse_qsl(request.url.partition("?")[2]))
    if kind.startswith("multipart/form-data; boundary"):
        parsed = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n{body}".encode())
        yield from (str(part.get_payload()) for part in parsed.walk() if not part.is_multipart())
    elif kind.startswith("application/json"):
        # Some bodies are cut on purpose.
        yield from re.findall(r'[:,\[]\s*"((?:[^"\\]|\\.)*)"(?!\s*:)', body)
    else:
        yield from (value for _, value in parse_qsl(body))


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    match value:
        case str():
            yield value
        case list():
            for one in value:
                yield from _strings(one)
        case dict():
            yield from _strings(list(value.values()))


def test_every_report_of_a_run_with_words(command: Runner, tmp_path: Path) -> None:
    """Pytest's own among them; nothing is taken for a leak, and `target check` says what is hidden only in part."""
    words = dict(zip(WORDS, ("token", "access", "secret", "ok"), strict=True))
    with pytest.MonkeyPatch.context() as environment, seeded(tmp_path, words, environment):
        checked = command("target", "check", "target.toml")
        finished = command("run", "--profile=target.toml", "-k", "bad_client_secret or bad_redirect_uri")
    assert "token (shorter than 8 characters), client_id (shorter than 8 characters)" in checked.text
    assert finished.code == finished.footer["exit"] == 1, finished.text
    failed = [case for case, verdict in finished.verdicts.items() if verdict == "FAIL"]
    assert failed == [case_of("oauth.access.bad_client_secret")]
    assert [case.id for case in read_results(tmp_path / "reports/results.jsonl").cases] == list(finished.verdicts)
    suite = ET.parse(tmp_path / "reports/junit.xml").getroot()[0]  # noqa: S314 - written by our own run
    assert (suite.attrib["tests"], suite.attrib["failures"]) == (str(len(finished.verdicts)), "1")
    for page in ("conformance.html", "pytest.html"):
        HTMLParser().feed((tmp_path / "reports" / page).read_text("utf-8"))
    assert not (tmp_path / "quarantine").exists()


NAKED = """
from slack_conformance.run import evidence, record
from slack_conformance.wire.redact import Redactor

class Blind(Redactor):
    def known(self, text):
        return text
    def extended(self, secrets):
        return self

evidence.Redactor = Blind
record.by_name = lambda text: text
"""


def test_without_redaction_words_are_found_where_they_are_values(command: Runner, tmp_path: Path) -> None:
    words = dict(zip(WORDS, ("token", "access", "secret", "ok"), strict=True))
    (tmp_path / "naked.py").write_text(NAKED, encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment, seeded(tmp_path, words, environment):
        finished = command("run", "--profile=target.toml", "-k", "bad_client_secret", "-p", "naked")
    assert finished.code == 12, finished.text
    assert "results.jsonl held client_id, client_secret; now" in finished.text
