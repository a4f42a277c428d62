"""The conforming server with one fault: `python -m tests.outside.faults NAME`."""

import argparse
import itertools

from .call import Call, Refused
from .conforming import Answer, Service
from .serving import stand
from .world import IDENTITY_SCOPES, WORKSPACE_SCOPES


class WithoutOk(Service):
    """Refusals lack the field `ok`."""

    def answer(self, call: Call, *, cut: bool) -> Answer:
        """Answer, and drop the field from a refusal."""
        answer = super().answer(call, cut=cut)
        if answer.fields.get("ok") is False:
            del answer.fields["ok"]
        return answer


class _Empty(Answer):
    def body(self) -> bytes:
        """Give nothing."""
        return b""


class WithoutBody(Service):
    """Refusals are an empty answer with status 200."""

    def answer(self, call: Call, *, cut: bool) -> Answer:
        """Answer, and drop the body of a refusal."""
        answer = super().answer(call, cut=cut)
        return _Empty({}) if answer.fields.get("ok") is False else answer


class SlowDown(Service):
    """Each second request is throttled, with a code of its own and without a time to wait."""

    def __init__(self) -> None:
        """Start to count."""
        super().__init__()
        self._count = itertools.count(1)

    def answer(self, call: Call, *, cut: bool) -> Answer:
        """Answer each odd request."""
        if next(self._count) % 2 == 0:
            return Answer({"ok": False, "error": "slow_down"}, 429)
        return super().answer(call, cut=cut)


class Unsplit(Service):
    """The list of scopes is looked up as if it were one scope."""

    def check_scopes(self, scopes: str) -> None:
        """Look up the whole text."""
        if scopes not in WORKSPACE_SCOPES | IDENTITY_SCOPES:
            raise Refused("invalid_scope")


class FirstOnly(Service):
    """Of the list of scopes, only the first is looked at."""

    def split(self, scopes: str) -> list[str]:
        """Take the first."""
        return super().split(scopes)[:1]


FAULTS: dict[str | None, type[Service]] = {
    "without-ok": WithoutOk,
    "without-body": WithoutBody,
    "slow-down": SlowDown,
    "unsplit": Unsplit,
    "first-only": FirstOnly,
}


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description="The conforming server with one fault.")
    parser.add_argument("fault", choices=sorted(str(name) for name in FAULTS))
    stand(FAULTS[parser.parse_args().fault]().handler(), admin="/admin/")


if __name__ == "__main__":
    main()
