"""Helper of the region's steps: a module whose name begins with «_» holds no steps."""


def seconds(minutes: int) -> float:
    """Return minutes in seconds."""
    return minutes * 60.0
