"""What a МИС makes of results that are foreign to it or do not come."""

from __future__ import annotations

from collections.abc import Iterator

from dopusk.behaviour.status import PLACE, STATES, Shown, check_registered
from dopusk.verdict import Finding, finding


def check_foreign(shown: Shown, *, own: str, foreign: str) -> Iterator[Finding]:
    """Check that a result for an unknown message has not been taken for the document's own."""
    if shown.emdr_id == foreign:
        yield finding("CB-FOREIGN", where=PLACE, expected=own, got=foreign)
    else:
        yield from check_registered(shown, emdr_id=own, event="результат success")


def check_found(shown: Shown, *, emdr_id: str, seconds: float) -> Iterator[Finding]:
    """Check that a МИС has found out by itself that its document was registered as `emdr_id`."""
    if shown.state != "registered":
        got = STATES.get(shown.state, shown.state)
        yield finding(
            "CB-LOST-NOT-FOUND",
            where=PLACE,
            expected=STATES["registered"],
            got=got,
            seconds=f"{seconds:.0f}",
        )
    else:
        yield from check_registered(shown, emdr_id=emdr_id, event="ответ searchRegistryItem")
