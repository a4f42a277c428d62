"""Redaction: no secret that is known stays, in whatever encoding, nor what a telling name holds; all else stays."""

from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_conformance.wire.by_name import HIDDEN, by_name, header_by_name
from slack_conformance.wire.encodings import encodings
from slack_conformance.wire.redact import Redactor
from slack_conformance.wire.vocabulary import SHORTEST, distinctive

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "xoxa-fake/12+34-\"é&<'%41"
ID, SECRET = "123456.789012", "not-a-secret-not-a-secret"


def b64(text: str) -> str:
    """Return text in base64."""
    return base64.b64encode(text.encode()).decode()


ENCODERS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "percent": lambda text: quote(text, safe=""),
    "percent, lower": lambda text: (
        quote(text, safe="").lower() if text.islower() or not text.isalpha() else quote(text, safe="")
    ),
    "percent, as in a path": quote,
    "form": quote_plus,
    "every byte in percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "every byte in percent, lower": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "base64": b64,
    "base64 unpadded": lambda text: b64(text).rstrip("="),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 for URLs, unpadded": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON without escapes": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON as PHP writes it": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "HTML": html.escape,
    "HTML without quotes": lambda text: html.escape(text, quote=False),
    "HTML with decimal apostrophes": lambda text: html.escape(text).replace("&#x27;", "&#39;"),
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
}
ALIGNED = [("", ""), ("a", ""), ("ab", ""), ("", "z"), ("a", "z"), ("ab", "yz"), ("user:", "")]


def test_there_are_at_least_twelve_encodings() -> None:
    assert len({encode(TOKEN) for encode in ENCODERS.values()}) >= 12


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("secret", [TOKEN, SECRET, "aZ09-bY1", "+/+/+/+/+"])
def test_by_value_in_every_encoding(name: str, secret: str) -> None:
    text = f"before [{ENCODERS[name](secret)}] after"
    redacted = Redactor({"token": secret}).by_value(text)
    assert redacted.startswith("before [$token")
    assert redacted.rstrip("=] after").endswith("$token")
    assert redacted.endswith("] after")


@pytest.mark.parametrize(("before", "after"), ALIGNED)
@pytest.mark.parametrize("secret", [TOKEN, SECRET, "0123-45678", "\xff\xfe1\xfe\xff\xfe\xff\xfe"])
@pytest.mark.parametrize("table", [b"+/", b"-_"])
def test_by_value_in_the_middle_of_something_in_base64(before: str, after: str, secret: str, table: bytes) -> None:
    text = base64.b64encode(f"{before}{secret}{after}".encode(), table).decode()
    redacted = Redactor({"token": secret}).by_value(f"Basic {text}.")
    assert "$token" in redacted
    assert len(redacted.replace("$token", "")) <= len("Basic .") + 4 * len(before) + 4 * len(after) + 8
    assert not any(form in redacted for form in encodings(secret))


def test_a_pair_of_credentials_is_one_name() -> None:
    known = Redactor().extended([("client_id", ID), ("client_secret", SECRET), ("token", TOKEN)])
    assert known.by_value(f"Basic {b64(f'{ID}:{SECRET}')}") == "Basic $client_id:$client_secret"
    assert known.by_value(b64(f"{ID}:{SECRET}").rstrip("=") + "!") == "$client_id:$client_secret!"
    alone = Redactor({"client_secret": SECRET})
    alone.add_pair(("client_id", ID), ("client_secret", SECRET))
    assert alone.by_value(f"Basic {b64(f'{ID}:{SECRET}')}") == "Basic $client_id:$client_secret"


def test_every_pair_of_clients_is_known() -> None:
    known = Redactor().extended(
        [("client_id", ID), ("client_secret", SECRET), ("client_id", "999999.1"), ("client_secret", "other-fake")]
    )
    for first in (ID, "999999.1"):
        for second in (SECRET, "other-fake"):
            assert known.by_value(b64(f"{first}:{second}")) == "$client_id:$client_secret"


def test_the_pair_of_a_client_in_a_state_has_the_names_of_its_halves() -> None:
    known = Redactor().extended([("client_id_of_other", ID), ("client_secret_of_other", SECRET)])
    assert known.by_value(b64(f"{ID}:{SECRET}")) == "$client_id_of_other:$client_secret_of_other"


def test_extending_leaves_the_first_as_it_was() -> None:
    first = Redactor({"token": TOKEN})
    assert first.by_value(SECRET) == SECRET
    more = first.extended([("client_secret", SECRET)])
    assert more.by_value(TOKEN + SECRET) == "$token$client_secret"
    assert first.by_value(TOKEN + SECRET) == "$token" + SECRET
    first.add("late", "late-secret")
    assert first.by_value("late-secret") == "$late"


def test_the_longer_one_comes_first_and_the_first_name_stays() -> None:
    known = Redactor([("short", "fake-one"), ("long", "fake-one-and-more"), ("again", "fake-one")])
    assert known.by_value("fake-one-and-more fake-one") == "$long $short"


