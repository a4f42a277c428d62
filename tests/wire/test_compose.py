"""From a base and one edit to bytes: nothing but the edit may differ between the base's request and the edited one."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from slack_conformance.catalog.edits import EDITS, recorded_edit
from slack_conformance.catalog.edits.arguments import (
    AddArgument,
    DropArgument,
    InArray,
    LengthenName,
    MoveArgument,
    RenameArgument,
    SetArgument,
)
from slack_conformance.catalog.edits.orders import Order
from slack_conformance.catalog.edits.rest import ChangeBody, Drop, DropHeader, Escapes, Replay, SetHeader
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.members import drawn
from slack_conformance.catalog.schema import schema
from slack_conformance.catalog.values import AlteredValue, BorrowedValue, RepeatedText
from slack_conformance.wire.compose import Values, compose
from slack_conformance.wire.draft import FORM, Draft, form_text
from slack_conformance.wire.request import BodySent, Request

if TYPE_CHECKING:
    from slack_conformance.catalog.edits.edit import Edit
    from slack_conformance.catalog.model import Base, Case, Method

CATALOG = load_catalog()
URL = "http://target.example/api/"
OWN = {
    "token": "xoxa-fake-own",
    "scopes": "channels:read,chat:write",
    "scopes_mixed": "a:b,c:d",
    "trigger": "1.2.fake-trigger",
    "code": "1.2.fake-code",
    "client_id": "123.456",
    "client_secret": "not-a-secret",
    "redirect_uri": "http://app.example/a?b=c&d=é",
    "refresh": "xoxr-fake",
    "refresh_token": "xoxr-fake",
}
A, B = CATALOG.methods["apps.permissions.request"], CATALOG.methods["oauth.access"]


class Everything(dict[str, dict[str, str]]):
    """The values of any other world."""

    def get(self, state: str, _default: object = None) -> dict[str, str]:
        """Return values that say whose they are."""
        return {name: f"{value}-of-{state}" for name, value in OWN.items()}


def request(method: Method, base: Base, edit: Edit | None = None) -> Request:
    """Return the request with the values above, and with members of the classes that the edit names."""
    if edit is not None:
        edit = drawn(edit, "any seed", lambda name: OWN.get(name, ""))
    return compose(method, base, edit, URL, Values(OWN, Everything()))


def split(sent: Request) -> dict[str, Any]:
    """Take a request apart: what an edit may change, each on its own."""
    parts = urlsplit(sent.url)
    headers = {name.lower(): value for name, value in sent.headers}
    body: Any = sent.body
    kind = headers.get("content-type", "")
    if sent.body is not None and (kind.startswith(FORM) or (kind == "" and b"=" in sent.body)):
        body = parse_qsl(sent.body.decode(), keep_blank_values=True)
    return {
        "verb": sent.verb,
        "path": parts.path,
        "query": parse_qsl(parts.query, keep_blank_values=True),
        "body": body,
        "sent": sent.sent,
        **{f"header {name}": value for name, value in headers.items() if name != "content-length"},
    }


def changes(method: Method, base: Base, edit: Edit) -> dict[str, tuple[Any, Any]]:
    """Return what differs between the base's request and the edited one."""
    before, after = split(request(method, base)), split(request(method, base, edit))
    return {
        part: (before.get(part), after.get(part))
        for part in sorted({*before, *after})
        if before.get(part) != after.get(part)
    }


def test_every_kind_of_edit_is_in_the_schema_and_used() -> None:
    used = {case.edit.kind for case in CATALOG.cases if case.edit is not None}
    assert used == set(EDITS)
    assert set(schema("rule.schema.json#/$defs/edit")["properties"]) == used - {"replay"}


def test_an_edit_is_recorded_as_it_stands_in_the_data() -> None:
    """A replay is recorded by the name of its client alone."""
    edits = {case.id: case.edit for case in CATALOG.cases if case.edit is not None}
    again = {name: recorded_edit(edit.kind, edit.data) for name, edit in edits.items()}
    assert again == {name: None if isinstance(edit, Replay) else edit for name, edit in edits.items()}


