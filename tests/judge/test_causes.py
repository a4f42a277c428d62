"""Causes: the kind is right, the sentence says what came back, and it is the same for all that it concerns."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from slack_conformance.judge.causes import Way, base_cause, gone, same_to_all, unanswered
from slack_conformance.judge.words import described, way
from slack_conformance.results.terms import OF_A_METHOD, Kind
from slack_conformance.wire.answer import TIME_IS_UP, Answer, read_answer
from slack_conformance.wire.flaws import Flaw
from tests.invented import INVENTED
from tests.judge.build import SILENCE, A, B, answer, case, shown

METHOD = INVENTED.methods[B]
URL = "http://127.0.0.1:1/api/pizza.order"
BASE, EDITED = case(f"{B}.via-post-form.accepted"), case(f"{B}.bad_address.elsewhere")
REFUSED = answer("unknown_guest")
TOO_SLOW = Answer(flaw=Flaw.NOTHING, why=TIME_IS_UP)
OK_AS_TEXT = read_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n" + b'{"ok":"true"}')


def page(status: int, body: str = "", kind: str = "text/html") -> Answer:
    """Return what something else than the method answers, parsed as the wire does."""
    head = f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(body.encode())}\r\n\r\n"
    return read_answer(head.encode() + body.encode())


PROBLEM = page(405, json.dumps({"status": 405, "title": "Method Not Allowed"}), "application/problem+json")


def ways(**answers: Answer) -> list[Way]:
    """Return ways in by the names of their bases, with underscores."""
    return [Way(METHOD.bases[name.replace("_", "-")], found) for name, found in answers.items()]


def test_an_answer_is_described_by_what_its_owner_recognises() -> None:
    """Status, media type, and the first words without markup."""
    html = page(404, "<!doctype html><style>p {}</style><title>404 Not Found</title><p>No such page")
    assert described(html) == 'HTTP 404, text/html, "404 Not Found No such page": the body is HTML, not JSON'
    assert described(PROBLEM).startswith('HTTP 405, application/problem+json, "{"status": 405, "title": "Method Not')
    assert described(answer("bad_voucher")) == 'HTTP 200, application/json, error "bad_voucher"'
    assert described(SILENCE) == SILENCE.why
    assert described(page(204)) == "HTTP 204, text/html: the body is empty"
    assert described(OK_AS_TEXT) == "HTTP 200, no Content-Type: 'ok' is a string, not a boolean"


def test_no_description_shows_a_secret_by_name_or_the_whole_of_a_long_page() -> None:
    """It is cut between two words, since half a secret may not be recognised when the text is recorded."""
    hidden = described(page(500, '{"access_token": "not-a-secret-but-named-like-one"}', "application/json"))
    assert "not-a-secret" not in hidden
    assert '"12345678 12345678 12345678 12345678 12345678 12345678 12345678 12345678…"' in described(
        page(500, "12345678 " * 7 + "12345678 " + "x" * 500)
    )
    assert '"1 <2 3>"' in described(page(500, "<p>1 <2 3></p>")), "not all that is in angle brackets is markup"


def test_ways_in_are_told_apart() -> None:
    """No two of a method's bases are described alike but those that differ in an argument."""
    assert way(METHOD.bases["get-basic"]) == "GET, query string, HTTP Basic"
    assert way(METHOD.bases["post-form"]) == "POST, form, client id and secret as parameters"
    assert (
        way(INVENTED.methods[A].bases["post-text"])
        == "POST, query string, text/plain; charset=utf-8, token in a header"
    )


def test_one_sentence_for_all_that_rests_on_a_base() -> None:
    """The base's own case and an edited one say the same."""
    own = base_cause(shown(BASE, REFUSED))
    assert own == base_cause(shown(EDITED, REFUSED, base=REFUSED))
    assert own.kind == Kind.BASE_REFUSED
    named = "its base post-form (POST, form, client id and secret as parameters)"
    assert own.text == f'{B} refuses {named} with error "unknown_guest".'


