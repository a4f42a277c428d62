"""Redaction by place: a value that is a common word is hidden where it is a value, and nowhere else."""

from __future__ import annotations

import base64
import html
import json
import string
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_conformance.wire.redact import Redactor
from slack_conformance.wire.vocabulary import LONGEST_WORD, SHORTEST, distinctive, why_not_distinctive

if TYPE_CHECKING:
    from collections.abc import Callable

KNOWN = Redactor().extended([("client_secret", "secret"), ("token", "ok"), ("code", "a&b"), ("client_id", "7")])

HIDDEN = {
    "secret": "$client_secret",
    " secret\n": " $client_secret\n",
    '{"error":"secret"}': '{"error":"$client_secret"}',
    '{"a": ["ok", {"b": "secret"}]}': '{"a": ["$token", {"b": "$client_secret"}]}',
    '{"a":"sec\\u0072et"}': '{"a":"$client_secret"}',
    '{"a":"{\\"b\\":\\"secret\\"}"}': '{"a":"{\\"b\\":\\"$client_secret\\"}"}',
    '{"a":"http://h/?x=1&y=secret"}': '{"a":"http://h/?x=1&y=$client_secret"}',
    '{"a":"Bearer ok"}': '{"a":"Bearer $token"}',
    '{"a":"Basic NzpzZWNyZXQ="}': '{"a":"Basic $client_id:$client_secret"}',
    '{"a":"7:secret"}': '{"a":"$client_id:$client_secret"}',
    '{"ok":true,"x":"secr': '{"ok":true,"x":"secr',
    '{"x":"secret","y":"se': '{"x":"$client_secret","y":"se',
    f'{"[" * 200}"sec\\u0072et"{"]" * 200}': f'{"[" * 200}"$client_secret"{"]" * 200}',
    "x=secret&y=ok": "x=$client_secret&y=$token",
    "code=a%26b": "code=$code",
    "<p>secret</p>": "<p>$client_secret</p>",
    "<b>a&amp;b</b> <i title='ok'>": "<b>$code</b> <i title='$token'>",
    "{'x': 'secret'}": "{'x': '$client_secret'}",
    '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nsecret\r\n--b--': (
        '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n$client_secret\r\n--b--'
    ),
}


@pytest.mark.parametrize("text", HIDDEN)
def test_where_it_is_a_value(text: str) -> None:
    assert KNOWN.known(text) == HIDDEN[text]
    assert KNOWN.known(HIDDEN[text]) == HIDDEN[text]


LEFT = [
    '{"ok":true,"secret":1,"code":7}',
    '{"error":"bad_client_secret","note":"it is ok"}',
    "secret=1&ok=2",
    "not ok",
    "{'secret': 1}",
    "a=secrets",
    "",
]


@pytest.mark.parametrize("text", LEFT)
def test_where_it_is_a_key_or_a_part_it_stays(text: str) -> None:
    assert KNOWN.known(text) == text


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("X-Echo", "secret", "$client_secret"),
        ("X-Echo", "b2s=", "$token"),
        ("Location", "https://h/?state=ok#x", "https://h/?state=$token#x"),
        ("Content-Length", "7", "7"),
        ("WWW-Authenticate", "Bearer ok", "Bearer $token"),
        ("X-Echo", "secret and ok", "secret and ok"),
    ],
)
def test_in_a_header(name: str, value: str, shown: str) -> None:
    assert KNOWN.header(name, value) == shown


def test_in_a_header_that_is_sent() -> None:
    assert KNOWN.sent_header("Authorization", "Bearer ok") == "Bearer $token"
    assert KNOWN.sent_header("Authorization", "Basic 7:secret") == "Basic $client_id:$client_secret"
    assert KNOWN.sent_header("Authorization", "Basic 7:wrong") == "Basic $client_id:wrong"
    assert KNOWN.sent_header("Content-Length", "7") == "7"


def test_in_a_reason_phrase() -> None:
    assert Redactor({"token": "OK"}).reason(200, "OK") == "OK"
    assert Redactor({"token": "OK"}).reason(404, "OK") == "$token"


