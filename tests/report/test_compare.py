"""The smallest difference: between expected and got, and between base and edited request."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from slack_conformance.report.compare import marked, request_lines, side_by_side
from slack_conformance.results.exchange import RecordedRequest
from slack_conformance.results.model import EditRecord
from tests.report import build

WANT, CAME, END = '<mark class="want">', '<mark class="came">', "</mark>"
PROSE, OTHER = "the answer is an object with three keys", "nothing came back before the time that was granted ended"


@pytest.mark.parametrize(
    ("expected", "got", "left", "right"),
    [
        ("same", "same", "same", "same"),
        ("bad_charset", "bad_charsets", f"{WANT}bad_charset{END}", f"{CAME}bad_charsets{END}"),
        ("HTTP status 200", "HTTP status 500", f"HTTP status {WANT}200{END}", f"HTTP status {CAME}500{END}"),
        ("error one", "ok:true", f"{WANT}error one{END}", f"{CAME}ok:true{END}"),
        ("a <b>", "a <i>", f"a &lt;{WANT}b{END}&gt;", f"a &lt;{CAME}i{END}&gt;"),
        ("wait one second", "wait second", f"wait {WANT}one{END} second", "wait second"),
        (PROSE, OTHER, PROSE, OTHER),
    ],
)
def test_whole_words_that_differ_are_marked_in_two_colours(expected: str, got: str, left: str, right: str) -> None:
    assert tuple(map(str, marked(expected, got))) == (left, right)


def request(**changes: Any) -> RecordedRequest:  # noqa: ANN401 - any JSON value
    """Return a request record."""
    return msgspec.convert(build.request(**changes), RecordedRequest)


def marks(
    base: RecordedRequest, edited: RecordedRequest, edit: EditRecord | None
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the marked lines of both requests."""
    left, right = side_by_side(base, edited, edit)
    return ({line.text: line.mark for line in left if line.mark}, {line.text: line.mark for line in right if line.mark})


def test_the_argument_of_the_edit_is_marked_and_what_follows_is_not_the_edit() -> None:
    edited = request(body="name=lamps&colour=red&trigger=2")
    found = marks(request(body="name=lamp&colour=red&trigger=1"), edited, EditRecord("set_argument", {"name": "lamps"}))
    assert found == (
        {"name=lamp": "edit", "&trigger=1": "follows", "Content-Length: 30": "follows"},
        {"name=lamps": "edit", "&trigger=2": "follows", "Content-Length: 31": "follows"},
    )


def test_a_dropped_header_is_marked_where_it_was() -> None:
    base = request()
    edited = request(headers=[list(pair) for pair in base.headers if pair[0] != "Content-Type"])
    found = marks(base, edited, EditRecord("drop_header", "Content-Type"))
    assert found == ({"Content-Type: application/x-www-form-urlencoded": "edit"}, {})


def test_arguments_in_the_query_stand_one_a_line() -> None:
    base = request(verb="GET", url="http://h/x?a=1&b=2", body=None)
    edited = request(verb="GET", url="http://h/x?a=1&c%5B%5D=2", body=None)
    found = marks(base, edited, EditRecord("rename_argument", {"b": "c[]"}))
    assert found == ({"  &b=2": "edit"}, {"  &c%5B%5D=2": "edit"})


def test_where_the_edit_names_nothing_every_difference_is_its_own() -> None:
    found = marks(request(body="{}"), request(body='{"a":'), EditRecord("body", {"text": '{"a":'}))
    assert found == (
        {"Content-Length: 2": "follows", "{}": "edit"},
        {"Content-Length: 5": "follows", '{"a":': "edit"},
    )


def test_a_marked_line_is_shown_however_long_the_request_is() -> None:
    many = [f"a{number}=1" for number in range(100)]
    left, right = side_by_side(
        request(body="&".join(many)), request(body="&".join([*many, "z=1"])), EditRecord("add_argument", {"z": "1"})
    )
    assert "&z=1" in [line.text for line in right]
    assert left[-1].text.endswith("more lines, in the results file")
    assert max(len(left), len(right)) <= 26


def test_what_cannot_be_seen_is_made_visible() -> None:
    shown = [line.text for line in request_lines(request(body="a\u202eb\r\n\x00"))]
    assert shown[-2:] == ["a‹U+202E›b", "‹NUL›"]  # noqa: RUF001 - the tokens as they are shown


def test_nothing_is_compared_in_requests_that_are_longer_than_any_of_ours() -> None:
    base, edited = request(body="a\n" * 501), request(body="a\n" * 501 + "b")
    assert side_by_side(base, edited, None) == (request_lines(base), request_lines(edited))
    assert marks(request(body="a\n" * 9), request(body="a\n" * 9 + "b"), None)[1]
