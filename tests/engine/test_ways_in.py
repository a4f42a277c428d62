"""Targets as they were met: what is said of them is true, per way in, and what they show by themselves is judged."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from slack_conformance.results.terms import Kind
from tests.cases import case_of
from tests.engine.small_servers import (
    CATALOG,
    REDIRECT,
    SECRET,
    A,
    Asked,
    B,
    Mock,
    Said,
    error,
    examine,
    minted,
    ok,
    profile,
    served,
    text,
)
from tests.results.build import cause_of, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_conformance.results.model import CaseResult

SECRET_BY_FORM = case_of(f"{B}.bad_client_secret")
SECRET_BY_BASIC = case_of(f"{B}.bad_client_secret", base="post-form-basic")
TRIGGER_BY_FORM, TRIGGER_BY_GET = (case_of(f"{A}.invalid_trigger", base=base) for base in ("post-form", "get"))
CODE_BY_FORM, ELSEWHERE = case_of(f"{B}.invalid_code"), case_of(f"{B}.bad_redirect_uri")
THROTTLED = {method: case_of(f"{method}.ratelimited", "again") for method in (A, B)}

PROBLEM = Said(
    json.dumps({"type": "about:blank", "title": "Method Not Allowed", "status": 405}), 405, "application/problem+json"
)
NOT_FOUND = Said("<!doctype html><title>404 Not Found</title>", 404, "text/html")


def verdicts(records: dict[str, CaseResult]) -> dict[str, str]:
    """Return the verdict of each case by the end of its id."""
    return {name.removeprefix(f"{B}.").removeprefix(f"{A}."): record.verdict for name, record in records.items()}


def test_the_mock_itself_is_found_right() -> None:
    """It fails nothing that these tests look at."""
    with served(Mock()) as url:
        found = verdicts(
            examine(profile(url), [f"{B}.via-get", SECRET_BY_FORM, f"{A}.via-post-form.", f"{A}.scopes-comma"])
        )
    assert set(found.values()) == {"PASS"}


class BasicOnly(Mock):
    """It reads the client's credentials where the page advises to send them, and nowhere else."""

    def client(self, asked: Asked) -> tuple[str, str]:
        """Look at the header alone."""
        return asked.basic


def test_a_server_that_takes_basic_only() -> None:
    """It is tested by Basic; that nothing else is taken is the target's fault, and not put down to the values."""
    with served(BasicOnly()) as url:
        records = examine(profile(url), [f"{B}.via-", SECRET_BY_BASIC, SECRET_BY_FORM])
    found = verdicts(records)
    assert found["via-get-basic.accepted"] == found["via-post-form-basic.accepted"] == "PASS"
    assert found["bad_client_secret.wrong-by-basic"] == "PASS"
    assert found["via-post-form.accepted"] == "FAIL"
    assert records[SECRET_BY_FORM].verdict == "PASS"
    assert records[SECRET_BY_FORM].base == "post-form-basic"


def test_one_way_that_is_refused_moves_nothing() -> None:
    """What rests on it says which way in succeeds."""

    def answer(asked: Asked) -> Said:
        return error("invalid_client_id") if asked.verb == "POST" and not asked.authorization else mock(asked)

    mock = Mock()
    with served(answer) as url:
        records = examine(profile(url), [f"{B}.via-get.", SECRET_BY_FORM])
    cause = cause_of(records[SECRET_BY_FORM])
    assert cause.kind == Kind.WAY_NOT_TAKEN
    assert 'with error "invalid_client_id", while get (GET, query string, ' in cause.text


def test_a_token_that_is_read_from_the_form_alone() -> None:
    """Cases by POST send it there; a GET cannot, by the page."""

    class Form(Mock):
        def permissions(self, asked: Asked) -> Said:
            return super().permissions(replace(asked, authorization=""))

    with served(Form()) as url:
        records = examine(profile(url), [f"{A}.via-post-form.", f"{A}.invalid_trigger."])
    found = verdicts(records)
    assert found["via-post-form.accepted"] == "FAIL"
    assert records[TRIGGER_BY_FORM].verdict == "PASS"
    assert records[TRIGGER_BY_FORM].base == "post-form-body-token"
    assert cause_of(records[TRIGGER_BY_GET]).kind == Kind.WAY_NOT_TAKEN


