"""The embedded target: both methods over real HTTP, with answers derived from the facts of a world."""

from conformance.sandbox.deviation import Deviation
from conformance.sandbox.server import Sandbox, SandboxError
from conformance.sandbox.variant import Variant

__all__ = ["Deviation", "Sandbox", "SandboxError", "Variant"]
