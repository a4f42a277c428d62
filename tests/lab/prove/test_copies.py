"""Cases that are copies with a further base can fail: where everything is accepted in that way, each is not a PASS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.model import OK
from slack_conformance.lab.deviations.kinds import IgnoresAll
from slack_conformance.lab.prove.trial import examined
from slack_conformance.results.terms import Verdict
from slack_conformance.sandbox.intake import MULTIPART
from slack_conformance.sandbox.server import Sandbox

if TYPE_CHECKING:
    from slack_conformance.sandbox.context import Context

CATALOG = load_catalog()
WAYS = sorted({(case.method, case.base.name) for case in CATALOG.cases if case.is_copy})


@pytest.mark.parametrize(("method", "name"), WAYS)
def test_each_copy_fails_where_everything_is_accepted_in_its_way(method: str, name: str) -> None:
    base = CATALOG.methods[method].bases[name]
    copies = [case for case in CATALOG.methods[method].cases if case.is_copy and case.base is base]

    def is_sent_in_this_way(context: Context) -> bool:
        is_multipart = (context.call.media_type == MULTIPART) == (base.arguments == "multipart")
        return context.request.verb == base.verb and is_multipart

    fault = IgnoresAll(rule="", fault="everything", summary="", when=is_sent_in_this_way, method=method)
    with Sandbox(CATALOG, control=False, deviation=fault) as sandbox:
        judged, _ = examined(copies, CATALOG, sandbox)
    verdicts = {case.id: judgement.verdict for case, judgement in judged if OK not in case.accept}
    assert [case for case, verdict in verdicts.items() if verdict is Verdict.PASS] == []
    assert Verdict.FAIL in verdicts.values()
