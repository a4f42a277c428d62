"""Format a number with its noun."""


def counted(number: int, noun: str) -> str:
    """Return the number with its noun, which takes an "s" unless there is exactly one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
