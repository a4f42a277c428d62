"""The words of a result: verdicts, the findings behind them, causes, and what an exchange was for.

The values stand in results files, so a word that was released keeps its meaning.
"""

from enum import StrEnum


class Verdict(StrEnum):
    """The result of a case, in the order in which counts are shown."""

    PASS = "PASS"  # noqa: S105 - not a password
    WARN = "WARN"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_APPLICABLE = "N/A"
    KNOWN = "KNOWN"
    NEW = "NEW"
    ENGINE = "ENGINE"


class Level(StrEnum):
    """How much a finding weighs; the worst one decides the verdict."""

    FAIL = "FAIL"
    WARN = "WARN"


class Code(StrEnum):
    """The stable name of a kind of finding. `results.words` has the wording of each."""

    WRONG_CODE = "wrong-code"
    UNDOCUMENTED_CODE = "undocumented-code"
    NOT_REFUSED = "not-refused"
    REFUSED = "refused"
    NO_ANSWER = "no-answer"
    UNREADABLE = "unreadable"
    WARNING_MISSING = "warning-missing"
    WARNING_UNEXPECTED = "warning-unexpected"
    WARNING_ONE_PLACE = "warning-in-one-place"
    WARNING_SHAPE = "warning-shape"
    RETRY_AFTER_MISSING = "retry-after-missing"
    RETRY_AFTER_UNREADABLE = "retry-after-unreadable"
    SHAPE = "shape"
    STATUS = "status"
    MEDIA_TYPE = "media-type"
    PRESENTED = "presented"
    DECLARED_READING = "declared-reading"
    UNSTABLE = "unstable"
    SENT = "sent"
    NOT_COPED = "not-coped"


class Kind(StrEnum):
    """The kind of reason why a case could not be judged; docs/reports.md says what helps against each."""

    NOTHING_THERE = "nothing-there"
    """No connection: nothing listens, the host name does not resolve, or the TLS handshake fails."""
    TOO_SLOW = "too-slow"
    """No complete answer within the time limit of an exchange."""
    TARGET_DOWN = "target-down"
    """Connections end without an HTTP answer, or the target stopped answering during the run."""
    ANOTHER_API = "another-api"
    """Something else answers in the method's place: a web page, a gateway, another API."""
    METHOD_MISSING = "method-missing"
    """The target reports that it does not have the method."""
    METHOD_RETIRED = "method-retired"
    """Every way in gets a code for a retired method."""
    WAY_NOT_TAKEN = "way-not-taken"
    """This way to send the request is rejected whatever the values are: another way succeeds, or the status says so."""
    UNREADABLE = "unreadable"
    """The method itself answers, but not in the documented form."""
    CODING = "coding"
    """The answer is compressed in a way that the request of a client asks for, and that the suite does not know."""
    NO_VALUE = "no-value"
    """The profile has no value, or none left, for something that the request needs."""
    USED_VALUE = "used-value"
    """The target reports that a single-use value from the profile was used already."""
    VALUE_IN_DOUBT = "value-in-doubt"
    """A single-use value from the profile may explain the refusal."""
    NOT_SHOWN = "edit-not-shown"
    """The request would be the same without the edit, or would carry no value of the state."""
    LEFT_OUT = "left-out"
    """The case is about an argument that is left out, because no request with it succeeds."""
    BASE_REFUSED = "base-refused"
    """The method refuses a base that should succeed with the profile's values."""
    BASE_NOT_SILENT = "base-not-silent"
    """The base already gets a warning, so a warning after the edit proves nothing."""
    BASE_BROKEN_AT_END = "base-broken-at-end"
    """The base succeeded at the start of the run and failed at its end."""
    INDISCRIMINATE = "indiscriminate"
    """Every request gets the same answer, whatever it contains."""
    THROTTLED = "throttled"
    """The target asks for a longer wait than the profile's `wait_s`, or throttles in spite of waiting."""
    NO_STATE = "no-state"
    """There is no way to put the target into the state."""
    NOT_ENTERED = "not-entered"
    """A command that puts the target into the state failed."""
    NOT_LEFT = "not-left"
    """A command that takes the target out of a state failed, so later answers cannot be trusted."""
    UNAVAILABLE = "unavailable"
    """The profile declares the state as unavailable."""
    TIME_IS_UP = "time-is-up"
    """The whole run has taken as long as it may."""
    NO_TIME = "no-time"
    """More time would have to pass than the profile allows."""
    NOT_ALLOWED = "not-allowed"
    """The profile does not allow what the case does."""
    NOT_REFUSED = "not-refused"
    """The script needs a refused request first, and that request was accepted."""
    NOT_AT_ONCE = "not-at-once"
    """Not all requests that were to be completed at the same moment were answered, or none of them was accepted."""
    NOT_CLAIMED = "not-claimed"
    """The profile excludes the case."""
    CONTROL = "control"
    """A call to the control API failed."""
    NOT_CALLED = "not-called"
    """The client under audit did not call the method."""
    NOT_DONE = "not-done"
    """The client under audit did nothing that the rule is about."""
    CLIENT_ENDED = "client-ended"
    """The client under audit broke, or had to be stopped."""
    ENGINE = "engine"
    """The suite itself failed."""


OF_A_METHOD = frozenset(
    {
        Kind.NOTHING_THERE,
        Kind.TOO_SLOW,
        Kind.TARGET_DOWN,
        Kind.ANOTHER_API,
        Kind.METHOD_MISSING,
        Kind.METHOD_RETIRED,
        Kind.UNREADABLE,
        Kind.INDISCRIMINATE,
        Kind.THROTTLED,
        Kind.CONTROL,
        Kind.BASE_BROKEN_AT_END,
    }
)
"""Kinds that concern a whole method, so a report names them in its first sentence."""


class TargetKind(StrEnum):
    """Whether the target is a mock, the real service, or a client; results of different kinds are never combined."""

    MOCK = "mock"
    REAL = "real"
    CLIENT = "client"


class Role(StrEnum):
    """What an exchange was for."""

    BASE = "base"
    EDITED = "edited"
    AGAIN = "again"
    RECHECK = "recheck"
    CLIENT = "client"