@pytest.mark.parametrize(
    ("kind", "value"),
    [("set_argument", {"a": {"of": "x"}}), ("set_argument", 5), ("drop_argument", None), ("new", "x")],
)
def test_an_edit_that_no_schema_allows_is_not_read(kind: str, value: object) -> None:
    assert recorded_edit(kind, value) is None


REQUEST_EDITS = [
    case for case in CATALOG.cases if case.edit and not (case.is_copy or isinstance(case.edit, Order | Replay))
]
REPLAYS = [case for case in CATALOG.cases if isinstance(case.edit, Replay)]


@pytest.mark.parametrize("case", REQUEST_EDITS, ids=lambda case: case.id)
def test_exactly_one_thing_changes(case: Case) -> None:
    method = CATALOG.methods[case.method]
    assert case.edit is not None
    changed = changes(method, case.base, case.edit)
    where = {"header authorization", "query", "body"}
    match case.edit:
        case SetHeader(name=name) | DropHeader(name=name):
            assert set(changed) - ({"body"} if name.lower() == "content-type" else set()) == {f"header {name.lower()}"}
            assert request(method, case.base, case.edit).body == request(method, case.base).body
        case MoveArgument() | Drop():
            assert changed
            assert set(changed) <= where | {"header content-type"}
        case ChangeBody():
            framing = {"header transfer-encoding"} if case.edit.send == "unfinished-chunks" else set()
            assert set(changed) <= {"body", "sent"} | framing
            assert changed
        case Escapes():
            assert not changed
            assert request(method, case.base, case.edit) != request(method, case.base)
        case _:
            assert len(changed) == 1
            assert set(changed) <= where


@pytest.mark.parametrize("method", CATALOG.methods.values(), ids=lambda method: method.name)
def test_the_length_is_that_of_the_whole_body(method: Method) -> None:
    cases = [case for case in REQUEST_EDITS if case.method == method.name]
    requests = [request(method, case.base, edit) for case in cases for edit in (None, case.edit)]
    wrong = [
        sent
        for sent in requests
        if sent.header("Content-Length")
        != (None if sent.body is None or sent.sent is BodySent.UNFINISHED_CHUNKS else str(len(sent.body)))
    ]
    assert wrong == []
    assert len(requests) > len(cases)


def pairs(method: Method, base: str, edit: Edit | None = None) -> list[tuple[str, str]]:
    """Return the arguments of the body, as a form."""
    sent = request(method, method.bases[base], edit)
    return parse_qsl((sent.body or b"").decode(), keep_blank_values=True)


