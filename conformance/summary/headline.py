"""The sentence that ends a run: faults first, and no more praise than the checks justify.

The run writes it into the footer of the results file, and the terminal prints it. Its first part is the headline, its
second part counts. Pages for people begin with `summary.plain` instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..results.terms import Level, Verdict
from ..results.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .faults import TargetFault


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict of a run on its target, in words."""

    target: str
    counts: Mapping[Verdict, int]
    faults: Sequence[TargetFault]
    common: str = ""
    """Sentences about the causes that keep a whole method from being tested."""
    unproved: Sequence[str] = ()
    """Claimed methods of which nothing passed in a whole run."""
    partial: bool = False
    """Whether only some cases were selected."""
    strict: bool = False
    """Whether a WARN counts as a FAIL."""
    client: bool = False
    """Whether a client is judged, for which no profile says what applies."""

    @property
    def text(self) -> str:
        """The headline, in one sentence or more."""
        if self.counts[Verdict.ENGINE]:
            return f"The suite itself failed on {self.target}."
        if self.counts[Verdict.FAIL]:
            return f"{self.target} does not conform{self._named(Level.FAIL)}. {self.common}".rstrip()
        if self.strict and self.counts[Verdict.WARN]:
            strictly = f"{self.target} does not conform{self._named(Level.WARN)}; strictly, a WARN counts as a FAIL."
            return f"{strictly} {self.common}".rstrip()
        return f"{self.common} {self._without_fail()}".lstrip()

    def _without_fail(self) -> str:
        if not self._tried and self.counts[Verdict.NEW] and not self._total:
            return f"Nothing counts on {self.target}: what was selected is newer than the edition."
        if not self._tried:
            return f"Nothing could be tested on {self.target}."
        if self.counts[Verdict.INCONCLUSIVE]:
            return self._with_gaps()
        if not self.counts[Verdict.PASS] + self.counts[Verdict.WARN]:
            return f"Nothing passed on {self.target}: it has {self._known}."
        unproved = f" Nothing of {' and '.join(self.unproved)} was proved." if self.unproved else ""
        return f"{self._good()}.{unproved}"

    def _with_gaps(self) -> str:
        """Return how many checks could be made, if some could not."""
        untried = self.counts[Verdict.INCONCLUSIVE]
        made = f"{self.target}: {self._tried} of {counted(self._total, 'check')} could be made"
        results = [
            f"{self.counts[Verdict.PASS]} passed",
            *([f"{self.counts[Verdict.WARN]} warned"] if self.counts[Verdict.WARN] else []),
            *([self._known] if self.counts[Verdict.KNOWN] else []),
        ]
        how = f": {', '.join(results)}" if len(results) > 1 else ", and passed"
        excluded = self.counts[Verdict.NOT_APPLICABLE]
        do = "does" if excluded == 1 else "do"
        beside = f", and {excluded} {do} not apply{self._as_said}" if excluded else ""
        other = f"for {untried}" if excluded else f"for the other {untried}"
        return f"{made}{how}; {other} the report says what is missing{beside}."

    def _good(self) -> str:
        """Return how far the target conforms, if everything that applies was tried and nothing failed."""
        excluded, warned = self.counts[Verdict.NOT_APPLICABLE], self.counts[Verdict.WARN]
        known = f" but for {self._known}" if self.counts[Verdict.KNOWN] else ""
        if warned:
            apply = f"the {counted(self._tried, 'check')} that apply (of {self._total})"
            all_of_it = apply if excluded else counted(self._tried, "check")
            passed = f"{self.target} passes {self.counts[Verdict.PASS]} of {all_of_it}{known}"
            return f"{passed}, and {warned} {'warns' if warned == 1 else 'warn'}{self._named(Level.WARN)}"
        if excluded:
            applies = f"the {self._tried} of {counted(self._total, 'check')} that apply{self._as_said}"
            return f"{self.target} conforms{known} in {applies}"
        return f"{self.target} conforms{known}{' in what was selected' if self.partial else ''}"

    def _named(self, level: Level) -> str:
        """Return the first fault of this level, and the number of the others."""
        found = [fault for fault in self.faults if fault.level is level]
        if not found:
            return ""
        noun = "fault" if level is Level.FAIL else "warning"
        others = f", and {counted(len(found) - 1, f'more {noun}')}" if len(found) > 1 else ""
        return f": {found[0].title} ({found[0].extent}){others}"

    @property
    def _as_said(self) -> str:
        return "" if self.client else ", as the profile says"

    @property
    def _known(self) -> str:
        return counted(self.counts[Verdict.KNOWN], "known deviation")

    @property
    def _total(self) -> int:
        return sum(self.counts.values()) - self.counts[Verdict.NEW]

    @property
    def _tried(self) -> int:
        return sum(self.counts[verdict] for verdict in (Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.KNOWN))