def test_get_with_a_string_and_no_post_at_all() -> None:
    """Two faults, each judged for its way in and with its exchange; the method's cause tells both."""

    def answer(asked: Asked) -> Said:
        return Said('{"ok": "true"}') if asked.verb == "GET" else NOT_FOUND

    with served(answer) as url:
        records = examine(profile(url), [f"{B}.via-", ELSEWHERE])
    assert verdicts(records)["via-post-form.accepted"] == "FAIL"
    string = records[f"{B}.via-get.accepted"]
    assert {finding.code for finding in string.findings} == {"unreadable"}
    assert all(record.exchanges for name, record in records.items() if ".via-" in name)
    cause = cause_of(records[ELSEWHERE])
    assert cause.kind == Kind.UNREADABLE
    assert "'ok' is a string, not a boolean" in cause.text
    assert 'HTTP 404, text/html, "404 Not Found"' in cause.text


def test_a_server_that_refuses_something_is_not_said_to_refuse_nothing() -> None:
    """It looks at the secret alone; what it lets pass is found case by case."""

    def answer(asked: Asked) -> Said:
        return ok() if SECRET in {asked.basic[1], asked.arguments.get("client_secret")} else error("bad_client_secret")

    with served(answer) as url:
        records = examine(profile(url), [f"{B}.bad_client_secret.", f"{B}.invalid_code."])
    assert Kind.INDISCRIMINATE not in {cause_of(record).kind for record in records.values() if record.cause}
    assert verdicts(records)["bad_client_secret.wrong-by-get"] == "PASS"
    assert records[CODE_BY_FORM].verdict == "FAIL"


def test_what_refuses_nothing_by_get_may_still_refuse_by_post() -> None:
    """The look at what a target refuses does not stop at the first verb."""

    def answer(asked: Asked) -> Said:
        return ok() if asked.verb == "GET" else Mock()(asked)

    with served(answer) as url:
        records = examine(profile(url), ["bad_client_secret.wrong-by"])
    assert verdicts(records)["bad_client_secret.wrong-by-get"] == "FAIL"
    assert records[SECRET_BY_FORM].verdict == "PASS"


def test_what_refuses_nothing_at_all_is_said_to() -> None:
    """Once, for every case but those that show it."""
    with served(lambda _: ok()) as url:
        records = examine(profile(url), ["bad_client_secret", f"{B}.via-"])
    causes = {cause_of(record).kind for record in records.values() if record.cause}
    assert causes == {Kind.INDISCRIMINATE}
    assert "PASS" not in verdicts(records).values()


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (PROBLEM, Kind.WAY_NOT_TAKEN, 'HTTP 405, application/problem+json, "{"type": "about:blank"'),
        (NOT_FOUND, Kind.METHOD_MISSING, 'HTTP 404, text/html, "404 Not Found"'),
        (Said("<title>Welcome</title>", 200, "text/html"), Kind.ANOTHER_API, 'HTTP 200, text/html, "Welcome"'),
        (Said("no key", 403, "text/plain"), Kind.ANOTHER_API, 'HTTP 403, text/plain, "no key"'),
        (error("unknown_method"), Kind.METHOD_MISSING, 'error "unknown_method": the method is missing here'),
        (error("method_deprecated"), Kind.METHOD_RETIRED, "the method is retired here"),
    ],
)
def test_something_else_than_the_method(said: Said, kind: Kind, words: str) -> None:
    """What it is, by status, type and first words; nobody is accused, and what was seen is kept."""
    with served(lambda _: said) as url:
        records = examine(profile(url), [f"{B}.via-", "invalid_code.expired"])
    assert {record.verdict for record in records.values()} == {"INCONCLUSIVE"}
    (cause,) = {cause_of(record) for record in records.values()}
    assert cause.kind == kind
    assert words in cause.text
    assert records[f"{B}.via-post-form.accepted"].exchanges


def test_a_redirect_says_how_the_profile_is_put_right() -> None:
    """Where it leads, without what was sent there, and the url that the profile needs."""

    def moved(asked: Asked) -> Said:
        query = f"?client_secret={SECRET}" if asked.query else ""
        return Said("", 301, "text/html", {"Location": f"https://127.0.0.1/v2/{asked.method}{query}"})

    with served(moved) as url:
        records = examine(profile(url), [f"{B}.via-", "invalid_code.expired"])
    assert {record.verdict for record in records.values()} == {"INCONCLUSIVE"}
    cause = cause_of(records[f"{B}.via-post-form.accepted"])
    assert cause.kind == Kind.ANOTHER_API
    assert f'a redirect to "https://127.0.0.1/v2/{B}", which is not followed: the body is empty' in cause.text
    assert cause.needs == 'The address to which the target redirects, in the profile: url = "https://127.0.0.1/v2/".'
    assert SECRET not in str(records)