def test_a_value_that_is_not_distinctive_stays_within_a_text() -> None:
    assert Redactor({"a": "", "b": "abc-12"}).by_value("x abc-12") == "x abc-12"
    assert Redactor({"b": "abc-1234"}).by_value("x abc-1234") == "x $b"


class TestCut:
    """What was cut in the middle of a secret shows none of it."""

    @pytest.mark.parametrize("name", ENCODERS)
    @pytest.mark.parametrize("left", [0.5, 0.75, 0.99])
    def test_at_the_end_of_the_text(self, name: str, left: float) -> None:
        form = ENCODERS[name](TOKEN)
        cut = form[: max(SHORTEST, int(len(form) * left))]
        assert Redactor({"token": TOKEN}).by_value(f"echo: {cut}").rstrip("=") == "echo: $token"

    @pytest.mark.parametrize("mark", ["…", '"', "'", "\\n", "...", "&quot;", "</td>"])
    def test_in_the_middle_of_a_record(self, mark: str) -> None:
        known = Redactor({"token": SECRET})
        assert known.by_value(f"[{SECRET[:-1]}{mark} and {SECRET[:-2]}{mark}]") == f"[$token{mark} and $token{mark}]"
        assert known.by_value(f"{SECRET} {SECRET[:-1]}{mark}") == f"$token $token{mark}"

    def test_what_only_begins_alike_stays(self) -> None:
        known = Redactor({"token": "xoxa-fake-0123456789"})
        for text in ("xoxa-fake-0123 is another", "xoxa-fake-01X", '"xoxa-fake"', "xoxa-fak…", "xoxa-fake-012.."):
            assert known.by_value(text) == text

    def test_of_a_short_secret_nothing_is_guessed(self) -> None:
        assert Redactor({"code": "fake56"}).by_value("fake5") == "fake5"

    def test_the_name_is_that_of_the_secret_which_stands_there_whole(self) -> None:
        known = Redactor({"long": "fake-one-of-two-id", "short": "fake-one-of-two"})
        assert known.by_value('"fake-one-of-two"') == '"$short"'


SECRETS = st.text('ABCDEFXYZ0189+/-.%&"<é', min_size=8, max_size=24).filter(distinctive)
PUBLIC = st.text("ghijklm nopq:,{}[]\n\\", max_size=30)


@given(st.lists(SECRETS, min_size=1, max_size=4, unique=True), st.data())
def test_no_known_secret_is_left_in_any_encoding(secrets: list[str], data: st.DataObject) -> None:
    known = Redactor((f"n{index}", secret) for index, secret in enumerate(secrets))
    pieces = []
    for _ in range(data.draw(st.integers(1, 5))):
        pieces += [
            data.draw(PUBLIC),
            data.draw(st.sampled_from(list(ENCODERS.values())))(data.draw(st.sampled_from(secrets))),
        ]
    redacted = known.by_value("|".join(pieces))
    for secret in secrets:
        for form in {encode(secret) for encode in ENCODERS.values()}:
            assert form not in redacted
    assert known.by_value(redacted) == redacted


@given(st.lists(SECRETS, max_size=4), PUBLIC)
def test_public_text_stays_as_it_is(secrets: list[str], text: str) -> None:
    known = Redactor((f"n{index}", secret) for index, secret in enumerate(secrets))
    assert known.by_value(text) == text
    assert by_name(text) == text


FIELDS = {
    '{"access_token":"fake-1","scope":"a"}': '{"access_token":"[redacted]","scope":"a"}',
    '{"bot" : {"bot_access_token" :  "fake\\"1" }}': '{"bot" : {"bot_access_token" :  "[redacted]" }}',
    '{"client_secret":"fake-1","code":"fake-2","ok":true}': '{"client_secret":"[redacted]","code":"[redacted]","ok":true}',  # noqa: E501 - one piece of text
    '{"Refresh_Token":"fake-1': '{"Refresh_Token":"[redacted]',
    "client_id=1&client_secret=fake-1&code=fake-2": "client_id=1&client_secret=[redacted]&code=[redacted]",
    "http://a.example/b?token=fake-1&x=1": "http://a.example/b?token=[redacted]&x=1",
    "a=1&amp;token=fake-1&amp;b=2": "a=1&amp;token=[redacted]&amp;b=2",
    '"echo": "{\\"token\\": \\"fake-1\\", \\"ok\\": true}"': '"echo": "{\\"token\\": \\"[redacted]\\", \\"ok\\": true}"',  # noqa: E501 - one piece of text
    "{'access_token': 'fake-1', 'ok': True}": "{'access_token': '[redacted]', 'ok': True}",
    "<p>&quot;api_key&quot;:&quot;fake-1&quot;</p>": "<p>&quot;api_key&quot;:&quot;[redacted]&quot;</p>",
    "see https://hooks.slack.com/services/T1/B2/fake3 there": "see https://hooks.slack.com/services/[redacted] there",
    '"https:\\/\\/hooks.slack.com\\/T1\\/B2\\/fake3"': '"https:\\/\\/hooks.slack.com\\/[redacted]"',
    '{"incoming_webhook":{"channel":"#a","url":"http://mock.example/h/fake"}}': '{"incoming_webhook":{"channel":"#a","url":"[redacted]"}}',  # noqa: E501 - one piece of text
    "a message with xoxb-1234567890-fake in it": "a message with [redacted] in it",
    'x xoxe.xoxp-1-fake-12345678 "': 'x [redacted] "',
}
MULTIPART = (
    '--b\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\nfake-1\r\n'
    '--b\r\nContent-Disposition: form-data; name="note"\r\n\r\npublic\r\n'
    '--b\r\ncontent-disposition: form-data; name="code"; filename="x"\r\nContent-Type: text/plain\r\n\r\nfake\r\n2\r\n--b--\r\n'  # noqa: E501 - one piece of text
)


