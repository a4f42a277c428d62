"""What the lines of a file say about each other: things that are the same in a whole run, or in one of its processes.

A line alone may be forged so that everything in it fits. But a run has one address, one profile and few bases, and
other lines show them too. A remark is about the line that differs from the others, or from what came before it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..catalog.edits.orders import Again, AgainAfter, EachThenAll, Order, Then
from ..catalog.model import HEALTHY, OK, altered_name
from ..engine.preflight import probes
from ..results.model import Kind, Role, Verdict
from ..run.options import EMBEDDED_URL
from ..wire.by_name import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..catalog.model import Case, Catalog
    from ..results.model import CaseResult, Cause, Footer, Header, Headers
    from ..wire.answer import Answer
    from .requests import Sent

_JUDGED = {Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.KNOWN}
_ACCUSED = {Verdict.WARN, Verdict.FAIL, Verdict.KNOWN}
_NUMBERED = re.compile(r"(?:_[0-9]+)?")
_NEEDS_AT_END = "A target that answers the same during the whole run."
_LOOPBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\]):[0-9]+/api/")

Where = tuple[int, str]
"""Number of a line, and the id of its case."""

Base = tuple[str, str, str]
"""A base as one process has sent it: process, method, name of the base."""


@dataclass
class _Shared:
    """What lines show of a base that all cases of a process share."""

    shown: dict[tuple[object, ...], list[Where]] = field(default_factory=lambda: defaultdict(list))
    """Each request and outcome, with the lines that show it."""
    own: set[tuple[object, ...]] | None = None
    """What the base's own case shows; `None` if that case is elsewhere, or sent the base once more for a reason."""
    may_change: bool = False
    """Whether the base's own case may have replaced it."""
    rest_on_it: list[Where] = field(default_factory=list)
    """The cases that are withdrawn if the base fails at the end."""


