"""Undoes the folding of a page, for tests that look into the exchanged messages."""

from __future__ import annotations

import re

from reports.packed import unpack


def unfolded(page: str) -> str:
    """Return the page with every folded part in its place."""
    primes = {
        kind: unpack(text)
        for kind, text in re.findall(r'data-prime="(\w+)" data-bytes="([^"]*)"', page)
    }
    return re.sub(
        r'<div class="(\w+)" data-packed="([^"]*)"([^>]*)>',
        lambda m: f'<div class="{m[1]}"{m[3]}>' + unpack(m[2], primes[m[1]]).decode(),
        page,
    )