def test_in_a_sentence_of_ours_only_what_the_target_said() -> None:
    assert KNOWN.sentence('error "secret", with warning "ok"; the JSON object has no \'ok\'') == (
        'error "$client_secret", with warning "$token"; the JSON object has no \'ok\''
    )
    assert KNOWN.sentence('it began {"ok":false,"error":"secret"}') == 'it began {"ok":false,"error":"$client_secret"}'
    assert KNOWN.sentence('error "error:ok"') == 'error "error:$token"'


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [("ok", "ok"), ("error:ok", "error:$token"), ("secret", "$client_secret"), ("invalid_code", "invalid_code")],
)
def test_an_outcome(outcome: str, shown: str) -> None:
    assert KNOWN.outcome(outcome) == shown


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("a1b2c3", f"shorter than {SHORTEST} characters"),
        ("changeme", "a single word"),
        ("0123456789", "a plain number"),
        ("bad_client_secret", "a text that reports hold anyway"),
        ("OAuth.Access.bad", "a text that reports hold anyway"),
    ],
)
def test_what_is_not_distinctive(value: str, said: str) -> None:
    assert not distinctive(value)
    assert why_not_distinctive(value) == said


def test_what_is_distinctive() -> None:
    assert distinctive("111.222:secret")
    assert distinctive("x" * (LONGEST_WORD + 1))
    assert distinctive("my-mocks-secret")
    assert not distinctive("my-mocks-secret", public="http://My-Mocks-Secret.example/api/")


def test_a_documented_code_is_not_the_beginning_of_a_secret() -> None:
    known = Redactor({"code": "invalid_code-of-mine-01"})
    assert known.sentence('error "invalid_code"') == 'error "invalid_code"'
    assert known.sentence('error "invalid_code-of-min…"') == 'error "$code…"'


ECHOES: dict[str, Callable[[str], str]] = {
    "raw": str,
    "form": quote_plus,
    "percent": lambda text: quote(text, safe=""),
    "HTML": html.escape,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
}
WORD = st.text(f"{string.ascii_letters}{string.digits}.:-_&=+%<>\"'\\/ é", min_size=1, max_size=SHORTEST - 1).filter(
    lambda word: word.strip() == word
)


@given(st.lists(WORD, min_size=1, max_size=3, unique=True), st.sampled_from(sorted(ECHOES)), st.data())
def test_every_string_of_a_document_that_is_the_value_is_hidden(
    words: list[str], way: str, data: st.DataObject
) -> None:
    """In whatever encoding; keys stay, and the document stays one."""
    known = Redactor((f"n{index}", word) for index, word in enumerate(words))
    echoed = [ECHOES[way](data.draw(st.sampled_from(words))) for _ in range(3)]
    document = {"ok": True, words[0]: echoed[0], "list": [echoed[1], {"deep": json.dumps({"in": echoed[2]})}]}
    shown = json.loads(known.known(json.dumps(document)))
    assert list(shown) == list(document)
    stand_ins = {f"$n{index}" for index in range(len(words))}
    values = [shown[words[0]], shown["list"][0], json.loads(shown["list"][1]["deep"])["in"]]
    assert set(values) <= stand_ins


@given(st.lists(WORD, min_size=1, max_size=3, unique=True), st.text(max_size=60))
def test_redaction_is_stable_when_repeated(words: list[str], text: str) -> None:
    known = Redactor((f"name{index}", f"~{word}") for index, word in enumerate(words))
    once = known.known(text)
    assert known.known(once) == once


PATHOLOGICAL = [
    '"' + "\\" * 200_001,
    '"\\"' * 60_000,
    "content-disposition:" * 10_000,
    "content-disposition: x\r\n\r\n" * 8_000,
    "a=" * 100_000,
    ">" * 200_000,
    "[" * 200_000,
    json.dumps(["ok"] * 30_000),
    "token " * 30_000,
]


@pytest.mark.parametrize("text", PATHOLOGICAL, ids=range(len(PATHOLOGICAL)))
def test_it_ends_whatever_a_target_makes_up(text: str) -> None:
    assert len(KNOWN.known(text)) <= 2 * len(text)