class Across:
    """Takes the lines one after the other, and then says which of them do not fit the others."""

    def __init__(self, header: Header, catalog: Catalog) -> None:
        """Begin with no line."""
        self._header, self._catalog = header, catalog
        self._found: list[tuple[Where, str]] = []
        self._address: dict[str, str] = {} if header.target.url == EMBEDDED_URL else {"": header.target.url}
        self._hosts: dict[str, list[Where]] = defaultdict(list)
        self._further: Headers | None = None
        self._minted: dict[tuple[str, str], bool] = {}
        self._bases: dict[Base, _Shared] = defaultdict(_Shared)
        self._outcomes: dict[Base, str] = {}
        self._once: dict[str, tuple[list[Where], list[Where]]] = defaultdict(lambda: ([], []))
        self._carried: dict[tuple[str, str], Where] = {}
        self._missing: list[tuple[Where, str, str]] = []
        self._names: dict[str, dict[str, list[Where]]] = defaultdict(lambda: defaultdict(list))
        self._stopped: dict[tuple[str, str], list[Where]] = defaultdict(list)
        self._judged: set[tuple[str, str]] = set()
        methods = catalog.methods.values()
        self._probes = {case.id for one in methods for base in one.bases.values() for case in probes(one, base)}
        self._eligible: dict[str, tuple[Base, bool]] = {}
        """For each case that rests on a shared base: which one, and whether it stands whatever becomes of it."""

    def add(  # noqa: PLR0913 - what is known of a line
        self,
        where: Where,
        line: CaseResult,
        case: Case,
        answers: Sequence[Answer],
        sent: Mapping[int, Sent],
        *,
        stopped: bool,
    ) -> None:
        """Take a line that was judged; `stopped` says whether its cause is one of the whole method."""
        grounds = line.grounds
        assert grounds is not None  # noqa: S101 - the caller has looked
        for one in sent.values():
            self._add_request(where, line, case, one)
        if case.edit is not None and not grounds.throttled:
            known = self._minted.setdefault((case.method, case.state), grounds.minted)
            if known != grounds.minted:
                self._found.append(
                    (where, "the grounds say otherwise than earlier lines whether the target issued the values")
                )
        self._add_values(where, line, case, sent)
        self._add_bases(where, line, case, answers)
        usable = answers[grounds.edited].usable and case.edit is not None and not grounds.throttled
        # What the preflight has sent is judged even if nothing else of the method can be.
        usable = usable and case.id not in self._probes
        if stopped:
            self._stopped[line.worker, line.method].append(where)
        elif line.verdict in _JUDGED and usable:
            self._judged.add((line.worker, line.method))

    def problems(self, footer: Footer | None) -> Iterator[tuple[Where, str]]:
        """Yield each line that does not fit, and why."""
        yield from self._found
        usual = max(self._hosts, key=lambda host: len(self._hosts[host]), default="")
        for host, lines in self._hosts.items():
            for where in lines if host != usual else ():
                yield where, f"a request has the header Host {host!r}, unlike most others"
        yield from self._of_values()
        yield from self._of_bases()
        for key, lines in self._stopped.items():
            if key in self._judged:
                for where in lines:
                    yield where, "its cause is one of the whole method, of which other cases were judged"
        if footer is not None:
            yield from self._of_withdrawals(footer.withdrawn)

    def _add_request(self, where: Where, line: CaseResult, case: Case, sent: Sent) -> None:
        """Hold address and headers against those of earlier requests."""
        wanted = self._address.get("") or self._address.setdefault(line.worker, sent.address)
        if sent.address != wanted or (not self._address.get("") and not _LOOPBACK.fullmatch(sent.address)):
            self._found.append((where, f"a request went to {sent.address}, and the run is one against {wanted}"))
        own = urlsplit(sent.address).netloc.rpartition("@")[2]
        self._hosts["" if sent.host == own else sent.host].append(where)
        ordinary = case.states == frozenset()
        if self._further is None and ordinary:
            self._further = sent.further
        further = self._further or ()
        if sent.further[: len(further)] != further or (ordinary and sent.further != further):
            names = ", ".join(name for name, _ in sent.further) or "none"
            self._found.append((where, f"a request has other headers of the profile than earlier ones: {names}"))

    def _add_values(self, where: Where, line: CaseResult, case: Case, sent: Mapping[int, Sent]) -> None:
        grounds = line.grounds
        for number, one in sent.items():
            for name, said in one.names.items():
                self._names[name][_root(name, said)].append(where)
            is_healthy = line.exchanges[number].role is Role.BASE and case.world == HEALTHY
            if is_healthy or case.states == frozenset():
                self._carried |= {(case.method, name): where for name in one.names}
        if grounds is None or grounds.minted or case.states or grounds.throttled:
            return
        edited = sent.get(grounds.edited)
        for name in edited.names if edited is not None else ():
            if name in self._catalog.one_shot_values:
                self._once[name][name in grounds.once].append(where)
        self._missing += [(where, case.method, name) for name in grounds.missing]

    def _add_bases(self, where: Where, line: CaseResult, case: Case, answers: Sequence[Answer]) -> None:
        grounds = line.grounds
        if grounds is None or grounds.throttled:
            return
        key = (line.worker, line.method, line.base)
        if any(one.role is Role.AGAIN for one in line.exchanges) and not isinstance(case.edit, Order):
            pass  # asked twice: what is said of other bases is of the beginning of the run
        else:
            for name, other in grounds.others.items():
                known = self._outcomes.get((line.worker, line.method, name))
                if known is not None and known != other.outcome:
                    self._found.append((where, f"the grounds say that {name} got {other.outcome}, and it got {known}"))
            own = answers[grounds.edited if grounds.base is None else grounds.base]
            for (worker, method, name), outcome in self._outcomes.items():
                elsewhere = (worker, method) == (line.worker, line.method) and name != line.base
                lacking = elsewhere and name not in grounds.others and name in self._catalog.methods[method].bases
                if own.outcome != OK and outcome == OK and lacking:
                    self._found.append((where, f"the grounds do not name {name}, which had succeeded"))
        shared = self._bases[key]
        if case.edit is None:
            shows = {_shown(line, number, answers) for number in range(len(answers))}
            replaced = bool(grounds.once) or line.verdict in _ACCUSED
            shared.own, shared.may_change = (None, True) if replaced else (shows, shared.may_change)
            self._outcomes[key] = answers[grounds.edited].outcome
        elif grounds.base is not None and _shares_its_base(case):
            shared.shown[_shown(line, grounds.base, answers)].append(where)
            self._outcomes[key] = answers[grounds.base].outcome
            if line.verdict in _JUDGED:
                shared.rest_on_it.append(where)
                self._eligible[line.id] = key, _stands(line, answers)

    def _of_values(self) -> Iterator[tuple[Where, str]]:
        for name, (without, with_it) in self._once.items():
            for where in min(without, with_it, key=len) if without and with_it else ():
                yield (
                    where,
                    f"the grounds say otherwise than other lines whether {name} is a single-use value of the profile",
                )
        for where, method, name in self._missing:
            if name not in self._catalog.one_shot_values and (method, name) in self._carried:
                yield where, f"the grounds call {name} missing, and line {self._carried[method, name][0]} sends one"
        for name, each in self._names.items():
            usual = "" if "" in each else max(each, key=lambda root: len(each[root]))
            for root, lines in each.items():
                if root != usual:
                    for where in lines:
                        yield where, f"it sends {root} in the place of ${name}"

    def _of_bases(self) -> Iterator[tuple[Where, str]]:
        for (_, _, name), shared in self._bases.items():
            if shared.may_change or len(shared.shown) + (shared.own is not None) <= 1:
                continue
            usual = shared.own or {max(shared.shown, key=lambda one: len(shared.shown[one]))}
            for one, lines in shared.shown.items():
                if one not in usual:
                    for where in lines:
                        yield (
                            where,
                            f"its exchange with the base {name} is not the one that all cases of the process share",
                        )

    def _of_withdrawals(self, withdrawn: Mapping[str, Cause]) -> Iterator[tuple[Where, str]]:
        bases = {self._eligible[case][0] for case in withdrawn if case in self._eligible}
        for case, cause in withdrawn.items():
            key, stands = self._eligible.get(case, (None, False))
            text = "" if key is None else f'{key[1]}: the base {key[2]} succeeded at the start and gets "'
            named = key is not None and cause.text.startswith(text) and cause.text.endswith('" at the end.')
            if not named or cause.kind is not Kind.BASE_BROKEN_AT_END or cause.needs != _NEEDS_AT_END:
                yield self._where(case), "it is withdrawn, and not for the base on which it rests"
            elif stands:
                yield self._where(case), "it is withdrawn, and it does not rest on its base"
        for key in bases:
            shared = self._bases[key]
            kept = [
                where for where in shared.rest_on_it if where[1] not in withdrawn and not self._eligible[where[1]][1]
            ]
            if kept and not shared.may_change:
                gone = [where for where in shared.rest_on_it if where[1] in withdrawn]
                for where in gone:
                    yield where, f"it is withdrawn, and line {kept[0][0]}, which rests on the same base, is not"

    def _where(self, case: str) -> Where:
        key, _ = self._eligible.get(case, (None, False))
        lines = self._bases[key].rest_on_it if key is not None else []
        return next((where for where in lines if where[1] == case), (0, case))


