"""Record every request of a run, including control calls, so that the floor can send the same ones."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.minted import fix_what_is_minted
from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.run.evidence import Examiner
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.target.profile import profile_of_url
from slack_conformance.wire import sender

if TYPE_CHECKING:
    from slack_conformance.wire.request import Request


def record(path: Path) -> None:
    """Run every case once and pickle each request as `(to control?, verb, path, headers, body)`."""
    fix_what_is_minted()
    sent: list[tuple[bool, str, str, tuple[tuple[str, str], ...], bytes | None]] = []
    plain = sender.Sender.send

    def noting(self: sender.Sender, request: Request) -> sender.Exchange:
        is_control = "/conformance/v1" in request.url
        sent.append((is_control, request.verb, request.target, request.headers, request.body))
        return plain(self, request)

    sender.Sender.send = noting  # type: ignore[method-assign]  # recording is the only purpose of this process
    catalog = load_catalog()
    with Sandbox(catalog) as sandbox:
        examiner = Examiner(Engine(catalog, profile_of_url(sandbox.url, "bench", sandbox.control)))
        for case in catalog.cases:
            examiner.examine(case)
        examiner.engine.withdrawn()
        examiner.engine.close()
    path.write_bytes(pickle.dumps(sent))


if __name__ == "__main__":
    record(Path(sys.argv[1]))
