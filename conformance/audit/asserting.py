"""The audit for an app's own tests: what reached the sandbox during a test, judged when the test asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog.datafile import suggestion
from ..catalog.load import load_catalog
from ..results.terms import Level
from ..results.words import place_in_words
from .checks import CHECKS, COMPARING, Broken, Subject
from .judge import level_of, said, used_methods
from .observed import Session
from .record import IssuedValues, shown_call
from .rules import load_book

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ..sandbox import Sandbox
    from .rules import AuditRule


class SlackAudit:
    """Judges every call that reaches a sandbox from now on, whether it belongs to a world or to none."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Begin to observe."""
        self._session = Session()
        self._stop = sandbox.observe(self._session.see)
        self._catalog = load_catalog()
        self._book = load_book(self._catalog)

    def conforms(self, *, ignore: Collection[str] = (), strict: bool = False) -> None:
        """Raise `AssertionError` with a paragraph for each rule that was broken, or if nothing was sent at all.

        Rules that weigh only a WARN count if `strict`. `ignore` names rules (`slack-conformance list audit`) that do
        not count in this test; raises `ValueError` for one that does not exist.
        """
        __tracebackhide__ = True
        for name in [name for name in ignore if name not in CHECKS]:
            raise ValueError(f"There is no rule {name!r}. {suggestion(name, CHECKS)}")
        if not used_methods(self._session, self._catalog):
            raise AssertionError(
                "Nothing called a method of the sandbox: does the app take its address from the world?"
            )
        broken = list(self._broken(ignore, strict=strict))
        if broken:
            raise AssertionError("\n".join(["The calls do not conform:", *broken]))

    def close(self) -> None:
        """Observe no more."""
        self._stop()

    def _broken(self, ignore: Collection[str], *, strict: bool) -> Iterator[str]:
        issued = IssuedValues(self._session.worlds.values(), self._session.calls)
        for rule in self._book.rules:
            counts = (strict or level_of(rule) is Level.FAIL) and rule.name not in {*ignore, *COMPARING}
            if counts and any(self._session.of(rule.method)):
                subject = Subject(self._session, self._catalog.methods[rule.method], rule.besides)
                outcome = CHECKS[rule.name](subject)
                if isinstance(outcome, Broken):
                    yield self._paragraph(rule, outcome, issued)

    @staticmethod
    def _paragraph(rule: AuditRule, broken: Broken, issued: IssuedValues) -> str:
        calls = "; ".join(shown_call(one, issued) for one in broken.calls[:3])
        where = f"{place_in_words(rule.place)} of {rule.page}"
        broke = f"{rule.name} ({rule.strength}; {where}): {said(rule, broken.details)}."
        return f"  {broke}\n    sent: {calls}\n    {rule.remedy}"
