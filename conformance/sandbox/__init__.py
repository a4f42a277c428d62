"""The embedded target: both methods in full over real HTTP, answered from facts about worlds."""

from conformance.sandbox.deviation import Deviation
from conformance.sandbox.server import Sandbox, SandboxError
from conformance.sandbox.variant import Variant

__all__ = ["Deviation", "Sandbox", "SandboxError", "Variant"]
