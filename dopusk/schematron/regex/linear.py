"""Matching in time linear in the text: sets of states instead of backtracking.

For expressions that `re` might try in exponentially many ways, and for long texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from dopusk.schematron.errors import UnsupportedError
from dopusk.schematron.regex.syntax import Char, Choice, Edge, Piece, Repeat, Sequence

_MAX_STATES = 20_000
_MAX_HELD = 5_000

_States = frozenset[int]


class LinearMatcher:
    """An automaton whose deterministic states are made when a text first needs them."""

    def __init__(self, piece: Piece) -> None:
        """Build the automaton.

        Raises:
            UnsupportedError: counted repetitions make it too large.
        """
        self._eats: list[tuple[Callable[[str], object], int] | None] = []
        self._jumps: list[list[int]] = []
        self._edges: dict[int, bool] = {}
        self._final = self._state()
        self._start = self._build(piece, self._final)
        self._held: dict[tuple[_States, str], _States] = {}

    def search(self, text: str) -> bool:
        """Tell whether some part of the text matches."""
        states = self._close([self._start], at_start=True, at_end=not text)
        if self._final in states:
            return True
        last = len(text) - 1
        for place, char in enumerate(text):
            states = self._step(states, char, at_end=place == last)
            if self._final in states:
                return True
        return False

    def _step(self, states: _States, char: str, *, at_end: bool) -> _States:
        key = states, char
        if not at_end and key in self._held:
            return self._held[key]
        following = [self._start]
        for state in states:
            eat = self._eats[state]
            if eat is not None and eat[0](char):
                following.append(eat[1])
        found = self._close(following, at_start=False, at_end=at_end)
        if not at_end:
            if len(self._held) >= _MAX_HELD:
                self._held = {}
            self._held[key] = found
        return found

    def _close(self, states: Iterable[int], *, at_start: bool, at_end: bool) -> _States:
        found: set[int] = set()
        waiting = list(states)
        while waiting:
            state = waiting.pop()
            if state in found:
                continue
            end = self._edges.get(state)
            if end is not None and not (at_end if end else at_start):
                continue
            found.add(state)
            waiting.extend(self._jumps[state])
        return frozenset(found)

    def _state(self, *jumps: int) -> int:
        if len(self._jumps) >= _MAX_STATES:
            raise UnsupportedError("регулярное выражение слишком велико")
        self._eats.append(None)
        self._jumps.append(list(jumps))
        return len(self._jumps) - 1

    def _build(self, piece: Piece, after: int) -> int:
        """Return the state from which `piece` leads to `after`."""
        match piece:
            case Char():
                state = self._state()
                self._eats[state] = re.compile(piece.text).match, after
                return state
            case Edge():
                state = self._state(after)
                self._edges[state] = piece.end
                return state
            case Sequence():
                for item in reversed(piece.items):
                    after = self._build(item, after)
                return after
            case Choice():
                return self._state(*[self._build(branch, after) for branch in piece.branches])
            case Repeat():
                return self._repeat(piece, after)

    def _repeat(self, piece: Repeat, after: int) -> int:
        if piece.most is None:
            loop = self._state(after)
            self._jumps[loop].append(self._build(piece.item, loop))
            entry = loop
        else:
            entry = after
            for _ in range(piece.most - piece.least):
                entry = self._state(after, self._build(piece.item, entry))
        for _ in range(piece.least):
            entry = self._build(piece.item, entry)
        return entry
