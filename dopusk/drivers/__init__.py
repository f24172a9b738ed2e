"""Drivers: how the stand makes a МИС act and asks it what it thinks became of a document."""

from dopusk.drivers.base import (
    ADVICE_LABELS,
    STATE_LABELS,
    Advice,
    Answer,
    DocumentState,
    DocumentStatus,
    Driver,
    DriverError,
    DriverSkipped,
    ResetOptions,
    Submission,
)
from dopusk.drivers.command import CommandDriver
from dopusk.drivers.factory import make_driver
from dopusk.drivers.http import HttpDriver
from dopusk.drivers.journaled import JournaledDriver
from dopusk.drivers.manual import ManualDriver, Prompter, Reply, Task
from dopusk.drivers.probe import DriverUnsupported, ProbeAnswer, Prober
from dopusk.drivers.reach import Failure, Reached, reach
from dopusk.drivers.registers import (
    REGISTER_LABELS,
    CaseStatus,
    Exclusion,
    PackageStatus,
    PolicyAnswer,
    RegisterDriver,
    RegisterError,
    RegisterState,
    RegisterStatus,
)
from dopusk.drivers.replay import ReplayDriver

__all__ = [
    "ADVICE_LABELS",
    "REGISTER_LABELS",
    "STATE_LABELS",
    "Advice",
    "Answer",
    "CaseStatus",
    "CommandDriver",
    "DocumentState",
    "DocumentStatus",
    "Driver",
    "DriverError",
    "DriverSkipped",
    "DriverUnsupported",
    "Exclusion",
    "Failure",
    "HttpDriver",
    "JournaledDriver",
    "ManualDriver",
    "PackageStatus",
    "PolicyAnswer",
    "ProbeAnswer",
    "Prober",
    "Prompter",
    "Reached",
    "RegisterDriver",
    "RegisterError",
    "RegisterState",
    "RegisterStatus",
    "ReplayDriver",
    "Reply",
    "ResetOptions",
    "Submission",
    "Task",
    "make_driver",
    "reach",
]
