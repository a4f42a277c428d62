"""The client of a control API: what it says where an answer is none that it could use."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.schema import schema
from slack_conformance.target.control import ControlClient, HttpCaller
from slack_conformance.target.world import Unreachable
from slack_conformance.wire.answer import read_answer
from slack_conformance.wire.sender import Exchange, Sender

if TYPE_CHECKING:
    from slack_conformance.wire.request import Request

WORLD = {"world": "w-1", "values": {"token": "not-a-secret", "code": ["a-code"]}}


class Canned(Sender):
    """Sends nothing, and has one answer to everything."""

    def __init__(self, status: str, body: bytes, *headers: str) -> None:
        """Take the answer."""
        super().__init__()
        lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
        self._received = "\r\n".join(lines).encode() + body

    def send(self, request: Request) -> Exchange:
        return Exchange(request, b"", self._received, read_answer(self._received), 0)


def made(*canned: object) -> object:
    """Return a world as this answer makes it."""
    return ControlClient(HttpCaller("http://127.0.0.1:1/v1", Canned(*canned))).new_world("a.method", "healthy", 1)  # type: ignore[arg-type]  # a status, a body, headers


def test_a_world() -> None:
    body = json.dumps(WORLD).encode()
    assert made("201 Created", body) == made("201 Created", gzip.compress(body), "Content-Encoding: gzip")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "the body is empty"),
        (b"<html>", "the body is HTML, not JSON"),
        (b"[1]", "the body is JSON, but an array, not an object"),
        (b'{"world": NaN}', "NaN is not JSON"),
        (b'{"world": "w", "world": "x"}', "the JSON has the key 'world' twice"),
        (b"[" * 200_000, "nested too deeply"),
        (b"\xff", "the body is not UTF-8"),
    ],
)
def test_what_is_not_a_json_object_is_the_control_apis_fault(body: bytes, why: str) -> None:
    with pytest.raises(Unreachable) as raised:
        made("201 Created", body)
    assert raised.value.cause.kind == "control"
    assert raised.value.cause.text.startswith("The control API answered 201 with something other than a JSON object: ")
    assert why in raised.value.cause.text


@pytest.mark.parametrize("values", [{"token": "a\r\nb"}, {"code": ["a\0"]}, {"trigger": ["\ud800"]}])
def test_a_value_that_cannot_be_sent_is_the_control_apis_fault(values: object) -> None:
    body = json.dumps({**WORLD, "values": values}).encode()
    with pytest.raises(Unreachable) as raised:
        made("201 Created", body)
    assert raised.value.cause.kind == "control"


def test_an_answer_that_is_cut_is_not_read() -> None:
    with pytest.raises(Unreachable, match="Content-Encoding"):
        made("201 Created", json.dumps(WORLD).encode(), "Content-Encoding: br")


def test_a_value_that_no_request_takes_is_refused_if_it_is_known_which_they_take() -> None:
    body = json.dumps({**WORLD, "values": {"token": "not-a-secret", "by\u0085form": "x"}}).encode()
    made("201 Created", body)
    with pytest.raises(Unreachable, match=r"gave values that no request uses: 'by\\x85form'\.") as raised:
        ControlClient(
            HttpCaller("http://127.0.0.1:1/v1", Canned("201 Created", body)), names={"token", "code"}
        ).new_world("m", "healthy", 1)
    assert raised.value.cause.kind == "control"


def test_the_schema_of_a_world_names_the_values_that_requests_take() -> None:
    assert (
        schema("control.world.schema.json")["properties"]["values"]["properties"].keys() == load_catalog().value_names
    )