def test_where_a_redirect_leads_is_redacted() -> None:
    """A target may put what it was sent into the path."""

    def moved(asked: Asked) -> Said:
        code = asked.arguments.get("code", "none")
        return Said("", 307, "text/html", {"Location": f"/{SECRET}/{code}/{asked.method}"})

    secret = replace(text(SECRET), secret=True)
    with served(moved) as url:
        records = examine(
            profile(url, client_secret=secret, code=minted("n0t-4-secret")), [f"{B}.via-", f"{B}.invalid_code."]
        )
    causes = {cause_of(record) for record in records.values() if record.cause is not None}
    assert any('a redirect to "/$client_secret/$code' in cause.text for cause in causes)
    assert SECRET not in str(records)
    assert "n0t-4-secret" not in str(records)


def test_a_refusal_with_the_status_of_a_redirect_is_a_refusal() -> None:
    """The body is what counts, as with any other status."""
    mock = Mock()

    def found(asked: Asked) -> Said:
        said = mock(asked)
        return Said(said.body, 302, headers={"Location": "/login"}) if '"ok": false' in said.body else said

    with served(found) as url:
        records = examine(profile(url), [f"{B}.via-get", SECRET_BY_FORM, TRIGGER_BY_FORM])
    assert set(verdicts(records).values()) == {"PASS"}


def test_post_only() -> None:
    """The other verb is not taken, and that is all that is wrong."""
    mock = Mock()
    with served(lambda asked: mock(asked) if asked.verb == "POST" else PROBLEM) as url:
        records = examine(profile(url), [f"{A}.via-get", f"{A}.via-post-form.", f"{A}.invalid_trigger."])
    assert verdicts(records)["via-post-form.accepted"] == "PASS"
    assert verdicts(records)["via-get.accepted"] == "FAIL"
    assert records[TRIGGER_BY_FORM].verdict == "PASS"
    assert cause_of(records[TRIGGER_BY_GET]).kind == Kind.WAY_NOT_TAKEN


def test_a_missing_code_is_not_a_missing_method() -> None:
    """Also where the target has a name of its own for that."""

    class Mine(Mock):
        def oauth(self, asked: Asked) -> Said:
            code = asked.arguments.get("code", "")
            return super().oauth(asked) if code.startswith("code-") else error("no_code_given")

    with served(Mine()) as url:
        records = examine(profile(url, code=None), [f"{B}.via-"])
    (cause,) = {cause_of(record) for record in records.values()}
    assert "missing or retired" not in cause.text
    assert "no code to send" in cause.text
    assert "Values for code" in cause.needs


class OneScope(Mock):
    """It takes the list for the name of one scope."""

    def scopes(self, text: str) -> Said | None:
        """Look the text up as it is."""
        return None if text in {"channels:read", "chat:write"} else error("invalid_scope")


def test_a_server_that_does_not_split_at_the_comma() -> None:
    """One case says so, with a single scope and the list as its proof; everything else is tested with one scope."""
    with served(OneScope()) as url:
        records = examine(profile(url), [f"{A}.via-post-form.", "scopes-comma-separated.several", TRIGGER_BY_FORM])
    several = records[f"{A}.scopes-comma-separated.several"]
    assert (several.verdict, several.findings[0].code) == ("FAIL", "refused")
    assert [exchange.role for exchange in several.exchanges] == ["base", "again", "edited"]
    assert records[TRIGGER_BY_FORM].verdict == "PASS"
    assert verdicts(records)["via-post-form.accepted"] == "PASS"


@pytest.mark.parametrize("scopes", ["channels:read,no-such:scope", "channels:read"])
def test_a_list_that_may_be_wrong_accuses_nobody(scopes: str) -> None:
    """A conforming server refuses a list with a scope that it does not have."""
    with served(Mock()) as url:
        records = examine(profile(url, scopes=text(scopes)), ["scopes-comma-separated.several", TRIGGER_BY_FORM])
    several = records[f"{A}.scopes-comma-separated.several"]
    assert several.verdict == "INCONCLUSIVE"
    assert cause_of(several).kind in {Kind.BASE_REFUSED, Kind.NO_VALUE}
    assert records[TRIGGER_BY_FORM].verdict == "PASS"


@pytest.mark.parametrize("given", [True, False])
def test_an_optional_argument_that_is_refused_is_left_out(*, given: bool) -> None:
    """The method is tested without it; cases about it name the value that would help."""

    class Lenient(Mock):
        def oauth(self, asked: Asked) -> Said:
            arguments = {"redirect_uri": REDIRECT, **asked.arguments}
            return super().oauth(replace(asked, query=arguments, form={}))

    redirect = text("https://app.example/other") if given else None
    with served(Lenient()) as url:
        records = examine(
            profile(url, redirect_uri=redirect), [f"{B}.via-post-form.", "bad_redirect_uri", SECRET_BY_FORM]
        )
    found = verdicts(records)
    assert found["via-post-form.accepted"] == records[SECRET_BY_FORM].verdict == "PASS"
    about_it = [record for name, record in records.items() if "bad_redirect_uri" in name]
    assert {record.verdict for record in about_it} == {"INCONCLUSIVE"}
    said = 'refuses every documented way in with error "bad_redirect_uri" while redirect_uri is sent'
    without_state = [record for record in about_it if cause_of(record).kind != Kind.NO_STATE]
    needing = [case for case in CATALOG.cases if "bad_redirect_uri" in case.id and case.states]
    assert len(without_state) == len(about_it) - len(needing), "this server has no states"
    assert all(said in cause_of(record).text for record in without_state) or not given


