"""What can be said of an expression without running it."""

from __future__ import annotations

from math import inf, prod

from dopusk.schematron.regex.syntax import Char, Choice, Edge, Piece, Repeat, Sequence

_FEW = 20


def python_pattern(piece: Piece) -> str:
    """Return the expression for Python's `re`."""
    match piece:
        case Char():
            return piece.text
        case Edge():
            return r"\Z" if piece.end else r"\A"
        case Sequence():
            return "".join(map(python_pattern, piece.items))
        case Choice():
            return f"(?:{'|'.join(map(python_pattern, piece.branches))})"
        case Repeat():
            most = "" if piece.most is None else piece.most
            return f"(?:{python_pattern(piece.item)}){{{piece.least},{most}}}"


def ways(piece: Piece) -> float:
    """Return a bound of the ways in which one text can match from one place."""
    match piece:
        case Sequence():
            return prod(map(ways, piece.items))
        case Choice():
            return sum(map(ways, piece.branches))
        case Repeat():
            if piece.most is None:
                return inf
            once = ways(piece.item)
            if once == 1:
                return piece.most - piece.least + 1
            if piece.most > _FEW:
                return inf
            return sum(once**times for times in range(piece.least, piece.most + 1))
    return 1


def degree(piece: Piece) -> float:
    """Return the power of the text's length that backtracking may cost; infinite: no power."""
    match piece:
        case Sequence():
            return sum(map(degree, piece.items))
        case Choice():
            return max(map(degree, piece.branches))
        case Repeat():
            if piece.most == 1:
                return degree(piece.item)
            if not calm(piece):
                return inf
            return 1 if piece.least != piece.most or degree(piece.item) else 0
    return 0


def width(piece: Piece) -> int | None:
    """Return the length of every text that it matches, None when they differ."""
    match piece:
        case Char():
            return 1
        case Edge():
            return 0
        case Sequence():
            widths = [width(item) for item in piece.items]
            return None if None in widths else sum(filter(None, widths))
        case Choice():
            found = {width(branch) for branch in piece.branches}
            return found.pop() if len(found) == 1 else None
        case Repeat():
            inner = width(piece.item)
            return inner * piece.least if inner is not None and piece.least == piece.most else None


def first(piece: Piece) -> frozenset[str] | None:
    """Return the characters that it begins with, None when not known or when it may be empty."""
    match piece:
        case Char():
            return piece.members
        case Sequence():
            return first(piece.items[0]) if piece.items else None
        case Choice():
            found = [first(branch) for branch in piece.branches]
            if any(one is None for one in found):
                return None
            return frozenset(char for one in found for char in one or ())
        case Repeat():
            return first(piece.item) if piece.least > 0 else None
    return None


def calm(piece: Piece) -> bool:
    """Tell whether it matches each text in one way, so that backtracking has little to try."""
    match piece:
        case Sequence():
            loose = [item for item in piece.items if width(item) is None]
            return len(loose) <= 1 and all(map(calm, piece.items))
        case Choice():
            return all(map(calm, piece.branches)) and _disjoint(piece)
        case Repeat():
            if not calm(piece.item):
                return False
            once = piece.least == piece.most == 1
            fixed = width(piece.item)
            return once or bool(fixed) or piece.most == 1 or _marked(piece.item)
    return True


def _disjoint(piece: Choice) -> bool:
    seen: set[str] = set()
    for branch in piece.branches:
        chars = first(branch)
        if chars is None or seen & chars:
            return False
        seen |= chars
    return True


def _marked(piece: Piece) -> bool:
    """Tell whether it begins with a character that stands nowhere else in it."""
    if not isinstance(piece, Sequence) or not piece.items:
        return False
    mark = piece.items[0]
    if not isinstance(mark, Char) or mark.members is None:
        return False
    rest = _members(Sequence(piece.items[1:]))
    return rest is not None and not mark.members & rest


def _members(piece: Piece) -> frozenset[str] | None:
    """Return all characters that can occur in it, None when not known."""
    match piece:
        case Char():
            return piece.members
        case Edge():
            return frozenset()
        case Repeat():
            return _members(piece.item)
    inner = piece.items if isinstance(piece, Sequence) else piece.branches
    found = [_members(one) for one in inner]
    if any(one is None for one in found):
        return None
    return frozenset(char for one in found for char in one or ())
