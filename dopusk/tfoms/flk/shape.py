"""Where the elements of a register stand, so that a condition finds what it names.

The tree is that of the paths of the checks themselves. A name alone is looked for beside the
element that the condition is about, then above it, then below it, then anywhere; a dotted name
(SANK.S_TIP, SCHET.PLAT) says which parent is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dopusk.tfoms.flk.operands import NOTHING, Operand
from dopusk.tfoms.flk.record import Record
from dopusk.tfoms.flk.rules import MAIN, PERSONS, Rule

FILE_FACTS = ("TODAY", "FILE", "Pi", "Ni", "Pp", "Np", "YY", "MM", "DISP")
"""What the name of the file, the account and the day tell; leaves of the root."""
TOTALS = (
    "ВСЕГО_Z_SL",
    "ВСЕГО_SUMV",
    "ВСЕГО_SUMP",
    "ВСЕГО_SANK_IT",
    "ВСЕГО_МЭК",
    "ВСЕГО_МЭЭ",
    "ВСЕГО_ЭКМП",
)
"""Totals over all cases, known when the file is read; leaves of the root."""
PERSON_FACTS = ("DR", "W", "OT", "OT_P")
"""What is known of the patient in the main file: ZAP has a part PERS with these leaves."""
CASE_FACTS = ("NOVOR", "VPOLIS", "DATE_Z_1", "DATE_Z_2")
"""What is known of the person's cases in the file of persons."""
ACCOUNT_FACTS = ("LPU", "PLAT", "YEAR", "MONTH")
"""What is known of the main file in the file of persons."""


@dataclass(frozen=True, slots=True)
class Shape:
    """All paths of elements that conditions may name."""

    paths: frozenset[str]
    required: frozenset[str]

    @classmethod
    def of(cls, rules: Iterable[Rule], taken: Iterable[Rule]) -> Shape:
        """Return the shape of the files, with what is required by the checks `taken`."""
        paths = {rule.path for rule in rules}
        facts = [f"{root}/{name}" for root in (MAIN, PERSONS) for name in FILE_FACTS]
        facts += [f"{MAIN}/{name}" for name in TOTALS]
        facts += [f"{MAIN}/ZAP/PERS/{name}" for name in PERSON_FACTS]
        facts += [f"{PERSONS}/PERS/{name}" for name in CASE_FACTS]
        facts += [f"{PERSONS}/{name}" for name in ACCOUNT_FACTS]
        paths.add(f"{MAIN}/ZAP/PACIENT/ENP")
        paths.update(facts)
        for path in list(paths):
            steps = path.split("/")
            paths.update("/".join(steps[:count]) for count in range(1, len(steps)))
        required = {rule.path for rule in taken if rule.kind == "present" and rule.when is None}
        optional = (f"{MAIN}/ZAP/PERS/OT", f"{MAIN}/ZAP/PERS/OT_P", f"{PERSONS}/PLAT")
        required.update(fact for fact in facts if fact not in optional)
        return cls(frozenset(paths), frozenset(required))

    def names(self, container: str) -> ContainerNames:
        """Return how names are found from elements with this path."""
        return ContainerNames(self, container)

    def find(self, name: str, container: str) -> str | None:
        """Return the path that `name` means from `container`; None when there is none or two."""
        steps = name.replace(".", "/")
        here = container
        while here:
            if f"{here}/{steps}" in self.paths:
                return f"{here}/{steps}"
            if here.endswith(f"/{steps.partition('/')[0]}") and "/" in steps:
                inside = f"{here}/{steps.partition('/')[2]}"
                if inside in self.paths:
                    return inside
            here = here.rpartition("/")[0]
        root = container.partition("/")[0]
        ending = f"/{steps}"
        below = [
            path
            for path in self.paths
            if path.endswith(ending) and path.startswith(f"{container}/")
        ]
        found = below or [
            path for path in self.paths if path.endswith(ending) and path.startswith(f"{root}/")
        ]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class ContainerNames:
    """Names as they are found from the elements of one path."""

    shape: Shape
    container: str

    def operand(self, name: str) -> Operand | None:
        """Return the values of the element of this name; None when there is no such element."""
        path = self.shape.find(name, self.container)
        if path is None:
            return None
        return Operand(self._values(path), path in self.shape.required)

    def presence(self, name: str) -> Callable[[Record], bool] | None:
        """Return the test of presence of the element; None when there is no such element."""
        path = self.shape.find(name, self.container)
        if path is None:
            return None
        parts, leaf = self._parts(path.rpartition("/")[0]), path.rpartition("/")[2]
        return lambda record: any(part.has(leaf) for part in parts(record))

    def _values(self, path: str) -> Callable[[Record], Sequence[str]]:
        above, _, leaf = path.rpartition("/")
        if above == self.container:
            return lambda record: record.leaves.get(leaf, NOTHING)
        parts = self._parts(above)

        def values(record: Record) -> Sequence[str]:
            found: list[str] = []
            for part in parts(record):
                found.extend(part.leaves.get(leaf, NOTHING))
            return found

        return values

    def _parts(self, path: str) -> Callable[[Record], Sequence[Record]]:
        """Return the way from an element of the container to the elements of the path."""
        shared = _shared(self.container, path)
        climb = self.container.count("/") - shared.count("/")
        down = tuple(path[len(shared) + 1 :].split("/")) if path != shared else ()

        def parts(record: Record) -> Sequence[Record]:
            place: Record | None = record
            for _ in range(climb):
                place = place.parent if place is not None else None
            if place is None:
                return ()
            found = [place]
            for tag in down:
                found = [node for one in found for node in one.nodes.get(tag, ())]
            return found

        return parts


def _shared(one: str, other: str) -> str:
    common = []
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        common.append(left)
    return "/".join(common)