def _root(name: str, said: str) -> str:
    """Return nothing if a secret is recorded under its own name, of any state; else the other name without number."""
    if said == HIDDEN or said.startswith(f"${name}_of_"):
        return ""
    plain = name.removesuffix(altered_name(""))
    if plain != name and said.startswith(f"${plain}_of_"):
        return ""
    rest = said.removeprefix(f"${name}")
    if rest != said and _NUMBERED.fullmatch(rest):
        return ""
    return re.sub("_[0-9]+$", "", said)


def _shown(line: CaseResult, number: int, answers: Sequence[Answer]) -> tuple[object, ...]:
    """Return an exchange as a key that is the same in each line, whatever else is hidden there."""
    request, answer = line.exchanges[number].request, answers[number]
    return request.url, request.body, answer.status, answer.flaw, answer.outcome


def _shares_its_base(case: Case) -> bool:
    """Whether the script of the case rests on the base that all cases of a process share."""
    own_world = isinstance(case.edit, Again | Then | AgainAfter | EachThenAll)
    return case.world == HEALTHY and not own_world


def _stands(line: CaseResult, answers: Sequence[Answer]) -> bool:
    """Whether a FAIL or WARN does not rest on the base, as in `engine.engine`."""
    again = {answers[number].outcome for number, one in enumerate(line.exchanges) if one.role is Role.RECHECK}
    return line.verdict in _ACCUSED and OK in {line.observed, *again}