def test_one_sentence_for_a_method_none_of_whose_ways_succeeds() -> None:
    """Whichever base a case rests on."""
    others = {"get": REFUSED, "get-basic": REFUSED, "post-form": answer("bad_voucher")}
    causes = {
        base_cause(shown(case(f"{B}.via-{name}.accepted"), found, others={**others, name: found}))
        for name, found in others.items()
    }
    (cause,) = causes
    assert cause.text == (
        f'{B} refuses every documented way in: get, get-basic: error "unknown_guest"; post-form: error "bad_voucher".'
    )


def test_where_another_way_in_succeeds_the_values_are_not_to_blame() -> None:
    """Which one succeeds is said, and what this one gets."""
    others = {"get": REFUSED, "post-form-basic": answer()}
    cause = base_cause(shown(EDITED, REFUSED, base=REFUSED, others=others))
    assert cause.kind == Kind.WAY_NOT_TAKEN
    assert cause.text.endswith(
        '(POST, form, client id and secret as parameters) with error "unknown_guest", '
        "while post-form-basic (POST, form, HTTP Basic) succeeds."
    )


def test_a_missing_value_explains_only_what_others_without_it_get_too() -> None:
    """A text/plain that is refused for its type is not refused for want of a token."""
    missing = {"token": "the profile gives none"}
    text, refused = case(f"{A}.missing_napkin.text-plain"), answer("wrong_wrapping")
    others = {"get": answer("no_badge"), "post-form": answer("no_badge")}
    cause = base_cause(shown(text, refused, base=refused, missing=missing, others=others))
    assert (cause.kind, "no token" in cause.text) == (Kind.BASE_REFUSED, False)
    same = base_cause(shown(text, others["get"], base=others["get"], missing=missing, others=others))
    assert (same.kind, same.text) == (
        Kind.NO_VALUE,
        f'{A} refuses its base with error "no_badge": there is no token (the profile gives none).',
    )


@pytest.mark.parametrize(
    ("found", "kind", "words"),
    [
        (TOO_SLOW, Kind.TOO_SLOW, TIME_IS_UP),
        (SILENCE, Kind.TARGET_DOWN, "closed without an answer"),
        (page(404), Kind.WAY_NOT_TAKEN, "HTTP 404"),
        (PROBLEM, Kind.WAY_NOT_TAKEN, "HTTP 405, application/problem+json"),
        (page(200, "<title>Welcome</title>"), Kind.ANOTHER_API, '"Welcome"'),
        (OK_AS_TEXT, Kind.UNREADABLE, "'ok' is a string"),
    ],
)
def test_the_kind_of_an_unusable_answer(found: Answer, kind: Kind, words: str) -> None:
    """For one base, and for a method that answers nothing else."""
    cause = base_cause(shown(EDITED, found, base=found))
    assert (cause.kind, words in cause.text) == (kind, True)
    whole = unanswered(B, URL, ways(get=found, post_form=found))
    assert whole.kind == (Kind.METHOD_MISSING if found.status == 404 else kind)
    assert f"{B} gives no usable answer at {URL}: " in whole.text
    assert words in whole.text


def redirect(location: str, body: str = "") -> Answer:
    """Return a redirect to this place, parsed as the wire does."""
    length = len(body.encode())
    head = f"HTTP/1.1 308 -\r\nLocation: {location}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\r\n"
    return read_answer(head.encode() + body.encode())


@pytest.mark.parametrize(
    ("location", "needs"),
    [
        ("https://mock.example/v2/pizza.order?a=b", 'in the profile: url = "https://mock.example/v2/".'),
        ("https://mock.example/v2/pizza.order/", 'in the profile: url = "https://mock.example/v2/".'),
        ("/v2/pizza.order", 'in the profile: url = "http://127.0.0.1:1/v2/".'),
        (f"{URL}/", f'A target that answers at "{URL}" itself: Slack\'s URLs have no slash'),
        ("/api/pizza.order/", f'A target that answers at "{URL}" itself: Slack\'s URLs have no slash'),
        ("/login", '"http://127.0.0.1:1/login" is where the redirect leads.'),
        (URL, "The url of the Web API itself, or what a gateway before it asks for"),
        ("", "The url of the Web API itself, or what a gateway before it asks for"),
        ("ftp://mock.example/pizza.order", "The url of the Web API itself, or what a gateway before it asks for"),
    ],
)
@pytest.mark.parametrize("body", ["", "<h1>Moved</h1>"])
def test_a_redirect_says_where_it_leads_and_how_the_profile_is_put_right(location: str, needs: str, body: str) -> None:
    found = redirect(location, body)
    cause = unanswered(B, URL, ways(get=found, post_form=found))
    assert cause.kind == Kind.ANOTHER_API
    assert needs in cause.needs
    assert (f'a redirect to "{location.partition("?")[0]}"' in cause.text) == bool(location)


