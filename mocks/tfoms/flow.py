"""The way of a package through a mock ТФОМС: queue, ФЛК, МЭК, each in its time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from dopusk.clock import Clock
from dopusk.tfoms import protocol
from dopusk.tfoms.exchange import Operation, State
from dopusk.tfoms.mek import Oplata, decide
from dopusk.tfoms.packing import ENCODING
from dopusk.tfoms.territories import Transport
from mocks.faults import FLK_PROTOCOL, MEK_RESULT, TFOMS, Action, Fault, FaultPlan
from mocks.remd.records import BY_CANDIDATE, BY_PLAN
from mocks.tfoms.judge import Judge, Verdict
from mocks.tfoms.packages import Answer, Package, Packages
from mocks.tfoms.records import MOST_RECORDED, TfomsRecords
from mocks.workers import Workers

QUEUE, FLK, MEK, ACCEPTANCE = 15.0, 30.0, 30.0, 15.0
"""Stand seconds before each next state. Chosen by the stand: what is public is that a МИС asks
every three to seven minutes."""


@dataclass(slots=True)
class Flow:
    """Leads packages from state to state."""

    judge: Judge
    packages: Packages
    records: TfomsRecords
    workers: Workers
    clock: Clock
    faults: FaultPlan
    time_scale: float
    deliver: Callable[[Package, Operation], None] = field(default=lambda _package, _what: None)
    """Puts an answer where the МО takes it without asking: the outbox."""

    def begin(self, package: Package) -> None:
        """Register a package; the rest goes on by itself."""
        self.packages.add(package)
        self._come(package, State.QUEUED)
        self._later(QUEUE, package, self._wait)

    def _wait(self, package: Package) -> None:
        self._come(package, State.WAITING)
        package.faults = self._struck(package, FLK_PROTOCOL)
        self._later(FLK + _lateness(package.faults), package, self._check)

    def _check(self, package: Package) -> None:
        verdict = self.judge.check(package)
        if verdict.stage == "package":
            self.packages.release(package)
        self._answer_flk(package, verdict)
        self._lose(package, Operation.FLK)
        state = State.FLK_PASSED if verdict.accepted else State.FLK_FAILED
        self.records.decided(
            package, verdict.stage, state, errors=verdict.errors, findings=verdict.findings
        )
        self._come(package, state)
        self._hand_out(package, Operation.FLK)
        if verdict.accepted:
            package.faults = self._struck(package, MEK_RESULT)
            self._later(MEK + _lateness(package.faults), package, self._control)

    def _control(self, package: Package) -> None:
        account = self.judge.account(package)
        context = self.judge.mek_context(package, self.packages.paid)
        decisions = tuple(decide(self.judge.zaps(package), context))
        self.packages.pay(decisions)
        files = self.judge.returned(package, account, decisions)
        package.answers[Operation.MEK] = Answer(f"{files.name}.ZIP", files.archive)
        package.answers[Operation.RAK] = Answer(f"{files.rak_name}.ZIP", files.rak)
        self._lose(package, Operation.MEK, Operation.RAK)
        whole = all(item.oplata is Oplata.PAID for item in decisions)
        state = State.MEK_PASSED if whole else State.MEK_FAILED
        self.records.decided(
            package,
            "mek",
            state,
            cause=BY_PLAN if context.order else BY_CANDIDATE,
            returned=files.name,
            cases=[item.to_dict() for item in decisions[:MOST_RECORDED]],
        )
        self._come(package, state)
        self._hand_out(package, Operation.MEK, Operation.RAK)
        if whole or any(item.paid > 0 for item in decisions):
            self._later(ACCEPTANCE, package, self._accept)

    def _accept(self, package: Package) -> None:
        self._come(package, State.ACCEPTED)

    def _answer_flk(self, package: Package, verdict: Verdict) -> None:
        actions = {item.action for item in package.faults}
        named = f"{package.name}9" if Action.PROTOCOL_OTHER in actions else None
        encoding = "utf-8" if Action.PROTOCOL_UTF8 in actions else ENCODING
        data = protocol.write(package.name, verdict.errors, named=named, encoding=encoding)
        if Action.PROTOCOL_MALFORMED in actions:
            data = data[: data.rindex(b"</FNAME_I>")]
        archive = protocol.packed(package.name, data)
        package.answers[Operation.FLK] = Answer(f"V{package.name}.ZIP", archive)

    def _lose(self, package: Package, *answers: Operation) -> None:
        """Lose answers as planned, before anybody can ask for them."""
        if any(item.action is Action.PROTOCOL_LOST for item in package.faults):
            package.lost.update(answers)

    def _hand_out(self, package: Package, *answers: Operation) -> None:
        if package.transport is Transport.FOLDER:
            for what in answers:
                if what not in package.lost:
                    self.deliver(package, what)

    def _struck(self, package: Package, what: str) -> tuple[Fault, ...]:
        faults = self.faults.arrive(what, package.name, TFOMS)
        for fault in faults:
            self.records.struck(fault, package)
        return faults

    def _come(self, package: Package, state: State) -> None:
        package.states = (*package.states, (state, self.clock.now()))
        self.records.state(package, state)

    def _later(self, seconds: float, package: Package, task: Callable[[Package], None]) -> None:
        self.workers.later(
            seconds / self.time_scale,
            partial(self._go_on, package, task),
            partial(self.records.stand_error, scenario=package.scenario, uid=package.name),
        )

    def _go_on(self, package: Package, task: Callable[[Package], None]) -> None:
        """Take the next step, unless the stand has begun anew meanwhile."""
        if self.packages.find(package.id) is not None:
            task(package)


def _lateness(faults: tuple[Fault, ...]) -> float:
    return sum(item.seconds for item in faults if item.action is Action.PROTOCOL_LATE)