class TestEdits:
    """Each kind of edit, on a real base."""

    def test_set_argument(self) -> None:
        changed = changes(B, B.bases["post-form"], SetArgument("redirect_uri", "x"))
        ((before, after),) = changed.values()
        assert [pair for pair in before if pair not in after] == [("redirect_uri", OWN["redirect_uri"])]
        assert [pair for pair in after if pair not in before] == [("redirect_uri", "x")]

    def test_set_argument_of_a_credential_that_travels_in_a_header(self) -> None:
        assert changes(A, A.bases["get"], SetArgument("token", "xoxa-fake-other")) == {
            "header authorization": ("Bearer xoxa-fake-own", "Bearer xoxa-fake-other"),
        }
        for name, pair in (("client_id", "x:not-a-secret"), ("client_secret", "123.456:x")):
            changed = changes(B, B.bases["get-basic"], SetArgument(name, "x"))
            assert changed["header authorization"][1] == f"Basic {base64.b64encode(pair.encode()).decode()}"
            assert len(changed) == 1

    def test_set_argument_takes_values_of_this_world_and_of_others_and_repeated_text(self) -> None:
        edit = SetArgument("code", BorrowedValue("$code", "app-removed"))
        assert ("code", "1.2.fake-code-of-app-removed") in pairs(B, "post-form", edit)
        assert ("code", "ababab") in pairs(B, "post-form", SetArgument("code", RepeatedText("ab", 3)))
        assert ("code", "123.456") in pairs(B, "post-form", SetArgument("code", "$client_id"))

    def test_set_argument_takes_values_that_are_wrong_by_little_and_names_them(self) -> None:
        values = Values({"code": "1.2.fake-code"})
        sent = compose(
            B, B.bases["post-form"], SetArgument("code", AlteredValue("$code", "last-character")), URL, values
        )
        assert ("code", "1.2.fake-cod~") in parse_qsl((sent.body or b"").decode())
        assert values.altered == {"code_altered": "1.2.fake-cod~"}

    def test_escapes_are_spelled_otherwise_and_stand_for_the_same(self) -> None:
        usual = request(B, B.bases["post-form"])
        for spelled in ("lower-case", "throughout"):
            sent = request(B, B.bases["post-form"], Escapes(spelled))
            assert sent.body != usual.body
            assert parse_qsl((sent.body or b"").decode()) == parse_qsl((usual.body or b"").decode())
        assert b"%3a%2f%2f" in (request(B, B.bases["post-form"], Escapes("lower-case")).body or b"")
        assert "%2c" in request(A, A.bases["get"], Escapes("lower-case")).url

    def test_drop_argument(self) -> None:
        names = [name for name, _ in pairs(B, "post-form", DropArgument("code"))]
        assert names == [name for name, _ in pairs(B, "post-form") if name != "code"]
        assert set(changes(A, A.bases["get"], DropArgument("token"))) == {"header authorization"}
        for name, pair in (("client_id", ":not-a-secret"), ("client_secret", "123.456:")):
            sent = request(B, B.bases["get-basic"], DropArgument(name))
            assert sent.header("authorization") == f"Basic {base64.b64encode(pair.encode()).decode()}"

    @pytest.mark.parametrize("base", B.bases)
    def test_add_argument_travels_with_the_others(self, base: str) -> None:
        plain, more = request(B, B.bases[base]), request(B, B.bases[base], AddArgument("note", "ä b"))
        where = "json" if B.bases[base].arguments == "json" else B.bases[base].arguments
        in_query = ("note", "ä b") in parse_qsl(urlsplit(more.url).query)
        assert in_query == (where == "query")
        if in_query:
            assert more.body == plain.body

    def test_rename_and_lengthen(self) -> None:
        assert [n for n, _ in pairs(B, "post-form", RenameArgument("code", "code[]"))] == [
            "code[]" if name == "code" else name for name, _ in pairs(B, "post-form")
        ]
        (long,) = (n for n, _ in pairs(B, "post-form-unlisted", LengthenName("note", 30)) if "not" in n)
        assert long == ("note" * 8)[:30]

    def test_an_argument_of_a_json_body_becomes_an_array(self) -> None:
        base = B.bases["post-json-basic"]
        plain, wrapped = (json.loads(request(B, base, edit).body or b"") for edit in (None, InArray("code")))
        assert wrapped == {**plain, "code": [plain["code"]]}

    def test_move_argument(self) -> None:
        moved = request(A, A.bases["post-form"], MoveArgument("token", "query"))
        assert moved.header("Authorization") is None
        assert parse_qsl(urlsplit(moved.url).query) == [("token", "xoxa-fake-own")]
        other = request(A, A.bases["post-form"], MoveArgument("scopes", "query"))
        assert parse_qsl(urlsplit(other.url).query) == [("scopes", OWN["scopes"])]
        assert b"scopes" not in (other.body or b"")

    def test_headers_are_found_in_any_case(self) -> None:
        sent = request(B, B.bases["post-form"], SetHeader("content-TYPE", "text/x"))
        assert [value for name, value in sent.headers if name.lower() == "content-type"] == ["text/x"]
        gone = request(B, B.bases["post-form"], DropHeader("CONTENT-type"))
        assert gone.header("Content-Type") is None
        assert gone.body == request(B, B.bases["post-form"]).body

    def test_drop_credentials(self) -> None:
        for name in ("post-form", "get", "get-basic"):
            sent = request(B, B.bases[name], Drop())
            assert sent.header("Authorization") is None
            text = sent.url + (sent.body or b"").decode()
            assert "client_id" not in text
            assert "not-a-secret" not in text
            assert "fake-code" in text

    def test_body(self) -> None:
        base = B.bases["post-form"]
        whole = request(B, base).body or b""
        assert request(B, base, ChangeBody(append="&x")).body == whole + b"&x"
        assert request(B, base, ChangeBody(text="ä")).body == "ä".encode()
        assert request(B, base, ChangeBody(hex="ff00")).body == b"\xff\x00"
        half = request(B, base, ChangeBody(send="half"))
        assert (half.body, half.sent, half.body_length_sent, half.malformed_framing) == (
            whole,
            BodySent.HALF,
            len(whole) // 2,
            True,
        )
        unfinished = request(B, base, ChangeBody(send="unfinished-chunks"))
        assert (unfinished.body, unfinished.malformed_framing) == (whole, True)
        assert (unfinished.header("Transfer-Encoding"), unfinished.header("Content-Length")) == ("chunked", None)
        values = Values({})
        nothing = compose(B, base, ChangeBody(send="nothing"), URL, values)
        assert (nothing.body_length_sent, nothing.header("Content-Length")) == (0, str(len(nothing.body or b"")))
        assert (bool(nothing.body), values.missing) == (True, set())
        assert (request(B, base).body_length_sent, request(B, base).malformed_framing) == (len(whole), False)

    def test_a_changed_body_leaves_the_query_alone(self) -> None:
        query = urlsplit(request(A, A.bases["post-query"]).url).query
        sent = request(A, A.bases["post-query"], ChangeBody(text="x"))
        assert query
        assert (urlsplit(sent.url).query, sent.body) == (query, b"x")

    @pytest.mark.parametrize("case", REPLAYS, ids=lambda case: case.id)
    def test_replay_sends_what_the_client_sends_and_nothing_of_the_base(self, case: Case) -> None:
        replay = case.edit
        assert isinstance(replay, Replay)
        sent = request(CATALOG.methods[case.method], case.base, case.edit)
        assert sent.verb == replay.verb
        for name, value in replay.headers:
            assert sent.header(name) == value
        names = {name.lower() for name, _ in sent.headers}
        computed = {"authorization", "content-type", "content-length"}
        assert names - computed <= {name.lower() for name, _ in replay.headers}
        assert len(parse_qsl(urlsplit(sent.url).query, keep_blank_values=True)) == len(replay.query)


