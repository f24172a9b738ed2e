"""All contexts of a schema matched in one walk down the document.

States are sets of steps that wait for a child or a descendant. They and the transitions between
them are made when a document first needs them and are kept for the next one, so that a document
of a known shape costs one look-up an element. A predicate is evaluated once a node, whatever
number of contexts holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dopusk.schematron.fast.contexts import ContextStep
from dopusk.schematron.fast.document import Document
from dopusk.schematron.fast.runtime import Attribute, Node

Condition = Callable[[Node | Attribute, Document], bool]
Run = Callable[[Node | Attribute, Document], int]

_MAX_HELD = 50_000
"""Transitions kept; a document stranger than that is still judged, only slower."""


@dataclass(frozen=True, slots=True)
class Program:
    """A rule ready to run: a bit set in what `run` returns for each check that did not pass."""

    pattern: int
    rule: int
    run: Run


@dataclass(frozen=True, slots=True)
class Track:
    """One alternative of a rule's context; `conditions` by step, numbers into the automaton's."""

    program: Program
    steps: tuple[ContextStep, ...]
    conditions: tuple[tuple[int, ...], ...]


Item = tuple[int, int]
"""A track and the step of it that waits to be matched."""


class State:
    """What a node of the document has matched so far."""

    __slots__ = ("attributes", "below", "children", "edges", "programs")

    def __init__(
        self,
        programs: tuple[Program, ...],
        children: frozenset[Item],
        below: frozenset[Item],
        attributes: tuple[Item, ...],
    ) -> None:
        self.programs = programs
        self.children = children
        self.below = below
        self.attributes = attributes
        self.edges: dict[str | None, Edge] = {}


class Edge:
    """The transition from a state to a child of some name."""

    __slots__ = ("conditions", "items", "only", "source", "targets")

    def __init__(
        self,
        source: State,
        items: tuple[tuple[Item, int], ...],
        conditions: tuple[tuple[int, Condition], ...],
    ) -> None:
        self.source = source
        self.items = items
        self.conditions = conditions
        self.targets: dict[int, State] = {}
        self.only: State | None = None


class Automaton:
    """Finds the rules that fire at each node."""

    def __init__(self, tracks: Iterable[Track], conditions: tuple[Condition, ...]) -> None:
        self._tracks = tuple(tracks)
        self._conditions = conditions
        self._exact: dict[str, list[Item]] = {}
        self._loose: list[Item] = []
        self._anywhere: list[Item] = []
        self._names: set[str] = set()
        self._partial = False
        self._states: dict[tuple[object, ...], State] = {}
        self._held = 0
        rooted: set[Item] = set()
        documents: list[Track] = []
        for number, track in enumerate(self._tracks):
            for step in track.steps:
                if not step.is_attribute:
                    self._note(step)
            if not track.steps:
                documents.append(track)
            elif not track.steps[0].deep:
                rooted.add((number, 0))
            elif track.steps[0].is_attribute:
                self._anywhere.append((number, 0))
            elif track.steps[0].test.name is not None:
                self._exact.setdefault(track.steps[0].test.name, []).append((number, 0))
            else:
                self._loose.append((number, 0))
        self._start = State(_first(documents), frozenset(rooted), frozenset(), ())

    def _note(self, step: ContextStep) -> None:
        if step.test.name is not None:
            self._names.add(step.test.name)
        elif step.test.local is not None or step.test.uri is not None:
            self._partial = True

    def walk(
        self, document: Document, report: Callable[[Program, Node | Attribute, int], None]
    ) -> int:
        """Run every rule at every node it matches; return how many times one fired."""
        root = document.root
        root.state = self._start
        fired = self._fire(self._start.programs, root, document, report)
        for node in document.nodes:
            state: State = node.parent.state  # type: ignore[union-attr]  # only the root has none
            name = node.name
            edge = state.edges.get(name) or self._edge(state, name)
            target = edge.only
            if target is None:
                mask = 0
                for bit, condition in edge.conditions:
                    if condition(node, document):
                        mask |= bit
                target = edge.targets.get(mask) or self._target(edge, mask)
            node.state = target
            for program in target.programs:
                failed = program.run(node, document)
                if failed:
                    report(program, node, failed)
            fired += len(target.programs)
            if target.attributes and node.attributes:
                fired += self._attributes(target, node, document, report)
        return fired

    def _fire(
        self,
        programs: tuple[Program, ...],
        node: Node | Attribute,
        document: Document,
        report: Callable[[Program, Node | Attribute, int], None],
    ) -> int:
        for program in programs:
            failed = program.run(node, document)
            if failed:
                report(program, node, failed)
        return len(programs)

    def _attributes(
        self,
        state: State,
        node: Node,
        document: Document,
        report: Callable[[Program, Node | Attribute, int], None],
    ) -> int:
        fired = 0
        for name, value in node.attributes.items():
            attribute = Attribute(node, name, value)
            matched = [
                self._tracks[number]
                for number, place in state.attributes
                if self._tracks[number].steps[place].test.accepts(name)
                and all(
                    self._conditions[condition](attribute, document)
                    for condition in self._tracks[number].conditions[place]
                )
            ]
            fired += self._fire(_first(matched), attribute, document, report)
        return fired

    def _edge(self, state: State, name: str) -> Edge:
        known: str | None = name
        if name not in self._names and not self._partial:
            known = None
            if None in state.edges:
                return state.edges[None]
        waiting = [*state.children, *state.below, *self._exact.get(name, ()), *self._loose]
        items: list[tuple[Item, int]] = []
        bits: dict[int, int] = {}
        for item in waiting:
            number, place = item
            track = self._tracks[number]
            step = track.steps[place]
            if step.is_attribute or not step.test.accepts(name):
                continue
            mask = 0
            for condition in track.conditions[place]:
                mask |= bits.setdefault(condition, 1 << len(bits))
            items.append((item, mask))
        edge = Edge(
            state,
            tuple(items),
            tuple((bit, self._conditions[condition]) for condition, bit in bits.items()),
        )
        if not bits:
            edge.only = self._target(edge, 0)
        if self._held < _MAX_HELD:
            self._held += 1
            state.edges[known] = edge
        return edge

    def _target(self, edge: Edge, mask: int) -> State:
        children: set[Item] = set()
        below = set(edge.source.below)
        matched: list[Track] = []
        for (number, place), needed in edge.items:
            if needed & mask != needed:
                continue
            track = self._tracks[number]
            if place + 1 == len(track.steps):
                matched.append(track)
            elif track.steps[place + 1].deep:
                below.add((number, place + 1))
            else:
                children.add((number, place + 1))
        programs = _first(matched)
        key = (frozenset(children), frozenset(below), tuple(map(id, programs)))
        target = self._states.get(key)
        if target is None:
            attributes = tuple(
                item
                for item in (*sorted(children | below), *self._anywhere)
                if self._tracks[item[0]].steps[item[1]].is_attribute
            )
            target = State(programs, frozenset(children), frozenset(below), attributes)
            if self._held < _MAX_HELD:
                self._held += 1
                self._states[key] = target
        if self._held < _MAX_HELD:
            self._held += 1
            edge.targets[mask] = target
        return target


def _first(tracks: Iterable[Track]) -> tuple[Program, ...]:
    """Return the programs that fire: of each pattern the first rule that matched."""
    chosen: dict[int, Program] = {}
    for track in tracks:
        program = track.program
        held = chosen.get(program.pattern)
        if held is None or program.rule < held.rule:
            chosen[program.pattern] = program
    return tuple(program for _, program in sorted(chosen.items()))