@pytest.mark.parametrize("text", FIELDS)
def test_by_name(text: str) -> None:
    assert by_name(text) == FIELDS[text]
    assert by_name(FIELDS[text]) == FIELDS[text]


def test_by_name_in_multipart() -> None:
    redacted = by_name(MULTIPART)
    assert "fake" not in redacted
    assert redacted == MULTIPART.replace("fake-1", HIDDEN).replace("fake\r\n2", HIDDEN)
    assert by_name(redacted) == redacted
    cut = by_name('--b\r\nContent-Disposition: form-data; name="token"\r\n\r\nfake-1')
    assert cut.endswith(f"\r\n\r\n{HIDDEN}")


PUBLIC_TEXTS = [
    '{"ok":false,"error":"invalid_code"}',
    '{"token_type":"app","scope":"code,token"}',
    "scopes=a&trigger_id=1.2.3",
    "token",
    '{"access_token":"$token"}',
    "token=$token&code=%24code",
    '{"bot":{"bot_user_id":"U1"}}',
    "https://slack.com/api/oauth.access",
    '{"code":404,"token":null}',
    "decode=1&encoded=2",
    '--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n$token\r\n--b--',
    '--b\r\nContent-Disposition: x; name="token"\r\n\r\n\r\n--b\r\nContent-Disposition: x; name="a"\r\n\r\nb\r\n--b--',
]


@pytest.mark.parametrize("text", PUBLIC_TEXTS)
def test_by_name_leaves_the_rest(text: str) -> None:
    assert by_name(text) == text


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer fake-1", "Bearer [redacted]"),
        ("authorization", "Basic ZmFrZQ==", "Basic [redacted]"),
        ("Authorization", "fake-1", "[redacted]"),
        ("Proxy-Authorization", "Digest a=b, c=d", "Digest [redacted]"),
        ("Cookie", "a=fake; b=fake", "[redacted]"),
        ("Set-Cookie", "d=fake; path=/", "[redacted]"),
        ("X-Api-Key", "fake-1", "[redacted]"),
        ("X-Auth-Token", "fake-1", "[redacted]"),
        ("x_slack_signature", "v0=fake", "[redacted]"),
        ("X-Amz-Security-Token", "fake", "[redacted]"),
        ("X-Gateway-Secret", "fake 2", "[redacted]"),
        ("Location", "https://a.example/?code=fake-1&state=2", "https://a.example/?code=[redacted]&state=2"),
        ("X-Echo", "token=fake-1", "token=[redacted]"),
        ("X-Note", "got xoxp-1234567890", "got [redacted]"),
        ("Content-Type", "application/json; charset=utf-8", "application/json; charset=utf-8"),
        ("X-OAuth-Scopes", "identify,bot", "identify,bot"),
        ("WWW-Authenticate", 'Bearer realm="a"', 'Bearer realm="a"'),
        ("Retry-After", "30", "30"),
        ("X-Keyboard", "fake", "fake"),
    ],
)
def test_header_by_name(name: str, value: str, shown: str) -> None:
    assert header_by_name(name, value) == shown
    assert header_by_name(name, shown) == shown


PATHOLOGICAL = [
    "\\" * 200_000,
    '"token":"' * 20_000,
    "content-disposition:" * 10_000,
    '"incoming_webhook":{' * 10_000,
    "&token=" * 30_000,
    '"' + "a" * 200_000,
    "'token':'" * 20_000,
    "&quot;" * 40_000,
    'Content-Disposition: x; name="token"\r\n' * 6_000,
    "xox" * 60_000,
    "a." * 100_000 + "token",
    "?" + "secret" * 30_000,
]


@pytest.mark.parametrize("text", PATHOLOGICAL, ids=range(len(PATHOLOGICAL)))
def test_by_name_ends_whatever_a_target_makes_up(text: str) -> None:
    redacted = by_name(text)
    assert len(redacted) <= 3 * len(text)
    assert by_name(redacted) == redacted


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Retry-After is 'soon token=fake-token-of-nobody'", "Retry-After is 'soon token=[redacted]'"),
        ('error "xoxp-FAKE-0000000000"', 'error "[redacted]"'),
        ("the request sends token=$token", "the request sends token=$token"),
    ],
)
def test_a_quotation_hides_what_looks_like_a_secret_though_nobody_knows_it(said: str, shown: str) -> None:
    """Just as the exchange that it quotes does."""
    assert Redactor().sentence(said) == shown
    assert Redactor().outcome("xoxp-FAKE-0000000000") == "[redacted]"