def test_redirects_to_different_places_do_not_say_which_one_is_right() -> None:
    found = ways(get=redirect("https://a.example/pizza.order"), post_form=redirect("https://b.example/pizza.order"))
    cause = unanswered(B, URL, found)
    assert "https://a.example/pizza.order" in cause.text
    assert "https://b.example/pizza.order" in cause.text
    assert "The url of the Web API itself" in cause.needs


def test_a_single_base_that_is_redirected_says_what_its_answer_shows() -> None:
    """Its URL is not known here, so only an absolute reference without a slash at the end says enough."""
    found = redirect("https://mock.example/v2/pizza.order")
    assert 'url = "https://mock.example/v2/"' in base_cause(shown(EDITED, found, base=found)).needs
    for location in ("/v2/pizza.order", f"{URL}/"):
        found = redirect(location)
        assert "The url of the Web API itself" in base_cause(shown(EDITED, found, base=found)).needs


def test_no_connection_is_another_thing_than_no_answer() -> None:
    """Nothing listens, or something does and says nothing."""
    refused = Answer(flaw=Flaw.NOTHING, why="the connection was refused: nothing listens there")
    (only,) = ways(get=refused)
    assert unanswered(B, URL, [replace(only, connected=False)]).kind == Kind.NOTHING_THERE
    assert unanswered(B, URL, [only]).kind == Kind.TARGET_DOWN


def test_different_answers_are_named_way_by_way() -> None:
    """The worst of them gives the kind."""
    cause = unanswered(B, URL, ways(get=OK_AS_TEXT, post_form=page(404), post_form_basic=page(404)))
    assert cause.kind == Kind.UNREADABLE
    assert (
        "get: HTTP 200, no Content-Type: 'ok' is a string, not a boolean; post-form, post-form-basic: HTTP"
        in cause.text
    )
    assert unanswered(B, URL, ways(get=PROBLEM, post_form=page(404))).kind == Kind.WAY_NOT_TAKEN


def test_a_method_that_is_gone_is_one_statement() -> None:
    """Whatever each way in calls that; not so if one of them says something else."""
    retired = gone(METHOD, ways(get=answer("off_the_menu"), post_form=answer("shop_moved")))
    assert retired is not None
    assert (retired.kind, retired.text.endswith("the method is retired here.")) == (Kind.METHOD_RETIRED, True)
    missing = gone(METHOD, ways(get=answer("unknown_method"), post_form=answer("unknown_method")))
    assert missing is not None
    assert missing.kind == Kind.METHOD_MISSING
    assert gone(METHOD, ways(get=answer("off_the_menu"), post_form=answer("bad_voucher"))) is None
    assert gone(METHOD, ways(get=answer("off_the_menu"), post_form=page(404))) is None


def test_a_code_that_the_page_does_not_list_does_not_make_a_method_retired() -> None:
    """It may only lack a value."""
    cause = same_to_all(METHOD, "no_code_given", frozenset({"code"}))
    assert "retired" not in cause.text
    assert "There is no code to send." in cause.text
    assert "Values for code" in cause.needs
    assert "There is no" not in same_to_all(METHOD, "bad_voucher", frozenset()).text


def test_what_concerns_a_whole_method_is_known() -> None:
    """These are what the first sentence of a report may begin with."""
    assert Kind.THROTTLED in OF_A_METHOD
    assert Kind.NO_VALUE not in OF_A_METHOD
