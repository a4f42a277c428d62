"""The sandbox as a process of its own: one line when ready, a clean stop on a signal.

The line is a JSON object with three keys. `url` is the base address of the methods and `control` that of the control
API, null without one. `values` are what a client of a healthy world sends, so that nobody needs the control API to
begin: `token`, `scopes`, `scopes_mixed`, `client_id`, `client_secret`, `redirect_uri`, `refresh_token`, and 150
values each of `trigger` and `code`, of which every request that succeeds uses one up. This world is never dropped, its
triggers and codes do not expire, and it has no rate limit; two processes never have a value in common.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from typing import TYPE_CHECKING

from conformance.catalog.datafile import DataError
from conformance.sandbox.server import Sandbox, SandboxError

if TYPE_CHECKING:
    from conformance.sandbox.deviation import Deviation
    from conformance.sandbox.variant import Variant

USAGE = 4
"""What is returned when the sandbox cannot be started as asked: the suite's code for wrong usage."""


def serve(  # noqa: PLR0913 - as the command's options
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    control: bool = False,
    control_port: int = 0,
    key: str | None = None,
    deviation: Deviation | None = None,
    variant: Variant | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT; print one JSON line with both addresses when ready; return the exit code."""
    try:
        sandbox = Sandbox(
            host=host,
            port=port,
            control=control,
            control_port=control_port,
            control_key=key,
            real_time=True,
            deviation=deviation,
            variant=variant,
        )
    except (SandboxError, DataError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - this is what the user of a command sees
        return USAGE
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with sandbox:
            ready = {"url": sandbox.url, "control": sandbox.control, "values": sandbox.standing_values()}
            print(json.dumps(ready), flush=True)  # noqa: T201 - scripts wait for this line
            stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0
