"""Findings with one cause are one fault, whatever else is wrong; independent mistakes stay apart."""

from __future__ import annotations

import random
from itertools import chain

import pytest

from slack_conformance.results.terms import Code, Level
from slack_conformance.summary import fault_kinds
from slack_conformance.summary.fault_kinds import named
from slack_conformance.summary.faults import faults, first_faults
from tests.summary.build import found, not_refused, other_code, outcome, passing, unreadable, way_in

UNLISTED = "(not documented)"
RULES = [f"bad_{letter}" for letter in "abcdefgh"]


def told(*outcomes: object) -> list[str]:
    """Return each fault as people read it."""
    return [f"{fault.title} ({fault.extent})" for fault in faults(outcomes)]  # type: ignore[arg-type]


SYSTEMATIC = {
    "no ok": (
        [unreadable(rule, "the JSON object has no 'ok'") for rule in RULES],
        "refusals have no `ok` (8 cases of 8 rules)",
    ),
    "no error": (
        [unreadable(rule, "'ok' is false and there is no 'error'") for rule in RULES],
        "refusals have no `error` (8 cases of 8 rules)",
    ),
    "no body": (
        [unreadable(rule, "the body is empty") for rule in RULES],
        "refusals have an empty body (8 cases of 8 rules)",
    ),
    "ok a string": (
        [unreadable(rule, "'ok' is a string, not a boolean") for rule in RULES],
        "refusals have an `ok` that is a string (8 cases of 8 rules)",
    ),
    "something else": (
        [unreadable(rule, f"the body breaks off at byte {at}") for at, rule in enumerate(RULES)],
        "refusals cannot be read: the body breaks off at byte 0 (8 cases of 8 rules)",
    ),
    "one documented code": (
        [other_code(rule, "bad_z") for rule in RULES],
        "requests are refused with `bad_z` instead of 8 different codes (8 cases of 8 rules)",
    ),
    "one code that the page does not have": (
        [other_code(rule, "failed", listed=False) for rule in RULES],
        f"requests are refused with `failed` {UNLISTED} instead of 8 different codes (8 cases of 8 rules)",
    ),
    "codes of its own": (
        [other_code(rule, rule.upper(), listed=False) for rule in RULES],
        "refusals have codes that are not documented, such as `BAD_A` for `bad_a` (8 cases of 8 rules)",
    ),
    "nothing is refused": (
        [not_refused(rule) for rule in RULES],
        "requests that should be refused are accepted (8 cases of 8 rules)",
    ),
    "a field of every success": (
        [
            outcome(
                rule,
                findings=(
                    found(
                        "shape",
                        f"the answer: an object with the keys {keys}",
                        expected="the answer: required ['ok', 'id']",
                    ),
                ),
            )
            for rule, keys in (("bad_a", "name, ok"), ("bad_b", "colour, ok"))
        ],
        "successes have no `id` (2 cases of rule x)",
    ),
    "warnings in one place": (
        [
            outcome(
                rule,
                verdict="WARN",
                findings=(found("warning-in-one-place", f"'first' says '{rule}', 'second' nothing", level="WARN"),),
            )
            for rule in RULES
        ],
        "warnings are missing in `second` (8 cases of rule x)",
    ),
    "a media type": (
        [outcome(rule, verdict="WARN", findings=(found("media-type", "text/html", level="WARN"),)) for rule in RULES],
        "answers are not application/json by their Content-Type: `text/html` (8 cases of rule x)",
    ),
    "a status": (
        [
            outcome(rule, findings=(found("status", str(status), expected="HTTP status 429"),))
            for rule, status in (("bad_a", 500), ("bad_b", 503))
        ],
        "answers have the status 500, not HTTP status 429 (2 cases of rule x)",
    ),
}


@pytest.mark.parametrize("name", SYSTEMATIC)
def test_one_mistake_everywhere_is_one_fault(name: str) -> None:
    outcomes, wanted = SYSTEMATIC[name]
    assert told(*outcomes, *(passing(f"good_{rule}") for rule in RULES[:0])) == [wanted]


def test_the_statuses_of_answers_that_cannot_be_read_are_named_unless_one_is_200() -> None:
    findings = [
        found("unreadable", f"HTTP {status}, an answer that cannot be read: the body is empty") for status in (403, 400)
    ]
    outcomes = [outcome(rule, findings=(one,)) for rule, one in zip(RULES, findings, strict=False)]
    assert told(*outcomes) == ["refusals have an empty body (HTTP 400, 403) (2 cases of rule x)"]
    assert told(*outcomes, unreadable("bad_c", "the body is empty"))[0].startswith(
        "refusals have an empty body (3 cases"
    )


def test_independent_mistakes_stay_apart() -> None:
    good = [passing(rule) for rule in RULES]
    wrong = [not_refused("one_x"), not_refused("one_y"), other_code("one_z", "bad_a"), other_code("one_w", "bad_a")]
    assert told(*good, *wrong) == [
        "requests are refused with `bad_a` instead of `one_w` (1 case of rule one_w)",
        "requests that should be refused with `one_x` are accepted (1 case of rule one_x)",
        "requests that should be refused with `one_y` are accepted (1 case of rule one_y)",
        "requests are refused with `bad_a` instead of `one_z` (1 case of rule one_z)",
    ]


