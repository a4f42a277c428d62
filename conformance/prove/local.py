"""A control API without a wire: worlds are ordered from the sandbox of the same process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.sandbox.control import ROOT
from conformance.sandbox.control import Control as Answering
from conformance.sandbox.received import Received
from conformance.target.control import Control

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog
    from conformance.sandbox import Sandbox
    from conformance.wire.sender import Sender


class LocalControl(Control):
    """Asks the sandbox's own control API, as any other client does but for the sockets.

    Half of what a run sends goes there, and none of it is under test.
    """

    def __init__(self, sandbox: Sandbox, catalog: Catalog, sender: Sender) -> None:
        """Take the sandbox whose worlds are meant; the sender stays unused."""
        super().__init__("", sender)
        self._answering = Answering(catalog, sandbox.worlds, None)

    def _call(self, verb: str, path: str, content: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        body = b"" if content is None else json.dumps(content).encode()
        reply = self._answering.answer(Received(verb, ROOT + path, body=body))
        return reply.status, json.loads(reply.body or b"{}")
