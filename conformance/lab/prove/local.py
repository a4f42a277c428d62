"""A caller of the control API without HTTP: calls go directly to the sandbox in the same process.

Half of all requests of a run are control calls, and none of them is under test.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ...sandbox.control import ROOT, ControlApi
from ...sandbox.intake import Received

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...catalog.model import Catalog
    from ...sandbox import Sandbox


class LocalCaller:
    """Calls the sandbox's control API as any client does, but without sockets."""

    def __init__(self, sandbox: Sandbox, catalog: Catalog) -> None:
        """Take the sandbox to control."""
        self._api = ControlApi(catalog, sandbox.worlds, None)

    def __call__(self, verb: str, path: str, content: Mapping[str, Any] | None) -> tuple[int, Mapping[str, Any]]:
        """Return the status of the answer and its JSON object."""
        body = b"" if content is None else json.dumps(content).encode()
        reply = self._api.answer(Received(verb, ROOT + path, (("Content-Type", "application/json"),), body))
        return reply.status, json.loads(reply.body or b"{}")