def test_a_code_that_never_comes_is_one_fault_whatever_comes_instead() -> None:
    wrong = [not_refused("bad_a"), other_code("bad_a", "bad_z", "two"), other_code("bad_a", "bad_z", "three")]
    title = "the code `bad_a` is never returned: such requests are refused with `bad_z` in 2, accepted in 1"
    assert told(*wrong) == [f"{title} (3 cases of rule bad_a)"]
    assert len(told(*wrong, passing("bad_a", "four"))) > 1


def test_two_methods_with_one_mistake_have_one_fault() -> None:
    both = [not_refused("bad_a", method=method) for method in ("things.make", "things.break")]
    assert told(*both) == ["requests that should be refused with `bad_a` are accepted (2 cases of rule bad_a)"]


def test_a_habit_needs_nearly_every_refusal() -> None:
    """Half of the refusals with one code is several mistakes; nine of ten are one."""
    wrong = [other_code(rule, "bad_z") for rule in RULES[:4]]
    assert len(told(*wrong)) == 1
    assert len(told(*wrong, *(passing(rule) for rule in RULES[4:]))) == 4


@pytest.mark.parametrize(
    ("wrong", "right", "wanted"),
    [
        (["get", "get-basic"], ["post-form", "post-form-basic"], ["requests by `get` and `get-basic`"]),
        (["get-basic", "post-form-basic"], ["get", "post-form"], ["requests by `get-basic` and `post-form-basic`"]),
        (["get", "post-multipart"], ["post-form"], ["requests by `get`", "requests by `post-multipart`"]),
        (["get", "post-form"], [], ["requests by `get` and `post-form`"]),
    ],
)
def test_ways_in_that_differ_in_one_word_from_those_that_are_taken(
    wrong: list[str], right: list[str], wanted: list[str]
) -> None:
    html, refused = found("unreadable", "HTTP 404, an answer that cannot be read: HTML"), found("refused", 'error "no"')
    taken = [way_in(base) for base in right]
    unread = told(*taken, *(way_in(base, "FAIL", observed="unreadable", findings=(html,)) for base in wrong))
    assert [one.partition(" are ")[0] for one in sorted(unread)] == [f"answers to {one}" for one in wanted]
    turned_away = told(*taken, *(way_in(base, "FAIL", observed="no", findings=(refused,)) for base in wrong))
    assert [one.partition(" are ")[0] for one in sorted(turned_away)] == wanted


def test_a_base_that_may_be_refused_has_the_fault_of_all_refusals() -> None:
    why = "the JSON object has no 'ok'"
    base = way_in("post-json", "FAIL", accept=frozenset({"ok", "bad_json"}), findings=unreadable("x", why).findings)
    assert told(*(unreadable(rule, why) for rule in RULES), base) == ["refusals have no `ok` (9 cases of 9 rules)"]
    assert len(told(unreadable("bad_a", why), base)) == 2


def test_every_finding_is_in_one_fault_whatever_the_order() -> None:
    """And the first case is the same in every report: the heaviest finding that the request alone shows."""
    outcomes = list(chain.from_iterable(cases for cases, _ in SYSTEMATIC.values()))
    outcomes = [one for at, one in enumerate(outcomes) if one.id not in {other.id for other in outcomes[:at]}]
    straight = faults(outcomes)
    shuffled = outcomes[:]
    random.Random(7).shuffle(shuffled)  # noqa: S311 - nobody guards a secret here
    assert faults(shuffled) == straight
    findings = sum(len(one.findings) for one in outcomes)
    assert sum(len(fault.sightings) for fault in straight) == findings
    assert sorted(first_faults(straight)) == sorted(one.id for one in outcomes)


def test_the_heaviest_is_first_and_stands_for_its_case() -> None:
    many = [outcome(rule, verdict="WARN", findings=(found("media-type", level="WARN"),)) for rule in RULES]
    both = outcome("one_x", findings=(found("media-type", level="WARN"), found("not-refused")))
    first, second = faults([*many, both])
    assert (first.level, second.level) == (Level.FAIL, Level.WARN)
    assert second.cases[-1] == both.id
    assert first_faults([first, second])[both.id] is first


def test_what_is_known_or_was_not_tried_is_not_a_fault() -> None:
    finding = (found("not-refused"),)
    assert faults([outcome("bad_a", verdict="KNOWN", findings=finding), outcome("bad_b", verdict="INCONCLUSIVE")]) == ()


@pytest.mark.parametrize("kinds", [fault_kinds._KINDS, {}], ids=["own", "plain"])
@pytest.mark.parametrize("code", Code)
def test_every_kind_of_finding_has_a_title_of_bounded_length(
    code: Code, kinds: dict[Code, fault_kinds.FaultKind], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With and without an entry of its own."""
    monkeypatch.setattr(fault_kinds, "_KINDS", kinds)
    flood = "x`\n" * 10_000
    (fault,) = faults([outcome("bad_a", observed=flood, findings=(found(code, flood, expected=flood),))])
    assert fault.title
    assert len(fault.title) < 400
    assert fault.extent == "1 case of rule x"


def test_a_name_cannot_end_its_backticks() -> None:
    assert named("a`b") == "`a'b`"
    assert len(named("x" * 100)) == 63