def test_a_value_that_is_not_to_be_had_is_noted_and_replaced() -> None:
    values = Values({"client_id": "1.2"})
    sent = compose(B, B.bases["post-form"], None, URL, values)
    assert values.missing == {"client_secret", "code"}
    held = dict(parse_qsl((sent.body or b"").decode()))
    assert held["client_id"] == "1.2"
    assert held["code"] == B.arguments["code"].placeholder
    assert "redirect_uri" not in held
    assert Values({}).resolve("$nothing") == "no-nothing"
    assert Values({}).resolve("text") == "text"
    other = Values({"code": "1.2"})
    assert other.resolve(BorrowedValue("$code", "nowhere")) == "no-code"
    assert other.missing == {"code of nowhere"}


class Watched(dict[str, str]):
    """Values that remember which of them were asked for."""

    def __init__(self) -> None:
        """Begin without any."""
        super().__init__()
        self.asked: list[str] = []

    def __missing__(self, name: str) -> str:
        """Return the value."""
        self.asked.append(name)
        return OWN[name]


@pytest.mark.parametrize(
    ("edit", "asked"),
    [
        (None, {"client_id", "client_secret", "code", "redirect_uri"}),
        (SetArgument("code", "1.2.made-up"), {"client_id", "client_secret", "redirect_uri"}),
        (DropArgument("code"), {"client_id", "client_secret", "redirect_uri"}),
        (Drop(), {"code", "redirect_uri"}),
        (ChangeBody(text="{}"), {"redirect_uri"}),
        (ChangeBody(send="nothing"), {"redirect_uri"}),
        (AddArgument("token", "$token"), {"client_id", "client_secret", "code", "redirect_uri", "token"}),
    ],
)
def test_a_value_is_asked_for_only_if_the_request_carries_it(edit: Edit | None, asked: set[str]) -> None:
    """But for the one that a request goes without where there is none."""
    values = Watched()
    compose(B, B.bases["post-form"], edit, URL, Values(values))
    assert set(values.asked) == asked


