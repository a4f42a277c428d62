"""A control API without HTTP: calls go directly to the sandbox in the same process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.sandbox.control import ROOT, ControlApi
from conformance.sandbox.intake import Received
from conformance.target.control import Control

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog
    from conformance.sandbox import Sandbox
    from conformance.wire.sender import Sender


class LocalControl(Control):
    """Calls the sandbox's control API as any client does, but without sockets.

    Half of all requests of a run are control calls, and none of them is under test.
    """

    def __init__(self, sandbox: Sandbox, catalog: Catalog, sender: Sender) -> None:
        """Take the sandbox to control; the sender is not used."""
        super().__init__("", sender)
        self._api = ControlApi(catalog, sandbox.worlds, None)

    def _call(self, verb: str, path: str, content: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        body = b"" if content is None else json.dumps(content).encode()
        reply = self._api.answer(Received(verb, ROOT + path, body=body))
        return reply.status, json.loads(reply.body or b"{}")