def test_where_nothing_simpler_helps_the_values_are_named() -> None:
    """One sentence for all ways in."""
    with served(Mock()) as url:
        records = examine(profile(url, client_secret=text("not-the-secret")), [f"{B}.via-get", f"{B}.via-post-form."])
    (cause,) = {cause_of(record) for record in records.values()}
    assert cause.kind == Kind.BASE_REFUSED
    assert "refuses every documented way in: " in cause.text


class Clock:
    """Time that passes only when somebody sleeps."""

    now = 0.0

    def monotonic(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.now += seconds


@dataclass
class EachSecond:
    """It throttles each second request, in its own words."""

    said: Said
    behind: Callable[[Asked], Said]
    asked: int = 0

    def __call__(self, asked: Asked) -> Said:
        """Answer the first, throttle the second."""
        self.asked += 1
        return self.said if self.asked % 2 == 0 else self.behind(asked)


OURS = [f"{A}.via-", TRIGGER_BY_FORM, f"{A}.invalid_auth", *THROTTLED.values()]


def throttled(said: Said, *, always: bool = False) -> tuple[dict[str, CaseResult], Clock, list[str]]:
    """Run some cases against a target that throttles so; return records, the time that it took, and what was shown."""
    clock, lines = Clock(), list[str]()

    with served((lambda _: said) if always else EachSecond(said, Mock())) as url:
        return examine(profile(url), OURS, lines.append, clock=clock), clock, lines


def test_throttling_in_words_of_its_own_is_found_and_does_not_stop_the_run() -> None:
    """Its code and the missing header are judged once, on what was seen; waiting for it costs seconds, not minutes."""
    records, clock, lines = throttled(error("slow_down", 429))
    one = records[THROTTLED[A]]
    assert [(finding.rule, finding.code) for finding in one.findings] == [
        (f"{A}.ratelimited", "undocumented-code"),
        (f"{A}.retry-after", "retry-after-missing"),
    ]
    assert "so far" in one.got
    assert "HTTP 429" in one.got
    assert records[f"{A}.invalid_auth.unknown-token-by-form"].verdict == "PASS"
    assert not any(kind_of(record) == Kind.THROTTLED for record in records.values())
    assert clock.now < 5
    assert len(lines) <= 2


def test_proper_throttling_is_waited_for_and_passes() -> None:
    """What the target asks for is what is waited; the row is seen without any state, and the waiting is shown."""
    records, clock, lines = throttled(error("ratelimited", 429, Retry_After="3"))
    assert records[THROTTLED[A]].verdict == "PASS"
    assert clock.now % 3 == 0
    assert lines[0].startswith(
        f'{A} throttles (HTTP 429, application/json, error "ratelimited", Retry-After: 3): waiting 3 s'
    )
    assert len(lines) < 10


@pytest.mark.parametrize("body", ["<title>Too Many Requests</title>", '{"ok": "false"}', '{"message": "slow down"}'])
def test_a_throttled_answer_that_cannot_be_read(body: str) -> None:
    """Body and header are both judged."""
    records, _, _ = throttled(Said(body, 429))
    one = records[THROTTLED[A]]
    assert {finding.code for finding in one.findings} == {"unreadable", "retry-after-missing"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (error("slow_down", 429), 'error "slow_down", without Retry-After; the same after 3 more tries'),
        (
            error("ratelimited", 429, Retry_After="120"),
            "Retry-After: 120, which is more than wait_s in the profile, 30 s",
        ),
    ],
)
def test_a_target_that_only_throttles(said: Said, words: str) -> None:
    """What it said is in the cause; that it asks for time is said only where it does."""
    records, _, _ = throttled(said, always=True)
    cause = cause_of(records[f"{A}.via-get.accepted"])
    assert cause.kind == Kind.THROTTLED
    assert words in cause.text


def test_without_a_throttled_answer_the_row_stays_unreached() -> None:
    """Nothing is made of nothing."""
    with served(Mock()) as url:
        records = examine(profile(url), [*THROTTLED.values()])
    assert {cause_of(record).kind for record in records.values()} == {"no-state"}
