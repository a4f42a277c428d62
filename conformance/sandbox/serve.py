"""The sandbox as a separate process: prints one line when ready, stops cleanly on a signal.

The line is a JSON object with three keys. `url` is the base URL of the methods and `control` that of the control API,
null without one. `values` are those of a healthy world, so that a client can start without the control API: `token`,
`scopes`, `scopes_mixed`, `client_id`, `client_secret`, `redirect_uri`, `refresh_token`, and 400 values each of
`trigger` and `code`, of which every successful request uses one up. This world is never dropped, its triggers and codes
do not expire, and it has no rate limit; two processes never share a value.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError
from .server import Sandbox, SandboxError, is_loopback

if TYPE_CHECKING:
    from .deviation import Deviation
    from .variant import Variant

USAGE = 4
"""The exit code if the sandbox cannot be started as requested: the suite's code for wrong usage."""


def serve(  # noqa: PLR0913 - one parameter per option of the command
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    control: bool = False,
    control_port: int = 0,
    key: str | None = None,
    deviation: Deviation | None = None,
    variant: Variant | None = None,
) -> int:
    """Serve until SIGTERM, SIGINT or SIGHUP; print one JSON line when ready; return the exit code."""
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
        print(error, file=sys.stderr)  # noqa: T201 - output of a command
        return USAGE
    if not is_loopback(host):
        sys.stderr.write(
            f"slack-conformance serve: other machines may be able to connect to {host}, and the sandbox has no access "
            "control. Its values are fake; never give it real ones.\n"
        )
    stop = threading.Event()
    ending = [signal.SIGTERM, signal.SIGINT]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as `nohup` has it
        ending.append(signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in ending}
    try:
        with sandbox:
            ready = {"url": sandbox.url, "control": sandbox.control, "values": sandbox.standing_values()}
            print(json.dumps(ready), flush=True)  # noqa: T201 - scripts wait for this line of output
            stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0
