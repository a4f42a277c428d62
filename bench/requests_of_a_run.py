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
    from slack_conformance.wire.tape import Start


def record(path: Path) -> None:
    """Run every case once and pickle each request as `(to control?, verb, path, headers, body)`.

    Requests that are sent at the same moment are among them. Those in chunks that never end get a length instead, since
    the floor would wait for the rest until the server gives up.
    """
    fix_what_is_minted()
    sent: list[tuple[bool, str, str, tuple[tuple[str, str], ...], bytes | None]] = []
    plain = sender.Sender._exchange  # noqa: SLF001 - both ways to send pass here

    def noting(self: sender.Sender, request: Request, start: Start | None = None) -> sender.Exchange:
        headers = tuple(header for header in request.headers if header[0] != "Transfer-Encoding")
        sent.append(("/conformance/v1" in request.url, request.verb, request.target, headers, request.body))
        return plain(self, request, start)

    sender.Sender._exchange = noting  # type: ignore[method-assign]  # noqa: SLF001 - this process only records
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
