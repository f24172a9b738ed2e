"""All contexts of a schema matched in one walk down the document.

States are sets of steps that wait for a child or a descendant. They and the transitions between
them are made when a document first needs them and are kept for the next one, so that a document
of a known shape costs one look-up an element. A predicate is evaluated once a node, whatever
number of contexts holds it; those on single attributes first, by one look-up an attribute, and of
the rest only those that can still matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dopusk.schematron.fast.document import Document
from dopusk.schematron.fast.plan import StepPlan
from dopusk.schematron.fast.runtime import Attribute, Node
from dopusk.schematron.fast.steps import AttributeTest

Function = Callable[[Node | Attribute, Document], bool]
Condition = Function | AttributeTest
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
    """One alternative of a rule's context."""

    program: Program
    steps: tuple[StepPlan, ...]


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


Switch = tuple[str, dict[str, int], int, int]
"""An attribute, bits by its value, bits for any other value, bits when it is absent."""


class Edge:
    """The transition from a state to a child of some name."""

    __slots__ = ("bits", "items", "only", "source", "stages", "switches")

    def __init__(
        self,
        source: State,
        items: tuple[tuple[Item, int], ...],
        bits: dict[int, int],
        switches: tuple[Switch, ...],
    ) -> None:
        self.source = source
        self.items = items
        """Steps that the name passes, each with the bits of its conditions."""
        self.bits = bits
        """Bits of the conditions that are functions."""
        self.switches = switches
        self.stages: dict[int, Stage] = {}
        self.only: Stage | None = None


class Stage:
    """A transition once the attributes are known."""

    __slots__ = ("edge", "functions", "known", "only", "targets")

    def __init__(self, edge: Edge, known: int, functions: tuple[tuple[int, Function], ...]) -> None:
        self.edge = edge
        self.known = known
        self.functions = functions
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

    def _note(self, step: StepPlan) -> None:
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
            stage = edge.only
            if stage is None:
                attributes = node.attributes
                mask = 0
                for key, table, other, absent in edge.switches:
                    value = attributes.get(key)
                    mask |= absent if value is None else table.get(value, other)
                stage = edge.stages.get(mask) or self._stage(edge, mask)
            target = stage.only
            if target is None:
                mask = stage.known
                for bit, function in stage.functions:
                    if function(node, document):
                        mask |= bit
                target = stage.targets.get(mask) or self._target(stage, mask)
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
                    self._function(condition)(attribute, document)
                    for condition in self._tracks[number].steps[place].conditions
                )
            ]
            fired += self._fire(_first(matched), attribute, document, report)
        return fired

    def _edge(self, state: State, name: str) -> Edge:
        other = name not in self._names and not self._partial
        if other and None in state.edges:
            edge = state.edges[None]
            self._hold(state, name, edge)
            return edge
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
            for condition in step.conditions:
                mask |= bits.setdefault(condition, 1 << len(bits))
            items.append((item, mask))
        switches, functions = self._split(bits)
        edge = Edge(state, tuple(items), functions, switches)
        if not switches:
            edge.only = self._stage(edge, 0)
        self._hold(state, None if other else name, edge)
        return edge

    def _hold(self, state: State, name: str | None, edge: Edge) -> None:
        if self._held < _MAX_HELD:
            self._held += 1
            state.edges[name] = edge

    def _split(self, bits: dict[int, int]) -> tuple[tuple[Switch, ...], dict[int, int]]:
        """Return the conditions on single attributes as switches, and the bits of the others."""
        tests: dict[str, list[tuple[int, AttributeTest]]] = {}
        functions: dict[int, int] = {}
        for number, bit in bits.items():
            condition = self._conditions[number]
            if isinstance(condition, AttributeTest):
                tests.setdefault(condition.key, []).append((bit, condition))
            else:
                functions[number] = bit
        return tuple(_switch(key, held) for key, held in tests.items()), functions

    def _function(self, number: int) -> Function:
        condition = self._conditions[number]
        if isinstance(condition, AttributeTest):
            raise TypeError("an attribute has no attributes")
        return condition

    def _stage(self, edge: Edge, known: int) -> Stage:
        """Return the transition for known attributes, with the functions that still matter."""
        rest = 0
        for bit in edge.bits.values():
            rest |= bit
        wanted = 0
        for _, needed in edge.items:
            if (needed & ~rest) & known == needed & ~rest:
                wanted |= needed & rest
        functions = tuple(
            (bit, self._function(number)) for number, bit in edge.bits.items() if bit & wanted
        )
        stage = Stage(edge, known, functions)
        if not functions:
            stage.only = self._target(stage, known)
        if self._held < _MAX_HELD:
            self._held += 1
            edge.stages[known] = stage
        return stage

    def _target(self, stage: Stage, mask: int) -> State:
        edge = stage.edge
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
            stage.targets[mask] = target
        return target


def _switch(key: str, tests: list[tuple[int, AttributeTest]]) -> Switch:
    """Return the bits that each value of an attribute sets."""

    def bits(value: str | None) -> int:
        return sum(bit for bit, test in tests if test.holds(value))

    values = {value for _, test in tests for value in test.values or ()}
    other = "\0"
    return key, {value: bits(value) for value in values}, bits(other), bits(None)


def _first(tracks: Iterable[Track]) -> tuple[Program, ...]:
    """Return the programs that fire: of each pattern the first rule that matched."""
    chosen: dict[int, Program] = {}
    for track in tracks:
        program = track.program
        held = chosen.get(program.pattern)
        if held is None or program.rule < held.rule:
            chosen[program.pattern] = program
    return tuple(program for _, program in sorted(chosen.items()))