def test_a_draft_is_not_changed_by_being_finished() -> None:
    draft = Draft("POST", arguments=[("a", "1", "form")])
    first = draft.finish(URL)
    draft.arguments.append(("b", "2", "form"))
    assert (first.body, draft.finish(URL).body) == (b"a=1", b"a=1&b=2")


@pytest.mark.parametrize(
    ("text", "safe", "encoded"),
    [
        ("a b", "", "a=a+b"),
        (None, "", "a"),
        ("ä&=+%", "", "a=%C3%A4%26%3D%2B%25"),
        ("a,b:c", ",:", "a=a,b:c"),
        ("a b", ",", "a=a+b"),
        ("", "", "a="),
    ],
)
def test_form_text(text: str | None, safe: str, encoded: str) -> None:
    assert form_text([("a", text)], safe) == encoded


class TestEncodings:
    """Each place where arguments may travel."""

    def test_query_and_no_body(self) -> None:
        sent = Draft("GET", arguments=[("a", "ä b", "query"), ("a", "", "query")]).finish(URL + "m")
        assert (sent.url, sent.body, sent.header("Content-Length")) == (URL + "m?a=%C3%A4+b&a=", None, None)
        assert (sent.target, sent.host) == ("/api/m?a=%C3%A4+b&a=", "target.example")

    def test_a_post_without_arguments_has_an_empty_body(self) -> None:
        sent = Draft("POST").finish(URL)
        assert (sent.body, sent.header("Content-Length"), sent.header("Content-Type")) == (b"", "0", None)
        assert Draft("HEAD").finish(URL).body is None

    def test_multipart(self) -> None:
        sent = Draft("POST", arguments=[("a", "ä", "multipart"), ("b", "", "multipart")]).finish(URL)
        kind, _, boundary = (sent.header("Content-Type") or "").partition("; boundary=")
        assert kind == "multipart/form-data"
        parts = (sent.body or b"").split(b"--" + boundary.encode())
        assert [part.partition(b"\r\n\r\n")[2] for part in parts[1:-1]] == ["ä\r\n".encode(), b"\r\n"]
        assert parts[-1] == b"--\r\n"

    def test_json(self) -> None:
        sent = Draft("POST", arguments=[("a", "ä", "json"), ("q", "1", "query")]).finish(URL)
        assert (json.loads(sent.body or b""), sent.header("Content-Type")) == (
            {"a": "ä"},
            "application/json; charset=utf-8",
        )
        assert sent.url.endswith("?q=1")

    def test_the_content_type_of_a_base_wins(self) -> None:
        sent = Draft("POST", arguments=[("a", "1", "form")], content_type="text/x").finish(URL)
        assert (sent.body, sent.header("Content-Type")) == (b"a=1", "text/x")

    def test_credentials(self) -> None:
        assert Draft("GET", bearer="t").finish(URL).header("Authorization") == "Bearer t"
        both = Draft("GET", basic=("a", "ä")).finish(URL).header("Authorization") or ""
        assert base64.b64decode(both.removeprefix("Basic ")).decode() == "a:ä"


def test_request_of_an_odd_url() -> None:
    sent = Request("GET", "http://user@host.example:81?x=1", (("A", "1"), ("a", "2")))
    assert (sent.target, sent.host, sent.header("a"), sent.header("b")) == ("/?x=1", "host.example:81", "1", None)
