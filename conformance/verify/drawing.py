"""Check that a recorded edit is that of the case, with the members of classes that the seed of the run draws.

Most members follow from the seed and the case alone. Some also depend on the form of the base's own value: its
separators, the lengths and the alphabets of its parts. Where the record hides that value, every possible form
is tried: a text is accepted only if the seed draws exactly this text for a value of one of these forms.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from itertools import islice, product
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from msgspec import to_builtins

from ..catalog.edits.orders import InState
from ..catalog.members import alphabet, drawn
from ..engine.exploring import OF_A_CLASS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..catalog.edits.edit import Edit
    from ..catalog.model import Case, Method
    from ..results.exchange import RecordedRequest
    from ..results.model import CaseResult

_MOST_FORMS = 4000
"""How many forms of a hidden value are tried."""

_OF_FEW_WAYS = "7"
"""A value whose form is too short to be imitated."""

_RUN = re.compile("[A-Za-z0-9]+")
_PART = re.compile('name="([a-z_]+)"\r\n\r\n([^\r]*)\r\n')
"""Name and value of an argument in a multipart body."""


def differences(line: CaseResult, case: Case, method: Method, seed: int) -> Iterator[str]:
    """Yield how the recorded edit differs from that of `case`, which is as the catalog has it."""
    recorded = None if line.edit is None else (line.edit.kind, line.edit.value)
    if case.edit is None or recorded is None:
        if (case.edit is None) != (recorded is None):
            yield "it has an edit where its case has none, or the other way round"
        return
    if case.instead and recorded == (InState.kind, case.instead):
        return
    names = [case.id, *(f"{case.id}/{number}" for number in range(OF_A_CLASS) if line.explored)]
    seeds = [f"{seed}/{name}" for name in names]
    standing_in = {name: argument.placeholder or "" for name, argument in method.arguments.items()}
    own = standing_in | _shown_values(line)

    def is_drawn(values: Mapping[str, str], form: str = "") -> bool:
        edits = (drawn(case.edit, one, lambda name: form or values.get(name, "")) for one in seeds if case.edit)
        return any((edit.kind, to_builtins(edit.data)) == recorded for edit in edits)

    known = is_drawn(own) or is_drawn(standing_in)
    if not known and not any(is_drawn({}, form) for form in _forms(case.edit, recorded[1])):
        wanted = drawn(case.edit, seeds[0], lambda name: own.get(name, ""))
        yield f"the edit is {recorded[1]!r}, but the seed draws {to_builtins(wanted.data)!r}"


def is_form(request: RecordedRequest) -> bool:
    """Whether the request says that its body is a form."""
    return any(name.lower() == "content-type" and "urlencoded" in value for name, value in request.headers)


def _shown_values(line: CaseResult) -> dict[str, str]:
    """Return the values of arguments that the record of the base shows."""
    grounds = line.grounds
    if grounds is None or grounds.base is None or grounds.base >= len(line.exchanges):
        return {}
    request = line.exchanges[grounds.base].request
    body = request.body or ""
    pairs = [*parse_qsl(request.url.partition("?")[2]), *_PART.findall(body)]
    if is_form(request):
        pairs += parse_qsl(body)
    with suppress(ValueError):
        document = json.loads(body)
        pairs += document.items() if isinstance(document, dict) else ()
    return {name: value for name, value in pairs if isinstance(value, str) and not value.startswith("$")}


def _forms(edit: Edit, recorded: object) -> Iterator[str]:
    """Yield values of each form that a hidden value may have if a member in the recorded edit was drawn like it."""
    yield _OF_FEW_WAYS
    for one in edit.classes:
        for text in _texts(recorded):
            if text.startswith(one.before) and text.endswith(one.then):
                yield from islice(_alike(text[len(one.before) : len(text) - len(one.then)]), _MOST_FORMS)


def _texts(recorded: object) -> Iterator[str]:
    if isinstance(recorded, str):
        yield recorded
    elif isinstance(recorded, dict):
        for one in recorded.values():
            yield from _texts(one)


def _alike(text: str) -> Iterator[str]:
    """Yield a value for each combination of alphabets that its runs of letters and digits may come from."""
    begins = re.match("[a-z]{2,5}-", text)  # the prefix that gives the type of a value; it stays
    kept = begins[0] if begins else ""
    rest = text[len(kept) :]
    runs = _RUN.findall(rest)
    choices = [list(_examples(run)) for run in runs]
    for chosen in product(*choices):
        following = iter(chosen)
        yield kept + _RUN.sub(lambda _: next(following), rest)  # noqa: B023 - used at once


def _examples(run: str) -> Iterator[str]:
    """Yield a text as long as the run for each alphabet that has its characters; of digits one without a zero first."""
    for marks in ("1", "0", "1a", "1A", "z", "Z", "1z", "1Z", "zZ", "1zZ"):
        example = (marks * len(run))[: len(run)]
        if len(marks) <= len(run) and set(run) <= set(alphabet(example)):
            yield example
